package io.apiaccess.policy;

import io.apiaccess.check.Faults;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A condition of the application's own, as a policy names it. Immutable.
 *
 * @param name the name that its implementation is registered under: 1 to 64 of {@code A-Z a-z 0-9 _ -}
 * @param parameters what it is asked with, at most 50 of at most 2,000 characters each
 */
public record PolicyCondition(String name, Map<String, String> parameters) {
    private static final int MAX_PARAMETERS = 50;
    private static final int MAX_VALUE = 2_000;

    /** Refuses what is no name, and too many or too long parameters. */
    public PolicyCondition {
        Faults faults = new Faults();
        faults.require(
                Faults.isId(name),
                "name " + Faults.quote(name) + " is not 1 to 64 characters of A-Z, a-z, 0-9, _ and -");
        faults.require(
                parameters.size() <= MAX_PARAMETERS,
                "`" + parameters.size() + "` parameters are more than " + MAX_PARAMETERS);
        parameters.forEach((parameter, value) -> {
            faults.name("parameter", parameter);
            faults.require(
                    value.length() <= MAX_VALUE,
                    "parameter " + Faults.quote(parameter) + " is longer than " + MAX_VALUE + " characters");
        });
        faults.throwIfAny("condition", name);
        parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
    }

    @Override
    public String toString() {
        return name + (parameters.isEmpty() ? "" : " " + parameters);
    }
}
