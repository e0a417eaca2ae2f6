package io.apiaccess.json;

import java.util.Arrays;
import java.util.Base64;

/**
 * The one base64url form of a sequence of bytes: RFC 4648 section 5 without padding, as RFC 7515 section 2 has it, the
 * bits that are left over being zero (RFC 4648 section 3.5).
 */
public final class Base64Url {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final byte[] VALUES = values();

    private Base64Url() {}

    /**
     * Returns the bytes of a part of a text.
     *
     * @throws MalformedException if the part is not what {@link #encode} gives
     */
    public static byte[] decode(String text, int from, int to) throws MalformedException {
        byte[] bytes = new byte[(int) ((to - from) * 6L / Byte.SIZE)];
        int bits = 0;
        int held = 0;
        int next = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            int value = c < VALUES.length ? VALUES[c] : -1;
            if (value < 0) {
                throw new MalformedException("a character outside base64url");
            }
            bits = bits << 6 | value;
            held += 6;
            if (held >= Byte.SIZE) {
                held -= Byte.SIZE;
                bytes[next++] = (byte) (bits >>> held);
            }
        }
        // what is left of a group is 0, 4 or 2 bits, all zero; 6 are a character too many
        if (held == 6 || (bits & ((1 << held) - 1)) != 0) {
            throw new MalformedException("base64url that no encoder writes");
        }
        return bytes;
    }

    /** Returns the bytes of a text. */
    public static byte[] decode(String text) throws MalformedException {
        return decode(text, 0, text.length());
    }

    /** Returns the text of bytes. */
    public static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
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
