package io.apiaccess.document;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The members of a JSON object while they are written; what is absent or as it would be anyhow is left out. */
final class Tree {
    private final Map<String, Object> members = new LinkedHashMap<>();

    Tree put(String name, Object value) {
        members.put(name, value);
        return this;
    }

    Tree text(String name, Object value) {
        return put(name, value.toString());
    }

    Tree text(String name, Optional<?> value) {
        value.ifPresent(it -> text(name, it));
        return this;
    }

    Tree list(String name, Collection<?> values) {
        return values.isEmpty() ? this : put(name, List.copyOf(values));
    }

    Tree flag(String name, boolean value) {
        return value ? put(name, true) : this;
    }

    Tree object(String name, Map<String, Object> value) {
        return value.isEmpty() ? this : put(name, value);
    }

    Map<String, Object> members() {
        return members;
    }
}
