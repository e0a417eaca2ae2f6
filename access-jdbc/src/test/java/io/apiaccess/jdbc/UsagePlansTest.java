package io.apiaccess.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.apiaccess.Rule;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.spi.UsageDimension;
import io.apiaccess.spi.UsageQuery;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Reports, roll-ups and what is asked of last uses go by an index, however much is kept. */
@ParameterizedClass
@EnumSource
@Rule({"S3", "S6"})
class UsagePlansTest {
    private static final int ROWS = 20_000;
    private static final int MINUTE = 60;
    private static final Set<String> LARGE = Set.of("access_usage", "access_usage_key", "access_last_use");

    private final TestDatabase database;

    UsagePlansTest(Engine engine) {
        database = Databases.fresh(engine);
    }

    @BeforeEach
    void fill() {
        JdbcUsageStore.create(database.dataSource()).close();
        fill("access_usage_key", "key_hash, caller, client_id, profile_id", "D, 'PROFILE', C, C");
        fill("access_usage", "length, started_at, key_hash, calls", "'MINUTE', N * " + MINUTE + ", D, 1");
        fill("access_last_use", "profile_id, api_key_id, used_at", "C, C, N");
        database.execute(
                switch (database.engine()) {
                    case H2 -> "ANALYZE";
                    case POSTGRESQL -> "VACUUM ANALYZE";
                    case MARIADB -> "ANALYZE TABLE " + String.join(", ", LARGE);
                });
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void readNoLargeTableFromEndToEnd() throws SQLException {
        List<String> scans = new ArrayList<>();
        for (String query : queries()) {
            for (String table : scanned(query)) {
                scans.add(table + " by " + query);
            }
        }
        assertEquals(List.of(), scans);
    }

    private static List<String> queries() {
        List<String> queries = new ArrayList<>();
        UsageQuery.Filter client = new UsageQuery.Filter(
                Optional.of(new ClientId("0000000007")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        UsageQuery.Filter profile = new UsageQuery.Filter(
                Optional.empty(),
                Optional.of(new ProfileId("0000000007")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        for (UsageQuery.Filter only : List.of(UsageQuery.Filter.ALL, client, profile)) {
            queries.add(sums(only, Set.of()));
            queries.add(sums(only, EnumSet.allOf(UsageDimension.class)));
        }
        queries.add(filled(JdbcUsageStore.OLD, "'MINUTE'", Integer.toString(5 * MINUTE)));
        queries.add(filled(JdbcUsageStore.USES_OF, "'0000000007'"));
        queries.add(filled(JdbcUsageStore.USES_SINCE, Integer.toString(ROWS - 5)));
        queries.add(filled(JdbcUsageStore.FORGET_USES, "5"));
        return queries;
    }

    private static String sums(UsageQuery.Filter only, Set<UsageDimension> by) {
        Instant to = Instant.ofEpochSecond((long) ROWS * MINUTE);
        List<Object> values = new ArrayList<>();
        String select = JdbcUsageStore.select(new UsageQuery(to.minusSeconds(600), to, 1, by, only), values);
        return filled(
                select,
                values.stream()
                        .map(value -> value instanceof String ? "'" + value + "'" : value.toString())
                        .toArray(String[]::new));
    }

    private static String filled(String query, String... values) {
        String filled = query;
        for (String value : values) {
            filled = filled.replaceFirst("\\?", value);
        }
        return filled;
    }

    private List<String> scanned(String query) throws SQLException {
        List<String> scanned = new ArrayList<>();
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("EXPLAIN " + query)) {
            while (row.next()) {
                for (String table : LARGE) {
                    if (isScan(row, table)) {
                        scanned.add(table);
                    }
                }
            }
        }
        return scanned;
    }

    private boolean isScan(ResultSet row, String table) throws SQLException {
        return switch (database.engine()) {
            case H2 -> row.getString(1).toLowerCase(Locale.ROOT).contains("." + table + ".tablescan");
            case POSTGRESQL -> row.getString(1).contains("Seq Scan on " + table + " ");
            case MARIADB -> "ALL".equals(row.getString("type")) && isNamed(row.getString("table"), table);
        };
    }

    private static boolean isNamed(String alias, String table) {
        return switch (alias) {
            case "u" -> table.equals("access_usage");
            case "k" -> table.equals("access_usage_key");
            default -> table.equals(alias);
        };
    }

    /** Fills a table, N being the number of the row, C that as a text of its own, D a digest of that. */
    private void fill(String table, String columns, String values) {
        String text = switch (database.engine()) {
            case H2, POSTGRESQL -> "LPAD(CAST(n AS VARCHAR(20)), 10, '0')";
            case MARIADB -> "LPAD(n, 10, '0')";
        };
        String digest = switch (database.engine()) {
            case H2 -> "HASH('SHA-256', " + text + ")";
            case POSTGRESQL -> "sha256(CAST(" + text + " AS BYTEA))";
            case MARIADB -> "UNHEX(SHA2(" + text + ", 256))";
        };
        String rows = switch (database.engine()) {
            case H2 -> "SELECT x AS n FROM SYSTEM_RANGE(1, " + ROWS + ")";
            case POSTGRESQL -> "SELECT n FROM generate_series(1, " + ROWS + ") AS series(n)";
            case MARIADB -> "SELECT seq AS n FROM seq_1_to_" + ROWS;
        };
        database.execute("INSERT INTO " + table + " (" + columns + ") SELECT "
                + values.replaceAll("\\bD\\b", digest)
                        .replaceAll("\\bC\\b", text)
                        .replaceAll("\\bN\\b", "n")
                + " FROM (" + rows + ") AS numbers");
    }
}
