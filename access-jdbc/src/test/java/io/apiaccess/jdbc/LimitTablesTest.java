package io.apiaccess.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.Quota;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore.Reading;
import io.apiaccess.spi.StoreException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Shared limits begin with the tables they need, and take connections that may not come. */
@ParameterizedClass
@EnumSource
@Rule("S5")
class LimitTablesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final LimitDemand QUOTA =
            new LimitDemand(new PolicyId("gold"), Quota.of(10).perYear(), "mobile");

    private final TestDatabase database;

    LimitTablesTest(Engine engine) {
        database = Databases.fresh(engine);
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void areMadeAtTheStartAndFoundByTheNextNode() {
        assertEquals(9, takeOne(store(database.dataSource())));
        assertEquals(8, takeOne(store(database.dataSource()).migrate(false)));
        assertEquals(
                7,
                takeOne(store(database.dataSource())
                        .migrate(false)
                        .dialect(database.engine().dialect())));
    }

    @Test
    void areNamedWhereTheyAreMissing() {
        JdbcLimitStore.Builder checking = store(database.dataSource()).migrate(false);
        assertTrue(message(checking).contains("migrate it"), () -> message(checking));
        store(database.dataSource()).build().close();
        database.execute("DROP TABLE access_counter_floor");
        assertTrue(message(checking).contains("table access_counter_floor"), () -> message(checking));
        assertTrue(
                message(store(database.dataSource())).contains("table access_counter_floor"), () -> message(checking));
    }

    @Test
    void givesConnectionsBackAsTheyCame() throws SQLException {
        store(database.dataSource()).build().close();
        try (Connection own = database.dataSource().getConnection()) {
            own.setAutoCommit(false);
            int isolation = own.getTransactionIsolation();
            own.setNetworkTimeout(Runnable::run, 30_000);
            int patience = own.getNetworkTimeout();
            UrlDataSource sharing = new UrlDataSource(database.url()) {
                @Override
                public Connection getConnection() {
                    return unclosed(own);
                }
            };
            assertEquals(9, takeOne(store(sharing).onTablesOf(database.engine().dialect())));
            assertFalse(own.getAutoCommit());
            assertEquals(isolation, own.getTransactionIsolation());
            assertEquals(patience, own.getNetworkTimeout());
            // nothing is open or locked
            assertEquals(8, takeOne(store(database.dataSource())));
        }
    }

    @Test
    @Rule("L5")
    void areLookedAtAfterSomethingIsFreeWhereNothingIsCommittedByItself() {
        store(database.dataSource()).build().close();
        UrlDataSource manual = new UrlDataSource(database.url()) {
            @Override
            public Connection getConnection() throws SQLException {
                Connection connection = super.getConnection();
                connection.setAutoCommit(false);
                return connection;
            }
        };
        AtomicLong ahead = new AtomicLong();
        try (JdbcLimitStore store = store(manual)
                .onTablesOf(database.engine().dialect())
                .clock(now ->
                        new Reading(now.nanos() + ahead.get(), now.instant().plusNanos(ahead.get())))
                .build()) {
            Reading none = new Reading(0, Instant.EPOCH);
            assertEquals(9, store.take(List.of(QUOTA), 1, none).get(0).remaining());
            ahead.set(Duration.ofDays(400).toNanos());
            assertEquals(10, store.take(List.of(QUOTA), 0, none).get(0).remaining());
            store.reset(QUOTA);
            assertEquals(9, store.take(List.of(QUOTA), 1, none).get(0).remaining());
            assertEquals(9, store.peek(List.of(QUOTA), 1, none).get(0).remaining());
        }
    }

    @Test
    @Rule("L8")
    void giveUpOnAPoolThatWaitsForEver() {
        CountDownLatch never = new CountDownLatch(1);
        UrlDataSource waiting = new UrlDataSource(database.url()) {
            @Override
            public Connection getConnection() throws SQLException {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    throw new SQLException(e);
                }
                return super.getConnection();
            }
        };
        try (JdbcLimitStore store = JdbcLimitStore.builder(waiting)
                .timeout(Duration.ofMillis(100))
                .onTablesOf(database.engine().dialect())
                .withoutHousekeeping()
                .build()) {
            assertTimeoutPreemptively(
                    PATIENCE,
                    () -> assertThrows(
                            StoreException.class, () -> store.take(List.of(QUOTA), 1, new Reading(0, Instant.EPOCH))));
        } finally {
            never.countDown();
        }
    }

    private static JdbcLimitStore.Builder store(DataSource source) {
        return JdbcLimitStore.builder(source).timeout(PATIENCE).withoutHousekeeping();
    }

    /** Takes a unit, and returns what is left. */
    private static long takeOne(JdbcLimitStore.Builder builder) {
        try (JdbcLimitStore store = builder.build()) {
            return store.take(List.of(QUOTA), 1, new Reading(0, Instant.EPOCH))
                    .get(0)
                    .remaining();
        }
    }

    private static String message(JdbcLimitStore.Builder builder) {
        return String.valueOf(assertThrows(StoreException.class, builder::build).getMessage());
    }

    private static Connection unclosed(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                LimitTablesTest.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) ->
                        method.getName().equals("close") ? null : method.invoke(connection, arguments));
    }
}
