package io.apiaccess.decision;

import io.apiaccess.policy.Policy;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A policy that a call is held to.
 *
 * @param origin where it hangs; one that hangs in two places applies once, by the first
 * @param policy the policy
 * @param limits how its limits stand for the caller now, in their order; those that count by address are left out where no
 *     address is given
 */
public record AppliedPolicy(Origin origin, Policy policy, List<LimitState> limits) {
    /** Copies the list. */
    public AppliedPolicy {
        limits = List.copyOf(limits);
    }

    /** Where a policy hangs, in the order in which policies apply. */
    public enum Origin {
        /** On the client. */
        CLIENT,
        /** On the profile. */
        PROFILE,
        /** On the plan of the grant. */
        PLAN,
        /** On the collection. */
        COLLECTION
    }

    @Override
    public String toString() {
        return origin + " policy `" + policy.name() + "`" + (policy.isShadow() ? " in shadow" : "")
                + limits.stream().map(state -> "; " + state).collect(Collectors.joining());
    }
}
