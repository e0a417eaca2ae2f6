package io.apiaccess.jdbc;

import io.apiaccess.spi.UsageKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** The hash by which what calls have in common is found: SHA-256 of its parts, each with its length. */
final class UsageHash {
    private UsageHash() {}

    static String of(UsageKey key) {
        MessageDigest digest = sha256();
        put(digest, key.caller());
        put(digest, key.client());
        put(digest, key.profile());
        put(digest, key.key());
        put(digest, key.collection());
        put(digest, key.route());
        put(digest, key.reason().map(Enum::name));
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void put(MessageDigest digest, Optional<?> part) {
        byte[] text = part.map(Object::toString).orElse("").getBytes(StandardCharsets.UTF_8);
        String length = part.isPresent() ? text.length + ":" : "-";
        digest.update(length.getBytes(StandardCharsets.UTF_8));
        digest.update(text);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
