package io.apiaccess.jdbc;

import io.apiaccess.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections that end: each is asked for on a thread of its own, since drivers and pools may wait for ever, and gives up on
 * answers that do not come. Thread-safe.
 */
final class Connections implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
    private static final int MAX_WAITING = 16;

    private final DataSource source;
    private final Duration timeout;
    private final ExecutorService threads;

    Connections(DataSource source, Duration timeout) {
        this.source = source;
        this.timeout = timeout;
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(0, MAX_WAITING, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
            Thread thread = new Thread(work, "access-connection-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * A connection, with automatic commit off.
     *
     * @param isolationBefore the isolation that it came with
     */
    record Opened(Connection connection, int isolationBefore) {}

    Opened open(int isolation) throws SQLException {
        Connection connection = get();
        try {
            bound(connection, timeout);
            int before = connection.getTransactionIsolation();
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(isolation);
            return new Opened(connection, before);
        } catch (SQLException | RuntimeException e) {
            discard(connection);
            throw e;
        }
    }

    Duration timeout() {
        return timeout;
    }

    /** Returns a connection to where it came from, as it came; what is open in it is undone. */
    void release(Connection connection, int isolationBefore, boolean limited) {
        try {
            if (!connection.isClosed()) {
                connection.rollback();
                if (limited) {
                    unlimited(connection);
                }
                connection.setTransactionIsolation(isolationBefore);
                connection.setAutoCommit(true);
                bound(connection, Duration.ZERO);
            }
        } catch (SQLException e) {
            LOG.debug("a connection does not come back", e);
        }
        discard(connection);
    }

    private static void unlimited(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION idle_transaction_timeout = DEFAULT, innodb_lock_wait_timeout = DEFAULT");
        }
    }

    private static void discard(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("a connection does not close", e);
        }
    }

    /** Bounds the wait for each answer, where the driver can; one in this process needs no bound. */
    private static void bound(Connection connection, Duration timeout) throws SQLException {
        try {
            connection.setNetworkTimeout(Runnable::run, Math.toIntExact(timeout.toMillis()));
        } catch (SQLFeatureNotSupportedException e) {
            LOG.trace("the driver has no network time-out", e);
        }
    }

    private Connection get() throws SQLException {
        CompletableFuture<Connection> coming = new CompletableFuture<>();
        try {
            threads.execute(() -> {
                try {
                    Connection connection = source.getConnection();
                    if (!coming.complete(connection)) {
                        discard(connection);
                    }
                } catch (SQLException | RuntimeException | LinkageError e) {
                    coming.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            throw new StoreException(
                    "`" + MAX_WAITING + "` connections are waited for already, or the store is closed", e);
        }
        try {
            return coming.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            giveUp(coming);
            throw new StoreException("no connection within " + timeout, e);
        } catch (InterruptedException e) {
            giveUp(coming);
            Thread.currentThread().interrupt();
            throw new StoreException("interrupted while waiting for a connection", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException failed) {
                throw failed;
            }
            throw new StoreException("no connection", e);
        }
    }

    /** A connection that comes too late goes back at once. */
    private static void giveUp(CompletableFuture<Connection> coming) {
        if (!coming.cancel(false) && !coming.isCompletedExceptionally()) {
            discard(coming.join());
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
