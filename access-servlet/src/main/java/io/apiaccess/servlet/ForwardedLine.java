package io.apiaccess.servlet;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The reader of one line of {@code Forwarded} (RFC 7239 section 4): elements divided by commas, in each the parameters
 * divided by semicolons, blanks around both divisions. Not thread-safe.
 */
final class ForwardedLine {
    private final String line;
    private int at;

    private ForwardedLine(String line) {
        this.line = line;
    }

    /** Returns the {@code for} value of each element, an empty text where there is none; nothing if the line is wrong. */
    static Optional<List<String>> hops(String line) {
        ForwardedLine reader = new ForwardedLine(line);
        List<String> hops = new ArrayList<>();
        do {
            String hop = reader.element();
            if (hop == null) {
                return Optional.empty();
            }
            hops.add(hop);
        } while (reader.takes(','));
        return reader.at == line.length() ? Optional.of(hops) : Optional.empty();
    }

    private @Nullable String element() {
        String hop = "";
        Set<String> seen = new HashSet<>();
        do {
            blanks();
            String name = token().toLowerCase(Locale.ROOT);
            if (!name.isEmpty()) {
                String value = takes('=') ? value() : null;
                if (value == null || !seen.add(name)) {
                    return null;
                }
                hop = name.equals("for") ? value : hop;
            }
            blanks();
        } while (takes(';'));
        return hop;
    }

    private @Nullable String value() {
        if (takes('"')) {
            return quoted();
        }
        String token = token();
        return token.isEmpty() ? null : token;
    }

    /** Reads to the closing quotation mark (RFC 9110 section 5.6.4). */
    private @Nullable String quoted() {
        StringBuilder out = new StringBuilder();
        while (at < line.length()) {
            char c = line.charAt(at++);
            if (c == '"') {
                return out.toString();
            }
            if (c == '\\' && at < line.length()) {
                c = line.charAt(at++);
            } else if (c == '\\') {
                return null;
            }
            if (c != '\t' && (c < ' ' || c == 0x7f)) {
                return null;
            }
            out.append(c);
        }
        return null;
    }

    private String token() {
        int start = at;
        while (at < line.length() && HeaderText.isTokenCharacter(line.charAt(at))) {
            at++;
        }
        return line.substring(start, at);
    }

    private void blanks() {
        while (at < line.length() && HeaderText.isBlank(line.charAt(at))) {
            at++;
        }
    }

    private boolean takes(char wanted) {
        boolean taken = at < line.length() && line.charAt(at) == wanted;
        at += taken ? 1 : 0;
        return taken;
    }
}
