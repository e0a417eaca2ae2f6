package io.apiaccess.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The overrides of one holder, at most one for each limit. Immutable.
 *
 * @param all the overrides, also those that are over
 */
public record LimitOverrides(List<LimitOverride> all) {
    /** No override. */
    public static final LimitOverrides NONE = new LimitOverrides(List.of());

    /** Copies the list. */
    public LimitOverrides {
        all = List.copyOf(all);
    }

    /** Returns these with another, in place of the one for the same limit if there is one. */
    public LimitOverrides with(LimitOverride override) {
        List<LimitOverride> others = new ArrayList<>(without(override.policy(), override.limit()).all);
        others.add(override);
        return new LimitOverrides(others);
    }

    /** Returns these without the one for a limit. */
    public LimitOverrides without(PolicyId policy, String limit) {
        return new LimitOverrides(
                all.stream().filter(it -> !it.isOf(policy, limit)).toList());
    }

    /** Returns a limit as it is at an instant. */
    public Limit apply(PolicyId policy, Limit limit, Instant now) {
        for (LimitOverride override : all) {
            if (override.isOf(policy, limit.name()) && now.isBefore(override.until())) {
                return limit.max(override.max());
            }
        }
        return limit;
    }

    /** Returns the policies whose limits are overridden. */
    public List<PolicyId> policies() {
        return all.stream().map(LimitOverride::policy).distinct().toList();
    }

    @Override
    public String toString() {
        return all.toString();
    }
}
