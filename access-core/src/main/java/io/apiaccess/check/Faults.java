package io.apiaccess.check;

import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The faults of one configured object, collected so that all of them are reported at once. Not thread-safe.
 *
 * <p>Every message names the object, the field, the offending text in backticks, and what would be right.
 */
public final class Faults {
    /** The longest name of anything, in code points. */
    public static final int MAX_NAME = 200;

    private static final int MAX_DESCRIPTION = 2_000;
    private static final int MAX_QUOTED = 80;
    private static final int MAX_WHOLE = 4_000;
    private static final int MAX_ID = 64;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final List<String> found = new ArrayList<>();

    /** Starts without a fault. */
    public Faults() {}

    /** Starts with the faults that others have found. */
    public Faults(Faults others) {
        found.addAll(others.found);
    }

    /** Adds a fault. */
    public void add(String fault) {
        found.add(fault);
    }

    /** Adds a fault unless the condition holds. */
    public void require(boolean holds, String fault) {
        if (!holds) {
            found.add(fault);
        }
    }

    /** Runs a step that refuses by {@link IllegalArgumentException} and adds what it says. */
    public void gather(Runnable step) {
        try {
            step.run();
        } catch (IllegalArgumentException refused) {
            found.add(String.valueOf(refused.getMessage()));
        }
    }

    /** Checks a name: 1 to 200 code points, in NFC, without control characters and without blanks at its ends. */
    public void name(String field, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            found.add(field + " is missing: 1 to " + MAX_NAME + " characters are needed");
            return;
        }
        require(
                value.codePointCount(0, value.length()) <= MAX_NAME,
                field + " " + quote(value) + " is longer than " + MAX_NAME + " characters");
        require(
                value.codePoints().noneMatch(Faults::isControl),
                field + " " + quote(value) + " holds a control character or a lone surrogate");
        require(value.strip().equals(value), field + " " + quote(value) + " begins or ends in white space");
        require(
                Normalizer.isNormalized(value, Normalizer.Form.NFC),
                field + " " + quote(value) + " is not in Unicode normal form C");
    }

    /** Checks a name that may be absent. */
    public void optionalName(String field, @Nullable String value) {
        if (value != null) {
            name(field, value);
        }
    }

    /** Checks a description: at most 2,000 characters; line breaks are fine. */
    public void description(@Nullable String value) {
        require(
                value == null || value.length() <= MAX_DESCRIPTION,
                "description " + quote(value) + " is longer than " + MAX_DESCRIPTION + " characters");
    }

    /**
     * Refuses an object if any fault was found.
     *
     * @param kind what it is, such as {@code policy}
     * @param name what it is called, however wrong
     */
    public void throwIfAny(String kind, @Nullable String name) {
        if (!found.isEmpty()) {
            throw new IllegalArgumentException(kind + " " + quote(name) + ": " + String.join("; ", found));
        }
    }

    /** Returns the text in backticks, control characters escaped, cut at 80 characters. */
    public static String quote(@Nullable Object value) {
        return quote(value, MAX_QUOTED);
    }

    /** Returns the text in backticks, control characters escaped, cut at a length that no description reaches. */
    public static String quoteWhole(@Nullable Object value) {
        return quote(value, MAX_WHOLE);
    }

    private static String quote(@Nullable Object value, int max) {
        if (value == null) {
            return "`null`";
        }
        StringBuilder out = new StringBuilder("`");
        String text = value.toString();
        text.codePoints().limit(max).forEach(c -> {
            if (isControl(c) || c == '`') {
                out.append(String.format("\\u%04x", c));
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.append(text.codePointCount(0, text.length()) > max ? "…`" : "`")
                .toString();
    }

    /** Returns the id unchanged, or refuses it: 1 to 64 of {@code A-Z a-z 0-9 _ -}. */
    public static String id(String kind, @Nullable String value) {
        if (value == null || !isId(value)) {
            throw new IllegalArgumentException(
                    kind + " id " + quote(value) + " is not 1 to 64 characters of A-Z, a-z, 0-9, _ and -");
        }
        return value;
    }

    /** Returns whether a text is an id. */
    public static boolean isId(String value) {
        boolean isId = !value.isEmpty() && value.length() <= MAX_ID;
        for (int i = 0; isId && i < value.length(); i++) {
            char c = value.charAt(i);
            isId = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        }
        return isId;
    }

    /** Returns a new id of at least 128 random bits that begins with no dash, as options and formulas do. */
    public static String randomId() {
        byte[] bytes = new byte[17];
        String id;
        do {
            RANDOM.nextBytes(bytes);
            id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        } while (id.startsWith("-"));
        return id;
    }

    private static boolean isControl(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.CONTROL
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }
}
