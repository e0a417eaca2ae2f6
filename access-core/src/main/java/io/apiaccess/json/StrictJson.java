package io.apiaccess.json;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object in the grammar of RFC 8259 and nothing beside it: strict UTF-8 without byte order mark, no member twice,
 * no half of a surrogate pair, nested at most 32 deep. Not thread-safe; to be used for one text.
 *
 * <p>Values become {@link String}, {@link BigDecimal}, {@link Boolean}, {@code null}, and unmodifiable lists and maps of
 * them. Numbers that take more than 64 characters or an exponent of more than three digits are refused (section 6 leaves
 * that open), so that no arithmetic on one costs more than its text; and so is the 33rd that is no whole number of at most 18
 * digits, and the 1,001st value.
 */
public final class StrictJson {
    private static final int MAX_DEPTH = 32;
    // each takes far more memory than its text, and tokens are remembered
    private static final int MAX_VALUES = 1_000;
    private static final int MAX_NUMBER = 64;
    private static final int MAX_EXPONENT = 3;
    // so many digits are always a long
    private static final int MAX_SMALL = 18;
    // of the others: each costs a hundred times its text
    private static final int MAX_LARGE = 32;
    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final char REPLACEMENT = '\uFFFD';
    private static final char END = '\uFFFF';
    // of ASCII, what stands for itself in a string
    private static final boolean[] IS_PLAIN = isPlain();

    private final String text;
    // the characters and END behind them, so that looking ahead needs no question of length
    private final char[] chars;
    private final int maxValues;
    private int at;
    private int depth;
    private int values;
    private int large;

    private StrictJson(String text, int maxValues) {
        this.text = text;
        this.maxValues = maxValues;
        chars = new char[text.length() + 1];
        text.getChars(0, text.length(), chars, 0);
        chars[text.length()] = END;
    }

    /**
     * Returns the members of an object.
     *
     * @param utf8 its text
     * @throws MalformedException if it is anything else than one object
     */
    public static Map<String, @Nullable Object> object(byte[] utf8) throws MalformedException {
        return object(text(utf8));
    }

    /**
     * Returns the members of an object.
     *
     * @throws MalformedException if it is anything else than one object
     */
    public static Map<String, @Nullable Object> object(String text) throws MalformedException {
        return object(text, MAX_VALUES);
    }

    /**
     * Returns the members of an object from somebody who is trusted with so many values.
     *
     * @throws MalformedException if it is anything else than one object
     */
    public static Map<String, @Nullable Object> object(String text, int maxValues) throws MalformedException {
        if (!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
            throw new MalformedException("a byte order mark");
        }
        StrictJson json = new StrictJson(text, maxValues);
        json.skipBlanks();
        if (json.peek() != '{') {
            throw new MalformedException("JSON that is not an object");
        }
        Map<String, @Nullable Object> members = json.members();
        json.skipBlanks();
        if (json.at != text.length()) {
            throw new MalformedException("something behind the JSON object");
        }
        return members;
    }

