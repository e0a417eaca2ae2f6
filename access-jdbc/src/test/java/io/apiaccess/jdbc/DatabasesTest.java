package io.apiaccess.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The servers that other tests stand on are what they are taken for. */
@ParameterizedClass
@EnumSource
class DatabasesTest {
    private final Engine engine;

    DatabasesTest(Engine engine) {
        this.engine = engine;
    }

    @Test
    void eachDatabaseIsEmptyAndApart() {
        try (TestDatabase one = Databases.fresh(engine);
                TestDatabase other = Databases.fresh(engine)) {
            one.execute("CREATE TABLE thing (id INT PRIMARY KEY)", "INSERT INTO thing VALUES (1)");
            assertThrows(IllegalStateException.class, () -> other.execute("INSERT INTO thing VALUES (1)"));
            other.execute("CREATE TABLE thing (id INT PRIMARY KEY)", "INSERT INTO thing VALUES (1)");
        }
    }

    @Test
    void aDurableServerKeepsThroughAKillWhatItHasAcknowledged() throws SQLException {
        try (Server server = Server.durable(engine)) {
            server.create("kept");
            String url = server.url("kept", server.port());
            try (Connection connection = DriverManager.getConnection(url);
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE thing (id INT PRIMARY KEY)");
                for (int id = 0; id < 20; id++) {
                    statement.execute("INSERT INTO thing VALUES (" + id + ")");
                }
                server.kill();
                assertThrows(SQLException.class, () -> statement.execute("INSERT INTO thing VALUES (-1)"));
            }
            assertThrows(
                    SQLException.class, () -> DriverManager.getConnection(url).close());
            server.restart();
            assertEquals("20", answer(url, "SELECT COUNT(*) FROM thing"));
            for (Map.Entry<String, String> setting : settings().entrySet()) {
                assertEquals(setting.getValue(), answer(url, setting.getKey()), setting.getKey());
            }
        }
    }

    private Map<String, String> settings() {
        return switch (engine) {
            case H2 -> Map.of();
            case POSTGRESQL ->
                Map.of("SHOW fsync", "on", "SHOW full_page_writes", "on", "SHOW synchronous_commit", "on");
            case MARIADB -> Map.of("SELECT @@innodb_flush_log_at_trx_commit", "1");
        };
    }

    private static String answer(String url, String question) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(question)) {
            row.next();
            return row.getString(1);
        }
    }
}
