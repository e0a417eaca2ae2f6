package io.apiaccess.policy;

import io.apiaccess.check.Faults;
import java.time.Duration;

/**
 * A strict sliding window: at most {@code max} units in any half-open interval of length {@code period}, however laid.
 *
 * <p>Time is monotonic. Written {@code RateLimit.of(100).per(Duration.ofMinutes(1))}.
 *
 * @param terms its name, {@code rate} unless given, and what else is no number
 * @param max the units, 0 to 2^63−1
 * @param period the length of the window, 1 ns to 2^63−1 ns
 */
public record RateLimit(LimitTerms terms, long max, Duration period) implements Limit {
    /** Refuses a negative number of units and a period that is not positive or beyond 2^63−1 nanoseconds. */
    public RateLimit {
        Faults faults = new Faults();
        faults.name("name", terms.name());
        faults.require(max >= 0, "units " + Faults.quote(max) + " are below 0");
        faults.require(isPeriod(period), periodFault(period));
        faults.throwIfAny("rate limit", terms.name());
    }

    /** Starts a rate limit of so many units. */
    public static Per of(long max) {
        return period -> new RateLimit(LimitTerms.of("rate"), max, period);
    }

    /** Starts a token bucket of a capacity. */
    public static TokenBucket.Refill bucket(long capacity) {
        return (units, period) -> new TokenBucket(LimitTerms.of("rate"), capacity, units, period);
    }

    static boolean isPeriod(Duration period) {
        return period.compareTo(Duration.ZERO) > 0 && period.compareTo(Duration.ofNanos(Long.MAX_VALUE)) <= 0;
    }

    static String periodFault(Duration period) {
        return "period " + Faults.quote(period) + " is not between 1 ns and 292 years";
    }

    @Override
    public RateLimit with(LimitTerms terms) {
        return new RateLimit(terms, max, period);
    }

    @Override
    public RateLimit named(String name) {
        return with(terms.named(name));
    }

    @Override
    public RateLimit scope(LimitScope scope) {
        return with(terms.scope(scope));
    }

    @Override
    public RateLimit shadow() {
        return with(terms.inShadow());
    }

    @Override
    public RateLimit onFailure(FailureMode mode) {
        return with(terms.onFailure(mode));
    }

    @Override
    public RateLimit max(long max) {
        return new RateLimit(terms, max, period);
    }

    @Override
    public Kind kind() {
        return Kind.RATE;
    }

    @Override
    public String toString() {
        return name() + " " + max + " per " + period + " and " + terms;
    }

    /** Units that wait for their period. */
    @FunctionalInterface
    public interface Per {
        /** Returns the limit with windows of that length. */
        RateLimit per(Duration period);
    }
}
