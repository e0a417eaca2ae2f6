package io.apiaccess.jdbc;

import io.apiaccess.counter.Counter;
import io.apiaccess.policy.Limit;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The counters of some wishes at one moment, and what is taken from all of them or none. Not thread-safe. */
final class Reckoning {
    private static final int LEFT_TO_OTHERS = 4;

    private final List<Wish> wishes;
    private final Reading now;
    private final Counter[] counters;
    private final int[] resets;
    private boolean freed;
    private boolean taken;

    /**
     * Returns the counters with their time moved on and units that come back given back.
     *
     * @param read their rows; those that are not there hold nothing
     * @param floors where counters without a row begin
     */
    Reckoning(List<Wish> wishes, CounterSql.Read read, Map<Limit.Kind, Long> floors, Reading now) {
        this.wishes = wishes;
        this.now = now;
        counters = new Counter[wishes.size()];
        resets = new int[wishes.size()];
        for (int i = 0; i < counters.length; i++) {
            Wish wish = wishes.get(i);
            LimitDemand demand = wish.countedDemand();
            CounterRow row = read.rows().get(wish.id());
            Counter counter = row == null ? fresh(demand, floors) : row.counter(demand);
            resets[i] = row == null ? 0 : row.resets();
            long before = counter.used();
            counter.advance(now, demand.limit());
            for (Wish.Returned back : wish.back()) {
                if (back.resets() == resets[i]) {
                    counter.giveBack(back.units(), back.since());
                }
            }
            freed |= counter.used() != before;
            counters[i] = counter;
        }
    }

    /** Returns a counter that holds nothing and begins at the floor. */
    static Counter fresh(LimitDemand demand, Map<Limit.Kind, Long> floors) {
        return Counter.of(demand, floors.getOrDefault(demand.limit().kind(), Long.MIN_VALUE));
    }

    /** Returns whether anything that was held is free again. */
    boolean isFreed() {
        return freed;
    }

    /** Returns whether the rows are to be written. */
    boolean isChanged() {
        return freed || taken;
    }

    /** Takes a cost from all counters if none refuses it, or only looks, and says how each stands. */
    List<Taken> finish(long cost, boolean takes) {
        boolean admitted = takes;
        for (int i = 0; i < counters.length; i++) {
            admitted &= counters[i].fits(cost) || wishes.get(i).demand().limit().isShadow();
        }
        List<Taken> answers = new ArrayList<>(counters.length);
        for (int i = 0; i < counters.length; i++) {
            answers.add(finish(i, cost, admitted));
        }
        return answers;
    }

    private Taken finish(int i, long cost, boolean admitted) {
        Counter counter = counters[i];
        Wish wish = wishes.get(i);
        long wait = counter.waitNanos(cost, now);
        long ahead = 0;
        if (admitted && wait == Counter.FITS) {
            counter.take(cost);
            // the more nodes want the last units, the fewer each of them may keep to itself
            ahead = Math.min(wish.ahead(), counter.remaining() / LEFT_TO_OTHERS);
            counter.take(ahead);
            taken |= cost > 0 || ahead > 0;
        }
        return new Taken(
                wish.demand(), counter.remaining(), wait, counter.resetNanos(), counter.time(), ahead, resets[i]);
    }

    /** Returns what the rows are to hold. */
    List<CounterSql.Write> writes() {
        List<CounterSql.Write> writes = new ArrayList<>(counters.length);
        for (int i = 0; i < counters.length; i++) {
            Wish wish = wishes.get(i);
            writes.add(CounterSql.Write.of(wish.demand(), wish.id(), counters[i], resets[i]));
        }
        return writes;
    }
}
