package io.apiaccess.jdbc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * Empty databases for tests, on one server of each engine for all of them: H2 within this process, PostgreSQL and MariaDB
 * started from packages when they are first asked for, or the server that the engine's property names.
 */
final class Databases {
    private static final Map<Engine, Server> SERVERS = new ConcurrentHashMap<>();
    private static final Map<Engine, Queue<TestDatabase>> SPARE = new ConcurrentHashMap<>();
    private static final Pattern DATABASE = Pattern.compile("(jdbc:\\w+://[^/]*/)[^?]*");

    private Databases() {}

    /** Returns a database without tables. Closing drops it. */
    static TestDatabase fresh(Engine engine) {
        String name =
                "test_" + Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), 36);
        String url = url(engine, name);
        if (engine == Engine.H2) {
            execute(url, "SELECT 1"); // a driver takes its time the first time
        } else {
            execute(url(engine, ""), "CREATE DATABASE " + name);
        }
        return new TestDatabase(engine, url, () -> drop(engine, name));
    }

    /** Returns a database with all tables and no content. Closing empties it, for the next test: tables take their time. */
    static TestDatabase withTables(Engine engine) {
        Queue<TestDatabase> spare = SPARE.computeIfAbsent(engine, none -> new ConcurrentLinkedQueue<>());
        TestDatabase empty = spare.poll();
        TestDatabase database = empty == null ? made(engine) : empty;
        return new TestDatabase(engine, database.url(), () -> {
            if (clear(database)) {
                spare.add(database);
            } else {
                database.close();
            }
        });
    }

    private static TestDatabase made(Engine engine) {
        TestDatabase database = fresh(engine);
        LimitSchema.create(database);
        if (System.getProperty(engine.property()) != null) {
            Runtime.getRuntime().addShutdownHook(new Thread(database::close));
        }
        return database;
    }

    /** Returns whether nothing was in the way: a test may leave a transaction behind. */
    private static boolean clear(TestDatabase database) {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(5);
            statement.execute(unchecked(database.engine()));
            List<String> emptied = tables(connection);
            emptied.remove("access_revision");
            for (String table : emptied) {
                statement.execute("DELETE FROM " + table);
            }
            statement.execute("UPDATE access_revision SET latest = 0, forgotten = 0");
            if (database.engine() == Engine.H2) {
                statement.execute("SET REFERENTIAL_INTEGRITY TRUE");
            }
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    /** Returns the statement after which foreign keys are not checked: of H2 in the database, else on the connection. */
    static String unchecked(Engine engine) {
        return switch (engine) {
            case H2 -> "SET REFERENTIAL_INTEGRITY FALSE";
            case POSTGRESQL -> "SET session_replication_role = replica";
            case MARIADB -> "SET FOREIGN_KEY_CHECKS = 0";
        };
    }

    /** Returns the tables of a database but the one that holds its version. */
    static List<String> tables(Connection connection) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (ResultSet row = connection
                .getMetaData()
                .getTables(
                        connection.getCatalog(), connection.getSchema(), "%", new String[] {"TABLE", "BASE TABLE"})) {
            while (row.next()) {
                tables.add(row.getString("TABLE_NAME").toLowerCase(Locale.ROOT));
            }
        }
        tables.remove("access_schema");
        return tables;
    }

    /** Returns the server of an engine that tests share: they must leave it alone. H2 has none. */
    static Server server(Engine engine) {
        return SERVERS.computeIfAbsent(engine, Databases::start);
    }

    private static Server start(Engine engine) {
        Server server = engine == Engine.POSTGRESQL ? new PostgresqlServer(false) : new MariaDbServer(false);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        return server;
    }

    private static String url(Engine engine, String database) {
        Optional<String> given = Optional.ofNullable(System.getProperty(engine.property()));
        if (engine == Engine.H2) {
            return given.orElse("jdbc:h2:mem:") + database + ";USER=sa;DB_CLOSE_DELAY=-1";
        }
        if (given.isEmpty()) {
            Server server = server(engine);
            return server.url(database, server.port());
        }
        return database.isEmpty() ? given.get() : DATABASE.matcher(given.get()).replaceFirst("$1" + database);
    }

    private static void drop(Engine engine, String database) {
        switch (engine) {
            case H2 -> execute(url(engine, database), "SHUTDOWN");
            case POSTGRESQL -> execute(url(engine, ""), "DROP DATABASE " + database + " WITH (FORCE)");
            case MARIADB -> execute(url(engine, ""), "DROP DATABASE " + database);
        }
    }

    private static void execute(String url, String sql) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }
}
