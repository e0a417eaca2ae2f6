package io.apiaccess.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.apiaccess.Rule;
import io.apiaccess.policy.Policy;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import liquibase.Scope;
import liquibase.command.CommandScope;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Liquibase makes the tables from the changelog where the documentation says it is, and the stores take them. */
@Rule("S3")
class LiquibaseTest {
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final String CHANGELOG = "io/apiaccess/jdbc/liquibase.xml";

    @ParameterizedTest
    @EnumSource
    void makesTheTablesThatTheStoresTake(Engine engine) throws Exception {
        try (TestDatabase database = Databases.fresh(engine)) {
            run(database, "update");
            run(database, "validate");
            assertEquals(1, works(database, false));
            assertEquals(2, works(database, true));
            run(database, "validate");
            run(database, "update");
            assertEquals(3, count(database, "SELECT COUNT(*) FROM DATABASECHANGELOG"));
            assertEquals(2, count(database, "SELECT COUNT(*) FROM access_policy"));
        }
    }

    private static void run(TestDatabase database, String command) throws Exception {
        Map<String, Object> quiet = Map.of("liquibase.analytics.enabled", false);
        Scope.child(quiet, () -> {
            try (Connection connection = database.dataSource().getConnection()) {
                Database opened =
                        DatabaseFactory.getInstance().findCorrectDatabaseImplementation(new JdbcConnection(connection));
                new CommandScope(command)
                        .addArgumentValue("database", opened)
                        .addArgumentValue("changelogFile", CHANGELOG)
                        .setOutput(OutputStream.nullOutputStream())
                        .execute();
            }
        });
    }

    private static int count(TestDatabase database, String query) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getInt(1);
        }
    }

    /** Returns how many policies there are after one more. */
    private static int works(TestDatabase database, boolean migrate) {
        try (JdbcAccessStore store = JdbcAccessStore.builder(database.dataSource())
                .timeout(PATIENT)
                .migrate(migrate)
                .build()) {
            store.write(transaction -> transaction.put(
                    Policy.named("policy " + transaction.revision()).build()));
            return store.read(view -> List.copyOf(view.list(Policy.class))).size();
        }
    }
}
