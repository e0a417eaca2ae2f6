package io.apiaccess.client;

import io.apiaccess.check.Faults;
import io.apiaccess.entity.Id;
import org.jspecify.annotations.Nullable;

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

    // Written out since the generated ones are not compiled into what calls them, so deep on the path of a decision.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeyId id && value.equals(id.value);
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
