package io.apiaccess.jdbc;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Acme;
import io.apiaccess.Rule;
import io.apiaccess.admin.IssuedKey;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.spi.StoreException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Keys are refreshed again and again while the server is killed: what was acknowledged is there, and there is always exactly
 * one valid key. {@code -Drounds=1000} kills each of the two so often.
 */
@ParameterizedClass
@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "H2")
class DurabilityTest {
    private static final Logger FIGURES = Logger.getLogger("figures");
    private static final int ROUNDS = Integer.getInteger("rounds", 13);
    private static final long SEED = Long.getLong("seed", 20_261_127L);
    private static final Duration PATIENT = Duration.ofSeconds(20);

    private final Engine engine;
    private final SplittableRandom random = new SplittableRandom(SEED);

    DurabilityTest(Engine engine) {
        this.engine = engine;
    }

    @Test
    @Rule({"S3", "C4", "trap 15"})
    void losesNoRefreshThatWasAcknowledged() throws Exception {
        try (Server server = Server.durable(engine)) {
            server.create("access");
            String url = server.url("access", server.port());
            syncs(url);
            try (Acme acme = new Acme(builder -> builder.maxStaleness(Duration.ofDays(300))
                    .store(JdbcAccessStore.builder(new UrlDataSource(url))
                            .timeout(PATIENT)
                            .pollInterval(Duration.ofMinutes(1))
                            .build()))) {
                IssuedKey last = acme.key;
                int acknowledged = 0;
                for (int round = 0; round < ROUNDS; round++) {
                    Refreshing refreshing = new Refreshing(acme, last);
                    refreshing.start();
                    refreshing.begun.await();
                    LockSupport.parkNanos(random.nextLong(30_000_000));
                    server.kill();
                    server.restart();
                    refreshing.over = true;
                    refreshing.join();
                    acme.access.refreshNow();
                    acknowledged += refreshing.acknowledged;
                    last = check(acme, refreshing);
                    if ((round + 1) % 100 == 0 || round + 1 == ROUNDS) {
                        FIGURES.info(engine + ": kills: " + (round + 1) + ", refreshes acknowledged: " + acknowledged);
                    }
                }
                assertTrue(acknowledged > 0, "some are acknowledged");
            }
        }
    }

    /** Exactly one key is valid: the last that was handed out, or one whose text was lost with the answer. */
    private static IssuedKey check(Acme acme, Refreshing refreshing) {
        IssuedKey handedOut = refreshing.last;
        List<ApiKey> valid = acme.admin.listKeys(acme.mobile.id()).stream()
                .filter(key -> key.isInForceAt(acme.time.instant()))
                .toList();
        assertEquals(1, valid.size(), () -> "seed " + SEED + ": " + valid);
        KeyId id = valid.get(0).id();
        if (id.equals(handedOut.id())) {
            assertTrue(acme.decide(Acme.request(GET, "/orders").apiKey(handedOut.reveal()))
                    .isAllowed());
            return handedOut;
        }
        // The answer was lost, and said to be unknown: the key that was handed out last is the one that it replaced.
        StoreException failure = refreshing.failure;
        assertTrue(
                failure != null && String.valueOf(failure.getMessage()).contains("is unknown"),
                () -> "seed " + SEED + ": " + failure);
        assertEquals(1, unknown(acme.mobile.id(), acme, handedOut));
        return acme.admin.refreshKey(id);
    }

    private static long unknown(ProfileId profile, Acme acme, IssuedKey handedOut) {
        return acme.admin.listKeys(profile).stream()
                .filter(key -> key.id().equals(handedOut.id()))
                .filter(key -> !key.isInForceAt(acme.time.instant()))
                .count();
    }

    private void syncs(String url) throws SQLException {
        List<String> settings = engine == Engine.POSTGRESQL
                ? List.of("SHOW fsync", "SHOW synchronous_commit")
                : List.of("SELECT @@innodb_flush_log_at_trx_commit");
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String setting : settings) {
                try (ResultSet row = statement.executeQuery(setting)) {
                    assertTrue(row.next());
                    assertEquals(engine == Engine.POSTGRESQL ? "on" : "1", row.getString(1), setting);
                }
            }
        }
    }

    /** Refreshes the key again and again until it fails or is told to end. */
    private static final class Refreshing extends Thread {
        private final Acme acme;
        private final CountDownLatch begun = new CountDownLatch(1);
        private volatile IssuedKey last;
        private volatile int acknowledged;
        private volatile boolean over;
        private volatile @Nullable StoreException failure;

        Refreshing(Acme acme, IssuedKey first) {
            super("refreshing");
            this.acme = acme;
            last = first;
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // this thread alone writes
        public void run() {
            while (!over && failure == null) {
                try {
                    last = acme.admin.refreshKey(last.id());
                    acknowledged++;
                    begun.countDown();
                } catch (StoreException e) {
                    failure = e;
                    begun.countDown();
                }
            }
        }
    }
}
