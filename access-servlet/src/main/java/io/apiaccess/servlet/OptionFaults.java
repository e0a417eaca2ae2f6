package io.apiaccess.servlet;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with a filter's options, collected so that all of it is reported at once. Not thread-safe. */
final class OptionFaults {
    private static final int MAX_QUOTED = 80;

    private final List<String> found = new ArrayList<>();

    void require(boolean holds, String fault) {
        if (!holds) {
            found.add(fault);
        }
    }

    /** Runs a step that refuses by {@link IllegalArgumentException} and adds what it says. */
    void gather(Runnable step) {
        try {
            step.run();
        } catch (IllegalArgumentException refused) {
            found.add(String.valueOf(refused.getMessage()));
        }
    }

    void throwIfAny() {
        if (!found.isEmpty()) {
            throw new IllegalArgumentException("access filter: " + String.join("; ", found));
        }
    }

    /** Returns a text in backticks, what is not printable escaped, cut at 80 characters. */
    static String quote(String text) {
        StringBuilder out = new StringBuilder("`");
        text.codePoints().limit(MAX_QUOTED).forEach(c -> {
            if (c == '`' || Character.isISOControl(c) || c == 0x2028 || c == 0x2029) {
                out.append(String.format("\\u%04x", c));
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.append(text.codePointCount(0, text.length()) > MAX_QUOTED ? "…`" : "`")
                .toString();
    }
}
