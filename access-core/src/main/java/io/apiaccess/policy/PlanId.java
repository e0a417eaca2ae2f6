package io.apiaccess.policy;

import io.apiaccess.check.Faults;
import io.apiaccess.entity.Id;
import org.jspecify.annotations.Nullable;

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

    // Written out since the generated ones are not compiled into what calls them, so deep on the path of a decision.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PlanId id && value.equals(id.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
