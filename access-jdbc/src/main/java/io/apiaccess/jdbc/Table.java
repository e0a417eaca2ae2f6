package io.apiaccess.jdbc;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table that entities of a kind are kept in: their own, with one row for each, or one of its parts, with rows in order.
 *
 * @param name its name
 * @param key the column that holds the entity's id
 * @param columns the columns beside the id, the revision and the number of parts, or beside the id and the order
 */
record Table(String name, String key, List<Column> columns) {
    /** What a column holds. */
    enum Type {
        TEXT,
        NUMBER,
        FLAG,
        BYTES,
        /** Seconds, to the nanosecond. */
        TIME
    }

    /** A column. */
    record Column(String name, Type type) {
        private static Column of(String text) {
            int colon = text.indexOf(':');
            return colon < 0
                    ? new Column(text, Type.TEXT)
                    : new Column(text.substring(0, colon), Type.valueOf(text.substring(colon + 1)));
        }
    }

    /** Returns the table of a kind's own rows. Columns are texts unless they say otherwise, as {@code cost:NUMBER}. */
    static Table main(String name, String... columns) {
        return new Table(name, "id", Arrays.stream(columns).map(Column::of).toList());
    }

    /** Returns the table of parts. */
    static Table part(String name, String key, String... columns) {
        return new Table(name, key, Arrays.stream(columns).map(Column::of).toList());
    }

    boolean isMain() {
        return key.equals("id");
    }

    /** Returns the columns that come before those of the content. */
    List<String> leading() {
        return isMain() ? List.of("id", "revision", "parts") : List.of(key, "seq");
    }

    /** Returns all columns, in the order in which rows hold them. */
    String list() {
        return String.join(", ", leading())
                + columns.stream().map(column -> ", " + column.name).collect(Collectors.joining());
    }

    String insert() {
        int count = leading().size() + columns.size();
        return "INSERT INTO " + name + " (" + list() + ") VALUES ("
                + IntStream.range(0, count).mapToObj(i -> "?").collect(Collectors.joining(", ")) + ")";
    }

    /** Returns the update of a row that must be at a revision still, and in a state that allows the next. */
    String update(String guard) {
        return "UPDATE " + name + " SET revision = ?, parts = ?"
                + columns.stream().map(column -> ", " + column.name + " = ?").collect(Collectors.joining())
                + " WHERE id = ? AND revision = ?" + guard;
    }
}
