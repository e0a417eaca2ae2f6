package io.apiaccess.jdbc;

import io.apiaccess.counter.Counter;
import io.apiaccess.decision.LimitState;
import io.apiaccess.spi.LimitDemand;

/**
 * What came of a wish.
 *
 * @param demand the demand that it answers
 * @param remaining the units left at the store
 * @param waitNanos how long the cost would have to wait, as a {@link Counter} says it
 * @param resetNanos how long until all units are free again
 * @param time the counter's time, at which units were taken if any were
 * @param ahead the units that were taken ahead
 * @param resets how often the counter was reset
 */
record Taken(LimitDemand demand, long remaining, long waitNanos, long resetNanos, long time, long ahead, int resets) {
    boolean fits() {
        return waitNanos == Counter.FITS;
    }

    LimitState state() {
        return state(0);
    }

    /** Returns how the limit stands for a node that has some more units at hand. */
    LimitState state(long atHand) {
        long most = demand.limit().max();
        return Counter.state(
                demand, Math.min(most, remaining + Math.min(atHand, most - remaining)), waitNanos, resetNanos, time);
    }
}
