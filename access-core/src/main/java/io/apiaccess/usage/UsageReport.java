package io.apiaccess.usage;

import io.apiaccess.entity.Id;
import io.apiaccess.spi.UsageCaller;
import io.apiaccess.spi.UsageDimension;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Calls of a period, counted. Immutable. */
public final class UsageReport {
    private final UsagePeriod period;
    private final Optional<UsageUnit> unit;
    private final Set<UsageDimension> dimensions;
    private final List<UsageRow> rows;
    private final Map<Id<?>, String> names;
    private final boolean exact;

    UsageReport(
            UsagePeriod period,
            Optional<UsageUnit> unit,
            Set<UsageDimension> dimensions,
            List<UsageRow> rows,
            Map<Id<?>, String> names,
            boolean exact) {
        this.period = period;
        this.unit = unit;
        this.dimensions = Set.copyOf(dimensions);
        this.rows = List.copyOf(rows);
        this.names = Map.copyOf(names);
        this.exact = exact;
    }

    /** Returns the time it is about. */
    public UsagePeriod period() {
        return period;
    }

    /** Returns its rows. */
    public List<UsageRow> rows() {
        return rows;
    }

    /**
     * Returns whether every call is in the row of its time: not if the period reaches so far back that calls are kept by
     * the day or the month, and those are not the report's.
     */
    public boolean isExact() {
        return exact;
    }

    /** Returns how many calls there were. */
    public long calls() {
        return rows.stream().mapToLong(UsageRow::calls).sum();
    }

    /** Returns how many calls were allowed. */
    public long allowed() {
        return rows.stream().mapToLong(UsageRow::allowed).sum();
    }

    /** Returns how many calls were denied. */
    public long denied() {
        return rows.stream().mapToLong(UsageRow::denied).sum();
    }

    /** Returns the same report with the rows that have most calls alone, most first. */
    public UsageReport top(int rows) {
        return with(this.rows.stream()
                .sorted(Comparator.comparingLong(UsageRow::calls).reversed())
                .limit(rows)
                .toList());
    }

    /** Returns it as comma-separated values (RFC 4180) with a head line, safe to open in a spreadsheet. */
    public String toCsv() {
        StringBuilder out = new StringBuilder();
        lines().forEach(line -> Csv.append(out, line));
        return out.toString();
    }

    /** Returns it as a table in text. */
    @Override
    public String toString() {
        return TextTable.of(lines().toList());
    }

    UsageReport with(List<UsageRow> rows) {
        return new UsageReport(period, unit, dimensions, rows, names, exact);
    }

    private Stream<List<String>> lines() {
        List<Column> columns = Column.of(unit, dimensions);
        return Stream.concat(
                Stream.of(columns.stream().map(Column::head).toList()),
                rows.stream()
                        .map(row -> columns.stream()
                                .map(column -> column.text(row, period.zone(), names))
                                .toList()));
    }

    /** What is told of each row. */
    private enum Column {
        START,
        CALLER,
        CLIENT,
        CLIENT_NAME,
        PROFILE,
        PROFILE_NAME,
        KEY,
        COLLECTION,
        COLLECTION_NAME,
        ROUTE,
        REASON,
        CALLS,
        ALLOWED,
        DENIED;

        static List<Column> of(Optional<UsageUnit> unit, Set<UsageDimension> by) {
            Set<Column> columns = EnumSet.of(CALLS, ALLOWED, DENIED);
            unit.ifPresent(told -> columns.add(START));
            by.forEach(dimension -> columns.addAll(
                    switch (dimension) {
                        case CLIENT -> EnumSet.of(CALLER, CLIENT, CLIENT_NAME);
                        case PROFILE -> EnumSet.of(CALLER, CLIENT, CLIENT_NAME, PROFILE, PROFILE_NAME);
                        case KEY -> EnumSet.of(CALLER, CLIENT, CLIENT_NAME, PROFILE, PROFILE_NAME, KEY);
                        case COLLECTION -> EnumSet.of(COLLECTION, COLLECTION_NAME);
                        case ROUTE -> EnumSet.of(COLLECTION, COLLECTION_NAME, ROUTE);
                        case REASON -> EnumSet.of(REASON);
                    }));
            return List.copyOf(columns);
        }

        String head() {
            return name().toLowerCase(Locale.ROOT);
        }

        String text(UsageRow row, ZoneId zone, Map<Id<?>, String> names) {
            return switch (this) {
                case START -> row.start().atZone(zone).toOffsetDateTime().toString();
                case CALLER -> row.key().caller().map(UsageCaller::code).orElse("");
                case CLIENT -> id(row.key().client());
                case CLIENT_NAME -> name(row.key().client(), names);
                case PROFILE -> id(row.key().profile());
                case PROFILE_NAME -> name(row.key().profile(), names);
                case KEY -> id(row.key().key());
                case COLLECTION -> id(row.key().collection());
                case COLLECTION_NAME -> name(row.key().collection(), names);
                case ROUTE -> row.key().route().orElse("");
                case REASON -> row.key().reason().map(reason -> reason.code()).orElse("");
                case CALLS -> String.valueOf(row.calls());
                case ALLOWED -> String.valueOf(row.allowed());
                case DENIED -> String.valueOf(row.denied());
            };
        }

        private static String id(Optional<? extends Id<?>> id) {
            return id.map(Id::value).orElse("");
        }

        private static String name(Optional<? extends Id<?>> id, Map<Id<?>, String> names) {
            return id.map(known -> names.getOrDefault(known, "")).orElse("");
        }
    }
}
