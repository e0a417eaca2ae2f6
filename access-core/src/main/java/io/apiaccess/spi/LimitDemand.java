package io.apiaccess.spi;

import io.apiaccess.policy.Limit;
import io.apiaccess.policy.PolicyId;

/**
 * One limit that a decision takes from, and whose usage of it counts.
 *
 * <p>Its counter is that of the policy, the limit's name and kind, whether it is in shadow, the scope and the subject:
 * neither the number of units nor the length of time is in it, so that changing them keeps what was used.
 *
 * @param policy the policy that the limit is in
 * @param limit the limit
 * @param subject whose usage counts, within the limit's scope
 */
public record LimitDemand(PolicyId policy, Limit limit, String subject) {
    /** Returns what is demanded of a limit for a subject of its scope. */
    public static LimitDemand of(PolicyId policy, Limit limit, LimitSubject subject) {
        if (limit.scope() != subject.scope()) {
            throw new IllegalArgumentException("limit `" + limit.name() + "` counts by " + limit.scope() + ", not by "
                    + subject.scope() + ": name a subject of its scope");
        }
        return new LimitDemand(policy, limit, subject.value());
    }
}
