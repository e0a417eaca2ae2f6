package io.apiaccess.decision;

import io.apiaccess.client.ClientId;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import java.util.Optional;

/**
 * Who a credential belongs to.
 *
 * @param client the client
 * @param profile its profile
 * @param key the key that was offered, or the client secret that the token was issued for; nothing if the proof was another
 */
public record Caller(ClientId client, ProfileId profile, Optional<KeyId> key) {}
