package io.apiaccess.client;

import io.apiaccess.check.Faults;
import io.apiaccess.entity.Id;

/**
 * The identity of a client.
 *
 * @param value 1 to 64 of {@code A-Z a-z 0-9 _ -}
 */
public record ClientId(String value) implements Id<Client> {
    /** Refuses what is not an id. */
    public ClientId {
        Faults.id("client", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
