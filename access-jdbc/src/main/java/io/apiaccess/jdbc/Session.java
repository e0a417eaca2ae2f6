package io.apiaccess.jdbc;

import io.apiaccess.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** One transaction on a connection of its own, undone when it is closed unless it was committed. Not thread-safe. */
final class Session implements AutoCloseable {
    private static final int IDLE_SECONDS = 10;

    private final Connections connections;
    private final Connections.Opened opened;
    private final Connection connection;
    private final Sql sql;
    private boolean limited;

    private Session(Connections connections, Connections.Opened opened) {
        this.connections = connections;
        this.opened = opened;
        connection = opened.connection();
        sql = new Sql(connection, connections.timeout());
    }

    static Session open(Connections connections, int isolation) {
        try {
            return new Session(connections, connections.open(isolation));
        } catch (SQLException e) {
            throw Sql.failed(e);
        }
    }

    Sql sql() {
        return sql;
    }

    /**
     * Lets the database end the transaction by itself where this node has gone without a word, so that nobody waits long for
     * the lock that it held; and lets a wait for that lock end before the wait for its answer does, so that it may be tried
     * again.
     */
    void boundLocks(Dialect dialect) {
        long millis = connections.timeout().toMillis() * 3 / 4;
        switch (dialect) {
            case POSTGRESQL -> {
                execute("SET LOCAL idle_in_transaction_session_timeout = " + IDLE_SECONDS * 1_000);
                execute("SET LOCAL lock_timeout = " + millis);
            }
            case MARIADB -> {
                execute("SET SESSION idle_transaction_timeout = " + IDLE_SECONDS + ", innodb_lock_wait_timeout = "
                        + Math.max(1, millis / 1_000));
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

    /**
     * Commits.
     *
     * @throws StoreException if there is no answer, or a refusal
     */
    void commitOrFail() {
        SQLException lost = commit();
        if (lost != null) {
            throw Sql.failed(lost);
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
        connections.release(opened, limited);
    }
}
