package io.apiaccess.memory;

import io.apiaccess.counter.Counter;
import io.apiaccess.decision.LimitState;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStates;
import io.apiaccess.spi.LimitStore.Reading;
import java.util.AbstractList;
import java.util.RandomAccess;

/**
 * One all-or-nothing taking of some units from several counters, or a look at it; afterwards the list of how each limit
 * stands, which makes a state when it is asked for one. Not thread-safe until it has run, immutable then.
 */
final class Step extends AbstractList<LimitState> implements LimitStates, RandomAccess {
    private static final int REMAINING = 0;
    private static final int READY = 1;
    private static final int RESET = 2;
    private static final int TIME = 3;
    private static final int NUMBERS = 4;

    private final LimitDemand[] demands;
    private final long[] numbers;

    Step(LimitDemand[] demands) {
        this.demands = demands;
        this.numbers = new long[NUMBERS * demands.length];
    }

    @Override
    public int size() {
        return demands.length;
    }

    @Override
    public LimitState get(int index) {
        LimitDemand demand = demands[index];
        int at = NUMBERS * index;
        return Counter.state(
                demand, numbers[at + REMAINING], numbers[at + READY], numbers[at + RESET], numbers[at + TIME]);
    }

    @Override
    public boolean allFit() {
        boolean fit = true;
        for (int at = READY; at < numbers.length; at += NUMBERS) {
            fit &= numbers[at] == Counter.FITS;
        }
        return fit;
    }

    /** Runs it under the locks of all places; returns false if one is not the current one of its demand. */
    boolean run(Demands.Places places, long cost, Reading now, boolean takes) {
        return locked(0, places, cost, now, takes);
    }

    private boolean locked(int depth, Demands.Places places, long cost, Reading now, boolean takes) {
        if (depth == places.locks()) {
            return underLock(places, cost, now, takes);
        }
        synchronized (places.lock(depth)) {
            return locked(depth + 1, places, cost, now, takes);
        }
    }

    private boolean underLock(Demands.Places places, long cost, Reading now, boolean takes) {
        boolean admitted = true;
        for (int i = 0; i < demands.length; i++) {
            LimitDemand demand = demands[i];
            Usage usage = places.usage(i);
            if (!usage.isCurrent(demand)) {
                return false;
            }
            admitted &= usage.counter(demand, now).fits(cost) || demand.limit().isShadow();
        }
        for (int i = 0; i < demands.length; i++) {
            Counter counter = places.usage(i).known(demands[i]);
            finish(NUMBERS * i, counter, admitted && takes, cost, now);
        }
        return true;
    }

    /** Takes from a counter if all is admitted and it fits, and notes how it stands. */
    private void finish(int at, Counter counter, boolean takes, long cost, Reading now) {
        long wait = counter.waitNanos(cost, now);
        if (takes && wait == Counter.FITS) {
            counter.take(cost);
        }
        numbers[at + REMAINING] = counter.remaining();
        numbers[at + READY] = wait;
        numbers[at + RESET] = counter.resetNanos();
        numbers[at + TIME] = counter.time();
    }
}
