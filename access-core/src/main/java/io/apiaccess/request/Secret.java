package io.apiaccess.request;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A text that must never be shown: compared in time that depends on the lengths only, redacted by
 * {@link #toString()}, and let out by {@link #reveal()} alone. Immutable.
 */
public final class Secret {
    private final String text;

    private Secret(String text) {
        this.text = Objects.requireNonNull(text, "text");
    }

    /** Returns a secret with that text. */
    public static Secret of(String text) {
        return new Secret(text);
    }

    /** Returns the text: the one way out. */
    public String reveal() {
        return text;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret secret && MessageDigest.isEqual(characters(text), characters(secret.text));
    }

    @Override
    public int hashCode() {
        return text.length();
    }

    /** Returns the same for every secret. */
    @Override
    public String toString() {
        return "Secret(redacted)";
    }

    // An encoding would take one lone surrogate for another.
    private static byte[] characters(String text) {
        ByteBuffer bytes = ByteBuffer.allocate(text.length() * Character.BYTES);
        bytes.asCharBuffer().put(text);
        return bytes.array();
    }
}
