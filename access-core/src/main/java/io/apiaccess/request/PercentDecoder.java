package io.apiaccess.request;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Percent-decoding of RFC 3986 section 2.1, each run of escapes read as strict UTF-8. */
final class PercentDecoder {
    private PercentDecoder() {}

    /**
     * Returns the decoded text, or {@code null} for a bad escape, bad UTF-8, or an escaped slash: decoded, it could no
     * longer be told from one that divides segments.
     */
    static @Nullable String decode(String text) {
        StringBuilder out = new StringBuilder(text.length());
        byte[] run = new byte[text.length() / 3];
        int i = 0;
        while (i < text.length()) {
            if (text.charAt(i) != '%') {
                out.append(text.charAt(i++));
                continue;
            }
            int length = 0;
            while (i < text.length() && text.charAt(i) == '%') {
                int high = i + 2 < text.length() ? hex(text.charAt(i + 1)) : -1;
                int low = high >= 0 ? hex(text.charAt(i + 2)) : -1;
                if (low < 0 || (high << 4 | low) == '/') {
                    return null;
                }
                run[length++] = (byte) (high << 4 | low);
                i += 3;
            }
            try {
                out.append(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(run, 0, length)));
            } catch (CharacterCodingException e) {
                return null;
            }
        }
        return out.toString();
    }

    /** Returns the value of an ASCII hexadecimal digit, or -1. */
    static int hex(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }
}
