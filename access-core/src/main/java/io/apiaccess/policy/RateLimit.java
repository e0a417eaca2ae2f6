package io.apiaccess.policy;

import io.apiaccess.check.Faults;
import java.time.Duration;

/**
 * A strict sliding window: at most {@code max} units in any half-open interval of length {@code period}, however laid.
 *
 * <p>Time is monotonic. Written {@code RateLimit.of(100).per(Duration.ofMinutes(1))}.
 *
 * @param name its name in the policy, {@code rate} unless given
 * @param scope whose usage it counts, each profile's unless given
 * @param max the units, 0 to 2^63−1
 * @param period the length of the window, 1 ns to 2^63−1 ns
 */
public record RateLimit(String name, LimitScope scope, long max, Duration period) implements Limit {
    /** Refuses a negative number of units and a period that is not positive or beyond 2^63−1 nanoseconds. */
    public RateLimit {
        Faults faults = new Faults();
        faults.name("name", name);
        faults.require(max >= 0, "units " + Faults.quote(max) + " are below 0");
        faults.require(isPeriod(period), periodFault(period));
        faults.throwIfAny("rate limit", name);
    }

    /** Starts a rate limit of so many units. */
    public static Per of(long max) {
        return period -> new RateLimit("rate", LimitScope.PROFILE, max, period);
    }

    /** Starts a token bucket of a capacity. */
    public static TokenBucket.Refill bucket(long capacity) {
        return (units, period) -> new TokenBucket("rate", LimitScope.PROFILE, capacity, units, period);
    }

    static boolean isPeriod(Duration period) {
        return period.compareTo(Duration.ZERO) > 0 && period.compareTo(Duration.ofNanos(Long.MAX_VALUE)) <= 0;
    }

    static String periodFault(Duration period) {
        return "period " + Faults.quote(period) + " is not between 1 ns and 292 years";
    }

    @Override
    public RateLimit named(String name) {
        return new RateLimit(name, scope, max, period);
    }

    @Override
    public RateLimit scope(LimitScope scope) {
        return new RateLimit(name, scope, max, period);
    }

    @Override
    public Kind kind() {
        return Kind.RATE;
    }

    @Override
    public String toString() {
        return name + " " + max + " per " + period + " and " + scope;
    }

    /** Units that wait for their period. */
    @FunctionalInterface
    public interface Per {
        /** Returns the limit with windows of that length. */
        RateLimit per(Duration period);
    }
}
