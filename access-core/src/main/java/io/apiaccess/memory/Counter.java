package io.apiaccess.memory;

import io.apiaccess.policy.Limit;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore.Reading;
import java.time.Instant;

/**
 * The usage of one limit by one subject. Not thread-safe: guarded by the lock of the subject's {@link Usage}.
 *
 * <p>Its time is the running maximum of the readings it was given: it stands still while a clock has fallen back.
 */
abstract sealed class Counter permits RateCounter, BucketCounter, QuotaCounter {
    /** A time that never comes. */
    static final long NEVER = Long.MAX_VALUE;

    private static final long NANOS = 1_000_000_000L;

    /** The counter's time in nanoseconds. */
    long time = Long.MIN_VALUE;

    /** The units held; after the limit was lowered, they may be more than it allows. */
    long used;

    private final PolicyId policy;
    private Limit limit;

    Counter(LimitDemand demand) {
        policy = demand.policy();
        limit = demand.limit();
    }

    /**
     * Returns a counter that holds nothing.
     *
     * @param floor the time that it begins at, at the earliest
     */
    static Counter of(LimitDemand demand, long floor) {
        Counter counter = switch (demand.limit().kind()) {
            case RATE -> new RateCounter(demand);
            case BUCKET -> new BucketCounter(demand);
            case QUOTA -> new QuotaCounter(demand);
        };
        counter.time = floor;
        counter.adopt(demand.limit());
        return counter;
    }

    /** Returns whether it is the counter of a demand, among those of the demand's subject. */
    final boolean isOf(LimitDemand demand) {
        Limit other = demand.limit();
        return (limit == other
                        || (limit.name().equals(other.name())
                                && limit.kind() == other.kind()
                                && limit.isShadow() == other.isShadow()))
                && policy.value().equals(demand.policy().value());
    }

    final Limit.Kind kind() {
        return limit.kind();
    }

    /** Moves time on to a reading and drops what is over, by a limit that may have changed. */
    final void advance(Reading now, Limit limit) {
        if (this.limit != limit) {
            this.limit = limit;
            adopt(limit);
        }
        advance(now);
    }

    /** Goes by a limit from now on. */
    abstract void adopt(Limit limit);

    /** Moves time on to a reading and drops what is over. */
    abstract void advance(Reading now);

    /** Adds units; only after {@link #fits} was true at the same time. */
    abstract void take(long cost);

    /** Returns the first time at which a cost that does not fit would if nothing else is taken, or {@link #NEVER}. */
    abstract long readyAt(long cost);

    /** Returns the time at which all units are free again; of a quota, the end of its period. */
    abstract long resetAt();

    /** Returns the time from which on it holds nothing, however often it was asked since. */
    abstract long freeAt();

    final long max() {
        return limit.max();
    }

    final boolean fits(long cost) {
        return cost == 0 || cost <= max() - used;
    }

    final long remaining() {
        return Math.max(0, max() - used);
    }

    /** Returns whether it holds nothing at a reading. */
    final boolean isIdle(Reading now) {
        return freeAt() != NEVER && freeAt() <= reading(now);
    }

    /** Returns whether it holds nothing at a reading, and no step of that reading has come to it. */
    final boolean isLeft(Reading now) {
        return time < reading(now) && isIdle(now);
    }

    /** Returns a reading in nanoseconds of the clock that it runs on. */
    final long reading(Reading now) {
        return kind() == Limit.Kind.QUOTA ? nanos(now.instant()) : now.nanos();
    }

    static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
    }

    /** Returns an instant in nanoseconds since 1970-01-01T00:00Z, saturating. */
    static long nanos(Instant instant) {
        long seconds = instant.getEpochSecond();
        long limit = Long.MAX_VALUE / NANOS - 1;
        if (seconds > limit) {
            return Long.MAX_VALUE;
        }
        return seconds < -limit ? Long.MIN_VALUE : seconds * NANOS + instant.getNano();
    }
}
