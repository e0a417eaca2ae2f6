package io.apiaccess.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import io.apiaccess.policy.Policy;
import io.apiaccess.spi.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The tables come to be once, by whoever is first, and what is wrong with them is said. */
@ParameterizedClass
@EnumSource
@Rule("S3")
class SchemaTest {
    private final TestDatabase database;

    SchemaTest(Engine engine) {
        database = Databases.fresh(engine);
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void isMadeOnceByNodesThatStartTogether() throws Exception {
        ExecutorService nodes = Executors.newFixedThreadPool(4);
        Callable<Long> node = () -> {
            try (JdbcAccessStore store = open()) {
                return store.changesSince(0).revision();
            }
        };
        try {
            for (Future<Long> revision : nodes.invokeAll(List.of(node, node, node, node))) {
                assertEquals(0, revision.get());
            }
        } finally {
            nodes.shutdownNow();
        }
    }

    @Test
    void keepsWhatIsInIt() {
        try (JdbcAccessStore store = open()) {
            store.write(transaction -> transaction.put(Policy.named("Gold").build()));
        }
        try (JdbcAccessStore store = open()) {
            assertEquals(1, store.changesSince(0).put().size());
        }
    }

    @Test
    void isOnlyCheckedWhereThatIsAskedFor() {
        assertEquals("the schema has version `0` and version 3 is needed: migrate it", refused(false));
        open().close();
        JdbcAccessStore.builder(database.dataSource()).migrate(false).build().close();
    }

    @Test
    void isRefusedIfItIsNewer() {
        open().close();
        database.execute("INSERT INTO access_schema (version) VALUES (4)");
        assertEquals(
                "the schema has version `4`, newer than 3, the newest that this release knows: use a newer release",
                refused(true));
    }

    @Test
    void isRefusedIfSomethingIsMissing() {
        open().close();
        database.execute("DROP TABLE access_route_scope", "ALTER TABLE access_key DROP COLUMN label");
        assertEquals(
                "the schema is damaged, what is missing is table access_route_scope, column access_key.label",
                refused(true));
    }

    @Test
    void isRefusedIfKeysAreMissing() {
        open().close();
        database.execute(
                "DROP INDEX access_key_revision_index" + onTable("access_key"),
                "DROP INDEX access_audit_target_index" + onTable("access_audit"),
                "ALTER TABLE access_token_key DROP CONSTRAINT " + nameOf("FOREIGN KEY", "access_token_key"),
                "ALTER TABLE access_usage DROP CONSTRAINT " + nameOf("PRIMARY KEY", "access_usage"),
                "ALTER TABLE access_subject_digest DROP CONSTRAINT " + nameOf("UNIQUE", "access_subject_digest"));
        assertEquals(
                "the schema is damaged, what is missing is foreign key access_token_key (profile_id), index"
                        + " access_audit_target_index, index access_key_revision_index, primary key access_usage (length,"
                        + " started_at, key_hash), unique key access_subject_digest (digest)",
                refused(false));
        database.execute(
                "CREATE INDEX access_key_other ON access_key (revision)",
                "CREATE INDEX access_audit_target_index ON access_audit (target, seq)",
                "ALTER TABLE access_token_key ADD FOREIGN KEY (profile_id) REFERENCES access_profile (id)",
                "ALTER TABLE access_usage ADD PRIMARY KEY (length, started_at, key_hash)",
                "ALTER TABLE access_subject_digest ADD UNIQUE (digest)");
        open().close();
    }

    private String onTable(String table) {
        return database.engine() == Engine.MARIADB ? " ON " + table : "";
    }

    private String nameOf(String kind, String table) {
        String quote = database.engine() == Engine.MARIADB ? "`" : "\"";
        String name = database.answer(
                "SELECT constraint_name FROM information_schema.table_constraints WHERE constraint_type = '"
                        + kind + "' AND LOWER(table_name) = '" + table + "' AND table_schema = "
                        + (database.engine() == Engine.MARIADB ? "DATABASE()" : "CURRENT_SCHEMA"));
        return quote + name + quote;
    }

    @Test
    void goesOnWhereItWasInterrupted() {
        if (database.engine() == Engine.POSTGRESQL) {
            return;
        }
        open().close();
        database.execute(
                "DROP TABLE access_issued_token_scope", "DROP TABLE access_issued_token", "DROP TABLE access_schema");
        open().close();
    }

    @Test
    void holdsConstraintsOfItsOwn() {
        open().close();
        List<String> refused = Stream.of(
                        "INSERT INTO access_plan (id, revision, parts, name, shared, policy_id, status)"
                                + " VALUES ('p', 1, 0, 'p', TRUE, 'none', 'DRAFT')",
                        "INSERT INTO access_client (id, revision, parts, name, registration, status)"
                                + " VALUES ('c', 1, 0, 'c', 'AUTOMATIC', 'ASLEEP')",
                        "INSERT INTO access_revision (id, latest, forgotten) VALUES (2, 0, 0)")
                .toList();
        for (String sql : refused) {
            assertThrows(IllegalStateException.class, () -> database.execute(sql), sql);
        }
    }

    @Test
    @Rule("S9")
    void takesNoIdThatIsNone() {
        open().close();
        for (String id : List.of("", "a b", "a.b", "caf\u00e9", "a\nb", "a\n", "\u212a")) {
            String insert = "INSERT INTO access_client (id, revision, parts, name, registration, status) VALUES ('" + id
                    + "', 1, 0, 'c', 'AUTOMATIC', 'ACTIVE')";
            assertThrows(IllegalStateException.class, () -> database.execute(insert), insert);
        }
        database.execute("INSERT INTO access_client (id, revision, parts, name, registration, status)"
                + " VALUES ('Az09_-', 1, 0, 'c', 'AUTOMATIC', 'ACTIVE')");
        for (Kind<?> kind : new Kinds(Optional.empty(), () -> new byte[0]).all()) {
            assertTrue(isChecked(kind.main().name()), kind::word);
        }
    }

    private boolean isChecked(String table) {
        String folder = database.engine().dialect().folder();
        try (InputStream script = Schema.class.getResourceAsStream(folder + "/V1__access_store.sql")) {
            String made = new String(script.readAllBytes(), StandardCharsets.UTF_8)
                    .split("CREATE TABLE (IF NOT EXISTS )?" + table + " ", 2)[1];
            return made.lines().skip(1).findFirst().orElseThrow().contains("[^A-Za-z0-9_-]");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Rule("S9")
    void takesNoNumberThatIsNone() {
        open().close();
        assertThrows(
                IllegalStateException.class,
                () -> database.execute(
                        "INSERT INTO access_removal (kind, entity_id, revision, removed_at) VALUES ('Policy', 'p', 1, 'NaN')"));
    }

    private JdbcAccessStore open() {
        return JdbcAccessStore.builder(database.dataSource())
                .timeout(Duration.ofSeconds(20))
                .build();
    }

    private String refused(boolean migrate) {
        StoreException refused = assertThrows(
                StoreException.class,
                () -> JdbcAccessStore.builder(database.dataSource())
                        .migrate(migrate)
                        .build());
        assertTrue(refused.getCause() == null, "what waiting would not change is not waited for");
        return String.valueOf(refused.getMessage());
    }
}
