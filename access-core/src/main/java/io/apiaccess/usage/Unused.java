package io.apiaccess.usage;

import io.apiaccess.client.ClientId;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import java.time.Instant;
import java.util.Optional;

/**
 * A profile, or a key, that nobody uses.
 *
 * @param client the client
 * @param profile the profile
 * @param key the key, or nothing if no call came by the profile in any way
 * @param lastUsed when it was used last, if it ever was
 */
public record Unused(ClientId client, ProfileId profile, Optional<KeyId> key, Optional<Instant> lastUsed) {}
