package io.apiaccess.policy;

import io.apiaccess.check.Faults;
import io.apiaccess.entity.Id;

/**
 * The identity of a plan.
 *
 * @param value 1 to 64 of {@code A-Z a-z 0-9 _ -}
 */
public record PlanId(String value) implements Id<Plan> {
    /** Refuses what is not an id. */
    public PlanId {
        Faults.id("plan", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
