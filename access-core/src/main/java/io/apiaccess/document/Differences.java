package io.apiaccess.document;

import io.apiaccess.check.Faults;
import io.apiaccess.json.JsonWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What differs between two trees, one line for each member, such as {@code status: ACTIVE → INACTIVE}. */
public final class Differences {
    private final List<String> lines = new ArrayList<>();

    private Differences() {}

    /** Returns the lines; none if the trees are the same. */
    public static List<String> between(Map<String, ?> before, Map<String, ?> after) {
        Differences differences = new Differences();
        differences.members("", before, after);
        return differences.lines;
    }

    private void members(String path, Map<?, ?> before, Map<?, ?> after) {
        Set<Object> names = new LinkedHashSet<>(before.keySet());
        names.addAll(after.keySet());
        for (Object name : names) {
            compare(path.isEmpty() ? name.toString() : path + "." + name, before.get(name), after.get(name));
        }
    }

    private void compare(String path, @Nullable Object before, @Nullable Object after) {
        if (before instanceof Map<?, ?> one && after instanceof Map<?, ?> other) {
            members(path, one, other);
        } else if (isListOrAbsent(before) && isListOrAbsent(after)) {
            elements(path, list(before), list(after));
            if ((before == null) != (after == null) && list(before).equals(list(after))) {
                lines.add(path + ": " + words(before) + " → " + words(after));
            }
        } else if (before == null || !before.equals(after)) {
            if (before != null || after != null) {
                lines.add(path + ": " + words(before) + " → " + words(after));
            }
        }
    }

    private void elements(String path, List<?> before, List<?> after) {
        before.stream().filter(it -> !after.contains(it)).forEach(it -> lines.add(path + ": removed " + words(it)));
        after.stream().filter(it -> !before.contains(it)).forEach(it -> lines.add(path + ": added " + words(it)));
        boolean sameElements = before.size() == after.size() && before.containsAll(after) && after.containsAll(before);
        if (sameElements && !before.equals(after)) {
            lines.add(path + ": another order");
        }
    }

    private static boolean isListOrAbsent(@Nullable Object value) {
        return value == null || value instanceof List;
    }

    private static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }

    private static String words(@Nullable Object value) {
        if (value == null) {
            return "nothing";
        }
        return Faults.quoteWhole(value instanceof String ? value : JsonWriter.writeLine(value));
    }
}
