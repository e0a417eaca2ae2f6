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
 * @param limit the limit
 * @param remaining the units left, after the call if it took any; never negative
 * @param refuses whether it has not enough left for the call
 * @param retryAfter if it refuses, how long until the call would fit if nothing else is taken meanwhile; nothing means
 *     never
 * @param resetAfter how long until all units are free again if nothing else is taken; of a quota, the rest of its period
 * @param resetAt the end of a quota's period
 * @param time the counter's own time in nanoseconds, the running maximum of the readings it was given: of the monotonic
 *     clock for a rate, since 1970-01-01T00:00Z for a quota
 */
public record LimitState(
        PolicyId policy,
        Limit limit,
        long remaining,
        boolean refuses,
        Optional<Duration> retryAfter,
        Duration resetAfter,
        Optional<Instant> resetAt,
        long time) {
    @Override
    public String toString() {
        return limit + " of policy " + policy + ": " + remaining + " left, full again in " + resetAfter
                + (refuses
                        ? ", refuses; retry "
                                + retryAfter.map(wait -> "in " + wait).orElse("never")
                        : "");
    }
}
