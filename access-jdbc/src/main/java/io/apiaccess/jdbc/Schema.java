package io.apiaccess.jdbc;

import io.apiaccess.spi.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tables, as the scripts beside this class make them. On PostgreSQL a script runs in one transaction; on H2 and MariaDB,
 * which commit at every table, it may be run again where it was interrupted. Many nodes may migrate at once.
 */
final class Schema {
    /** The scripts, the n-th of which leads to version n. */
    private static final List<String> SCRIPTS = List.of("V1__access_store.sql", "V2__limits.sql", "V3__usage.sql");

    private static final long LOCK = 0x61636365_73730001L;
    private static final String LOCK_NAME = "io.apiaccess.schema";
    private static final int LOCK_SECONDS = 60;
    private static final int H2_ATTEMPTS = 20;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Pattern TABLE =
            Pattern.compile("CREATE TABLE (?:IF NOT EXISTS )?(\\w+) \\(\\n(.*)\\n\\)", Pattern.DOTALL);
    private static final Set<String> NO_COLUMN = Set.of("PRIMARY", "UNIQUE", "CHECK", "FOREIGN");

    private final Dialect dialect;

    Schema(Dialect dialect) {
        this.dialect = dialect;
    }

    /** Returns the version that the newest script leads to. */
    static int newest() {
        return SCRIPTS.size();
    }

    /** Runs the scripts that have not run, and checks that everything is there. */
    void migrate(Connection connection) throws SQLException {
        migrateTo(connection, newest());
        validate(connection);
    }

    /** Runs the scripts that have not run of those that lead to a version. */
    void migrateTo(Connection connection, int version) throws SQLException {
        requireKnown(version(connection));
        if (version(connection) < version) {
            Connections.bound(connection, Math.toIntExact(PATIENCE.toMillis()));
            lock(connection);
            try {
                for (int next = version(connection); next < version; next++) {
                    run(connection, SCRIPTS.get(next));
                }
                connection.commit();
            } finally {
                unlock(connection);
            }
        }
    }

    /**
     * Checks that everything is there.
     *
     * @throws StoreException naming what is missing
     */
    void validate(Connection connection) throws SQLException {
        int version = version(connection);
        requireKnown(version);
        if (version < SCRIPTS.size()) {
            throw new StoreException("the schema has version `" + version + "` and version " + SCRIPTS.size()
                    + " is needed: migrate it");
        }
        List<String> missing = new ArrayList<>();
        Map<String, Set<String>> present = columns(connection);
        List<String> statements =
                SCRIPTS.stream().flatMap(script -> statements(script).stream()).toList();
        Map<String, List<String>> tables = tables(statements);
        tables.forEach((table, lines) -> {
            Set<String> there = present.get(table);
            if (there == null) {
                missing.add("table " + table);
            } else {
                lines.stream()
                        .map(line -> line.split(" ", 2)[0])
                        .filter(word -> !NO_COLUMN.contains(word))
                        .filter(column -> !there.contains(column))
                        .forEach(column -> missing.add("column " + table + "." + column));
            }
        });
        missing.addAll(SchemaKeys.of(statements, tables).missing(connection, dialect, present));
        if (!missing.isEmpty()) {
            throw new StoreException("the schema is damaged, what is missing is " + String.join(", ", missing));
        }
    }

    private static void requireKnown(int version) {
        if (version > SCRIPTS.size()) {
            throw new StoreException("the schema has version `" + version + "`, newer than " + SCRIPTS.size()
                    + ", the newest that this release knows: use a newer release");
        }
    }

    private int version(Connection connection) throws SQLException {
        if (!columns(connection, "access_schema").containsKey("access_schema")) {
            return 0;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT MAX(version) FROM access_schema")) {
            return row.next() ? row.getInt(1) : 0;
        }
    }

    private void run(Connection connection, String script) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements(script)) {
                execute(statement, sql);
            }
        }
    }

    /** On H2, which has no lock for this, another node may do the same at the same time: it is there when asked again. */
    private void execute(Statement statement, String sql) throws SQLException {
        for (int left = dialect == Dialect.H2 ? H2_ATTEMPTS : 0; ; left--) {
            try {
                statement.execute(sql);
                return;
            } catch (SQLException e) {
                if (left == 0) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }

    private void lock(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            switch (dialect) {
                case POSTGRESQL -> statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
                case MARIADB -> {
                    try (ResultSet row =
                            statement.executeQuery("SELECT GET_LOCK('" + LOCK_NAME + "', " + LOCK_SECONDS + ")")) {
                        if (!row.next() || row.getInt(1) != 1) {
                            throw new StoreException(
                                    "another node migrates the schema for more than " + LOCK_SECONDS + " s");
                        }
                    }
                }
                // each statement of a script may run twice, also at once
                case H2 -> {}
            }
        }
    }

    private void unlock(Connection connection) throws SQLException {
        if (dialect == Dialect.MARIADB && !connection.isClosed()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SELECT RELEASE_LOCK('" + LOCK_NAME + "')");
            }
        }
    }

    private Map<String, Set<String>> columns(Connection connection) throws SQLException {
        return columns(connection, "access\\_%");
    }

    /** Returns the columns of tables by name, all in lower case. */
    private Map<String, Set<String>> columns(Connection connection, String tables) throws SQLException {
        Map<String, Set<String>> found = new LinkedHashMap<>();
        String pattern = dialect == Dialect.H2 ? tables.toUpperCase(Locale.ROOT) : tables;
        try (ResultSet row =
                connection.getMetaData().getColumns(connection.getCatalog(), connection.getSchema(), pattern, "%")) {
            while (row.next()) {
                found.computeIfAbsent(row.getString("TABLE_NAME").toLowerCase(Locale.ROOT), name -> new TreeSet<>())
                        .add(row.getString("COLUMN_NAME").toLowerCase(Locale.ROOT));
            }
        }
        return found;
    }

    /** Returns the lines between the brackets that make each table. */
    private static Map<String, List<String>> tables(List<String> statements) {
        Map<String, List<String>> tables = new LinkedHashMap<>();
        for (String sql : statements) {
            Matcher table = TABLE.matcher(sql);
            if (table.find()) {
                tables.put(
                        table.group(1),
                        table.group(2).lines().map(String::strip).toList());
            }
        }
        return tables;
    }

    private List<String> statements(String script) {
        String name = dialect.folder() + "/" + script;
        try (InputStream text = Schema.class.getResourceAsStream(name)) {
            if (text == null) {
                throw new IllegalStateException("script `" + name + "` is not in the jar");
            }
            String sql = new String(text.readAllBytes(), StandardCharsets.UTF_8).replaceAll("(?m)^\\s*--.*\\n", "");
            return sql.lines().toList().isEmpty()
                    ? List.of()
                    : List.of(sql.split(";\\s*\\n")).stream()
                            .map(String::strip)
                            .filter(statement -> !statement.isEmpty())
                            .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
