package io.apiaccess.jdbc;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.AccessControl;
import io.apiaccess.Acme;
import io.apiaccess.Rule;
import io.apiaccess.admin.IssuedKey;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.client.Grant;
import io.apiaccess.client.Jwt;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.entity.Entity;
import io.apiaccess.jwt.JwtKey;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.spi.AccessStore;
import io.apiaccess.spi.AuditEntry;
import io.apiaccess.spi.AuditQuery;
import io.apiaccess.spi.ChangeSet;
import io.apiaccess.spi.SecretCipher;
import io.apiaccess.spi.StoreException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Several nodes on one database. */
@ParameterizedClass
@EnumSource
class SharedStoreTest {
    private static final Logger FIGURES = Logger.getLogger("figures");
    private static final int REVOCATIONS = Integer.getInteger("revocations", 12);
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration PATIENT = Duration.ofSeconds(20);

    private final TestDatabase database;
    private final TestPool pool;

    SharedStoreTest(Engine engine) {
        database = Databases.fresh(engine);
        pool = database.pool(16);
    }

    @AfterEach
    void drop() {
        pool.close();
        database.close();
    }

    @Test
    @Rule({"S3", "D12"})
    void seesWhatIsCommittedLateHoweverOftenItHasAskedBefore() throws Exception {
        CountDownLatch written = new CountDownLatch(1);
        CountDownLatch waited = new CountDownLatch(1);
        ExecutorService writers = Executors.newFixedThreadPool(2);
        try (JdbcAccessStore store =
                JdbcAccessStore.builder(pool).timeout(PATIENT).build()) {
            long seen = put(store, "first").revision();
            Future<Policy> late = writers.submit(() -> store.write(transaction -> {
                Policy policy = transaction.put(Policy.named("late").build());
                written.countDown();
                await(waited);
                return policy;
            }));
            written.await();
            Future<Policy> next = writers.submit(() -> put(store, "next"));
            for (int i = 0; i < 20; i++) {
                ChangeSet nothing = store.changesSince(seen);
                assertEquals(List.of(), nothing.put());
                seen = nothing.revision();
            }
            waited.countDown();
            late.get();
            next.get();
            ChangeSet changes = store.changesSince(seen);
            assertEquals(
                    Set.of(late.get().id(), next.get().id()),
                    changes.put().stream().map(Entity::id).collect(Collectors.toSet()));
            assertEquals(seen + 2, changes.revision());
        } finally {
            waited.countDown();
            writers.shutdownNow();
        }
    }

    private static Policy put(JdbcAccessStore store, String name) {
        return store.write(transaction -> transaction.put(Policy.named(name).build()));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @Rule("S3")
    void saysThatItIsUnknownWhatACommitHasDoneWhereItIsInterruptedWhileItAsks() {
        JdbcAccessStore.builder(pool).timeout(PATIENT).build().close();
        CountDownLatch committed = new CountDownLatch(1);
        CountDownLatch heard = new CountDownLatch(1);
        UrlDataSource silent = new UrlDataSource(database.url()) {
            @Override
            public Connection getConnection() throws SQLException {
                if (committed.getCount() == 0) {
                    await(heard);
                }
                return interrupting(super.getConnection(), committed);
            }
        };
        try (JdbcAccessStore store =
                JdbcAccessStore.builder(silent).migrate(false).timeout(PATIENT).build()) {
            StoreException refused = assertThrows(StoreException.class, () -> put(store, "gold"));
            assertTrue(Thread.interrupted());
            heard.countDown();
            assertTrue(String.valueOf(refused.getMessage()).contains("is unknown"), refused::getMessage);
            assertEquals(1, store.changesSince(0).put().size());
        }
    }

    /** Returns a connection that interrupts who commits, and gives no answer. */
    private static Connection interrupting(Connection connection, CountDownLatch committed) {
        return (Connection) Proxy.newProxyInstance(
                SharedStoreTest.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, values) -> {
                    Object answer = method.invoke(connection, values);
                    if (method.getName().equals("commit")) {
                        committed.countDown();
                        Thread.currentThread().interrupt();
                        throw new SQLException("silence", "08006");
                    }
                    return answer;
                });
    }

    @Test
    @Rule({"S3", "D12", "trap 15"})
    void hearsOfRevocationsByAsking() {
        revocationsAreSeen(builder -> builder);
    }

