package io.apiaccess.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.apiaccess.Rule;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.Quota;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore.Reading;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A node that is gone without a word holds no counter for long. */
@ParameterizedClass
@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "H2")
@Rule("S5")
class VanishedNodeTest {
    /** Longer than a database lets a transaction idle. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final LimitDemand QUOTA =
            new LimitDemand(new PolicyId("gold"), Quota.of(10).perYear(), "mobile");

    private final Engine engine;
    private final TestDatabase database;
    private final TcpProxy proxy;

    VanishedNodeTest(Engine engine) {
        this.engine = engine;
        database = Databases.withTables(engine);
        proxy = TcpProxy.to(database.address());
    }

    @AfterEach
    void close() {
        proxy.close();
        database.close();
    }

    @Test
    void leavesItsCountersToOthersAsTheyWere() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        JdbcLimitStore vanishing = store(database.urlThrough(proxy.port()))
                .clock(now -> {
                    // the rows are locked, and what comes next does not arrive
                    proxy.blackHole();
                    gone.countDown();
                    return now;
                })
                .build();
        try (JdbcLimitStore other = store(database.url()).build()) {
            assertEquals(9, takeOne(other));
            Thread node = new Thread(() -> takeOne(vanishing), "vanishing");
            node.setDaemon(true);
            node.setUncaughtExceptionHandler((thread, end) -> {});
            node.start();
            gone.await();
            assertTimeoutPreemptively(PATIENCE, () -> assertEquals(8, takeOne(other)));
        }
    }

    @Test
    void isAllThatItsConnectionIsBoundedFor() throws SQLException {
        try (TestPool pool = database.pool(1)) {
            String before = bound(pool);
            try (JdbcLimitStore store = JdbcLimitStore.builder(pool)
                    .timeout(Duration.ofMinutes(1))
                    .onTablesOf(engine.dialect())
                    .withoutHousekeeping()
                    .build()) {
                assertEquals(9, takeOne(store));
                assertEquals(before, bound(pool));
                store.peek(List.of(QUOTA), 1, new Reading(0, Instant.EPOCH));
                store.take(List.of(QUOTA), 100, new Reading(0, Instant.EPOCH));
                assertEquals(before, bound(pool));
            }
            assertEquals(1, pool.opened());
        }
    }

    private String bound(TestPool pool) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        engine == Engine.POSTGRESQL
                                ? "SHOW idle_in_transaction_session_timeout"
                                : "SELECT @@SESSION.idle_transaction_timeout")) {
            row.next();
            return row.getString(1);
        }
    }

    private JdbcLimitStore.Builder store(String url) {
        return JdbcLimitStore.builder(new UrlDataSource(url))
                .timeout(Duration.ofMinutes(1))
                .onTablesOf(engine.dialect())
                .withoutHousekeeping();
    }

    private static long takeOne(JdbcLimitStore store) {
        return store.take(List.of(QUOTA), 1, new Reading(0, Instant.EPOCH))
                .get(0)
                .remaining();
    }
}
