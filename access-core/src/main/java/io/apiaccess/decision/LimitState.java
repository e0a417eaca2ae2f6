package io.apiaccess.decision;

import io.apiaccess.policy.Limit;
import io.apiaccess.policy.PolicyId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How one limit stands for one subject at a decision.
 *
 * @param policy the policy it is in
 * @param limit the limit, with an override in force
 * @param remaining the units left, after the call if it took any; never negative
 * @param fits whether it has enough left for the call
 * @param retryAfter if the call does not fit, how long until it would if nothing else is taken meanwhile; nothing means never
 * @param resetNanos how long until all units are free again if nothing else is taken, in nanoseconds; of a quota, the rest of
 *     its period
 * @param time the counter's own time in nanoseconds, the running maximum of the readings it was given: of the monotonic
 *     clock for a rate, since 1970-01-01T00:00Z for a quota
 */
public record LimitState(
        PolicyId policy,
        Limit limit,
        long remaining,
        boolean fits,
        Optional<Duration> retryAfter,
        long resetNanos,
        long time) {
    /** Returns whether it refuses the call; one in shadow refuses none. */
    public boolean refuses() {
        return !fits && !limit.isShadow();
    }

    /** Returns whether it is in shadow and would refuse the call. */
    public boolean wouldRefuse() {
        return !fits && limit.isShadow();
    }

    /** Returns how long until all units are free again if nothing else is taken; of a quota, the rest of its period. */
    public Duration resetAfter() {
        return Duration.ofNanos(resetNanos);
    }

    /** Returns the end of a quota's period. */
    public Optional<Instant> resetAt() {
        return limit.kind() == Limit.Kind.QUOTA
                ? Optional.of(Instant.EPOCH.plusNanos(time).plusNanos(resetNanos))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return limit + " of policy " + policy + ": " + remaining + " left, full again in " + resetAfter()
                + (fits
                        ? ""
                        : ", " + (limit.isShadow() ? "would refuse" : "refuses") + "; retry "
                                + retryAfter.map(wait -> "in " + wait).orElse("never"));
    }
}
