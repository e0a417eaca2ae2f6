package io.apiaccess.jdbc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** A database server that a test may kill, and start again on the same data at the same port. Closing deletes the data. */
interface Server extends AutoCloseable {
    /** Starts a server that keeps what it has acknowledged through a kill, and would through a loss of power. */
    static Server durable(Engine engine) {
        return switch (engine) {
            case H2 -> new H2Server();
            case POSTGRESQL -> new PostgresqlServer(true);
            case MARIADB -> new MariaDbServer(true);
        };
    }

    /** Returns the port it listens on, the same after a restart. */
    int port();

    /** Returns the URL of a database, reached by a port: the server's, or that of a proxy before it. */
    String url(String database, int port);

    /** Ends all its processes as a loss of power would: nothing is written any more. */
    void kill();

    /** Starts it again, and returns once it answers. */
    void restart();

    @Override
    void close();

    /** Creates an empty database, unless that happens by connecting. */
    default void create(String database) {
        try (Connection connection = DriverManager.getConnection(url("", port()));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + database);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot create " + database, e);
        }
    }
}
