package io.apiaccess.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.spi.StoreException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is tried again, and how often. */
class RetriesTest {
    private int attempts;

    @ParameterizedTest
    @CsvSource({
        // a deadlock, a row that changed meanwhile, a lock that did not come
        "POSTGRESQL, 40P01, 0, 3",
        "POSTGRESQL, 40001, 0, 3",
        "POSTGRESQL, 55P03, 0, 3",
        "MARIADB, HY000, 1205, 3",
        "MARIADB, HY000, 1020, 3",
        "H2, HYT00, 50200, 3",
        "H2, 90131, 90131, 3",
        // broken
        "POSTGRESQL, 08006, 0, 2",
        "MARIADB, 08000, 0, 2",
        // wrong
        "POSTGRESQL, 23505, 0, 1",
        "H2, 42S02, 42102, 1",
    })
    void triesAgainWhatOthersWereInTheWayOf(Dialect dialect, String state, int code, int times) {
        Retries retries = new Retries(dialect, 3, 0, true);
        StoreException failure = assertThrows(
                StoreException.class, () -> retries.run(() -> fail(new SQLException("no", state, code), 9)));
        assertTrue(failure.getCause() instanceof SQLException last && state.equals(last.getSQLState()));
        assertEquals(times, attempts);
    }

    @Test
    void answersOnceItPasses() {
        Retries retries = new Retries(Dialect.POSTGRESQL, 3, 0, false);
        assertEquals("done", retries.run(() -> fail(new SQLException("no", "40001"), 2)));
        assertEquals(3, attempts);
    }

    @Test
    void connectsAgainOnlyIfToldSo() {
        Retries retries = new Retries(Dialect.POSTGRESQL, 3, 0, false);
        assertThrows(StoreException.class, () -> retries.run(() -> fail(new SQLException("no", "08006"), 9)));
        assertEquals(1, attempts);
    }

    private String fail(SQLException failure, int times) {
        if (attempts++ < times) {
            throw new StoreException("failed", failure);
        }
        return "done";
    }
}
