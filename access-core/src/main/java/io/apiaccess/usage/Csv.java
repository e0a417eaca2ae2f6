package io.apiaccess.usage;

import java.util.List;

/** Comma-separated values (RFC 4180). A text that a spreadsheet would take for a formula is made a text by an apostrophe. */
final class Csv {
    private static final String FORMULA = "=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20";

    private Csv() {}

    static void append(StringBuilder out, List<String> line) {
        for (int i = 0; i < line.size(); i++) {
            out.append(i == 0 ? "" : ",");
            append(out, line.get(i));
        }
        out.append("\r\n");
    }

    private static void append(StringBuilder out, String field) {
        String text = isFormula(field) ? "'" + field : field;
        boolean quoted = text.chars().anyMatch(c -> c == '"' || c == ',' || c == '\r' || c == '\n')
                || !text.strip().equals(text);
        out.append(quoted ? '"' + text.replace("\"", "\"\"") + '"' : text);
    }

    /** White space before a formula does not save from it. */
    private static boolean isFormula(String field) {
        String rest = field.stripLeading();
        return !field.isEmpty()
                && (FORMULA.indexOf(field.charAt(0)) >= 0 || (!rest.isEmpty() && FORMULA.indexOf(rest.charAt(0)) >= 0));
    }
}
