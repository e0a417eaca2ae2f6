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
    private static final int MAX_STUCK = 256;
    private static final int PAUSES = 10;

    private final DataSource source;
    private final Duration timeout;
    private final ExecutorService threads;
    private int waiting;
    private int stuck;
    private final int mostWaiting;
    private boolean answered = true;
    private long lastAsked;

    Connections(DataSource source, Duration timeout) {
        this(source, timeout, MAX_WAITING);
    }

    /** Returns connections that so many may wait for at once, beside those that do not come. */
    Connections(DataSource source, Duration timeout, int mostWaiting) {
        this.source = source;
        this.timeout = timeout;
        this.mostWaiting = mostWaiting;
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(0, MAX_STUCK, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
            Thread thread = new Thread(work, "access-connection-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * A connection as it came, but with a bound on its answers.
     *
     * @param commits whether it came with automatic commit
     * @param patience the network time-out that it came with, in milliseconds, or 0
     */
    record Lent(Connection connection, boolean commits, int patience) {}

    /** Returns a connection whose transactions are the borrower's business: nothing is asked of the database for it. */
    Lent lend() throws SQLException {
        Connection connection = get();
        try {
            Lent lent = new Lent(connection, connection.getAutoCommit(), patience(connection));
            bound(connection, Math.toIntExact(timeout.toMillis()));
            return lent;
        } catch (SQLException | RuntimeException e) {
            discard(connection);
            throw e;
        }
    }

    /** Returns a connection to where it came from, as it came; what is open in it is undone. */
    void takeBack(Lent lent) {
        Connection connection = lent.connection();
        try {
            if (!connection.isClosed()) {
                if (!connection.getAutoCommit()) {
                    connection.rollback();
                }
                if (connection.getAutoCommit() != lent.commits()) {
                    connection.setAutoCommit(lent.commits());
                }
                bound(connection, lent.patience());
            }
        } catch (SQLException e) {
            LOG.debug("a connection does not come back", e);
        }
        discard(connection);
    }

    /**
     * A connection, with automatic commit off.
     *
     * @param isolation the isolation that it came with
     */
    record Opened(Lent lent, int isolation) {
        Connection connection() {
            return lent.connection();
        }
    }

    Opened open(int isolation) throws SQLException {
        Lent lent = lend();
        Connection connection = lent.connection();
        try {
            Opened opened = new Opened(lent, connection.getTransactionIsolation());
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(isolation);
            return opened;
        } catch (SQLException | RuntimeException e) {
            discard(connection);
            throw e;
        }
    }

    Duration timeout() {
        return timeout;
    }

    /** Returns a connection to where it came from, as it came; what is open in it is undone. */
    void release(Opened opened, boolean limited) {
        Connection connection = opened.connection();
        try {
            if (!connection.isClosed()) {
                connection.rollback();
                if (limited) {
                    unlimited(connection);
                }
                // H2 keeps it for the connection
                try (Statement statement = connection.createStatement()) {
                    statement.setQueryTimeout(0);
                }
                connection.setTransactionIsolation(opened.isolation());
            }
        } catch (SQLException e) {
            LOG.debug("a connection does not come back", e);
        }
        takeBack(opened.lent());
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
    static void bound(Connection connection, int millis) throws SQLException {
        try {
            connection.setNetworkTimeout(Runnable::run, millis);
        } catch (SQLFeatureNotSupportedException e) {
            LOG.trace("the driver has no network time-out", e);
        }
    }

    private static int patience(Connection connection) throws SQLException {
        try {
            return connection.getNetworkTimeout();
        } catch (SQLFeatureNotSupportedException e) {
            return 0;
        }
    }

    private Connection get() throws SQLException {
        CompletableFuture<Connection> coming = new CompletableFuture<>();
        begin();
        try {
            threads.execute(() -> {
                try {
                    Connection connection = source.getConnection();
                    if (!coming.complete(connection)) {
                        discard(connection);
                    }
                } catch (SQLException | RuntimeException | LinkageError e) {
                    coming.completeExceptionally(e);
                } finally {
                    end(coming);
                }
            });
        } catch (RejectedExecutionException e) {
            end(coming);
            throw new StoreException("`" + MAX_STUCK + "` connections do not come, or the store is closed", e);
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

    /**
     * Counts one more that is waited for. Those that were given up do not count, as they may never come; but where there are
     * many of them, others are asked for now and then only, until one comes.
     */
    private synchronized void begin() {
        long now = System.nanoTime();
        boolean isRare = now - lastAsked >= timeout.toNanos() * PAUSES;
        if (waiting - stuck >= mostWaiting || (stuck >= MAX_WAITING && !answered && !isRare)) {
            throw new BusyException("`" + waiting + "` connections are waited for already");
        }
        waiting++;
        lastAsked = now;
    }

    private synchronized void end(CompletableFuture<Connection> coming) {
        waiting--;
        if (coming.isCancelled()) {
            stuck--;
        } else {
            answered = true;
        }
    }

    private synchronized void countStuck() {
        stuck++;
        answered = false;
    }

    /** A connection that comes too late goes back at once. */
    private void giveUp(CompletableFuture<Connection> coming) {
        if (coming.cancel(false)) {
            countStuck();
        } else if (!coming.isCompletedExceptionally()) {
            discard(coming.join());
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
