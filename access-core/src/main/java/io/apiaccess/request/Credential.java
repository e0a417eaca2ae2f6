package io.apiaccess.request;

import java.util.Objects;

/**
 * What a caller offers to prove who it is.
 *
 * @param kind how it was offered, which says what it may be
 * @param secret its text, never shown
 */
public record Credential(Kind kind, Secret secret) {
    /** How a credential was offered. */
    public enum Kind {
        /** In a place for API keys: nothing else is looked for in it. */
        API_KEY,
        /** As a Bearer token (RFC 6750): its shape says what it is. */
        BEARER
    }

    /** Refuses nulls. */
    public Credential {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(secret, "secret");
    }
}