    @Test
    @Rule({"S3", "D12", "trap 15"})
    void hearsOfRevocationsByAnnouncement() {
        if (database.engine() == Engine.POSTGRESQL) {
            revocationsAreSeen(builder -> builder.notifications(true).pollInterval(Duration.ofMinutes(1)));
        } else {
            IllegalArgumentException refused = assertThrows(
                    IllegalArgumentException.class,
                    () -> JdbcAccessStore.builder(pool).notifications(true).build());
            assertEquals(
                    "store `jdbc`: notifications are PostgreSQL's, and the database is " + database.engine(),
                    refused.getMessage());
        }
    }

    private void revocationsAreSeen(UnaryOperator<JdbcAccessStore.Builder> settings) {
        try (Acme acme = new Acme(
                        builder -> builder.maxStaleness(Duration.ofDays(365)).store(store(settings)));
                AccessControl second = node(acme, store(settings));
                AccessControl third = node(acme, store(settings))) {
            long[] millis = new long[REVOCATIONS];
            for (int i = 0; i < REVOCATIONS; i++) {
                IssuedKey key = acme.admin.issueKey(acme.mobile.id());
                until(() -> seen(second, acme, key) && seen(third, acme, key));
                long start = System.nanoTime();
                acme.admin.revokeKey(key.id());
                assertEquals(DenyReason.REVOKED_CREDENTIAL, reason(acme.access, key));
                until(() -> reason(second, key) == DenyReason.REVOKED_CREDENTIAL
                        && reason(third, key) == DenyReason.REVOKED_CREDENTIAL);
                millis[i] = (System.nanoTime() - start) / 1_000_000;
            }
            Arrays.sort(millis);
            FIGURES.info(() -> database.engine() + ": revocation seen by two other nodes after ms, median and most: "
                    + millis[REVOCATIONS / 2] + ", " + millis[REVOCATIONS - 1]);
        }
    }

    @Test
    @Rule("S8")
    void takesAKeyOfAnotherNodeWithoutWaitingForTheNextQuestion() {
        try (Acme acme = new Acme(
                        builder -> builder.maxStaleness(Duration.ofDays(365)).store(store(it -> it)));
                AccessControl second = node(acme, store(it -> it.pollInterval(Duration.ofMinutes(1))))) {
            IssuedKey key = acme.admin.issueKey(acme.mobile.id());
            until(() -> seen(second, acme, key));
            assertTrue(second.storeHealth().lookUps() > 0);
        }
    }

    @Test
    @Rule("S3")
    void tellsANodeThatIsTooFarBehindEverything() {
        try (Acme acme = new Acme(
                        builder -> builder.maxStaleness(Duration.ofDays(365)).store(store(it -> it)));
                AccessStore direct = store(it -> it)) {
            long early = direct.changesSince(0).revision();
            acme.admin.revokeKey(acme.key.id());
            acme.admin.delete(acme.mobile.id(), true);
            assertEquals(2, direct.changesSince(early).removed().size());
            database.execute("UPDATE access_revision SET forgotten = " + (early + 1));
            assertTrue(direct.changesSince(early).complete());
        }
    }

    @Test
    @Rule({"S3", "D12"})
    void keepsWhatIsGoneForTenMinutesHoweverMuchItIs() {
        int many = RemovalRows.KEPT_ALWAYS + RemovalRows.PAGE + 5;
        try (JdbcAccessStore store = store(it -> it)) {
            Policy first = store.write(
                    transaction -> transaction.put(Policy.named("first").build()));
            store.write(transaction -> transaction.put(Policy.named("second").build()));
            store.write(transaction -> {
                transaction.remove(first.id());
                return 0;
            });
            removals(many);
            assertEquals(0, store.sweep().removalPage());
            assertEquals(many + 1, store.changesSince(2).removed().size());
            database.execute("UPDATE access_removal SET removed_at = removed_at - 601");
            assertEquals(RemovalRows.PAGE, store.sweep().removalPage());
            assertEquals(6, store.sweep().removalPage());
            assertEquals(0, store.sweep().removalPage());
            assertTrue(store.changesSince(2).complete());
            assertEquals(
                    RemovalRows.KEPT_ALWAYS,
                    store.changesSince(3 + many - RemovalRows.KEPT_ALWAYS)
                            .removed()
                            .size());
        }
    }

    /** Notes so many removals, one a revision, as if they were just made. */
    private void removals(int many) {
        String numbers = switch (database.engine()) {
            case H2 -> "SELECT x AS n FROM SYSTEM_RANGE(1, " + many + ")";
            case POSTGRESQL -> "SELECT n FROM generate_series(1, " + many + ") AS series(n)";
            case MARIADB -> "SELECT seq AS n FROM seq_1_to_" + many;
        };
        database.execute(
                "INSERT INTO access_removal (kind, entity_id, revision, removed_at) SELECT 'Policy', CONCAT('p', n), 3 + n,"
                        + " removed_at FROM (" + numbers + ") AS numbers CROSS JOIN access_removal",
                "UPDATE access_revision SET latest = " + (3 + many));
    }

