package io.apiaccess.memory;

import io.apiaccess.counter.Counter;
import io.apiaccess.decision.LimitState;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore.Reading;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;

/**
 * One all-or-nothing taking of some units from several counters, or a look at it; afterwards the list of how each limit
 * stands, which makes a state when it is asked for one. Not thread-safe until it has run, immutable then.
 */
final class Step extends AbstractList<LimitState> implements RandomAccess {
    private static final int REMAINING = 0;
    private static final int READY = 1;
    private static final int RESET = 2;
    private static final int TIME = 3;
    private static final int NUMBERS = 4;

    private final List<LimitDemand> demands;
    private final long[] numbers;

    Step(List<LimitDemand> demands) {
        this.demands = List.copyOf(demands);
        this.numbers = new long[NUMBERS * demands.size()];
    }

    @Override
    public int size() {
        return demands.size();
    }

    @Override
    public LimitState get(int index) {
        LimitDemand demand = demands.get(index);
        int at = NUMBERS * index;
        return Counter.state(
                demand, numbers[at + REMAINING], numbers[at + READY], numbers[at + RESET], numbers[at + TIME]);
    }

    /**
     * Runs it under the locks of all usages; returns false if one is not the current one of its demand.
     *
     * @param usages where the counter of each demand is
     */
    boolean run(Usage[] usages, long cost, Reading now, boolean takes) {
        return locked(inOrder(usages), 0, usages, cost, now, takes);
    }

    private static Usage[] inOrder(Usage[] usages) {
        for (Usage usage : usages) {
            if (usage != usages[0]) {
                Usage[] locks = usages.clone();
                Arrays.sort(locks);
                return locks;
            }
        }
        return usages;
    }

    private boolean locked(Usage[] locks, int depth, Usage[] usages, long cost, Reading now, boolean takes) {
        if (depth == locks.length) {
            return underLock(usages, cost, now, takes);
        }
        if (depth > 0 && locks[depth] == locks[depth - 1]) {
            return locked(locks, depth + 1, usages, cost, now, takes);
        }
        synchronized (locks[depth]) {
            return locked(locks, depth + 1, usages, cost, now, takes);
        }
    }

    private boolean underLock(Usage[] usages, long cost, Reading now, boolean takes) {
        Counter[] counters = new Counter[usages.length];
        boolean admitted = true;
        for (int i = 0; i < usages.length; i++) {
            LimitDemand demand = demands.get(i);
            if (!usages[i].isCurrent(demand)) {
                return false;
            }
            counters[i] = usages[i].counter(demand, now);
            admitted &= counters[i].fits(cost) || demand.limit().isShadow();
        }
        for (int i = 0; i < counters.length; i++) {
            finish(NUMBERS * i, counters[i], admitted && takes, cost, now);
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
