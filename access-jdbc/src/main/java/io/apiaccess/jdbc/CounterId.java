package io.apiaccess.jdbc;

import io.apiaccess.policy.Limit;
import io.apiaccess.spi.LimitDemand;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** Which counter a row is: a digest of all that tells it from others (L2). Ordered as rows are locked. Immutable. */
final class CounterId implements Comparable<CounterId> {
    private final byte[] digest;

    private CounterId(byte[] digest) {
        this.digest = digest;
    }

    /** Returns the id of the counter that a demand takes from. */
    static CounterId of(LimitDemand demand) {
        Limit limit = demand.limit();
        MessageDigest digest = sha256();
        add(digest, demand.policy().value());
        add(digest, limit.name());
        add(digest, limit.kind().name());
        add(digest, Boolean.toString(limit.isShadow()));
        add(digest, limit.scope().name());
        add(digest, demand.subject());
        return new CounterId(digest.digest());
    }

    /** Returns the id that a row has. */
    static CounterId of(byte[] digest) {
        return new CounterId(digest.clone());
    }

    byte[] bytes() {
        return digest.clone();
    }

    // Each part comes after its length, so that no two run into one another.
    private static void add(MessageDigest digest, String part) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        digest.update(new byte[] {
            (byte) (bytes.length >> 24), (byte) (bytes.length >> 16), (byte) (bytes.length >> 8), (byte) bytes.length
        });
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public int compareTo(CounterId other) {
        return Arrays.compareUnsigned(digest, other.digest);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CounterId id && Arrays.equals(digest, id.digest);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(digest);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(digest);
    }
}
