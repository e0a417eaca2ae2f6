package io.apiaccess.memory;

import io.apiaccess.policy.Limit;
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

    /**
     * Returns a counter that holds nothing.
     *
     * @param floor the time that it begins at, at the earliest
     */
    static Counter of(Limit.Kind kind, long floor) {
        Counter counter = switch (kind) {
            case RATE -> new RateCounter();
            case BUCKET -> new BucketCounter();
            case QUOTA -> new QuotaCounter();
        };
        counter.time = floor;
        return counter;
    }

    /** Moves time on to a reading and drops what is over. */
    abstract void advance(Reading now, Limit limit);

    /** Returns the units held; after the limit was lowered, they may be more than it allows. */
    abstract long used();

    /** Adds units; only after {@link #fits} was true at the same time. */
    abstract void take(long cost);

    /** Returns the first time at which a cost would fit if nothing else is taken, or {@link #NEVER}. */
    abstract long readyAt(long cost, Limit limit);

    /** Returns the time at which all units are free again; of a quota, the end of its period. */
    abstract long resetAt();

    /** Returns the time from which on it holds nothing, however often it was asked since. */
    abstract long freeAt();

    final boolean fits(long cost, Limit limit) {
        return cost == 0 || cost <= limit.max() - used();
    }

    final long remaining(Limit limit) {
        return Math.max(0, limit.max() - used());
    }

    /** Returns a reading in nanoseconds of the clock that a kind of limit runs on. */
    static long time(Limit.Kind kind, Reading now) {
        return kind == Limit.Kind.QUOTA ? nanos(now.instant()) : now.nanos();
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
