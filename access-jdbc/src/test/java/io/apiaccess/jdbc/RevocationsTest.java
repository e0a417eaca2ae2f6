package io.apiaccess.jdbc;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.AccessControl;
import io.apiaccess.Acme;
import io.apiaccess.Rule;
import io.apiaccess.admin.IssuedKey;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.decision.DenyReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * How long after a revocation was acknowledged on one node it is seen on two others, as they come by default. The bounds are
 * asserted where the machine is this test's alone: {@code -Pstress}, with 1,000 revocations in a minute.
 */
@ParameterizedClass
@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "H2")
@Rule({"S3", "D12"})
class RevocationsTest {
    private static final Logger FIGURES = Logger.getLogger("figures");
    private static final int REVOCATIONS = Integer.getInteger("revocations", 20);
    private static final boolean BOUND = Boolean.getBoolean("stress");
    private static final int KEYS_OF_A_PROFILE = 10;
    private static final Duration PACE = Duration.ofMillis(60);
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final Duration LONG = Duration.ofMinutes(10);

    private final TestDatabase database;
    private final TestPool pool;

    RevocationsTest(Engine engine) {
        database = Databases.fresh(engine);
        pool = database.pool(16);
    }

    @AfterEach
    void close() {
        pool.close();
        database.close();
    }

    @Test
    void areSeenWithinASecondByAsking() {
        assertTimeoutPreemptively(LONG, () -> measure("asking", it -> it, Duration.ofSeconds(1)));
    }

    @Test
    void areSeenWithinATenthOfASecondByAnnouncement() {
        if (database.engine() == Engine.POSTGRESQL) {
            assertTimeoutPreemptively(
                    LONG, () -> measure("announcement", it -> it.notifications(true), Duration.ofMillis(100)));
        }
    }

    private void measure(String way, UnaryOperator<JdbcAccessStore.Builder> settings, Duration bound)
            throws InterruptedException {
        try (Acme acme = new Acme(
                        builder -> builder.maxStaleness(Duration.ofDays(365)).store(store(settings)));
                AccessControl second = node(acme, settings);
                AccessControl third = node(acme, settings)) {
            List<IssuedKey> keys = keys(acme);
            second.refreshNow();
            third.refreshNow();
            AtomicLongArray acknowledged = new AtomicLongArray(REVOCATIONS);
            Watch one = new Watch(second, keys, acknowledged);
            Watch other = new Watch(third, keys, acknowledged);
            one.start();
            other.start();
            long start = System.nanoTime();
            for (int i = 0; i < REVOCATIONS; i++) {
                LockSupport.parkNanos(start + i * PACE.toNanos() - System.nanoTime());
                acme.admin.revokeKey(keys.get(i).id());
                acknowledged.set(i, System.nanoTime());
            }
            one.join();
            other.join();
            long[] nanos = new long[2 * REVOCATIONS];
            System.arraycopy(one.nanos, 0, nanos, 0, REVOCATIONS);
            System.arraycopy(other.nanos, 0, nanos, REVOCATIONS, REVOCATIONS);
            Arrays.sort(nanos);
            FIGURES.info(() -> database.engine() + ": " + REVOCATIONS + " revocations seen by two other nodes by " + way
                    + " after ms, p50, p99, p99.9, most: " + millis(nanos, 0.5) + ", " + millis(nanos, 0.99) + ", "
                    + millis(nanos, 0.999) + ", " + millis(nanos, 1));
            assertTrue(!BOUND || millis(nanos, 0.999) <= bound.toMillis(), () -> "p99.9 is " + millis(nanos, 0.999));
        }
    }

    private static long millis(long[] sorted, double share) {
        return sorted[(int) Math.ceil(sorted.length * share) - 1] / 1_000_000;
    }

    private static List<IssuedKey> keys(Acme acme) {
        List<IssuedKey> keys = new ArrayList<>();
        while (keys.size() < REVOCATIONS) {
            AccessProfile profile = acme.admin.create(AccessProfile.named("caller " + keys.size(), acme.acme.id())
                    .grant(acme.orders.id())
                    .build());
            for (int i = 0; i < KEYS_OF_A_PROFILE; i++) {
                keys.add(acme.admin.issueKey(profile.id()));
            }
        }
        return keys;
    }

    /** Calls with all keys that were revoked until each is refused, and says how long after the acknowledgement. */
    private static final class Watch extends Thread {
        private final AccessControl node;
        private final List<IssuedKey> keys;
        private final AtomicLongArray acknowledged;
        private final long[] nanos = new long[REVOCATIONS];

        Watch(AccessControl node, List<IssuedKey> keys, AtomicLongArray acknowledged) {
            super("watch");
            setDaemon(true);
            this.node = node;
            this.keys = keys;
            this.acknowledged = acknowledged;
        }

        @Override
        public void run() {
            boolean[] seen = new boolean[REVOCATIONS];
            int left = REVOCATIONS;
            int first = 0;
            while (left > 0) {
                for (int i = first; i < REVOCATIONS && acknowledged.get(i) != 0; i++) {
                    if (!seen[i] && reason(node, keys.get(i)) == DenyReason.REVOKED_CREDENTIAL) {
                        nanos[i] = System.nanoTime() - acknowledged.get(i);
                        seen[i] = true;
                        left--;
                    }
                }
                while (first < REVOCATIONS && seen[first]) {
                    first++;
                }
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    private JdbcAccessStore store(UnaryOperator<JdbcAccessStore.Builder> settings) {
        return settings.apply(JdbcAccessStore.builder(pool).timeout(PATIENT)).build();
    }

    private AccessControl node(Acme acme, UnaryOperator<JdbcAccessStore.Builder> settings) {
        return AccessControl.builder()
                .store(store(settings))
                .maxStaleness(Duration.ofDays(365))
                .clock(acme.time)
                .monotonicClock(acme.time)
                .build();
    }

    private static @Nullable DenyReason reason(AccessControl node, IssuedKey key) {
        return Acme.reason(node.decider()
                .decide(Acme.request(GET, "/orders").apiKey(key.reveal()).build()));
    }
}
