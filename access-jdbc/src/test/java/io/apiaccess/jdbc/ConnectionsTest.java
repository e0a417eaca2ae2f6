package io.apiaccess.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.apiaccess.Rule;
import io.apiaccess.spi.StoreException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections come from what the application may use, too, or what may hang. */
@ParameterizedClass
@EnumSource
@Rule("S4")
class ConnectionsTest {
    private static final int HANGING = 17;
    private static final Duration LONG = Duration.ofMinutes(2);

    private final TestDatabase database;

    ConnectionsTest(Engine engine) {
        database = Databases.fresh(engine);
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void connectsAgainHoweverManyLoginsNeverEnd() {
        CountDownLatch never = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        UrlDataSource hanging = new UrlDataSource(database.url()) {
            @Override
            public Connection getConnection() throws SQLException {
                if (asked.incrementAndGet() <= HANGING) {
                    await(never);
                }
                return super.getConnection();
            }
        };
        try (Connections connections = new Connections(hanging, Duration.ofMillis(250))) {
            assertTimeoutPreemptively(LONG, () -> {
                while (!opens(connections)) {
                    Thread.onSpinWait();
                }
            });
        } finally {
            never.countDown();
        }
    }

    private static void await(CountDownLatch latch) throws SQLException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new SQLException(e);
        }
    }

    private static boolean opens(Connections connections) {
        try (Session session = Session.open(connections, Connection.TRANSACTION_READ_COMMITTED)) {
            return session.sql().first(row -> true, "SELECT 1").isPresent();
        } catch (StoreException e) {
            return false;
        }
    }

    @Test
    void givesConnectionsBackAsTheyCame() throws SQLException {
        try (Connection own = database.dataSource().getConnection()) {
            own.setAutoCommit(false);
            own.setNetworkTimeout(Runnable::run, 30_000);
            int patience = own.getNetworkTimeout();
            UrlDataSource sharing = new UrlDataSource(database.url()) {
                @Override
                public Connection getConnection() {
                    return unclosed(own);
                }
            };
            try (Connections connections = new Connections(sharing, Duration.ofSeconds(20));
                    Session session = Session.open(connections, Connection.TRANSACTION_READ_COMMITTED)) {
                session.sql().first(row -> true, "SELECT 1");
            }
            assertFalse(own.getAutoCommit());
            assertEquals(patience, own.getNetworkTimeout());
            try (Statement statement = own.createStatement()) {
                assertEquals(0, statement.getQueryTimeout());
            }
        }
    }

    private static Connection unclosed(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                ConnectionsTest.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) ->
                        method.getName().equals("close") ? null : method.invoke(connection, arguments));
    }
}
