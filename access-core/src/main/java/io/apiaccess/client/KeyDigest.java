package io.apiaccess.client;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a key's text: its SHA-256, or under a pepper the HMAC-SHA-256 of that. Immutable.
 *
 * <p>Compared in constant time.
 */
public final class KeyDigest {
    /** The length of a digest in bytes. */
    public static final int BYTES = 32;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final long a;
    private final long b;
    private final long c;
    private final long d;
    private final @Nullable String pepperId;

    private KeyDigest(byte[] bytes, @Nullable String pepperId) {
        a = (long) LONGS.get(bytes, 0);
        b = (long) LONGS.get(bytes, Long.BYTES);
        c = (long) LONGS.get(bytes, 2 * Long.BYTES);
        d = (long) LONGS.get(bytes, 3 * Long.BYTES);
        this.pepperId = pepperId;
    }

    /**
     * Returns a digest.
     *
     * @param bytes 32 bytes
     * @param pepperId the pepper that went in, or {@code null} for a plain SHA-256
     * @throws IllegalArgumentException for another number of bytes
     */
    public static KeyDigest of(byte[] bytes, @Nullable String pepperId) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("digest of `" + bytes.length + "` bytes is not a SHA-256 of 32 bytes");
        }
        return new KeyDigest(bytes, pepperId);
    }

    /** Returns its 32 bytes. */
    public byte[] bytes() {
        return ByteBuffer.allocate(BYTES)
                .putLong(a)
                .putLong(b)
                .putLong(c)
                .putLong(d)
                .array();
    }

    /** Returns the id of the pepper that went in. */
    public Optional<String> pepperId() {
        return Optional.ofNullable(pepperId);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeyDigest digest
                && ((a ^ digest.a) | (b ^ digest.b) | (c ^ digest.c) | (d ^ digest.d)) == 0
                && Objects.equals(pepperId, digest.pepperId);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(a);
    }

    /** Returns the same for every digest. */
    @Override
    public String toString() {
        return "KeyDigest(redacted)";
    }
}
