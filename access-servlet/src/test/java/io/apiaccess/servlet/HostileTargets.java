package io.apiaccess.servlet;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The table of request targets that containers understand in different ways, with what comes of each.
 *
 * @param rows the rows, each as its cells; the first has the names of the columns
 */
record HostileTargets(List<List<String>> rows) {
    static HostileTargets read(String table) throws IOException {
        try (InputStream in = HostileTargets.class.getResourceAsStream(table)) {
            List<List<String>> rows = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("# "))
                    .map(line ->
                            Arrays.stream(line.split("\\|")).map(String::strip).toList())
                    .toList();
            return new HostileTargets(rows);
        }
    }

    /** Returns the targets; two digits in brackets stand for a byte. */
    List<String> targets() {
        return rows.stream().skip(1).map(row -> bytes(row.get(0))).toList();
    }

    /** Returns what is expected of a container, target by target. */
    List<String> expected(String container) {
        int column = rows.get(0).indexOf(container);
        return rows.stream()
                .skip(1)
                .map(row -> column < row.size() ? row.get(column) : "?")
                .toList();
    }

    /** Returns targets and what was found, for the message of a failed test. */
    String rows(List<String> found) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            lines.add(rows.get(i + 1).get(0) + " | " + found.get(i));
        }
        return String.join("\n", lines);
    }

    private static String bytes(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (i + 3 < text.length() && text.charAt(i) == '[' && text.charAt(i + 3) == ']') {
                out.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
                i += 3;
            } else {
                out.append(text.charAt(i));
            }
        }
        return out.toString();
    }
}
