package io.apiaccess.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The smallest pool that behaves as pools do: at most so many connections, a wait that ends in an exception, connections that
 * come back rolled back and are looked at before they are given out again. Thread-safe.
 */
final class TestPool extends UrlDataSource implements AutoCloseable {
    private static final Duration LOOKED_AT = Duration.ofMillis(500);

    private final Semaphore permits;
    private final Deque<Idle> idle = new ConcurrentLinkedDeque<>();
    private final AtomicInteger opened = new AtomicInteger();
    private volatile Duration patience = Duration.ofSeconds(30);
    private volatile boolean closed;

    TestPool(String url, int size) {
        super(url);
        permits = new Semaphore(size, true);
    }

    /** Sets how long to wait for a connection. */
    TestPool patience(Duration patience) {
        this.patience = patience;
        return this;
    }

    /** Returns how many connections were opened in all. */
    int opened() {
        return opened.get();
    }

    @Override
    public Connection getConnection() throws SQLException {
        boolean permitted = false;
        try {
            permitted = permits.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!permitted) {
            throw new SQLTransientConnectionException("no connection within " + patience);
        }
        try {
            return lend(idleOrNew());
        } catch (SQLException | RuntimeException e) {
            permits.release();
            throw e;
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Idle each = idle.poll(); each != null; each = idle.poll()) {
            end(each.connection());
        }
    }

    private Connection idleOrNew() throws SQLException {
        for (Idle each = idle.poll(); each != null; each = idle.poll()) {
            boolean fresh = System.nanoTime() - each.since() < LOOKED_AT.toNanos();
            if (fresh ? !each.connection().isClosed() : each.connection().isValid(1)) {
                return each.connection();
            }
            end(each.connection());
        }
        Connection connection = super.getConnection();
        opened.incrementAndGet();
        return connection;
    }

    private Connection lend(Connection connection) {
        Loan loan = new Loan(connection);
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> loan.call(method, arguments));
    }

    private static void end(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // it is gone either way
        }
    }

    private record Idle(Connection connection, long since) {}

    private final class Loan {
        private final Connection connection;
        private boolean over;

        Loan(Connection connection) {
            this.connection = connection;
        }

        @Nullable Object call(Method method, Object @Nullable [] arguments) throws Throwable {
            switch (method.getName()) {
                case "close" -> {
                    giveBack();
                    return null;
                }
                case "isClosed" -> {
                    return over || connection.isClosed();
                }
                default -> {
                    if (over) {
                        throw new SQLException("connection is closed");
                    }
                }
            }
            try {
                return method.invoke(connection, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }

        private void giveBack() {
            if (over) {
                return;
            }
            over = true;
            try {
                if (!connection.isClosed() && !closed) {
                    if (!connection.getAutoCommit()) {
                        connection.rollback();
                        connection.setAutoCommit(true);
                    }
                    idle.push(new Idle(connection, System.nanoTime()));
                    return;
                }
                end(connection);
            } catch (SQLException e) {
                end(connection);
            } finally {
                permits.release();
            }
        }
    }
}
