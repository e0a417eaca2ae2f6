package io.apiaccess.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Tables with many rows, and which queries would read one of them from end to end.
 *
 * @param rows how many rows each has
 * @param names the tables
 * @param aliases tables by what queries call them, where that is not their name
 */
record LargeTables(TestDatabase database, int rows, Set<String> names, Map<String, String> aliases) {
    /** Fills a table, N being the number of the row, C that as a text of its own, D a digest of that. */
    void fill(String table, String columns, String values) {
        String text = switch (database.engine()) {
            case H2, POSTGRESQL -> "LPAD(CAST(n AS VARCHAR(20)), 10, '0')";
            case MARIADB -> "LPAD(n, 10, '0')";
        };
        String numbers = switch (database.engine()) {
            case H2 -> "SELECT x AS n FROM SYSTEM_RANGE(1, " + rows + ")";
            case POSTGRESQL -> "SELECT n FROM generate_series(1, " + rows + ") AS series(n)";
            case MARIADB -> "SELECT seq AS n FROM seq_1_to_" + rows;
        };
        database.execute("INSERT INTO " + table + " (" + columns + ") SELECT "
                + values.replaceAll("\\bD\\b", digest("C").replace("$", "\\$"))
                        .replaceAll("\\bC\\b", text)
                        .replaceAll("\\bN\\b", "n")
                + " FROM (" + numbers + ") AS numbers");
    }

    /** Lets the database see how much there is. */
    void analyze() {
        database.execute(
                switch (database.engine()) {
                    case H2 -> "ANALYZE";
                    case POSTGRESQL -> "VACUUM ANALYZE";
                    case MARIADB -> "ANALYZE TABLE " + String.join(", ", names);
                });
    }

    /** Returns a text of SQL for the digest of another. */
    String digest(String text) {
        return switch (database.engine()) {
            case H2 -> "HASH('SHA-256', " + text + ")";
            case POSTGRESQL -> "sha256(CAST(" + text + " AS BYTEA))";
            case MARIADB -> "UNHEX(SHA2(" + text + ", 256))";
        };
    }

    /** Returns a query with values in the places of its parameters. */
    static String filled(String query, List<Object> values) {
        return filled(
                query,
                values.stream()
                        .map(value -> value instanceof String ? "'" + value + "'" : value.toString())
                        .toArray(String[]::new));
    }

    /** Returns a query with texts of SQL in the places of its parameters. */
    static String filled(String query, String... values) {
        String filled = query;
        for (String value : values) {
            filled = filled.replaceFirst("\\?", value);
        }
        return filled;
    }

    /** Returns which tables would be read from end to end, by which of some queries. */
    List<String> scans(List<String> queries) throws SQLException {
        List<String> scans = new ArrayList<>();
        for (String query : queries) {
            try (Connection connection = database.dataSource().getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("EXPLAIN " + query)) {
                while (row.next()) {
                    for (String table : names) {
                        if (isScan(row, table)) {
                            scans.add(table + " by " + query);
                        }
                    }
                }
            }
        }
        return scans;
    }

    private boolean isScan(ResultSet row, String table) throws SQLException {
        return switch (database.engine()) {
            case H2 -> row.getString(1).toLowerCase(Locale.ROOT).contains("." + table + ".tablescan");
            case POSTGRESQL -> row.getString(1).contains("Seq Scan on " + table + " ");
            case MARIADB -> {
                String name = row.getString("table");
                yield "ALL".equals(row.getString("type")) && table.equals(aliases.getOrDefault(name, name));
            }
        };
    }
}
