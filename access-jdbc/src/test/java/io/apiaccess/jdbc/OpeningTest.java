package io.apiaccess.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import io.apiaccess.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Every store is told the same of its database, and begins on it in the same way. */
@ParameterizedClass
@EnumSource
@Rule("S4")
class OpeningTest {
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final Duration LONG = Duration.ofMinutes(2);

    private final Store store;
    private final TestDatabase database = Databases.fresh(Engine.H2);

    OpeningTest(Store store) {
        this.store = store;
    }

    @AfterEach
    void drop() {
        database.close();
    }

    /** What can be told to a store. */
    private record Told(Dialect dialect, Duration timeout, Duration startWait, boolean migrate) {}

    /** The stores there are. */
    private enum Store {
        STORE,
        LIMIT_STORE,
        USAGE_STORE;

        AutoCloseable open(DataSource source, Told told) {
            return switch (this) {
                case STORE ->
                    JdbcAccessStore.builder(source)
                            .dialect(told.dialect)
                            .timeout(told.timeout)
                            .startWait(told.startWait)
                            .migrate(told.migrate)
                            .build();
                case LIMIT_STORE ->
                    JdbcLimitStore.builder(source)
                            .dialect(told.dialect)
                            .timeout(told.timeout)
                            .startWait(told.startWait)
                            .migrate(told.migrate)
                            .build();
                case USAGE_STORE ->
                    JdbcUsageStore.builder(source)
                            .dialect(told.dialect)
                            .timeout(told.timeout)
                            .startWait(told.startWait)
                            .migrate(told.migrate)
                            .build();
            };
        }
    }

    @Test
    void onlyChecksTheTablesWhereThatIsAskedFor() throws Exception {
        Told checks = new Told(Dialect.H2, PATIENT, Duration.ZERO, false);
        StoreException refused = assertThrows(StoreException.class, () -> store.open(database.dataSource(), checks));
        assertEquals("the schema has version `0` and version 3 is needed: migrate it", refused.getMessage());
        store.open(database.dataSource(), new Told(Dialect.H2, PATIENT, Duration.ZERO, true))
                .close();
        store.open(database.dataSource(), checks).close();
    }

    @Test
    void waitsForTheDatabaseIfItIsAskedToAndElseSaysThatThereIsNone() throws Exception {
        AtomicInteger refusals = new AtomicInteger(3);
        UrlDataSource starting = new UrlDataSource(database.url()) {
            @Override
            public Connection getConnection() throws SQLException {
                if (refusals.getAndDecrement() > 0) {
                    throw new SQLException("not yet");
                }
                return super.getConnection();
            }
        };
        StoreException refused = assertThrows(
                StoreException.class, () -> store.open(starting, new Told(Dialect.H2, PATIENT, Duration.ZERO, true)));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("the database cannot be used"), refused::getMessage);
        store.open(starting, new Told(Dialect.H2, PATIENT, LONG, true)).close();
        assertTrue(refusals.get() < 0);
    }

    @Test
    void isRefusedWithAllThatIsWrongAtOnce() {
        Told wrong = new Told(Dialect.H2, Duration.ZERO, Duration.ofDays(1), true);
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> store.open(database.dataSource(), wrong));
        String name = store.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        assertEquals(
                name + " `jdbc`: time-out `PT0S` is not PT0.1S to PT1M; start wait `PT24H` is not PT0S to PT1H",
                refused.getMessage());
    }
}
