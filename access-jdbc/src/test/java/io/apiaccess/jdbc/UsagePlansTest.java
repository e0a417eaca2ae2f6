package io.apiaccess.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.apiaccess.Rule;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.spi.UsageDimension;
import io.apiaccess.spi.UsageQuery;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
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

    private final TestDatabase database;
    private final LargeTables large;

    UsagePlansTest(Engine engine) {
        database = Databases.fresh(engine);
        large = new LargeTables(
                database,
                ROWS,
                Set.of("access_usage", "access_usage_key", "access_last_use"),
                Map.of("u", "access_usage", "k", "access_usage_key"));
    }

    @BeforeEach
    void fill() {
        JdbcUsageStore.builder(database.dataSource())
                .timeout(Duration.ofSeconds(20))
                .build()
                .close();
        large.fill("access_usage_key", "key_hash, caller, client_id, profile_id", "D, 'PROFILE', C, C");
        large.fill("access_usage", "length, started_at, key_hash, calls", "'MINUTE', N * " + MINUTE + ", D, 1");
        large.fill("access_last_use", "profile_id, api_key_id, used_at", "C, C, N");
        large.analyze();
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void readNoLargeTableFromEndToEnd() throws SQLException {
        assertEquals(List.of(), large.scans(queries()));
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
        queries.add(LargeTables.filled(JdbcUsageStore.OLD, "'MINUTE'", Integer.toString(5 * MINUTE)));
        queries.add(LargeTables.filled(JdbcUsageStore.USES_OF, "'0000000007'"));
        queries.add(LargeTables.filled(JdbcUsageStore.USES_SINCE, Integer.toString(ROWS - 5)));
        queries.add(LargeTables.filled(JdbcUsageStore.FORGET_USES, "5"));
        return queries;
    }

    private static String sums(UsageQuery.Filter only, Set<UsageDimension> by) {
        Instant to = Instant.ofEpochSecond((long) ROWS * MINUTE);
        List<Object> values = new ArrayList<>();
        String select = JdbcUsageStore.select(new UsageQuery(to.minusSeconds(600), to, 1, by, only), values);
        return LargeTables.filled(select, values);
    }
}
