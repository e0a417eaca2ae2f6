package io.apiaccess.api;

import io.apiaccess.check.Faults;

/** The syntax of scopes: RFC 6749 section 3.3. */
public final class Scopes {
    private Scopes() {}

    /** Returns whether a text is one scope: printable ASCII without blank, quotation mark and backslash. */
    public static boolean isScope(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != '"' && c != '\\');
    }

    /** Returns what is wrong with a text that is no scope. */
    public static String fault(String text) {
        return "scope " + Faults.quote(text) + " is not printable ASCII without blank, `\"` and `\\`";
    }
}
