package io.apiaccess.client;

import io.apiaccess.check.Faults;
import io.apiaccess.entity.Id;

/**
 * The identity of a profile.
 *
 * @param value 1 to 64 of {@code A-Z a-z 0-9 _ -}
 */
public record ProfileId(String value) implements Id<AccessProfile> {
    /** Refuses what is not an id. */
    public ProfileId {
        Faults.id("profile", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
