package io.apiaccess.jdbc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All rows of one entity: the one of its own, and those of its parts in order. Not thread-safe. */
final class Sheet {
    private final String id;
    private final Map<Table, List<Row>> parts = new HashMap<>();
    private @Nullable Row main;
    private long revision;
    private long counted;

    Sheet(String id) {
        this.id = id;
    }

    /** Returns the sheet of an entity whose own row is known, with the number of rows that its parts must have. */
    static Sheet of(String id, long revision, long counted, Row main) {
        Sheet sheet = new Sheet(id);
        sheet.main = main;
        sheet.revision = revision;
        sheet.counted = counted;
        return sheet;
    }

    /** Returns the same rows, to be read from the beginning, as of a revision at which they are whole. */
    Sheet again(long revision) {
        Sheet again = Sheet.of(id, revision, count(), main().again());
        parts.forEach((part, rows) -> rows.forEach(row -> again.add(part, row.again())));
        return again;
    }

    /** Returns the same rows, to be read from the beginning. */
    Sheet again() {
        Sheet again = again(revision);
        again.counted = counted;
        return again;
    }

    String id() {
        return id;
    }

    long revision() {
        return revision;
    }

    Row main() {
        if (main == null) {
            throw new IllegalStateException("there is no row");
        }
        return main;
    }

    /** Sets the entity's own row. */
    void main(@Nullable Object... values) {
        main = Row.of(values);
    }

    /** Adds a row of a part, and returns its place among them. */
    int add(Table part, @Nullable Object... values) {
        return add(part, Row.of(values));
    }

    int add(Table part, Row row) {
        List<Row> rows = parts.computeIfAbsent(part, none -> new ArrayList<>());
        rows.add(row);
        return rows.size() - 1;
    }

    List<Row> rows(Table part) {
        return parts.getOrDefault(part, List.of());
    }

    long count() {
        return parts.values().stream().mapToLong(List::size).sum();
    }

    /** Refuses rows that are not all there: one that is missing may have been a restriction. */
    void requireWhole() {
        if (count() != counted) {
            throw new IllegalStateException("`" + count() + "` rows of parts are there, and `" + counted + "` must be");
        }
    }
}
