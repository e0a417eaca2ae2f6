package io.apiaccess.jdbc;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The content of a row, which is read from the first column to the last. Not thread-safe. */
final class Row {
    private static final int NANO_DIGITS = 9;

    private final @Nullable Object[] values;
    private int next;

    private Row(@Nullable Object... values) {
        this.values = values;
    }

    /** Returns the row of values; what is empty is {@code null}. */
    static Row of(@Nullable Object... values) {
        @Nullable Object[] plain = new Object[values.length];
        for (int i = 0; i < values.length; i++) {
            plain[i] = plain(values[i]);
        }
        return new Row(plain);
    }

    /** Returns the row that a result stands at. */
    static Row read(ResultSet result, Table table) throws SQLException {
        @Nullable Object[] values = new Object[table.columns().size()];
        int column = table.leading().size();
        for (int i = 0; i < values.length; i++) {
            column++;
            Object value = switch (table.columns().get(i).type()) {
                case TEXT -> result.getString(column);
                case NUMBER -> result.getLong(column);
                case FLAG -> result.getBoolean(column);
                case BYTES -> result.getBytes(column);
                case TIME -> result.getBigDecimal(column);
            };
            values[i] = result.wasNull() ? null : value;
        }
        return new Row(values);
    }

    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Optional<?> optional) {
            return plain(optional.orElse(null));
        }
        if (value instanceof Instant instant) {
            return seconds(instant.getEpochSecond(), instant.getNano());
        }
        if (value instanceof Duration length) {
            return seconds(length.getSeconds(), length.getNano());
        }
        if (value == null || value instanceof Boolean || value instanceof byte[] || value instanceof BigDecimal) {
            return value;
        }
        return value instanceof Number number ? (Object) number.longValue() : value.toString();
    }

    private static BigDecimal seconds(long seconds, int nanos) {
        return BigDecimal.valueOf(seconds).add(BigDecimal.valueOf(nanos, NANO_DIGITS));
    }

    @Nullable Object[] values() {
        return values;
    }

    String text() {
        return (String) present();
    }

    @Nullable String textOrNull() {
        return (String) value();
    }

    <S extends Enum<S>> S constant(Class<S> type) {
        return Enum.valueOf(type, text());
    }

    long number() {
        return (Long) present();
    }

    int index() {
        return Math.toIntExact(number());
    }

    @Nullable Long numberOrNull() {
        return (Long) value();
    }

    boolean flag() {
        return (Boolean) present();
    }

    byte @Nullable [] bytesOrNull() {
        return (byte[]) value();
    }

    byte[] bytes() {
        return (byte[]) present();
    }

    Instant instant() {
        return toInstant((BigDecimal) present());
    }

    @Nullable Instant instantOrNull() {
        BigDecimal seconds = (BigDecimal) value();
        return seconds == null ? null : toInstant(seconds);
    }

    @Nullable Duration lengthOrNull() {
        BigDecimal seconds = (BigDecimal) value();
        return seconds == null ? null : toLength(seconds);
    }

    Duration length() {
        return toLength((BigDecimal) present());
    }

    static BigDecimal seconds(Instant instant) {
        return seconds(instant.getEpochSecond(), instant.getNano());
    }

    static Instant toInstant(BigDecimal seconds) {
        Duration length = toLength(seconds);
        return Instant.ofEpochSecond(length.getSeconds(), length.getNano());
    }

    private static Duration toLength(BigDecimal seconds) {
        BigDecimal whole = seconds.setScale(0, RoundingMode.FLOOR);
        return Duration.ofSeconds(
                whole.longValueExact(),
                seconds.subtract(whole).movePointRight(NANO_DIGITS).longValueExact());
    }

    /** Goes back to the first column. */
    Row again() {
        next = 0;
        return this;
    }

    void skip(int columns) {
        next += columns;
    }

    static <T> T required(@Nullable T value) {
        return Objects.requireNonNull(value, "a column is empty that may not be");
    }

    /** Returns the texts of rows that say first which of so many others they belong to. */
    static List<Set<String>> grouped(List<Row> rows, int size) {
        List<Set<String>> groups = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            groups.add(new LinkedHashSet<>());
        }
        rows.forEach(row -> groups.get(row.again().index()).add(row.text()));
        return groups;
    }

    /** Refuses rows that say first which of so many others they belong to, where one belongs to none. */
    static void requireOwners(List<Row> rows, int size) {
        rows.forEach(row -> Objects.checkIndex(row.again().index(), size));
    }

    private @Nullable Object value() {
        return values[next++];
    }

    private Object present() {
        return required(value());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Row row && Arrays.deepEquals(comparable(values), comparable(row.values));
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(comparable(values));
    }

    private static @Nullable Object[] comparable(@Nullable Object[] values) {
        @Nullable Object[] comparable = values.clone();
        for (int i = 0; i < values.length; i++) {
            if (values[i] instanceof BigDecimal number) {
                comparable[i] = number.stripTrailingZeros();
            }
        }
        return comparable;
    }

    /** Returns the number of values alone: they may be secrets. */
    @Override
    public String toString() {
        return "row of " + values.length;
    }
}
