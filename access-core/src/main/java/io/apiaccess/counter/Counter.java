package io.apiaccess.counter;

import io.apiaccess.decision.LimitState;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The usage of one limit by one subject. Not thread-safe: guarded by the lock of whatever keeps it.
 *
 * <p>Its time is the running maximum of the readings it was given: it stands still while a clock has fallen back.
 */
public abstract sealed class Counter permits RateCounter, BucketCounter, QuotaCounter {
    /** A time that never comes. */
    public static final long NEVER = Long.MAX_VALUE;

    /** In place of a wait: the cost fits. */
    public static final long FITS = -1;

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
    public static Counter of(LimitDemand demand, long floor) {
        Counter counter = switch (demand.limit().kind()) {
            case RATE -> new RateCounter(demand);
            case BUCKET -> new BucketCounter(demand);
            case QUOTA -> new QuotaCounter(demand);
        };
        counter.time = floor;
        counter.adopt(demand.limit());
        return counter;
    }

    /** Returns the counter that {@link #held} was asked of, as a limit now counts. */
    public static Counter restored(LimitDemand demand, long[] held) {
        Counter counter = of(demand, held[0]);
        counter.restore(held);
        return counter;
    }

    /** Returns how a limit stands, from what its counter said. */
    public static LimitState state(LimitDemand demand, long remaining, long wait, long reset, long time) {
        return new LimitState(
                demand.policy(),
                demand.limit(),
                remaining,
                wait == FITS,
                wait == FITS || wait == NEVER ? Optional.empty() : Optional.of(Duration.ofNanos(wait)),
                reset,
                time);
    }

    /** Returns all that it knows, its time first, in numbers. */
    public abstract long[] held();

    /** Goes on from what was held. */
    abstract void restore(long[] held);

    /** Frees units that were taken at a time and not used, as far as they are still held. */
    public abstract void giveBack(long units, long since);

    /** Returns whether it is the counter of a demand, among those of the demand's subject. */
    @SuppressWarnings(
            "ReferenceEquality") // as a rule they are the same objects, and what they are made of need not be read
    public final boolean isOf(LimitDemand demand) {
        Limit other = demand.limit();
        return (limit == other && policy == demand.policy())
                || (limit.name().equals(other.name())
                        && limit.kind() == other.kind()
                        && limit.isShadow() == other.isShadow()
                        && policy.equals(demand.policy()));
    }

    /** Returns what kind of limit it counts for. */
    public final Limit.Kind kind() {
        return limit.kind();
    }

    /** Moves time on to a reading and drops what is over, by a limit that may have changed. */
    public final void advance(Reading now, Limit limit) {
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
    public abstract void take(long cost);

    /** Returns the first time at which a cost that does not fit would if nothing else is taken, or {@link #NEVER}. */
    abstract long readyAt(long cost);

    /** Returns the time at which all units are free again; of a quota, the end of its period. */
    abstract long resetAt();

    /** Returns the time from which on it holds nothing, however often it was asked since. */
    public abstract long freeAt();

    /** Returns its time in nanoseconds. */
    public final long time() {
        return time;
    }

    /** Returns the units held; after the limit was lowered, they may be more than it allows. */
    public final long used() {
        return used;
    }

    final long max() {
        return limit.max();
    }

    /** Returns whether there are so many units left. */
    public final boolean fits(long cost) {
        return cost == 0 || cost <= max() - used;
    }

    /** Returns the units left. */
    public final long remaining() {
        return Math.max(0, max() - used);
    }

    /**
     * Returns how long a cost would have to wait if nothing else is taken: {@link #FITS}, nanoseconds, or {@link #NEVER}. A
     * quota is waited for by the wall clock, also by one whose clock has fallen back; a rate never longer than its period,
     * counted from the time that it knows.
     */
    public final long waitNanos(long cost, Reading now) {
        return fits(cost) ? FITS : between(kind() == Limit.Kind.QUOTA ? reading(now) : time, readyAt(cost));
    }

    /** Returns how long until all units are free again if nothing else is taken; of a quota, the rest of its period. */
    public final long resetNanos() {
        return between(time, resetAt());
    }

    /** Returns the nanoseconds from one reading to a later one, the most there are where a long cannot hold them. */
    private static long between(long from, long to) {
        long nanos = to - from;
        return nanos < 0 || to == NEVER ? Long.MAX_VALUE : nanos;
    }

    /** Returns whether it holds nothing at a reading. */
    public final boolean isIdle(Reading now) {
        return freeAt() != NEVER && freeAt() <= reading(now);
    }

    /** Returns whether it holds nothing at a reading, and no step of that reading has come to it. */
    public final boolean isLeft(Reading now) {
        return time < reading(now) && isIdle(now);
    }

    /** Returns a reading in nanoseconds of the clock that it runs on. */
    public final long reading(Reading now) {
        return kind() == Limit.Kind.QUOTA ? nanos(now.instant()) : now.nanos();
    }

    /** Returns so many nanoseconds since 1970-01-01T00:00Z as an instant. */
    public static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
    }

    /** Returns an instant in nanoseconds since 1970-01-01T00:00Z, saturating. */
    public static long nanos(Instant instant) {
        long seconds = instant.getEpochSecond();
        long limit = Long.MAX_VALUE / NANOS - 1;
        if (seconds > limit) {
            return Long.MAX_VALUE;
        }
        return seconds < -limit ? Long.MIN_VALUE : seconds * NANOS + instant.getNano();
    }
}
