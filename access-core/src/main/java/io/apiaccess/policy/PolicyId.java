package io.apiaccess.policy;

import io.apiaccess.check.Faults;
import io.apiaccess.entity.Id;

/**
 * The identity of a policy.
 *
 * @param value 1 to 64 of {@code A-Z a-z 0-9 _ -}
 */
public record PolicyId(String value) implements Id<Policy> {
    /** Refuses what is not an id. */
    public PolicyId {
        Faults.id("policy", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
