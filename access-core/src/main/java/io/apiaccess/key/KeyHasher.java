package io.apiaccess.key;

import io.apiaccess.check.Faults;
import io.apiaccess.client.KeyDigest;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a key's text: SHA-256 of it, or HMAC-SHA-256 of that under a pepper (RFC 2104). Thread-safe.
 *
 * <p>Every text costs the same work whether it is known or not: it is hashed under each pepper, then looked up.
 */
public final class KeyHasher {
    static final int BYTES = KeyDigest.BYTES;

    private final List<Pepper> peppers;

    /** Returns a hasher; the first pepper is the one that new digests are made with. */
    public KeyHasher(List<Pepper> peppers) {
        this.peppers = List.copyOf(peppers);
    }

    /** Returns the SHA-256 of a text. */
    public byte[] sha256(String text) {
        Bench bench = Bench.borrow();
        try {
            return bench.sha256(text).clone();
        } finally {
            bench.giveBack();
        }
    }

    /** Returns the digest that a key with a text would be kept by without a pepper. */
    public KeyDigest plain(String text) {
        Bench bench = Bench.borrow();
        try {
            return KeyDigest.of(bench.sha256(text), null);
        } finally {
            bench.giveBack();
        }
    }

    /** Returns the digest that a key with a text would be kept by without a pepper, or {@code null} for one that is none. */
    public @Nullable KeyDigest plain(String text, KeyFormat format) {
        Bench bench = Bench.borrow();
        try {
            return format.isTaken(text, bench) ? KeyDigest.of(bench.sha256(), null) : null;
        } finally {
            bench.giveBack();
        }
    }

    /** Returns whether there is a pepper. */
    public boolean isPeppered() {
        return !peppers.isEmpty();
    }

    /** Returns the digest that a new key is kept by. */
    public KeyDigest seal(byte[] sha256) {
        return candidates(sha256).get(0);
    }

    /**
     * Returns all digests that a key may be kept by, the one for new keys first: under each pepper, then plain.
     *
     * @throws IllegalArgumentException unless there are 32 bytes
     */
    public List<KeyDigest> candidates(byte[] sha256) {
        KeyDigest plain = KeyDigest.of(sha256, null);
        if (peppers.isEmpty()) {
            return List.of(plain);
        }
        List<KeyDigest> candidates = new ArrayList<>(peppers.size() + 1);
        for (Pepper pepper : peppers) {
            candidates.add(pepper.apply(sha256));
        }
        candidates.add(plain);
        return candidates;
    }

    /** A secret of the application that goes into digests, so that a stolen store cannot be searched. Thread-safe. */
    public static final class Pepper {
        private final String id;
        private final Mac mac;

        /**
         * Returns a pepper.
         *
         * @param secret at least 32 bytes
         * @throws IllegalArgumentException for a shorter secret or an id that is none
         */
        public Pepper(String id, byte[] secret) {
            if (secret.length < KeyDigest.BYTES) {
                throw new IllegalArgumentException(
                        "pepper of `" + secret.length + "` bytes is shorter than " + KeyDigest.BYTES + " bytes");
            }
            this.id = Faults.id("pepper", id);
            try {
                mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this JDK has no HmacSHA256", e);
            }
        }

        private KeyDigest apply(byte[] hash) {
            try {
                return KeyDigest.of(((Mac) mac.clone()).doFinal(hash), id);
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException("this JDK cannot copy an HmacSHA256", e);
            }
        }

        @Override
        public String toString() {
            return "pepper `" + id + "`";
        }
    }
}
