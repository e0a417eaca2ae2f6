package io.apiaccess.jdbc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * Empty databases for tests, on one server of each engine for all of them: H2 within this process, PostgreSQL and MariaDB
 * started from packages when they are first asked for, or the server that the engine's property names.
 */
final class Databases {
    private static final Map<Engine, Server> SERVERS = new ConcurrentHashMap<>();
    private static final Pattern DATABASE = Pattern.compile("(jdbc:\\w+://[^/]*/)[^?]*");

    private Databases() {}

    /** Returns a database without tables. Closing drops it. */
    static TestDatabase fresh(Engine engine) {
        String name =
                "test_" + Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), 36);
        String url = url(engine, name);
        if (engine != Engine.H2) {
            execute(url(engine, ""), "CREATE DATABASE " + name);
        }
        return new TestDatabase(engine, url, () -> drop(engine, name));
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
