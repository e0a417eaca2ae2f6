package io.apiaccess.document;

import io.apiaccess.check.Faults;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object while it is read. What is wrong with it is noted with where it is (RFC 6901), and reading goes on, so that
 * all faults are known in the end. Not thread-safe.
 */
final class Node {
    private final Map<?, ?> members;
    private final String pointer;
    private final List<String> faults;
    private final Set<String> known = new HashSet<>();

    Node(Map<?, ?> members, String pointer, List<String> faults) {
        this.members = members;
        this.pointer = pointer;
        this.faults = faults;
    }

    String pointer() {
        return pointer;
    }

    boolean has(String name) {
        known.add(name);
        return members.get(name) != null;
    }

    void fault(String name, String what) {
        faults.add(at(name) + ": " + what);
    }

    /** Returns a text, or {@code null} if there is none. */
    @Nullable String text(String name) {
        return get(name, String.class, "a text");
    }

    /** Returns a text, or an empty one after noting that there is none. */
    String need(String name) {
        String text = text(name);
        if (text == null && members.get(name) == null) {
            fault(name, "is missing: a text is needed");
        }
        return text == null ? "" : text;
    }

    boolean flag(String name, boolean otherwise) {
        Boolean flag = get(name, Boolean.class, "`true` or `false`");
        return flag == null ? otherwise : flag;
    }

    long number(String name, long otherwise) {
        BigDecimal number = get(name, BigDecimal.class, "a number");
        if (number == null) {
            return otherwise;
        }
        try {
            return number.longValueExact();
        } catch (ArithmeticException notWhole) {
            fault(name, Faults.quote(number) + " is not a whole number from -2^63 to 2^63-1");
            return otherwise;
        }
    }

    <E extends Enum<E>> E choice(String name, Class<E> type, E otherwise) {
        E value = value(name, text -> {
            for (E constant : type.getEnumConstants()) {
                if (constant.name().equals(text)) {
                    return constant;
                }
            }
            throw new IllegalArgumentException(
                    Faults.quote(text) + " is none of " + Arrays.toString(type.getEnumConstants()));
        });
        return value == null ? otherwise : value;
    }

    /** Returns what a text stands for, or {@code null} if there is none or after noting what is wrong with it. */
    <T> @Nullable T value(String name, Function<String, T> parse) {
        String text = text(name);
        return text == null ? null : parsed(name, text, parse);
    }

    /** Returns what a text stands for, or {@code null} after noting what is wrong with it or that there is none. */
    <T> @Nullable T must(String name, Function<String, T> parse) {
        String text = need(name);
        return text.isEmpty() ? null : parsed(name, text, parse);
    }

    /** Returns what is built, or {@code null} after noting what is wrong with it. */
    <T> @Nullable T build(Supplier<? extends @Nullable T> step) {
        try {
            return step.get();
        } catch (IllegalArgumentException | DateTimeException refused) {
            faults.add((pointer.isEmpty() ? "/" : pointer) + ": " + refused.getMessage());
            return null;
        }
    }

    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        List<?> list = list(name);
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i) instanceof String text) {
                texts.add(text);
            } else {
                fault(name + "/" + i, "is not a text");
            }
        }
        return texts;
    }

    List<Node> nodes(String name) {
        List<Node> nodes = new ArrayList<>();
        List<?> list = list(name);
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i) instanceof Map<?, ?> map) {
                nodes.add(new Node(map, at(name) + "/" + i, faults));
            } else {
                fault(name + "/" + i, "is not an object");
            }
        }
        return nodes;
    }

    /** Returns an object, or {@code null} if there is none. */
    @Nullable Node node(String name) {
        Map<?, ?> map = get(name, Map.class, "an object");
        return map == null ? null : new Node(map, at(name), faults);
    }

    /** Returns an object, or an empty one after noting that there is none. */
    Node needNode(String name) {
        Node node = node(name);
        if (node == null && members.get(name) == null) {
            fault(name, "is missing: an object is needed");
        }
        return node == null ? new Node(Map.of(), at(name), faults) : node;
    }

    Map<?, ?> members() {
        return members;
    }

    /** Notes the members that nobody has asked for. */
    void done() {
        for (Object name : members.keySet()) {
            if (!known.contains(name)) {
                String escaped = String.valueOf(name).replace("~", "~0").replace("/", "~1");
                faults.add(pointer + "/" + escaped + ": is not known here: known are " + new TreeSet<>(known));
            }
        }
    }

    private <T> @Nullable T parsed(String name, String text, Function<String, T> parse) {
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException | DateTimeException refused) {
            String why = String.valueOf(refused.getMessage());
            fault(name, why.contains("`") ? why : Faults.quote(text) + " cannot be read: " + why);
            return null;
        }
    }

    private List<?> list(String name) {
        List<?> list = get(name, List.class, "a list");
        return list == null ? List.of() : list;
    }

    private <T> @Nullable T get(String name, Class<T> type, String what) {
        known.add(name);
        Object value = members.get(name);
        if (value == null || type.isInstance(value)) {
            return type.cast(value);
        }
        fault(name, (value instanceof Map || value instanceof List ? "it" : Faults.quote(value)) + " is not " + what);
        return null;
    }

    private String at(String name) {
        return pointer + "/" + name.replace("~", "~0");
    }
}