    /** Returns the text of bytes; where the decoder may have replaced some, they would not come back. */
    private static String text(byte[] utf8) throws MalformedException {
        String text = new String(utf8, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) >= 0 && !Arrays.equals(utf8, text.getBytes(StandardCharsets.UTF_8))) {
            throw new MalformedException("bytes that are not UTF-8");
        }
        return text;
    }

    private @Nullable Object value() throws MalformedException {
        if (++values > maxValues) {
            throw new MalformedException("JSON of more than " + maxValues + " values");
        }
        return switch (peek()) {
            case '{' -> members();
            case '[' -> elements();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, @Nullable Object> members() throws MalformedException {
        open();
        if (closes('}')) {
            depth--;
            return Map.of();
        }
        Members members = new Members();
        do {
            skipBlanks();
            String name = string();
            skipBlanks();
            expect(':');
            skipBlanks();
            if (!members.add(name, value())) {
                throw new MalformedException("a member that is there twice");
            }
        } while (goesOn('}'));
        depth--;
        return members;
    }

    private List<@Nullable Object> elements() throws MalformedException {
        open();
        if (closes(']')) {
            depth--;
            return List.of();
        }
        List<@Nullable Object> elements = new ArrayList<>();
        do {
            skipBlanks();
            elements.add(value());
        } while (goesOn(']'));
        depth--;
        return Collections.unmodifiableList(elements);
    }

    private void open() throws MalformedException {
        at++;
        if (++depth > MAX_DEPTH) {
            throw new MalformedException("JSON nested deeper than " + MAX_DEPTH);
        }
    }

    private boolean closes(char bracket) {
        skipBlanks();
        if (peek() != bracket) {
            return false;
        }
        at++;
        return true;
    }

    private boolean goesOn(char bracket) throws MalformedException {
        if (closes(bracket)) {
            return false;
        }
        expect(',');
        return true;
    }

    private String string() throws MalformedException {
        expect('"');
        int start = at;
        passPlain();
        if (chars[at] == '"') {
            return text.substring(start, at++);
        }
        StringBuilder out = new StringBuilder(at - start + Long.SIZE).append(chars, start, at - start);
        while (peek() != '"') {
            if (peek() == '\\') {
                out.append(escaped());
            } else {
                int run = at;
                passPlain();
                out.append(chars, run, at - run);
            }
        }
        at++;
        return paired(out.toString());
    }

    private void passPlain() throws MalformedException {
        char c = chars[at];
        while (c < IS_PLAIN.length ? IS_PLAIN[c] : c != END || at < text.length()) {
            c = chars[++at];
        }
        if (c != '"' && c != '\\') {
            throw syntax();
        }
    }

    private char escaped() throws MalformedException {
        at++;
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw syntax();
        };
    }

    private char unicode() throws MalformedException {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            char c = peek();
            int digit = c < 0x80 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                throw syntax();
            }
            code = code * 16 + digit;
            at++;
        }
        return (char) code;
    }

    private static String paired(String string) throws MalformedException {
        for (int i = 0; i < string.length(); i++) {
            if (Character.isSurrogate(string.charAt(i))) {
                boolean pair =
                        i + 1 < string.length() && Character.isSurrogatePair(string.charAt(i), string.charAt(++i));
                if (!pair) {
                    throw new MalformedException("half of a surrogate pair");
                }
            }
        }
        return string;
    }

    private BigDecimal number() throws MalformedException {
        int start = at;
        boolean isNegative = skip('-');
        long whole = skip('0') ? 0 : digits();
        if (peek() != '.' && peek() != 'e' && peek() != 'E' && at - start <= MAX_SMALL) {
            return BigDecimal.valueOf(isNegative ? -whole : whole);
        }
        if (skip('.')) {
            digits();
        }
        if (skip('e') || skip('E')) {
            if (!skip('+')) {
                skip('-');
            }
            int exponent = at;
            digits();
            if (at - exponent > MAX_EXPONENT) {
                throw new MalformedException("a number beyond all use");
            }
        }
        if (at - start > MAX_NUMBER || ++large > MAX_LARGE) {
            throw new MalformedException("a number beyond all use");
        }
        return new BigDecimal(chars, start, at - start);
    }

    /** Passes digits, and returns the number that they are unless they are too many for that. */
    private long digits() throws MalformedException {
        int start = at;
        long number = 0;
        char c = chars[at];
        while (c >= '0' && c <= '9') {
            number = number * 10 + (c - '0');
            c = chars[++at];
        }
        if (at == start) {
            throw syntax();
        }
        return number;
    }

    private @Nullable Object word(String word, @Nullable Object value) throws MalformedException {
        if (!text.startsWith(word, at)) {
            throw syntax();
        }
        at += word.length();
        return value;
    }

    private void expect(char c) throws MalformedException {
        if (!skip(c)) {
            throw syntax();
        }
    }

    private boolean skip(char c) {
        if (peek() != c) {
            return false;
        }
        at++;
        return true;
    }

    private void skipBlanks() {
        char c = peek();
        while (c <= ' ' && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) {
            at++;
            c = peek();
        }
    }

    private char peek() {
        return chars[at];
    }

    private static boolean[] isPlain() {
        boolean[] plain = new boolean[0x80];
        Arrays.fill(plain, 0x20, plain.length, true);
        plain['"'] = false;
        plain['\\'] = false;
        return plain;
    }

    private static MalformedException syntax() {
        return new MalformedException("text that is not JSON");
    }
}
