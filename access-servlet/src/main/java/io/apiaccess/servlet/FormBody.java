package io.apiaccess.servlet;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A form of at most 8 KiB in {@code application/x-www-form-urlencoded}, in strict UTF-8, with no parameter twice. One without
 * a value counts as missing (RFC 6749 section 3.2). Immutable.
 */
final class FormBody {
    private static final int MAX_BYTES = 8 * 1024;
    private static final Pattern TYPE = Pattern.compile(
            "application/x-www-form-urlencoded[ \t]*(;[ \t]*(charset=(utf-8|\"utf-8\"))?[ \t]*)?",
            Pattern.CASE_INSENSITIVE);

    private final Map<String, String> parameters;

    private FormBody(Map<String, String> parameters) {
        this.parameters = parameters;
    }

    /** Returns the form in the body of a request, or {@code null} if there is none that can be read in one way only. */
    static @Nullable FormBody read(HttpServletRequest request) throws IOException {
        String type = request.getContentType();
        if (type == null
                || !TYPE.matcher(HeaderText.trim(type)).matches()
                || request.getHeader("Content-Encoding") != null
                || request.getContentLengthLong() > MAX_BYTES) {
            return null;
        }
        byte[] body = request.getInputStream().readNBytes(MAX_BYTES + 1);
        return body.length > MAX_BYTES ? null : parse(new String(body, StandardCharsets.ISO_8859_1));
    }

    static @Nullable FormBody parse(String body) {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : body.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            if (name == null || value == null || parameters.put(name, value) != null) {
                return null;
            }
        }
        return new FormBody(parameters);
    }

    /** Returns the value of a parameter, if it is there and has one. */
    Optional<String> find(String name) {
        return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isEmpty());
    }

    /** Returns a text without its escapes, or {@code null} if one is bad or what comes out is not UTF-8. */
    static @Nullable String decode(String latin1) {
        ByteBuffer bytes = ByteBuffer.allocate(latin1.length());
        for (int i = 0; i < latin1.length(); i++) {
            char c = latin1.charAt(i);
            if (c == '%') {
                int high = i + 2 < latin1.length() ? hex(latin1.charAt(i + 1)) : -1;
                int low = high < 0 ? -1 : hex(latin1.charAt(i + 2));
                if (low < 0) {
                    return null;
                }
                bytes.put((byte) (high << 4 | low));
                i += 2;
            } else {
                bytes.put((byte) (c == '+' ? ' ' : c));
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static int hex(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }
}
