package io.apiaccess.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.apiaccess.Rule;
import io.apiaccess.client.ClientId;
import io.apiaccess.spi.AuditEntry;
import io.apiaccess.spi.AuditQuery;
import io.apiaccess.spi.AuditQuery.Scope;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    private final LargeTables large;
    private final Kinds kinds = new Kinds(Optional.empty(), () -> new byte[32]);

    PlansTest(Engine engine) {
        database = Databases.fresh(engine);
        large = new LargeTables(database, PROFILES, LARGE, Map.of());
    }

    @BeforeEach
    void fill() {
        JdbcAccessStore.builder(database.dataSource())
                .timeout(Duration.ofSeconds(20))
                .build()
                .close();
        large.fill(
                "access_client",
                "id, revision, parts, name, registration, status",
                "C, N, 0, C, 'AUTOMATIC', 'ACTIVE'");
        large.fill("access_profile", "id, revision, parts, client_id, name, status", "C, N, 1, C, C, 'ACTIVE'");
        large.fill(
                "access_terms",
                "profile_id, seq, stage, restricted, proof, introspected, expires, certified, by_thumbprint, by_subject",
                "C, 0, 'PRESENT', FALSE, 'AUTH_TOKEN', FALSE, TRUE, FALSE, FALSE, FALSE");
        large.fill(
                "access_grant",
                "profile_id, seq, stage, collection_id, all_scopes, read_only",
                "C, 0, 'PRESENT', 'c', TRUE, FALSE");
        large.fill("access_token_key", "profile_id, seq, stage, jwk, fingerprint", "C, 0, 'PRESENT', '{}', D");
        large.fill(
                "access_key",
                "id, revision, parts, profile_id, digest, used_for, hint, imported, status, created_at",
                "C, N, 0, C, D, 'CALLS', '', FALSE, 'ENABLED', 0");
        large.fill(
                "access_issued_token",
                "id, revision, parts, secret_id, digest, narrowed, issued_at, expires_at",
                "C, N, 0, C, D, FALSE, 0, 1");
        large.fill(
                "access_audit",
                "revision, made_at, actor, action, target, project, client_id",
                "N, N, C, 'create', C, C, C");
        large.fill("access_removal", "kind, entity_id, revision, removed_at", "'AccessProfile', C, N, N");
        large.analyze();
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void readsNoLargeTableFromEndToEnd() throws SQLException {
        assertEquals(List.of(), large.scans(queries()));
    }

    private List<String> queries() {
        List<String> queries = new ArrayList<>();
        for (Kind<?> kind : kinds.all()) {
            queries.add(LargeTables.filled(Reading.pageOf(kind), text(500), "100"));
            queries.add(LargeTables.filled(Reading.changedSince(kind), Integer.toString(PROFILES - 5)));
            queries.add(LargeTables.filled(Reading.among(kind.main(), 2, "id"), text(7), text(9)));
            for (Table part : kind.parts()) {
                queries.add(LargeTables.filled(Reading.between(part), text(100), text(120)));
                queries.add(LargeTables.filled(Reading.among(part, 2, part.key() + ", seq"), text(7), text(9)));
            }
            kind.references()
                    .values()
                    .forEach(columns -> columns.forEach(
                            column -> queries.add(LargeTables.filled(Reading.referrersOf(kind, column), text(7)))));
        }
        queries.add("SELECT id FROM access_profile WHERE client_id = " + text(7) + " AND name = " + text(7));
        queries.add("SELECT id FROM access_key WHERE digest = " + large.digest(text(7)));
        queries.add(LargeTables.filled(TermsRows.HOLDERS, large.digest(text(7))));
        queries.add("SELECT id FROM access_issued_token WHERE digest = " + large.digest(text(7)));
        queries.add(LargeTables.filled(RemovalRows.SINCE, Integer.toString(PROFILES - 5)));
        queries.add(LargeTables.filled(RemovalRows.NEWEST, "10"));
        queries.add(LargeTables.filled(RemovalRows.OLDEST, Integer.toString(PROFILES - 5), "10"));
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
        return LargeTables.filled(select, values);
    }

    private static String text(int number) {
        return "'" + String.format("%010d", number) + "'";
    }
}
