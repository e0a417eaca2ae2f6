package io.apiaccess.policy;

import java.util.Objects;

/**
 * What every kind of limit has beside its numbers. Immutable.
 *
 * @param name its name, unique within its policy
 * @param scope whose usage it counts
 * @param shadow whether it only says what it would refuse
 * @param failureMode what becomes of calls while the store that counts it cannot answer
 */
public record LimitTerms(String name, LimitScope scope, boolean shadow, FailureMode failureMode) {
    /** Refuses what is missing; the name is checked by the limit. */
    public LimitTerms {
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(failureMode, "failureMode");
    }

    /** Returns the terms of a limit that says nothing else: enforced, for each profile, closed when its store fails. */
    static LimitTerms of(String name) {
        return new LimitTerms(name, LimitScope.PROFILE, false, FailureMode.closed());
    }

    LimitTerms named(String name) {
        return new LimitTerms(name, scope, shadow, failureMode);
    }

    LimitTerms scope(LimitScope scope) {
        return new LimitTerms(name, scope, shadow, failureMode);
    }

    LimitTerms inShadow() {
        return new LimitTerms(name, scope, true, failureMode);
    }

    LimitTerms onFailure(FailureMode mode) {
        return new LimitTerms(name, scope, shadow, mode);
    }

    @Override
    public String toString() {
        return scope
                + (shadow ? ", in shadow" : "")
                + (failureMode.equals(FailureMode.closed()) ? "" : ", " + failureMode + " when its store fails");
    }
}
