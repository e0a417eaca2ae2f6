package io.apiaccess.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The indexes, unique keys and foreign keys of tables: those that scripts make, and those that are there. They are known by
 * their columns, whatever they are called. Immutable.
 *
 * @param all them, and what each is called in words
 */
record SchemaKeys(Map<SchemaKeys.Key, String> all) {
    private static final Pattern INDEX = Pattern.compile("CREATE INDEX (?:IF NOT EXISTS )?(\\w+) ON (\\w+) \\((.*)\\)");
    private static final Pattern COLUMNS = Pattern.compile("^(PRIMARY KEY|UNIQUE|FOREIGN KEY) \\(([^)]*)\\)");
    private static final Pattern COLUMN = Pattern.compile("^(\\w+) .*\\b(PRIMARY KEY|UNIQUE)\\b");
    private static final Pattern QUOTED = Pattern.compile("'[^']*'");

    /** What a key does. */
    enum Use {
        FIND,
        UNIQUE,
        REFER
    }

    /**
     * A key of a table.
     *
     * @param columns its columns, in their order
     */
    record Key(Use use, String table, List<String> columns) {}

    SchemaKeys {
        all = Map.copyOf(all);
    }

    /**
     * Returns what scripts make.
     *
     * @param tables the lines between the brackets that make each table
     */
    static SchemaKeys of(List<String> statements, Map<String, List<String>> tables) {
        Map<Key, String> all = new LinkedHashMap<>();
        tables.forEach((table, lines) -> lines.forEach(line -> {
            String plain = QUOTED.matcher(line).replaceAll("");
            Matcher matcher = COLUMNS.matcher(plain);
            Matcher column = COLUMN.matcher(plain);
            if (matcher.find()) {
                put(all, matcher.group(1), table, matcher.group(2));
            } else if (column.find()) {
                put(all, column.group(2), table, column.group(1));
            }
        }));
        for (String statement : statements) {
            Matcher index = INDEX.matcher(statement);
            if (index.matches()) {
                all.put(new Key(Use.FIND, index.group(2), columns(index.group(3))), "index " + index.group(1));
            }
        }
        return new SchemaKeys(all);
    }

    private static void put(Map<Key, String> all, String words, String table, String columns) {
        Use use = words.equals("FOREIGN KEY") ? Use.REFER : Use.UNIQUE;
        String name = words.equals("UNIQUE") ? "unique key" : words.toLowerCase(Locale.ROOT);
        all.put(new Key(use, table, columns(columns)), name + " " + table + " (" + columns + ")");
    }

    private static List<String> columns(String text) {
        return List.of(text.split(", ", -1));
    }

    /** Returns what is missing, in words, of those keys whose columns are all there. */
    List<String> missing(Connection connection, Dialect dialect, Map<String, Set<String>> columns) throws SQLException {
        Set<Key> present = present(connection, dialect);
        return all.entrySet().stream()
                .filter(expected -> !present.contains(expected.getKey()))
                .filter(expected ->
                        columns.getOrDefault(expected.getKey().table, Set.of()).containsAll(expected.getKey().columns))
                .map(Map.Entry::getValue)
                .sorted()
                .toList();
    }

    private static Set<Key> present(Connection connection, Dialect dialect) throws SQLException {
        Set<Key> present = new HashSet<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery(references(dialect))) {
                while (row.next()) {
                    present.add(new Key(Use.REFER, lower(row, 1), List.of(lower(row, 2))));
                }
            }
            // One question for all tables: that of the driver is one for each, and each start would wait for them.
            Map<String, Key> indexes = new LinkedHashMap<>();
            try (ResultSet row = statement.executeQuery(indexes(dialect))) {
                while (row.next()) {
                    Use use = row.getBoolean(4) ? Use.UNIQUE : Use.FIND;
                    Key key = new Key(use, lower(row, 1), new ArrayList<>());
                    indexes.computeIfAbsent(row.getString(1) + "." + row.getString(2), none -> key)
                            .columns
                            .add(lower(row, 3));
                }
            }
            present.addAll(indexes.values());
        }
        return present;
    }

    private static String lower(ResultSet row, int column) throws SQLException {
        return row.getString(column).toLowerCase(Locale.ROOT);
    }

    /** Returns the query for table, name and column of each index, column by column, and whether it is unique. */
    private static String indexes(Dialect dialect) {
        return switch (dialect) {
            case H2 ->
                "SELECT table_name, index_name, column_name, is_unique FROM INFORMATION_SCHEMA.INDEX_COLUMNS"
                        + " WHERE table_schema = CURRENT_SCHEMA ORDER BY table_name, index_name, ordinal_position";
            case POSTGRESQL ->
                "SELECT t.relname, i.relname, a.attname, x.indisunique FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid"
                        + " JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_namespace n ON n.oid = t.relnamespace"
                        + " CROSS JOIN LATERAL unnest(x.indkey) WITH ORDINALITY k(attnum, seq)"
                        + " JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum"
                        + " WHERE n.nspname = current_schema() AND x.indisvalid AND x.indpred IS NULL"
                        + " ORDER BY t.relname, i.relname, k.seq";
            case MARIADB ->
                "SELECT table_name, index_name, column_name, non_unique = 0 FROM information_schema.STATISTICS"
                        + " WHERE table_schema = DATABASE() ORDER BY table_name, index_name, seq_in_index";
        };
    }

    /** Returns the query for table and column of each foreign key. */
    private static String references(Dialect dialect) {
        return switch (dialect) {
            case H2 ->
                "SELECT table_name, column_name FROM INFORMATION_SCHEMA.KEY_COLUMN_USAGE"
                        + " WHERE table_schema = CURRENT_SCHEMA AND position_in_unique_constraint IS NOT NULL";
            case POSTGRESQL ->
                "SELECT t.relname, a.attname FROM pg_constraint f JOIN pg_class t ON t.oid = f.conrelid"
                        + " JOIN pg_namespace n ON n.oid = t.relnamespace"
                        + " JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = f.conkey[1]"
                        + " WHERE f.contype = 'f' AND n.nspname = current_schema()";
            case MARIADB ->
                "SELECT table_name, column_name FROM information_schema.KEY_COLUMN_USAGE"
                        + " WHERE table_schema = DATABASE() AND referenced_table_name IS NOT NULL";
        };
    }
}
