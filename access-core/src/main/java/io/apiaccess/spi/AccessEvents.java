package io.apiaccess.spi;

import io.apiaccess.decision.Caller;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.Quota;
import java.time.Instant;
import java.util.Optional;

/**
 * Hears of what an owner may want to act on.
 *
 * <p>It is called on one thread of the library, never by a decision: events wait in a queue of 10,000, and what comes while
 * it is full is dropped, which the log says once. What a method throws is logged and hurts nobody.
 */
public interface AccessEvents {
    /** A call took what reached 80, 90 or 100 % of a quota: once for each limit, subject and period in this process. */
    default void quotaReached(QuotaReached event) {}

    /** A rate refused a call: at most once for each profile in five minutes. */
    default void rateLimited(RateLimited event) {}

    /**
     * A quota that is used to a part.
     *
     * @param policy the policy that it is in
     * @param quota the quota
     * @param subject whose usage it is
     * @param percent the part that was reached: 80, 90 or 100
     * @param used the units used in the period
     * @param resetAt the end of the period
     * @param caller who took what reached it, or nothing for a call without credential
     */
    record QuotaReached(
            PolicyId policy,
            Quota quota,
            LimitSubject subject,
            int percent,
            long used,
            Instant resetAt,
            Optional<Caller> caller) {}

    /**
     * A caller that a rate refuses.
     *
     * @param policy the policy that the limit is in
     * @param limit the limit's name
     * @param caller who was refused, or nothing for calls without credential, which count as one profile
     * @param at when
     */
    record RateLimited(PolicyId policy, String limit, Optional<Caller> caller, Instant at) {}
}
