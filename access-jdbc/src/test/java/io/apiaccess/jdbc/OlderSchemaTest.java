package io.apiaccess.jdbc;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.AccessControl;
import io.apiaccess.Acme;
import io.apiaccess.Rule;
import io.apiaccess.admin.IssuedKey;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Jwt;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.TimeWindow;
import io.apiaccess.spi.SecretCipher;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What is in a database of each older version is in it after it was brought up to date, and in use. */
@ParameterizedClass
@EnumSource
@Rule("S3")
class OlderSchemaTest {
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final Set<String> FILLED = Set.of(
            "access_audit",
            "access_audit_change",
            "access_client",
            "access_collection",
            "access_grant",
            "access_key",
            "access_policy_limit",
            "access_policy_window",
            "access_profile_range",
            "access_route",
            "access_token_key");
    private static final SecretCipher CIPHER = SecretCipher.aesGcm("k", Map.of("k", new byte[32]));

    private final Engine engine;
    private final TestDatabase newest;
    private final List<TestDatabase> older = new ArrayList<>();

    OlderSchemaTest(Engine engine) {
        this.engine = engine;
        newest = Databases.withTables(engine);
    }

    @AfterEach
    void drop() {
        older.forEach(TestDatabase::close);
        newest.close();
    }

    @Test
    void keepsItsContentWhenItIsBroughtUpToDate() throws SQLException {
        Acme acme = fill();
        IssuedKey revoked = acme.key;
        IssuedKey next = acme.admin.issueKey(acme.mobile.id());
        acme.admin.revokeKey(revoked.id());
        acme.close();
        for (int version = 1; version < Schema.newest(); version++) {
            TestDatabase old = Databases.fresh(engine);
            older.add(old);
            Map<String, List<String>> columns = makeAndFill(old, version);
            Map<String, List<String>> before = content(old, columns);
            assertTrue(before.keySet().containsAll(FILLED), before::toString);
            assertEquals(version >= 2, before.containsKey("access_counter"));
            store(old, true).close();
            assertEquals(before, content(old, columns));
            try (AccessControl node = AccessControl.builder()
                    .store(store(old, false))
                    .clock(acme.time)
                    .build()) {
                assertEquals(DenyReason.REVOKED_CREDENTIAL, reason(node, revoked));
                assertNull(reason(node, next));
                node.admin().revokeKey(next.id());
                assertEquals(DenyReason.REVOKED_CREDENTIAL, reason(node, next));
            }
        }
    }

    /** Fills the newest tables, all that a call or its management can touch. */
    private Acme fill() {
        Acme acme = new Acme(builder -> builder.store(store(newest, false))
                .maxStaleness(Duration.ofDays(300))
                .limitBudget(Duration.ofMinutes(1))
                .limitStore(JdbcLimitStore.builder(newest.dataSource())
                        .timeout(PATIENT)
                        .build())
                .usageStore(JdbcUsageStore.builder(newest.dataSource())
                        .timeout(PATIENT)
                        .build()));
        acme.hold(Policy.named("gold")
                .label("metal")
                .limit(Quota.of(100).perDay())
                .during(TimeWindow.daily(LocalTime.MIDNIGHT, LocalTime.MIDNIGHT)));
        acme.admin.create(AccessProfile.named("robot", acme.acme.id())
                .grant(acme.orders.id())
                .authentication(Jwt.hmac()
                        .secret("the 1st of 20 random words, no doubt")
                        .build())
                .build());
        assertNull(acme.reason(GET, "/orders"));
        return acme;
    }

    private static JdbcAccessStore store(TestDatabase database, boolean migrate) {
        return JdbcAccessStore.builder(database.dataSource())
                .timeout(PATIENT)
                .cipher(CIPHER)
                .migrate(migrate)
                .build();
    }

    /** Runs the scripts up to a version, and copies the rows that such tables can hold; returns their columns by table. */
    private Map<String, List<String>> makeAndFill(TestDatabase old, int version) throws SQLException {
        Map<String, List<String>> columns = new TreeMap<>();
        try (Connection to = old.dataSource().getConnection()) {
            to.setAutoCommit(false);
            new Schema(engine.dialect()).migrateTo(to, version);
            to.commit();
            to.setAutoCommit(true);
            try (Connection from = newest.dataSource().getConnection();
                    Statement statement = to.createStatement()) {
                statement.execute(Databases.unchecked(engine));
                statement.execute("DELETE FROM access_revision");
                for (String table : Databases.tables(to)) {
                    columns.put(table, columns(to, table));
                    copy(table, columns.get(table), from, to);
                }
                if (engine != Engine.MARIADB) {
                    statement.execute("ALTER TABLE access_audit ALTER COLUMN seq RESTART WITH 1000");
                }
                if (engine == Engine.H2) {
                    statement.execute("SET REFERENTIAL_INTEGRITY TRUE");
                }
            }
        }
        return columns;
    }

    private static List<String> columns(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet none = statement.executeQuery("SELECT * FROM " + table + " WHERE 1 = 0")) {
            List<String> columns = new ArrayList<>();
            for (int i = 1; i <= none.getMetaData().getColumnCount(); i++) {
                columns.add(none.getMetaData().getColumnName(i));
            }
            return columns;
        }
    }

    private static void copy(String table, List<String> columns, Connection from, Connection to) throws SQLException {
        String names = String.join(", ", columns);
        String marks = String.join(", ", Collections.nCopies(columns.size(), "?"));
        try (Statement statement = from.createStatement();
                ResultSet row = statement.executeQuery("SELECT " + names + " FROM " + table);
                PreparedStatement insert =
                        to.prepareStatement("INSERT INTO " + table + " (" + names + ") VALUES (" + marks + ")")) {
            while (row.next()) {
                for (int i = 1; i <= columns.size(); i++) {
                    insert.setObject(i, row.getObject(i));
                }
                insert.executeUpdate();
            }
        }
    }

    /** Returns the rows of each table that has any, as texts. */
    private static Map<String, List<String>> content(TestDatabase database, Map<String, List<String>> columns)
            throws SQLException {
        Map<String, List<String>> content = new TreeMap<>();
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            for (Map.Entry<String, List<String>> table : columns.entrySet()) {
                String names = String.join(", ", table.getValue());
                try (ResultSet row = statement.executeQuery("SELECT " + names + " FROM " + table.getKey())) {
                    List<String> rows = new ArrayList<>();
                    while (row.next()) {
                        List<String> values = new ArrayList<>();
                        for (int i = 1; i <= table.getValue().size(); i++) {
                            values.add(text(row.getObject(i)));
                        }
                        rows.add(values.toString());
                    }
                    Collections.sort(rows);
                    content.put(table.getKey(), rows);
                }
            }
        }
        content.values().removeIf(List::isEmpty);
        return content;
    }

    private static String text(@Nullable Object value) {
        return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(value);
    }

    private static @Nullable DenyReason reason(AccessControl node, IssuedKey key) {
        return Acme.reason(node.decider()
                .decide(Acme.request(GET, "/orders").apiKey(key.reveal()).build()));
    }
}
