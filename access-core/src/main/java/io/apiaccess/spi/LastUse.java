package io.apiaccess.spi;

import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import java.time.Instant;
import java.util.Optional;

/**
 * When a profile was last used: by a call that was proven and that found key, profile and client in force, whatever came
 * of it.
 *
 * @param profile the profile
 * @param key the key it used, or nothing for proofs without one
 * @param at when, to the second
 */
public record LastUse(ProfileId profile, Optional<KeyId> key, Instant at) {}
