package io.apiaccess.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.apiaccess.Rule;
import io.apiaccess.client.ClientId;
import io.apiaccess.spi.AuditEntry;
import io.apiaccess.spi.AuditQuery;
import io.apiaccess.spi.AuditQuery.Scope;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Every query goes by an index, however many profiles there are: {@code -Dprofiles=1000000} asks it of a million. */
@ParameterizedClass
@EnumSource
@Rule("S3")
class PlansTest {
    private static final int PROFILES = Integer.getInteger("profiles", 20_000);
    private static final Set<String> LARGE = Set.of(
            "access_client",
            "access_profile",
            "access_terms",
            "access_grant",
            "access_token_key",
            "access_key",
            "access_issued_token",
            "access_audit",
            "access_removal");

    private final TestDatabase database;
    private final Kinds kinds = new Kinds(Optional.empty(), () -> new byte[32]);

    PlansTest(Engine engine) {
        database = Databases.fresh(engine);
    }

    @BeforeEach
    void fill() {
        JdbcAccessStore.builder(database.dataSource())
                .timeout(Duration.ofSeconds(20))
                .build()
                .close();
        fill("access_client", "id, revision, parts, name, registration, status", "C, N, 0, C, 'AUTOMATIC', 'ACTIVE'");
        fill("access_profile", "id, revision, parts, client_id, name, status", "C, N, 1, C, C, 'ACTIVE'");
        fill(
                "access_terms",
                "profile_id, seq, stage, restricted, proof, introspected, expires, certified, by_thumbprint, by_subject",
                "C, 0, 'PRESENT', FALSE, 'AUTH_TOKEN', FALSE, TRUE, FALSE, FALSE, FALSE");
        fill(
                "access_grant",
                "profile_id, seq, stage, collection_id, all_scopes, read_only",
                "C, 0, 'PRESENT', 'c', TRUE, FALSE");
        fill("access_token_key", "profile_id, seq, stage, jwk, fingerprint", "C, 0, 'PRESENT', '{}', D");
        fill(
                "access_key",
                "id, revision, parts, profile_id, digest, used_for, hint, imported, status, created_at",
                "C, N, 0, C, D, 'CALLS', '', FALSE, 'ENABLED', 0");
        fill(
                "access_issued_token",
                "id, revision, parts, secret_id, digest, narrowed, issued_at, expires_at",
                "C, N, 0, C, D, FALSE, 0, 1");
        fill(
                "access_audit",
                "revision, made_at, actor, action, target, project, client_id",
                "N, N, C, 'create', C, C, C");
        fill("access_removal", "kind, entity_id, revision, removed_at", "'AccessProfile', C, N, N");
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
    void readsNoLargeTableFromEndToEnd() throws SQLException {
        List<String> scans = new ArrayList<>();
        for (String query : queries()) {
            for (String table : scanned(query)) {
                scans.add(table + " by " + query);
            }
        }
        assertEquals(List.of(), scans);
    }

    private List<String> queries() {
        List<String> queries = new ArrayList<>();
        for (Kind<?> kind : kinds.all()) {
            queries.add(filled(Reading.pageOf(kind), text(500), "100"));
            queries.add(filled(Reading.changedSince(kind), Integer.toString(PROFILES - 5)));
            queries.add(filled(Reading.among(kind.main(), 2, "id"), text(7), text(9)));
            for (Table part : kind.parts()) {
                queries.add(filled(Reading.between(part), text(100), text(120)));
                queries.add(filled(Reading.among(part, 2, part.key() + ", seq"), text(7), text(9)));
            }
            kind.references()
                    .values()
                    .forEach(columns ->
                            columns.forEach(column -> queries.add(filled(Reading.referrersOf(kind, column), text(7)))));
        }
        queries.add("SELECT id FROM access_profile WHERE client_id = " + text(7) + " AND name = " + text(7));
        queries.add("SELECT id FROM access_key WHERE digest = " + digest(text(7)));
        queries.add(filled(TermsRows.HOLDERS, digest(text(7))));
        queries.add("SELECT id FROM access_issued_token WHERE digest = " + digest(text(7)));
        queries.add(filled(RemovalRows.SINCE, Integer.toString(PROFILES - 5)));
        queries.add(filled(RemovalRows.NEWEST, "10"));
        queries.add(filled(RemovalRows.OLDEST, Integer.toString(PROFILES - 5), "10"));
        AuditQuery newest = AuditQuery.newest();
        queries.add(audit(newest));
        queries.add(audit(newest.of(new ClientId("c"))));
        queries.add(audit(newest.by("somebody")));
        queries.add(audit(newest.from(Instant.ofEpochSecond(PROFILES - 5L)).until(Instant.ofEpochSecond(PROFILES))));
        queries.add(audit(newest.within(new Scope(Set.of("retail", "wholesale"), Set.of()))));
        queries.add(audit(newest.within(new Scope(Set.of("retail"), Set.of(new ClientId("c"))))));
        AuditEntry last =
                new AuditEntry(1, Instant.EPOCH, "somebody", "create", "c", Optional.empty(), Optional.empty());
        queries.add(audit(newest.before(last.withNumber(500))));
        return queries;
    }

    private static String audit(AuditQuery query) {
        List<Object> values = new ArrayList<>();
        String select = AuditRows.select(query, values);
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
            case MARIADB -> table.equals(row.getString("table")) && "ALL".equals(row.getString("type"));
        };
    }

    /** Fills a table, N being the number of the row, C that as a text of its own, D a digest of that. */
    private void fill(String table, String columns, String values) {
        String text = switch (database.engine()) {
            case H2, POSTGRESQL -> "LPAD(CAST(n AS VARCHAR(20)), 10, '0')";
            case MARIADB -> "LPAD(n, 10, '0')";
        };
        String rows = switch (database.engine()) {
            case H2 -> "SELECT x AS n FROM SYSTEM_RANGE(1, " + PROFILES + ")";
            case POSTGRESQL -> "SELECT n FROM generate_series(1, " + PROFILES + ") AS series(n)";
            case MARIADB -> "SELECT seq AS n FROM seq_1_to_" + PROFILES;
        };
        database.execute("INSERT INTO " + table + " (" + columns + ") SELECT "
                + values.replaceAll("\\bD\\b", digest("C").replace("$", "\\$"))
                        .replaceAll("\\bC\\b", text)
                        .replaceAll("\\bN\\b", "n")
                + " FROM (" + rows + ") AS numbers");
    }

    private String digest(String text) {
        return switch (database.engine()) {
            case H2 -> "HASH('SHA-256', " + text + ")";
            case POSTGRESQL -> "sha256(CAST(" + text + " AS BYTEA))";
            case MARIADB -> "UNHEX(SHA2(" + text + ", 256))";
        };
    }

    private static String text(int number) {
        return "'" + String.format("%010d", number) + "'";
    }
}