    @Test
    @Rule("S3")
    void tellsEverythingWhereMostHasChanged() {
        try (JdbcAccessStore store = store(it -> it)) {
            store.write(transaction -> transaction.put(Policy.named("first").build()));
            store.write(transaction ->
                    transaction.put(Policy.named("p").id(new PolicyId("p")).build()));
            assertFalse(store.changesSince(1).complete());
            for (int doubling = 0; doubling < 16; doubling++) {
                String letter = "'" + (char) ('a' + doubling) + "'";
                database.execute(
                        "INSERT INTO access_policy (id, revision, parts, name, shared, shadow, restricted) SELECT"
                                + " CONCAT(id, " + letter + "), 2, parts, CONCAT(name, " + letter
                                + "), shared, shadow, restricted FROM access_policy WHERE revision = 2");
            }
            assertTrue(store.changesSince(1).complete());
        }
    }

    @Test
    @Rule("S9")
    void changesACollectionWithoutReadingWhomItIsGrantedTo() {
        try (Acme acme =
                new Acme(builder -> builder.maxStaleness(Duration.ofDays(365)).store(store(it -> it)))) {
            database.execute("UPDATE access_profile SET parts = parts + 1");
            assertThrows(StoreException.class, () -> acme.admin.get(acme.mobile.id()));
            assertEquals(
                    Optional.of("changed"),
                    acme.admin
                            .update(acme.admin.get(acme.orders.id()).toBuilder()
                                    .description("changed")
                                    .build())
                            .description());
        }
    }

    @Test
    @Rule("S7")
    void sealsSecretsAgainWithANewKeyAndKeepsThemFromEyes() {
        byte[] one = new byte[32];
        byte[] two = new byte[32];
        two[0] = 2;
        String secret = "a shared secret that is long enough";
        SecretCipher old = SecretCipher.aesGcm("one", Map.of("one", one));
        try (Acme acme =
                new Acme(builder -> builder.maxStaleness(Duration.ofDays(365)).store(store(it -> it.cipher(old))))) {
            AccessProfile robot = acme.admin.create(AccessProfile.named("robot", acme.acme.id())
                    .grant(acme.orders.id())
                    .authentication(Jwt.hmac().secret(secret).build())
                    .build());
            SecretCipher both = SecretCipher.aesGcm("two", Map.of("one", one, "two", two));
            try (JdbcAccessStore rotating = store(it -> it.cipher(both))) {
                assertEquals(1, rotating.sealAgain());
                assertEquals(0, rotating.sealAgain());
            }
            try (JdbcAccessStore rotated = store(it -> it.cipher(SecretCipher.aesGcm("two", Map.of("two", two))))) {
                assertEquals(
                        robot.terms(),
                        rotated.read(view -> view.find(robot.id()).orElseThrow().terms()));
                assertEquals(Set.of(robot.id()), rotated.read(view -> view.profilesWith(JwtKey.secret(secret))));
            }
            try (JdbcAccessStore blind = store(it -> it)) {
                assertEquals(1, blind.changesSince(0).unreadable().size());
                assertThrows(StoreException.class, blind::sealAgain);
            }
        }
    }

