package io.apiaccess.memory;

import io.apiaccess.counter.Counter;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore.Reading;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The counters of one subject, under one lock: that of the object itself. Ordered as locks are taken: what many share comes
 * last and is held shortest.
 */
final class Usage implements Comparable<Usage> {
    /** Past so many counters, those that hold nothing make room for a new one; not those of the step that adds it. */
    private static final int FEW = 8;

    private final LimitScope scope;
    private final String subject;
    private final @Nullable Map<String, Usage> owners;
    private final Floor floor;
    private Counter[] counters = {};
    private volatile boolean forgotten;

    /**
     * Returns usage without a counter.
     *
     * @param owners the subjects that have usage of their own, if this is for all that came too late for that
     */
    Usage(LimitScope scope, String subject, @Nullable Map<String, Usage> owners, Floor floor) {
        this.scope = scope;
        this.subject = subject;
        this.owners = owners;
        this.floor = floor;
    }

    LimitScope scope() {
        return scope;
    }

    String subject() {
        return subject;
    }

    boolean isOf(LimitDemand demand) {
        return scope == demand.limit().scope() && subject.equals(demand.subject());
    }

    /** Returns whether it is still where the usage of a demand's subject is kept; under the lock. */
    boolean isCurrent(LimitDemand demand) {
        return owners == null ? !forgotten : !owners.containsKey(demand.subject());
    }

    /** Returns whether it has been taken out of use; what was looked up before is to be looked up again. */
    boolean isForgotten() {
        return forgotten;
    }

    /**
     * Returns the counter of a demand, with its time moved on; under the lock. One that is shared may get subjects back that
     * were forgotten since.
     */
    Counter counter(LimitDemand demand, Reading now) {
        Counter counter = find(demand);
        if (counter == null) {
            counter = add(demand, now);
        } else if (owners != null) {
            counter.advance(floor.reading(), demand.limit());
        }
        counter.advance(now, demand.limit());
        return counter;
    }

    /** Returns the counter of a demand as the step under way has found or added it; under the lock. */
    Counter known(LimitDemand demand) {
        return Objects.requireNonNull(find(demand), "counter");
    }

    /** Forgets what one limit holds, also how far its time has come; under the lock. */
    void reset(LimitDemand demand) {
        counters = Stream.concat(
                        Arrays.stream(counters).filter(counter -> !counter.isOf(demand)),
                        Stream.of(Counter.of(demand, Long.MIN_VALUE)))
                .toArray(Counter[]::new);
    }

    /** Returns whether no counter holds anything; under the lock. */
    boolean isIdle(Reading now) {
        for (Counter counter : counters) {
            if (!counter.isIdle(now)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Takes it out of use, if no counter holds anything; under the lock. One without a counter is new, and somebody is on
     * the way to take from it.
     */
    boolean forget(Reading now) {
        if (!forgotten && counters.length > 0 && isIdle(now)) {
            raiseFloor();
            forgotten = true;
        }
        return forgotten;
    }

    /** Lets new counters begin where these had come to hold nothing; under the lock. */
    void raiseFloor() {
        for (Counter counter : counters) {
            floor.raise(counter.kind(), counter.freeAt());
        }
    }

    private @Nullable Counter find(LimitDemand demand) {
        for (Counter counter : counters) {
            if (counter.isOf(demand)) {
                return counter;
            }
        }
        return null;
    }

    private Counter add(LimitDemand demand, Reading now) {
        if (counters.length >= FEW) {
            counters = Arrays.stream(counters)
                    .filter(counter -> !isDropped(counter, now))
                    .toArray(Counter[]::new);
        }
        Counter added = Counter.of(demand, floor.of(demand.limit().kind()));
        counters = Arrays.copyOf(counters, counters.length + 1);
        counters[counters.length - 1] = added;
        return added;
    }

    private boolean isDropped(Counter counter, Reading now) {
        boolean dropped = counter.isLeft(now);
        if (dropped) {
            floor.raise(counter.kind(), counter.freeAt());
        }
        return dropped;
    }

    @Override
    public int compareTo(Usage other) {
        int byRank = Integer.compare(rank(scope), rank(other.scope));
        if (byRank != 0) {
            return byRank;
        }
        int byScope = scope.compareTo(other.scope);
        return byScope != 0 ? byScope : subject.compareTo(other.subject);
    }

    private static int rank(LimitScope scope) {
        return switch (scope) {
            case PROFILE, KEY, PROFILE_AND_COLLECTION -> 0;
            case CLIENT -> 1;
            case COLLECTION -> 2;
            case ADDRESS -> 3;
            case GLOBAL -> 4;
        };
    }
}
