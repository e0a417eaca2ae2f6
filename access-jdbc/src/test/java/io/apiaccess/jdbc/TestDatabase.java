package io.apiaccess.jdbc;

import java.net.InetSocketAddress;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** A database of its own for a test. */
record TestDatabase(Engine engine, String url, Runnable drop) implements AutoCloseable {
    /** Returns a source that opens a connection whenever it is asked for one. */
    DataSource dataSource() {
        return new UrlDataSource(url);
    }

    /** Returns a source that keeps up to so many connections. */
    TestPool pool(int size) {
        return new TestPool(url, size);
    }

    /** Returns the URL by which the database is reached through a port of this machine, such as a proxy's. */
    String urlThrough(int port) {
        return url.replaceFirst("//[^/]*/", "//127.0.0.1:" + port + "/");
    }

    /** Returns where its server listens. */
    InetSocketAddress address() {
        URI server = URI.create(url.substring("jdbc:".length()));
        return new InetSocketAddress(server.getHost(), server.getPort() < 0 ? engine.port() : server.getPort());
    }

    void execute(String... statements) {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the only value that a query answers with. */
    String answer(String query) {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }

    @Override
    public void close() {
        drop.run();
    }
}
