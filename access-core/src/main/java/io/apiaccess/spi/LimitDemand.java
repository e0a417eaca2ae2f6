package io.apiaccess.spi;

import io.apiaccess.policy.Limit;
import io.apiaccess.policy.PolicyId;

/**
 * One limit that a decision takes from, and whose usage of it counts.
 *
 * @param policy the policy that the limit is in
 * @param limit the limit
 * @param subject whose usage counts, within the limit's scope
 */
public record LimitDemand(PolicyId policy, Limit limit, String subject) {
    /**
     * Returns the identity of the counter: neither the number of units nor the length of time is in it, so that changing
     * them keeps what was used.
     */
    public CounterId counter() {
        return new CounterId(policy, limit.name(), limit.kind());
    }

    /**
     * A counter among those of one subject.
     *
     * @param policy the policy that its limit is in
     * @param limit the limit's name
     * @param kind the limit's kind
     */
    public record CounterId(PolicyId policy, String limit, Limit.Kind kind) {}
}
