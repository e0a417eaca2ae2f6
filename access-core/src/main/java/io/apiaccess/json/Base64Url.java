package io.apiaccess.json;

import java.util.Base64;

/**
 * The one base64url form of a sequence of bytes: RFC 4648 section 5 without padding, as RFC 7515 section 2 has it, the
 * bits that are left over being zero (RFC 4648 section 3.5).
 */
public final class Base64Url {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private Base64Url() {}

    /**
     * Returns the bytes of a part of a text.
     *
     * @throws MalformedException if the part is not what {@link #encode} gives
     */
    public static byte[] decode(String text, int from, int to) throws MalformedException {
        try {
            byte[] bytes = DECODER.decode(text.substring(from, to));
            if (from == to || isLast(text.charAt(to - 1), (to - from) % 4)) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // as below: the decoder's message would show the character
        }
        throw new MalformedException("text that no encoder of base64url writes");
    }

    /** Returns the bytes of a text. */
    public static byte[] decode(String text) throws MalformedException {
        return decode(text, 0, text.length());
    }

    /** Returns the text of bytes. */
    public static String encode(byte[] bytes) {
        return ENCODER.encodeToString(bytes);
    }

    /** Returns whether a character may be the last: it is no padding, and what it has beyond a whole byte is zero. */
    private static boolean isLast(char c, int over) {
        int unused = over == 2 ? 0xf : over == 3 ? 0x3 : 0;
        int value = ALPHABET.indexOf(c);
        return value >= 0 && (value & unused) == 0;
    }
}
