package io.apiaccess.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import io.apiaccess.policy.Policy;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Flyway makes the tables from the scripts where the documentation says they are, and the store takes them. */
@Rule("S3")
class FlywayTest {
    private static final Duration PATIENT = Duration.ofSeconds(20);

    @ParameterizedTest
    @EnumSource
    void makesTheTablesThatTheStoreTakes(Engine engine) {
        try (TestDatabase database = Databases.fresh(engine)) {
            Flyway flyway = Flyway.configure()
                    .dataSource(database.dataSource())
                    .locations(
                            "classpath:io/apiaccess/jdbc/" + engine.name().toLowerCase(Locale.ROOT))
                    .load();
            assertEquals(3, flyway.migrate().migrationsExecuted);
            flyway.validate();
            works(database, false);
            List<String> before = applied(flyway);
            works(database, true);
            assertEquals(before, applied(flyway));
            flyway.validate();
            assertEquals(0, flyway.migrate().migrationsExecuted);
        }
    }

    private static List<String> applied(Flyway flyway) {
        return Arrays.stream(flyway.info().applied())
                .map(MigrationInfo::getScript)
                .toList();
    }

    private static void works(TestDatabase database, boolean migrate) {
        try (JdbcAccessStore store = JdbcAccessStore.builder(database.dataSource())
                .timeout(PATIENT)
                .migrate(migrate)
                .build()) {
            long before = store.changesSince(0).revision();
            Policy policy = store.write(transaction ->
                    transaction.put(Policy.named("policy " + before).build()));
            assertEquals(before + 1, policy.revision());
            assertTrue(store.changesSince(before).put().stream()
                    .anyMatch(entity -> entity.id().equals(policy.id())));
        }
    }
}