    @Test
    @Rule("S7")
    void goesOnSealingWhereItWasInterrupted() {
        byte[] one = new byte[32];
        byte[] two = new byte[32];
        two[0] = 2;
        SecretCipher both = SecretCipher.aesGcm("two", Map.of("one", one, "two", two));
        try (Acme acme = new Acme(builder -> builder.maxStaleness(Duration.ofDays(365))
                .store(store(it -> it.cipher(SecretCipher.aesGcm("one", Map.of("one", one))))))) {
            List<AccessProfile> robots = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                robots.add(acme.admin.create(AccessProfile.named("robot " + i, acme.acme.id())
                        .grant(acme.orders.id())
                        .authentication(Jwt.hmac()
                                .secret("a shared secret that is long enough, " + i)
                                .secret("another one that is long enough, " + i)
                                .build())
                        .build()));
            }
            // the key of fingerprints and a page of two
            try (JdbcAccessStore failing = store(it -> it.cipher(new Failing(both, 4)))) {
                assertThrows(IllegalStateException.class, () -> failing.sealAgain(2));
            }
            try (JdbcAccessStore rotating = store(it -> it.cipher(both))) {
                assertEquals(4, rotating.sealAgain(2));
                assertEquals(0, rotating.sealAgain());
            }
            try (JdbcAccessStore rotated = store(it -> it.cipher(SecretCipher.aesGcm("two", Map.of("two", two))))) {
                for (AccessProfile robot : robots) {
                    assertEquals(
                            robot.terms(),
                            rotated.read(
                                    view -> view.find(robot.id()).orElseThrow().terms()));
                }
            }
        }
    }

    /** A cipher that seals a few times only. */
    private static final class Failing implements SecretCipher {
        private final SecretCipher cipher;
        private int left;

        Failing(SecretCipher cipher, int times) {
            this.cipher = cipher;
            left = times;
        }

        @Override
        public byte[] seal(byte[] secret, String place) {
            left--;
            if (left < 0) {
                throw new IllegalStateException("interrupted");
            }
            return cipher.seal(secret, place);
        }

        @Override
        public byte[] open(byte[] sealed, String place) {
            return cipher.open(sealed, place);
        }

        @Override
        public boolean isNewest(byte[] sealed) {
            return cipher.isNewest(sealed);
        }
    }

    @Test
    @Rule({"S7", "S9", "C6"})
    void findsWhoHasAPublicKeyByWhatIsKeptBesideItAndNeverByAnotherKeys() {
        String jwk = "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}";
        try (Acme acme = new Acme(
                        builder -> builder.maxStaleness(Duration.ofDays(365)).store(store(it -> it)));
                AccessStore direct = store(it -> it)) {
            AccessProfile robot = acme.admin.create(AccessProfile.named("robot", acme.acme.id())
                    .grant(acme.orders.id())
                    .authentication(Jwt.publicKey().jwk(jwk).build())
                    .build());
            database.execute("UPDATE access_token_key SET fingerprint = " + zeros());
            assertEquals(Set.of(robot.id()), direct.changesSince(0).unreadable());
        }
    }

    private String zeros() {
        return database.engine() == Engine.POSTGRESQL
                ? "decode(repeat('00', 32), 'hex')"
                : "X'" + "00".repeat(32) + "'";
    }

    @Test
    @Rule({"S7", "C6"})
    void keepsAFingerprintOfASecretThatTellsNothingOfIt() throws SQLException {
        SecretCipher cipher = SecretCipher.aesGcm("one", Map.of("one", new byte[32]));
        String secret = "a shared secret that is long enough";
        try (TestDatabase another = Databases.fresh(database.engine());
                JdbcAccessStore here = store(it -> it.cipher(cipher));
                JdbcAccessStore there = JdbcAccessStore.builder(another.dataSource())
                        .timeout(PATIENT)
                        .cipher(cipher)
                        .build()) {
            assertFalse(Arrays.equals(fingerprint(here, database, secret), fingerprint(there, another, secret)));
        }
    }

    private static byte[] fingerprint(JdbcAccessStore store, TestDatabase database, String secret) throws SQLException {
        store.write(transaction -> {
            Client client = transaction.put(Client.named("ACME").build());
            return transaction.put(AccessProfile.named("robot", client.id())
                    .authentication(Jwt.hmac().secret(secret).build())
                    .build());
        });
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT fingerprint FROM access_token_key")) {
            assertTrue(row.next());
            return row.getBytes(1);
        }
    }

    @Test
    @Rule("M1")
    void answersWhatIsAskedOfTheAuditRecord() {
        try (Acme acme = new Acme(
                        builder -> builder.maxStaleness(Duration.ofDays(365)).store(store(it -> it)));
                AccessStore direct = store(it -> it)) {
            acme.access.admin("Eve").deactivate(acme.acme.id());
            List<String> actions = new ArrayList<>();
            direct.audit(AuditQuery.newest().of(acme.acme.id())).forEach(entry -> actions.add(entry.action()));
            assertEquals(List.of("deactivate", "create"), actions);
            assertEquals(1, direct.audit(AuditQuery.newest().by("Eve")).size());
            assertEquals(
                    0,
                    direct.audit(AuditQuery.newest().until(acme.time.instant())).size());
        }
    }

    @Test
    @Rule("M1")
    void keepsTheAuditRecordByTheClockOfTheDatabaseAlone() {
        try (JdbcAccessStore direct = store(it -> it)) {
            Instant now = Instant.now();
            direct.write(transaction -> {
                for (int i = 0; i < AuditRows.PAGE + 5; i++) {
                    transaction.record(entry(now.minus(Duration.ofDays(401)), "old"));
                }
                transaction.record(entry(now.minus(Duration.ofDays(399)), "kept"));
                return 0;
            });
            direct.write(transaction -> {
                transaction.record(entry(now.plus(Duration.ofDays(4_000)), "ahead"));
                return 0;
            });
            assertEquals(AuditRows.PAGE + 7, direct.audit(Integer.MAX_VALUE).size());
            assertEquals(AuditRows.PAGE, direct.sweep().auditPage());
            assertEquals(5, direct.sweep().auditPage());
            assertEquals(0, direct.sweep().auditPage());
            assertEquals(
                    List.of("ahead", "kept"),
                    direct.audit(10).stream().map(AuditEntry::action).toList());
            assertEquals(List.of("a change of kept"), direct.audit(10).get(1).changes());
        }
    }

    private static AuditEntry entry(Instant at, String action) {
        return new AuditEntry(
                0,
                1,
                at,
                "Eve",
                action,
                "policy `gold`",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of("a change of " + action));
    }

    @Test
    @Rule("S3")
    void writesInTheEndWhereOthersWriteForLong() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        UrlDataSource counting = new UrlDataSource(database.url()) {
            @Override
            public Connection getConnection() throws SQLException {
                attempts.incrementAndGet();
                return super.getConnection();
            }
        };
        ExecutorService writer = Executors.newSingleThreadExecutor();
        try (JdbcAccessStore store = JdbcAccessStore.builder(counting)
                        .timeout(Duration.ofSeconds(4))
                        .build();
                Connection other = database.dataSource().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.executeQuery(Writing.LOCK).close();
            attempts.set(0);
            Future<Long> written = writer.submit(() -> store.write(
                    transaction -> transaction.put(Policy.named("late").build()).revision()));
            until(() -> attempts.get() >= 2 || written.isDone());
            other.rollback();
            assertEquals(1, written.get());
        } finally {
            writer.shutdownNow();
        }
    }

    @Test
    @Rule("S9")
    void takesARestrictionThatBelongsToNothingForDamage() {
        try (Acme acme = new Acme(
                        builder -> builder.maxStaleness(Duration.ofDays(365)).store(store(it -> it)));
                AccessStore direct = store(it -> it)) {
            AccessProfile reader = acme.admin.create(AccessProfile.named("reader", acme.acme.id())
                    .grant(Grant.of(acme.orders.id()).except(GET, "/orders/{id}"))
                    .build());
            PolicyId policy = direct.write(transaction -> transaction
                    .put(Policy.named("odd")
                            .condition("odd", Map.of("if", "yes"))
                            .build())
                    .id());
            assertEquals(Set.of(), direct.changesSince(0).unreadable());
            database.execute(
                    "UPDATE access_grant_exception SET grant_seq = 7",
                    "UPDATE access_policy_parameter SET condition_seq = 7");
            assertEquals(Set.of(reader.id(), policy), direct.changesSince(0).unreadable());
        }
    }

    private JdbcAccessStore store(UnaryOperator<JdbcAccessStore.Builder> settings) {
        return settings.apply(JdbcAccessStore.builder(pool).timeout(PATIENT).pollInterval(Duration.ofMillis(100)))
                .build();
    }

    private static AccessControl node(Acme acme, AccessStore store) {
        return AccessControl.builder()
                .store(store)
                .maxStaleness(Duration.ofDays(365))
                .clock(acme.time)
                .monotonicClock(acme.time)
                .build();
    }

    /** Each question passes a second, in which a key may be looked up once. */
    private static boolean seen(AccessControl node, Acme acme, IssuedKey key) {
        acme.time.pass(Duration.ofSeconds(1));
        return reason(node, key) == null;
    }

    private static @Nullable DenyReason reason(AccessControl node, IssuedKey key) {
        return Acme.reason(node.decider()
                .decide(Acme.request(GET, "/orders").apiKey(key.reveal()).build()));
    }

    @Test
    void refusesSettingsThatAreNone() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> JdbcAccessStore.builder(pool)
                        .pollInterval(Duration.ZERO)
                        .timeout(Duration.ofDays(1))
                        .startWait(Duration.ofDays(1))
                        .dialect(Dialect.MARIADB)
                        .notifications(true)
                        .build());
        assertEquals(
                "store `jdbc`: poll interval `PT0S` is not PT0.01S to PT1M; time-out `PT24H` is not PT0.1S to PT1M; start"
                        + " wait `PT24H` is not PT0S to PT1H; notifications are PostgreSQL's, and the database is MARIADB",
                refused.getMessage());
        assertNull(refused.getCause());
    }

    private static void until(BooleanSupplier condition) {
        assertTimeoutPreemptively(LONG, () -> {
            while (!condition.getAsBoolean()) {
                Thread.onSpinWait();
            }
        });
    }
}
