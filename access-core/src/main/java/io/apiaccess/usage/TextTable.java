package io.apiaccess.usage;

import java.util.List;

/** Lines of texts in columns, numbers to the right. */
final class TextTable {
    private TextTable() {}

    static String of(List<List<String>> lines) {
        int columns = lines.get(0).size();
        int[] widths = new int[columns];
        for (List<String> line : lines) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        StringBuilder out = new StringBuilder();
        for (List<String> line : lines) {
            StringBuilder row = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String pad = " ".repeat(widths[i] - line.get(i).length());
                boolean number = isNumber(lines, i);
                row.append(number ? pad : "")
                        .append(line.get(i))
                        .append(number ? "" : pad)
                        .append("  ");
            }
            out.append(row.toString().stripTrailing()).append('\n');
        }
        return out.toString();
    }

    private static boolean isNumber(List<List<String>> lines, int column) {
        return lines.size() > 1
                && lines.stream()
                        .skip(1)
                        .allMatch(line -> !line.get(column).isEmpty()
                                && line.get(column).chars().allMatch(c -> c >= '0' && c <= '9'));
    }
}
