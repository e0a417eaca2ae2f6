package io.apiaccess.memory;

import io.apiaccess.decision.LimitState;
import io.apiaccess.policy.Limit;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore.Reading;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/** One all-or-nothing taking of some units from several counters, or a look at it. Not thread-safe. */
final class Step {
    private final List<LimitDemand> demands;
    private final Usage[] usages;
    private final long cost;
    private final Reading now;
    private final boolean takes;
    private final LimitState[] states;

    Step(List<LimitDemand> demands, Usage[] usages, long cost, Reading now, boolean takes) {
        this.demands = demands;
        this.usages = usages;
        this.cost = cost;
        this.now = now;
        this.takes = takes;
        this.states = new LimitState[usages.length];
    }

    /** Returns how each limit stands after the step. */
    List<LimitState> states() {
        return Arrays.asList(states);
    }

    /** Runs it, under the locks of all its usages; returns false if one is not the current one of its demand. */
    boolean run(BiPredicate<LimitDemand, Usage> isCurrent) {
        Counter[] counters = new Counter[usages.length];
        boolean fits = true;
        for (int i = 0; i < counters.length; i++) {
            LimitDemand demand = demands.get(i);
            if (!isCurrent.test(demand, usages[i])) {
                return false;
            }
            counters[i] = usages[i].counter(demand);
            counters[i].advance(now, demand.limit());
            fits &= counters[i].fits(cost, demand.limit());
        }
        if (fits && takes) {
            for (Counter counter : counters) {
                counter.take(cost);
            }
        }
        for (int i = 0; i < counters.length; i++) {
            states[i] = state(demands.get(i), counters[i], fits);
        }
        return true;
    }

    private LimitState state(LimitDemand demand, Counter counter, boolean allFit) {
        Limit limit = demand.limit();
        boolean refuses = !allFit && !counter.fits(cost, limit);
        long ready = refuses ? counter.readyAt(cost, limit) : Counter.NEVER;
        long reset = counter.resetAt();
        return new LimitState(
                demand.policy(),
                limit,
                counter.remaining(limit),
                refuses,
                ready == Counter.NEVER ? Optional.empty() : Optional.of(between(counter.time, ready)),
                between(counter.time, reset),
                limit.kind() == Limit.Kind.QUOTA ? Optional.of(Counter.instant(reset)) : Optional.empty(),
                counter.time);
    }

    /** Returns the time from one reading to a later one, the longest there is where a long cannot hold it. */
    private static Duration between(long from, long to) {
        long nanos = to - from;
        return Duration.ofNanos(nanos < 0 ? Long.MAX_VALUE : nanos);
    }
}
