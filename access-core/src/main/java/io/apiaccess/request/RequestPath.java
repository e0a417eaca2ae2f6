package io.apiaccess.request;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request's path in canonical form: percent-encoding decoded once, free of everything that
 * two readers could understand in two ways. Immutable.
 *
 * <p>The form is that of RFC 3986 section 3.3 with strict UTF-8 (RFC 3629); case is never folded.
 */
public final class RequestPath {
    /** The longest path, in characters as it arrives. */
    public static final int MAX_LENGTH = 8_192;

    private final String canonical;

    private RequestPath(String canonical) {
        this.canonical = canonical;
    }

    /**
     * Returns the canonical form of a path, or nothing if it has none.
     *
     * <p>Refused are: more than 8,192 characters; a path that does not begin with {@code /}; bad escapes; a raw
     * {@code ?}, {@code #} or backslash; and after decoding a segment that holds {@code /}, a backslash, {@code ;}, a
     * control character, U+2028, U+2029, a lone surrogate or another escape, that is {@code .} or {@code ..}, that
     * begins or ends in white space, or that is empty (unless it is the last).
     */
    public static Optional<RequestPath> parse(@Nullable String raw) {
        if (raw == null || raw.isEmpty() || raw.length() > MAX_LENGTH || raw.charAt(0) != '/') {
            return Optional.empty();
        }
        String canonical = raw.indexOf('%') < 0 ? raw : PercentDecoder.decode(raw);
        if (canonical == null || hasAny(raw, "?#\\")) {
            return Optional.empty();
        }
        for (int start = 1, end; start <= canonical.length(); start = end + 1) {
            int slash = canonical.indexOf('/', start);
            end = slash < 0 ? canonical.length() : slash;
            boolean isPlain = start == end ? slash < 0 : isPlain(canonical, start, end);
            if (!isPlain) {
                return Optional.empty();
            }
        }
        return Optional.of(new RequestPath(canonical));
    }

    /** Returns the decoded segments; the last is empty if the path ends in a slash. */
    public List<String> segments() {
        return List.of(canonical.substring(1).split("/", -1));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RequestPath path && canonical.equals(path.canonical);
    }

    @Override
    public int hashCode() {
        return canonical.hashCode();
    }

    /** Returns the canonical form, decoded. */
    @Override
    public String toString() {
        return canonical;
    }

    /** Returns whether a part of a path that is not empty can be read in one way only. */
    private static boolean isPlain(String path, int start, int end) {
        if (isBlank(path.charAt(start)) || isBlank(path.charAt(end - 1))) {
            return false;
        }
        int dots = 0;
        for (int i = start; i < end; i++) {
            char c = path.charAt(i);
            if (!isUnreserved(c) && isRefused(path, i, c)) {
                return false;
            }
            dots += c == '.' ? 1 : 0;
        }
        return dots < end - start || dots > 2;
    }

    /** Returns whether a character means itself wherever it stands (RFC 3986 section 2.3). */
    private static boolean isUnreserved(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }

    private static boolean isRefused(String path, int at, char c) {
        return "\\;\u2028\u2029".indexOf(c) >= 0
                || Character.isISOControl(c)
                || (c == '%' && isEscape(path, at))
                || (Character.isSurrogate(c) && !isPaired(path, at));
    }

    private static boolean isBlank(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    private static boolean isEscape(String text, int at) {
        return at + 2 < text.length()
                && PercentDecoder.hex(text.charAt(at + 1)) >= 0
                && PercentDecoder.hex(text.charAt(at + 2)) >= 0;
    }

    private static boolean isPaired(String text, int at) {
        char c = text.charAt(at);
        return Character.isHighSurrogate(c)
                ? at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1))
                : at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
    }

    private static boolean hasAny(String text, String characters) {
        for (int i = 0; i < characters.length(); i++) {
            if (text.indexOf(characters.charAt(i)) >= 0) {
                return true;
            }
        }
        return false;
    }
}
