package io.apiaccess.document;

import io.apiaccess.check.Faults;
import io.apiaccess.json.JsonWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two trees, one line for each member, such as {@code status: `ACTIVE` → `INACTIVE`}. What differs and
 * may not be shown, as a secret, is said to be another.
 */
public final class Differences {
    private static final Set<String> OPEN_WITHOUT = Set.of("allow", "scopes", "subjects", "thumbprints");
    private static final List<String> NAMES = List.of("name", "collection", "path", "policy");

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
        if (isOrIsNot(before, Map.class) && isOrIsNot(after, Map.class)) {
            members(path, map(before), map(after));
        } else if (isOrIsNot(before, List.class) && isOrIsNot(after, List.class) && !opens(path, before, after)) {
            elements(path, list(before), list(after));
        } else if (!Objects.equals(before, after)) {
            String old = words(before);
            String next = words(after);
            lines.add(path + ": " + (old.equals(next) ? "another " + next : old + " → " + next));
        }
    }

    /** Returns whether a list comes or goes without which everything is meant, and not nothing. */
    private static boolean opens(String path, @Nullable Object before, @Nullable Object after) {
        return (before == null) != (after == null) && OPEN_WITHOUT.contains(path.substring(path.lastIndexOf('.') + 1));
    }

    private void elements(String path, List<?> before, List<?> after) {
        List<?> removed = before.stream().filter(it -> !after.contains(it)).toList();
        List<?> added = after.stream().filter(it -> !before.contains(it)).toList();
        Map<Object, Object> successors = new HashMap<>();
        for (Object one : removed) {
            List<?> same = withNameOf(one, added);
            if (same.size() == 1 && withNameOf(one, removed).size() == 1) {
                successors.put(same.get(0), one);
                compare(one instanceof Map ? path + "[" + name(one) + "]" : path, one, same.get(0));
            } else {
                lines.add(path + ": removed " + words(one));
            }
        }
        added.stream()
                .filter(it -> !successors.containsKey(it))
                .forEach(it -> lines.add(path + ": added " + words(it)));
        boolean sameElements = before.size() == after.size() && removed.isEmpty() && added.isEmpty();
        if (sameElements && !before.equals(after)) {
            lines.add(path + ": another order");
        }
    }

    private static List<?> withNameOf(Object one, List<?> all) {
        return all.stream().filter(it -> name(it).equals(name(one))).toList();
    }

    /** Returns what an element of a list is told from the others by, if it is. */
    private static String name(Object element) {
        return NAMES.stream()
                .filter(name -> element instanceof Map<?, ?> map && map.containsKey(name))
                .findFirst()
                .map(name -> words(((Map<?, ?>) element).get(name)))
                .orElseGet(() -> words(element));
    }

    private static boolean isOrIsNot(@Nullable Object value, Class<?> type) {
        return value == null || type.isInstance(value);
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    private static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }

    private static String words(@Nullable Object value) {
        if (value == null) {
            return "nothing";
        }
        return Faults.quoteWhole(value instanceof Map || value instanceof List ? JsonWriter.writeLine(value) : value);
    }
}
