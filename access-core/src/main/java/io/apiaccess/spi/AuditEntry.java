package io.apiaccess.spi;

import java.time.Instant;
import java.util.Optional;

/**
 * One change that was made: who, when, what, before, after. Never holds a secret.
 *
 * @param revision the store's revision that it led to
 * @param at when it was made
 * @param actor who made it
 * @param action what was done, such as {@code deactivate}
 * @param target what it was done to, such as {@code client `…`}
 * @param before the state before in words, or nothing if it was created
 * @param after the state after in words, or nothing if it was deleted
 */
public record AuditEntry(
        long revision,
        Instant at,
        String actor,
        String action,
        String target,
        Optional<String> before,
        Optional<String> after) {}
