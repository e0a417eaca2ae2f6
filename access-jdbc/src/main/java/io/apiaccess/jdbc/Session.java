package io.apiaccess.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** One transaction on a connection of its own, undone when it is closed unless it was committed. Not thread-safe. */
final class Session implements AutoCloseable {
    private static final int IDLE_SECONDS = 10;

    private final Connections connections;
    private final Connection connection;
    private final int isolationBefore;
    private final Sql sql;
    private boolean limited;

    private Session(Connections connections, Connection connection, int isolationBefore) {
        this.connections = connections;
        this.connection = connection;
        this.isolationBefore = isolationBefore;
        sql = new Sql(connection, connections.timeout());
    }

    static Session open(Connections connections, int isolation) {
        try {
            Connections.Opened opened = connections.open(isolation);
            return new Session(connections, opened.connection(), opened.isolationBefore());
        } catch (SQLException e) {
            throw Sql.failed(e);
        }
    }

    Sql sql() {
        return sql;
    }

    /**
     * Lets the database end the transaction by itself where this node has gone without a word, so that nobody waits long for
     * the lock that it held.
     */
    void endWhenIdle(Dialect dialect) {
        switch (dialect) {
            case POSTGRESQL -> execute("SET LOCAL idle_in_transaction_session_timeout = " + IDLE_SECONDS * 1_000);
            case MARIADB -> {
                execute("SET SESSION idle_transaction_timeout = " + IDLE_SECONDS);
                limited = true;
            }
            case H2 -> {}
        }
    }

    /** Commits, and returns what came in place of an answer, or {@code null}. */
    @Nullable SQLException commit() {
        try {
            connection.commit();
            return null;
        } catch (SQLException e) {
            return e;
        }
    }

    private void execute(String text) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(text);
        } catch (SQLException e) {
            throw Sql.failed(e);
        }
    }

    @Override
    public void close() {
        connections.release(connection, isolationBefore, limited);
    }
}
