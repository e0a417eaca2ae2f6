package io.apiaccess.jwt;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The secrets that tutorials, test vectors and tools show, and that therefore everybody can sign with. */
final class SampleSecrets {
    /** From the jwt.io debugger, RFC 7515 A.1, RFC 7520 section 3.5, and widely copied tutorials. */
    private static final List<String> TEXTS = List.of(
            "your-256-bit-secret-your-256-bit-secret",
            "your-384-bit-secret-your-384-bit-secret-your-384-bit-secret",
            "a-string-secret-at-least-256-bits-long",
            "a-valid-string-secret-that-is-at-least-256-bits-long",
            "a-valid-string-secret-that-is-at-least-384-bits-long-which-is-longer",
            "a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long",
            "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
            "hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg",
            "404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970",
            "5367566B59703373367639792F423F4528482B4D6251655468576D5A71347437",
            "9a4f2c8d3b7a1e6f45c8a0b3f267d8b1d4e6f3c8a9d2b5f8e3a9c8b5f6v8a3d9",
            "qwertyuiopasdfghjklzxcvbnm123456",
            "abcdefghijklmnopqrstuvwxyz123456",
            "0123456789abcdef0123456789abcdef",
            "thisisaverylongsecretkeyforjwtauthentication",
            "super-secret-jwt-token-with-at-least-32-characters-long",
            "my-32-character-ultra-secure-and-ultra-long-secret");
    // Fewer different bytes than any 32 that were drawn at random, or any 32 hexadecimal digits, will ever have.
    private static final int MIN_DIFFERENT = 6;

    private static final List<byte[]> BYTES =
            TEXTS.stream().flatMap(SampleSecrets::readings).toList();

    private SampleSecrets() {}

    /** Returns whether a secret is one of them, or made of so few different bytes that it is none. */
    static boolean has(byte[] secret) {
        boolean found = false;
        for (byte[] sample : BYTES) {
            found |= MessageDigest.isEqual(sample, secret);
        }
        return found || isUniform(secret);
    }

    private static boolean isUniform(byte[] secret) {
        boolean[] seen = new boolean[1 << Byte.SIZE];
        int different = 0;
        for (byte b : secret) {
            different += seen[b & 0xff] ? 0 : 1;
            seen[b & 0xff] = true;
        }
        return different < MIN_DIFFERENT;
    }

    /** Returns the bytes that a text may have been used as: its own, those it has as base64url, as base64 and as hex. */
    private static Stream<byte[]> readings(String text) {
        Stream<byte[]> own = Stream.of(text.getBytes(StandardCharsets.UTF_8));
        if (text.matches("(?:[0-9A-F]{2})+")) {
            return Stream.concat(own, Stream.of(HexFormat.of().parseHex(text), decoded(text)));
        }
        return text.matches("[A-Za-z0-9_-]+") && text.length() % 4 != 1
                ? Stream.concat(own, Stream.of(decoded(text)))
                : own;
    }

    private static byte[] decoded(String text) {
        return Base64.getUrlDecoder().decode(text);
    }
}
