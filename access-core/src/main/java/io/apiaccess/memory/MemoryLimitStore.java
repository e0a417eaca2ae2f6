package io.apiaccess.memory;

import io.apiaccess.decision.LimitState;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Usage of limits in memory: it ends with the process. Thread-safe.
 *
 * <p>A step locks all its subjects in one order, the widely shared ones last, then asks every counter, then takes from all
 * or none: no deadlock, no undoing, nothing but arithmetic inside.
 */
public final class MemoryLimitStore implements LimitStore {
    private static final long NANOS = 1_000_000_000L;

    private final Map<Subject, Usage> usages = new ConcurrentHashMap<>();

    /** Returns a store in which nothing was used. */
    public MemoryLimitStore() {}

    /** Whose usage is locked together; in the order of locking. */
    private record Subject(LimitScope scope, String value) implements Comparable<Subject> {
        private static final Comparator<Subject> ORDER = Comparator.comparingInt(Subject::rank)
                .thenComparing(Subject::scope)
                .thenComparing(Subject::value);

        static Subject of(LimitDemand demand) {
            return new Subject(demand.limit().scope(), demand.subject());
        }

        private int rank() {
            return switch (scope) {
                case PROFILE, KEY, PROFILE_AND_COLLECTION -> 0;
                case CLIENT -> 1;
                case COLLECTION -> 2;
                case ADDRESS -> 3;
                case GLOBAL -> 4;
            };
        }

        @Override
        public int compareTo(Subject other) {
            return ORDER.compare(this, other);
        }
    }

    @Override
    public List<LimitState> take(List<LimitDemand> demands, long cost, Reading now) {
        return new Step(demands, cost, now, true).run();
    }

    @Override
    public List<LimitState> peek(List<LimitDemand> demands, long cost, Reading now) {
        return new Step(demands, cost, now, false).run();
    }

    @Override
    public void reset(LimitDemand demand) {
        Usage usage = usages.get(Subject.of(demand));
        if (usage != null) {
            synchronized (usage) {
                usage.reset(demand);
            }
        }
    }

    /** One all-or-nothing step. */
    private final class Step {
        private final List<LimitDemand> demands;
        private final long cost;
        private final Reading now;
        private final boolean takes;
        private final List<Usage> usages;
        private final List<Usage> locks;

        Step(List<LimitDemand> demands, long cost, Reading now, boolean takes) {
            this.demands = demands;
            this.cost = cost;
            this.now = now;
            this.takes = takes;
            this.usages = demands.stream().map(this::usage).toList();
            this.locks = demands.stream().map(Subject::of).collect(Collectors.toCollection(TreeSet::new)).stream()
                    .map(MemoryLimitStore.this.usages::get)
                    .toList();
        }

        private Usage usage(LimitDemand demand) {
            return MemoryLimitStore.this.usages.computeIfAbsent(Subject.of(demand), none -> new Usage());
        }

        List<LimitState> run() {
            return locked(0);
        }

        private List<LimitState> locked(int depth) {
            if (depth == locks.size()) {
                return inside();
            }
            synchronized (locks.get(depth)) {
                return locked(depth + 1);
            }
        }

        private List<LimitState> inside() {
            List<Counter> counters = new ArrayList<>(demands.size());
            boolean fits = true;
            for (int i = 0; i < demands.size(); i++) {
                LimitDemand demand = demands.get(i);
                Counter counter = usages.get(i).counter(demand);
                counter.advance(now, demand.limit());
                fits &= counter.fits(cost, demand.limit());
                counters.add(counter);
            }
            if (fits && takes) {
                counters.forEach(counter -> counter.take(cost));
            }
            List<LimitState> states = new ArrayList<>(demands.size());
            for (int i = 0; i < demands.size(); i++) {
                states.add(state(demands.get(i), counters.get(i), fits));
            }
            return states;
        }

        private LimitState state(LimitDemand demand, Counter counter, boolean allFit) {
            Limit limit = demand.limit();
            boolean refuses = !allFit && !counter.fits(cost, limit);
            long ready = refuses ? counter.readyAt(cost, limit) : Counter.NEVER;
            return new LimitState(
                    demand.policy(),
                    limit,
                    counter.remaining(limit),
                    refuses,
                    ready == Counter.NEVER ? Optional.empty() : Optional.of(between(counter.time, ready)),
                    between(counter.time, counter.resetAt()),
                    limit.kind() == Limit.Kind.QUOTA ? Optional.of(instant(counter.resetAt())) : Optional.empty(),
                    counter.time);
        }
    }

    /** Returns the time from one reading to a later one; the longest there is where a long cannot hold it. */
    private static Duration between(long from, long to) {
        long nanos = to - from;
        return Duration.ofNanos(nanos < 0 ? Long.MAX_VALUE : nanos);
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
    }
}
