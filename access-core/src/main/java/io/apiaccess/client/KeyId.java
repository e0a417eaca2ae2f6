package io.apiaccess.client;

import io.apiaccess.check.Faults;
import io.apiaccess.entity.Id;

/**
 * The identity of a key.
 *
 * @param value 1 to 64 of {@code A-Z a-z 0-9 _ -}
 */
public record KeyId(String value) implements Id<ApiKey> {
    /** Refuses what is not an id. */
    public KeyId {
        Faults.id("key", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
