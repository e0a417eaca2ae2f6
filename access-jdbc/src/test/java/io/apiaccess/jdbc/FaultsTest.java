package io.apiaccess.jdbc;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.AccessControl;
import io.apiaccess.Acme;
import io.apiaccess.Rule;
import io.apiaccess.admin.IssuedKey;
import io.apiaccess.client.Client;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.entity.Status;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.spi.ChangeSet;
import io.apiaccess.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a node does while the way to its database is broken, on real servers. */
@ParameterizedClass
@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "H2")
@Rule("S4")
class FaultsTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration STARTS = Duration.ofSeconds(10);

    /** One more than may hang before the next is asked for only rarely. */
    private static final int HANGING = 17;

    private final TestDatabase database;
    private final TcpProxy proxy;
    private final TestPool pool;

    FaultsTest(Engine engine) {
        database = Databases.fresh(engine);
        proxy = TcpProxy.to(database.address());
        pool = new TestPool(database.urlThrough(proxy.port()), 4);
    }

    @AfterEach
    void close() {
        proxy.heal();
        pool.close();
        proxy.close();
        database.close();
    }

    @Test
    void saysAtTheStartWithinThreeSecondsThatTheDatabaseIsDown() {
        proxy.refuse();
        // three seconds where a machine has time; this bound holds where it has none, too
        StoreException refused = assertTimeout(STARTS, () -> assertThrows(StoreException.class, this::open));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("the database cannot be used"), refused::getMessage);
    }

    @Test
    void saysAtTheStartWithinThreeSecondsThatTheDatabaseDoesNotAnswer() {
        proxy.blackHole();
        StoreException refused = assertTimeout(STARTS, () -> assertThrows(StoreException.class, this::open));
        assertEquals("the database cannot be used: no connection within PT2S", refused.getMessage());
    }

    @Test
    void waitsAtTheStartHoweverManyLoginsHang() throws Exception {
        proxy.blackHole();
        CountDownLatch many = new CountDownLatch(HANGING);
        UrlDataSource hanging = new UrlDataSource(database.urlThrough(proxy.port())) {
            @Override
            public Connection getConnection() throws SQLException {
                many.countDown();
                return super.getConnection();
            }
        };
        ExecutorService starting = Executors.newSingleThreadExecutor();
        try {
            Future<JdbcAccessStore> store = starting.submit(() -> JdbcAccessStore.builder(hanging)
                    .startWait(Duration.ofMinutes(5))
                    .timeout(Duration.ofMillis(200))
                    .build());
            assertTrue(many.await(LONG.toSeconds(), TimeUnit.SECONDS), "it gives up");
            assertFalse(store.isDone());
            proxy.heal();
            store.get().close();
        } finally {
            starting.shutdownNow();
        }
    }

    @Test
    void waitsForTheDatabaseAtTheStartIfItIsAskedTo() throws Exception {
        proxy.refuse();
        ExecutorService starting = Executors.newSingleThreadExecutor();
        try {
            Future<JdbcAccessStore> store = starting.submit(() -> JdbcAccessStore.builder(pool)
                    .startWait(LONG)
                    .timeout(Duration.ofSeconds(20))
                    .build());
            proxy.heal();
            store.get().close();
        } finally {
            starting.shutdownNow();
        }
    }

    @Test
    void decidesOnWhileTheDatabaseIsGoneAndConvergesWhenItIsBack() {
        try (Acme acme = node();
                AccessControl other = AccessControl.builder()
                        .store(JdbcAccessStore.builder(database.dataSource())
                                .timeout(Duration.ofSeconds(20))
                                .build())
                        .clock(acme.time)
                        .build()) {
            proxy.refuse();
            until(() -> !acme.access.storeHealth().up());
            assertNull(reason(acme, acme.key));
            assertThrows(StoreException.class, () -> acme.admin.revokeKey(acme.key.id()));
            other.admin().revokeKey(acme.key.id());
            assertNull(reason(acme, acme.key));
            proxy.heal();
            until(() -> reason(acme, acme.key) == DenyReason.REVOKED_CREDENTIAL);
            until(() -> acme.access.storeHealth().up());
        }
    }

    @Test
    void neverWaitsForADatabaseThatHangs() {
        try (Acme acme = node()) {
            proxy.blackHole();
            assertTimeoutPreemptively(LONG, () -> {
                until(() -> !acme.access.storeHealth().up());
                assertNull(reason(acme, acme.key));
                assertThrows(StoreException.class, acme.access::refreshNow);
                assertThrows(StoreException.class, () -> acme.access.admin().listClients());
            });
            proxy.heal();
            until(() -> acme.access.storeHealth().up());
        }
    }

    @Test
    void takesAlsoASlowAnswer() {
        try (JdbcAccessStore store = open()) {
            proxy.delay(Duration.ofMillis(20));
            store.write(transaction -> transaction.put(Policy.named("Gold").build()));
            assertEquals(1, store.changesSince(0).put().size());
        }
    }

    @Test
    void takesNoPartOfAnAnswerForTheWhole() {
        try (JdbcAccessStore store = open()) {
            store.write(transaction -> {
                for (int i = 0; i < 400; i++) {
                    transaction.put(Policy.named("policy " + i)
                            .description("d".repeat(200))
                            .build());
                }
                return null;
            });
            for (int bytes = 200; bytes < 60_000; bytes += 6_111) {
                proxy.cutAfter(bytes);
                try {
                    ChangeSet changes = store.changesSince(0);
                    assertEquals(400, changes.put().size());
                } catch (StoreException cut) {
                    // nothing is better than a part
                }
            }
            proxy.heal();
            proxy.cut();
            assertEquals(400, afterReconnecting(store).put().size());
        }
    }

    @Test
    @Rule("D12")
    void losesNoChangeWhereTheAnswerToTheCommitIsLost() {
        try (JdbcAccessStore store = open()) {
            store.write(transaction -> transaction.put(Policy.named("counter")
                    .id(new PolicyId("counter"))
                    .description("0")
                    .build()));
            int done = 0;
            for (long bytes = 150; bytes < 4_000; bytes += 350) {
                proxy.cutAfter(bytes);
                Thread healing = new Thread(proxy::heal);
                boolean[] counted = {false};
                try {
                    store.write(transaction -> {
                        if (counted[0] && healing.getState() == Thread.State.NEW) {
                            healing.start();
                        }
                        counted[0] = true;
                        Policy now = transaction.find(new PolicyId("counter")).orElseThrow();
                        int count = Integer.parseInt(now.description().orElseThrow());
                        return transaction.put(now.toBuilder()
                                .description(Integer.toString(count + 1))
                                .build());
                    });
                    done++;
                } catch (StoreException broken) {
                    // it says that it did nothing, or that it does not know; which of them is seen below
                    proxy.heal();
                    int seen = count();
                    assertTrue(seen == done || isUnknown(broken), () -> seen + ": " + broken);
                    done = seen;
                }
                proxy.heal();
                assertEquals(done, count());
            }
            assertTrue(done > 0, "some of them take effect");
        }
    }

    private static boolean isUnknown(StoreException e) {
        return String.valueOf(e.getMessage()).contains("is unknown");
    }

    private int count() {
        try (JdbcAccessStore direct = JdbcAccessStore.builder(database.dataSource())
                .timeout(Duration.ofSeconds(20))
                .build()) {
            return Integer.parseInt(direct.read(view ->
                            view.find(new PolicyId("counter")).orElseThrow().description())
                    .orElseThrow());
        }
    }

    @Test
    void saysThatThePoolIsExhausted() throws Exception {
        try (TestPool small = new TestPool(database.url(), 1);
                JdbcAccessStore store = JdbcAccessStore.builder(small)
                        .timeout(Duration.ofMillis(500))
                        .build()) {
            store.read(view -> {
                StoreException refused = assertThrows(StoreException.class, () -> store.changesSince(0));
                assertEquals("no connection within PT0.5S", refused.getMessage());
                return null;
            });
            until(() -> answers(store));
        }
    }

    @Test
    @Rule("S3")
    void letsManyWritersThroughOneAfterTheOther() throws Exception {
        try (JdbcAccessStore store = JdbcAccessStore.builder(database.pool(8))
                .timeout(Duration.ofSeconds(30))
                .build()) {
            ExecutorService writers = Executors.newFixedThreadPool(6);
            Callable<Long> writer = () -> {
                long last = 0;
                for (int i = 0; i < 5; i++) {
                    last = store.write(transaction -> transaction
                            .put(Policy.named("policy " + transaction.revision())
                                    .build())
                            .revision());
                }
                return last;
            };
            try {
                for (Future<Long> last : writers.invokeAll(List.of(writer, writer, writer, writer, writer, writer))) {
                    assertTrue(last.get() > 0);
                }
            } finally {
                writers.shutdownNow();
            }
            assertEquals(30, store.changesSince(0).revision());
            assertEquals(30, store.changesSince(0).put().size());
        }
    }

    @Test
    @Rule("S3")
    void triesAgainWhatADeadlockHasEnded() throws Exception {
        ExecutorService writer = Executors.newSingleThreadExecutor();
        try (JdbcAccessStore store = JdbcAccessStore.builder(database.dataSource())
                        .timeout(Duration.ofSeconds(30))
                        .build();
                Connection other = database.dataSource().getConnection();
                Statement statement = other.createStatement()) {
            Policy policy = store.write(
                    transaction -> transaction.put(Policy.named("gold").build()));
            other.setAutoCommit(false);
            // neither the first to look for deadlocks nor the one that has done least: the other is ended
            if (database.engine() == Engine.POSTGRESQL) {
                statement.execute("SET deadlock_timeout = '60s'");
            }
            statement.execute("UPDATE access_policy SET description = 'held'");
            for (int i = 0; i < 50; i++) {
                statement.execute(
                        "INSERT INTO access_removal (kind, entity_id, revision, removed_at) VALUES ('none', 'n" + i
                                + "', 1, 0)");
            }
            AtomicInteger attempts = new AtomicInteger();
            CountDownLatch holds = new CountDownLatch(1);
            Future<Policy> written = writer.submit(() -> store.write(transaction -> {
                attempts.incrementAndGet();
                holds.countDown();
                return transaction.put(policy.toBuilder().name("silver").build());
            }));
            holds.await();
            statement.executeQuery(Writing.LOCK).close();
            other.rollback();
            assertEquals("silver", written.get().name());
            assertEquals(2, attempts.get());
        } finally {
            writer.shutdownNow();
        }
    }

    @Test
    @Rule("S9")
    void deniesAProfileThatIsDamagedAndNoOther() throws Exception {
        try (Acme acme = node()) {
            ProfileId other = acme.admin
                    .create(acme.mobile.toBuilder()
                            .id(new ProfileId("other"))
                            .name("other")
                            .build())
                    .id();
            IssuedKey good = acme.admin.issueKey(other);
            database.execute(
                    "DELETE FROM access_profile_range WHERE profile_id = '" + acme.mobile.id() + "'",
                    "UPDATE access_revision SET latest = latest + 1",
                    "UPDATE access_profile SET revision = (SELECT latest FROM access_revision) WHERE id = '"
                            + acme.mobile.id() + "'");
            acme.access.refreshNow();
            assertEquals(DenyReason.PROFILE_UNREADABLE, reason(acme, acme.key));
            assertNull(reason(acme, good));
            assertThrows(StoreException.class, () -> acme.admin.get(acme.mobile.id()));
        }
    }

    @Test
    @Rule({"S3", "D11"})
    void keepsTheLastStateOfWhatIsOutOfUse() throws Exception {
        try (JdbcAccessStore store = JdbcAccessStore.create(database.dataSource())) {
            Client client = store.write(
                    transaction -> transaction.put(Client.named("ACME").build().withStatus(Status.RETIRED)));
            StoreException refused = assertThrows(
                    StoreException.class,
                    () -> store.write(transaction ->
                            transaction.put(Client.named("ACME").id(client.id()).build())));
            assertTrue(
                    String.valueOf(refused.getMessage()).contains("is in a state that cannot become [ACTIVE]"),
                    refused::getMessage);
        }
    }

    private JdbcAccessStore open() {
        return JdbcAccessStore.create(pool);
    }

    private Acme node() {
        return new Acme(builder -> builder.maxStaleness(Duration.ofDays(300))
                .store(JdbcAccessStore.builder(pool)
                        .pollInterval(Duration.ofMillis(50))
                        .build()));
    }

    private static @Nullable DenyReason reason(Acme acme, IssuedKey key) {
        return acme.reason(Acme.request(GET, "/orders").apiKey(key.reveal()));
    }

    private static boolean answers(JdbcAccessStore store) {
        try {
            return store.changesSince(0).revision() == 0;
        } catch (StoreException e) {
            return false;
        }
    }

    /** Connections that were cut are found out one by one. */
    private static ChangeSet afterReconnecting(JdbcAccessStore store) {
        ChangeSet[] changes = new ChangeSet[1];
        until(() -> {
            try {
                changes[0] = store.changesSince(0);
                return true;
            } catch (StoreException e) {
                return false;
            }
        });
        return changes[0];
    }

    private static void until(BooleanSupplier condition) {
        assertTimeoutPreemptively(LONG, () -> {
            while (!condition.getAsBoolean()) {
                Thread.onSpinWait();
            }
        });
    }
}
