package io.apiaccess.api;

import io.apiaccess.check.Faults;
import io.apiaccess.entity.Id;

/**
 * The identity of a collection.
 *
 * @param value 1 to 64 of {@code A-Z a-z 0-9 _ -}
 */
public record CollectionId(String value) implements Id<ApiCollection> {
    /** Refuses what is not an id. */
    public CollectionId {
        Faults.id("collection", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
