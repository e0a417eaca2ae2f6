package io.apiaccess.jdbc;

import io.apiaccess.spi.StoreException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announcements of changes by LISTEN and NOTIFY of PostgreSQL, which are sent with a commit or not at all. Thread-safe.
 *
 * <p>The driver hands them over by a type of its own, which is named here by its name alone, so that nobody needs the driver
 * who does not use it.
 */
final class Notices implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Notices.class);
    private static final String DRIVER_TYPE = "org.postgresql.PGConnection";
    private static final String CHANNEL = "access_changed";
    private static final int WAIT_MILLIS = 1_000;

    private final Connections connections;
    private final CountDownLatch closed = new CountDownLatch(1);

    Notices(Connections connections) {
        this.connections = connections;
    }

    void send(Sql sql) {
        sql.query(row -> true, "SELECT pg_notify('" + CHANNEL + "', '')");
    }

    /** Begins to hear, on a thread of its own. */
    void listen(Runnable heard) {
        Thread thread = new Thread(() -> run(heard), "access-notices");
        thread.setDaemon(true);
        thread.start();
    }

    private void run(Runnable heard) {
        while (closed.getCount() > 0) {
            try (Session session = Session.open(connections, Connection.TRANSACTION_READ_COMMITTED)) {
                hear(session.sql().connection(), heard);
            } catch (SQLException | RuntimeException | ReflectiveOperationException e) {
                if (closed.getCount() > 0) {
                    LOG.warn("announcements of changes are not heard, polling goes on: {}", String.valueOf(e));
                }
            }
            isClosedWithin(WAIT_MILLIS);
        }
    }

    private void hear(Connection connection, Runnable heard) throws SQLException, ReflectiveOperationException {
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute("LISTEN " + CHANNEL);
        }
        Class<?> type = driverType(connection);
        Object driver = connection.unwrap(type);
        Method notifications = type.getMethod("getNotifications", int.class);
        // What was announced before it listened was not heard.
        heard.run();
        try {
            while (!isClosedWithin(0)) {
                Object[] come = (Object[]) call(notifications, driver);
                if (come != null && come.length > 0) {
                    heard.run();
                }
            }
        } finally {
            try (Statement statement = connection.createStatement()) {
                statement.execute("UNLISTEN " + CHANNEL);
            }
            connection.setAutoCommit(false);
        }
    }

    private static @Nullable Object call(Method notifications, Object driver)
            throws SQLException, ReflectiveOperationException {
        try {
            return notifications.invoke(driver, WAIT_MILLIS);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof SQLException failed) {
                throw failed;
            }
            throw e;
        }
    }

    private static Class<?> driverType(Connection connection) throws SQLException, ClassNotFoundException {
        Object metaData = connection.getMetaData();
        ClassLoader loader = metaData.getClass().getClassLoader();
        try {
            return Class.forName(DRIVER_TYPE, false, loader);
        } catch (ClassNotFoundException e) {
            ClassLoader context = Thread.currentThread().getContextClassLoader();
            return Class.forName(DRIVER_TYPE, false, context);
        }
    }

    private boolean isClosedWithin(long millis) {
        try {
            return closed.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("interrupted", e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
