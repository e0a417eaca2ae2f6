package io.apiaccess.policy;

import io.apiaccess.check.Faults;
import java.time.Instant;
import java.util.Objects;

/**
 * Another number of units for one named limit of a policy, until an instant, for the one holder that it is kept with: a
 * profile for limits that count by profile, by key, or by profile and collection, a client for those that count by client.
 *
 * @param policy the policy
 * @param limit the limit's name in it
 * @param max the units in place of the limit's, 0 to 2^63−1; of a token bucket, those that it holds, while the same flow in
 * @param until the first instant at which the limit's own units count again
 */
public record LimitOverride(PolicyId policy, String limit, long max, Instant until) {
    /** Refuses a negative number of units. */
    public LimitOverride {
        Objects.requireNonNull(policy, "policy");
        Objects.requireNonNull(until, "until");
        Faults faults = new Faults();
        faults.name("limit", limit);
        faults.require(max >= 0, "units " + Faults.quote(max) + " are below 0");
        faults.throwIfAny("override", limit);
    }

    boolean isOf(PolicyId otherPolicy, String otherLimit) {
        return limit.equals(otherLimit) && policy.equals(otherPolicy);
    }

    @Override
    public String toString() {
        return "limit " + Faults.quote(limit) + " of policy " + policy + " is " + max + " until " + until;
    }
}
