package io.apiaccess.json;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The text of a JSON value (RFC 8259), indented by two blanks: of strings, numbers, booleans, {@code null}, and maps and
 * collections of them. The same value always has the same text.
 */
public final class JsonWriter {
    private static final int FIRST_PRINTABLE = 0x20;

    private final StringBuilder out = new StringBuilder();
    private final boolean indented;

    private JsonWriter(boolean indented) {
        this.indented = indented;
    }

    /** Returns the text of a value, in many lines and with a line break at its end. */
    public static String write(Object value) {
        JsonWriter writer = new JsonWriter(true);
        writer.value(value, 0);
        return writer.out.append('\n').toString();
    }

    /** Returns the text of a value in one line. */
    public static String writeLine(@Nullable Object value) {
        JsonWriter writer = new JsonWriter(false);
        writer.value(value, 0);
        return writer.out.toString();
    }

    private void value(@Nullable Object value, int depth) {
        if (value instanceof Map<?, ?> map) {
            elements(map.entrySet(), '{', '}', depth);
        } else if (value instanceof Collection<?> list) {
            elements(list, '[', ']', depth);
        } else if (value instanceof Map.Entry<?, ?> member) {
            string(String.valueOf(member.getKey()));
            out.append(": ");
            value(member.getValue(), depth);
        } else if (value instanceof String text) {
            string(text);
        } else if (value instanceof BigDecimal number) {
            out.append(number.toPlainString());
        } else if (value == null || value instanceof Boolean || value instanceof Long || value instanceof Integer) {
            out.append(value);
        } else {
            throw new IllegalArgumentException("no JSON value: " + value.getClass());
        }
    }

    private void elements(Collection<?> elements, char open, char close, int depth) {
        out.append(open);
        for (Iterator<?> each = elements.iterator(); each.hasNext(); ) {
            lineBreak(depth + 1);
            value(each.next(), depth + 1);
            if (each.hasNext()) {
                out.append(indented ? "," : ", ");
            }
        }
        if (!elements.isEmpty()) {
            lineBreak(depth);
        }
        out.append(close);
    }

    private void lineBreak(int depth) {
        if (indented) {
            out.append('\n').append("  ".repeat(depth));
        }
    }

    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < FIRST_PRINTABLE || Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
