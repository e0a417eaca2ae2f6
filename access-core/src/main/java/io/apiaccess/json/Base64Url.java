package io.apiaccess.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * The one base64url form of a sequence of bytes: RFC 4648 section 5 without padding, as RFC 7515 section 2 has it, the
 * bits that are left over being zero (RFC 4648 section 3.5).
 */
public final class Base64Url {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final byte[] VALUES = values();
    private static final int GROUP = 4;

    private Base64Url() {}

    /**
     * Returns the bytes of a part of a text.
     *
     * @throws MalformedException if the part is not what {@link #encode} gives
     */
    public static byte[] decode(String text, int from, int to) throws MalformedException {
        int last = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            last = c < VALUES.length ? VALUES[c] : -1;
            if (last < 0) {
                throw new MalformedException("a character outside base64url");
            }
        }
        int leftOver = unusedBits((to - from) % GROUP);
        if (leftOver < 0 || (last & ((1 << leftOver) - 1)) != 0) {
            throw new MalformedException("base64url that no encoder writes");
        }
        return Base64.getUrlDecoder().decode(text.substring(from, to).getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Returns the bytes of a text. */
    public static byte[] decode(String text) throws MalformedException {
        return decode(text, 0, text.length());
    }

    /** Returns the text of bytes. */
    public static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Returns how many bits of the last character carry nothing, or −1 for a length that does not occur. */
    private static int unusedBits(int rest) {
        return switch (rest) {
            case 0 -> 0;
            case 2 -> 4;
            case 3 -> 2;
            default -> -1;
        };
    }

    private static byte[] values() {
        byte[] values = new byte[128];
        Arrays.fill(values, (byte) -1);
        for (int i = 0; i < ALPHABET.length(); i++) {
            values[ALPHABET.charAt(i)] = (byte) i;
        }
        return values;
    }
}
