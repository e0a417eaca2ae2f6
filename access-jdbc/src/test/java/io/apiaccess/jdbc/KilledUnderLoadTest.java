package io.apiaccess.jdbc;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.AccessControl;
import io.apiaccess.Acme;
import io.apiaccess.Rule;
import io.apiaccess.admin.IssuedKey;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.spi.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a node decides on four threads, and how fast, while the server of its database is killed and started again. The 99th
 * percentile is held to a millisecond where the machine is this test's alone: {@code -Pstress}.
 */
@ParameterizedClass
@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "H2")
@Rule("S4")
class KilledUnderLoadTest {
    private static final Logger FIGURES = Logger.getLogger("figures");
    private static final boolean BOUND = Boolean.getBoolean("stress");
    private static final int THREADS = 4;
    private static final long SOME = BOUND ? 20_000 : 500;

    /** What the 99th percentile may be whatever it was before: far less than any wait for a database. */
    private static final Duration QUICK = BOUND ? Duration.ofMillis(1) : Duration.ofMillis(250);

    private static final int UNCHANGED = 5;
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final Duration LONG = Duration.ofMinutes(2);

    private final Engine engine;
    private final AtomicLong right = new AtomicLong();
    private final AtomicLong wrong = new AtomicLong();
    private volatile LongConsumer times = unused -> {};
    private volatile boolean over;

    KilledUnderLoadTest(Engine engine) {
        this.engine = engine;
    }

    @Test
    void isRightAndKnowsAfterTwoPollsWhatHasChanged() throws Exception {
        try (Server server = Server.durable(engine)) {
            server.create("access");
            TestPool pool = new TestPool(server.url("access", server.port()), 4);
            try (pool;
                    Acme acme = new Acme(builder ->
                            builder.maxStaleness(Duration.ofDays(300)).store(store(pool)))) {
                IssuedKey revoked = acme.admin.issueKey(acme.mobile.id());
                acme.admin.revokeKey(revoked.id());
                IssuedKey next = acme.admin.issueKey(acme.mobile.id());
                List<Thread> callers = callers(acme, revoked);
                awaitSomeMore();
                Queue<Long> before = record();
                awaitSomeMore();
                Queue<Long> killed = record();
                server.kill();
                awaitSomeMore();
                assertThrows(StoreException.class, acme.access::refreshNow);
                assertThrows(StoreException.class, () -> acme.admin.revokeKey(next.id()));
                awaitSomeMore();
                times = unused -> {};
                server.restart();
                revokeElsewhere(acme, next, server.url("access", server.port()));
                assertEquals(null, reason(acme, next));
                pollTwice(acme.access);
                assertEquals(DenyReason.REVOKED_CREDENTIAL, reason(acme, next));
                assertTrue(acme.access.storeHealth().up());
                awaitSomeMore();
                over = true;
                for (Thread caller : callers) {
                    caller.join();
                }
                assertEquals(0, wrong.get());
                assertUnchanged(p99(before), p99(killed));
            }
        }
    }

    /** Returns how many nanoseconds each decision takes that ends from now on. */
    private Queue<Long> record() {
        Queue<Long> nanos = new ConcurrentLinkedQueue<>();
        times = nanos::add;
        return nanos;
    }

    private static long p99(Queue<Long> nanos) {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted[(int) Math.ceil(sorted.length * 0.99) - 1];
    }

    private void assertUnchanged(long before, long killed) {
        String p99 = "p99 of decisions is " + before / 1_000 + " µs, and " + killed / 1_000 + " µs without the server";
        FIGURES.info(() -> engine + ": " + p99);
        assertTrue(killed <= Math.max(QUICK.toNanos(), UNCHANGED * before), p99);
    }

    private List<Thread> callers(Acme acme, IssuedKey revoked) {
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Thread caller = new Thread(() -> call(acme, revoked), "caller " + i);
            caller.setDaemon(true);
            caller.start();
            callers.add(caller);
        }
        return callers;
    }

    private void call(Acme acme, IssuedKey revoked) {
        try {
            while (!over) {
                boolean isRight =
                        timed(acme, acme.key) == null && timed(acme, revoked) == DenyReason.REVOKED_CREDENTIAL;
                (isRight ? right : wrong).incrementAndGet();
                LockSupport.parkNanos(100_000);
            }
        } catch (RuntimeException e) {
            wrong.incrementAndGet();
            throw e;
        }
    }

    private @Nullable DenyReason timed(Acme acme, IssuedKey key) {
        long start = System.nanoTime();
        DenyReason reason = reason(acme, key);
        times.accept(System.nanoTime() - start);
        return reason;
    }

    /** Waits until so many more were decided. */
    private void awaitSomeMore() {
        long start = System.nanoTime();
        long before = right.get();
        while (right.get() < before + SOME) {
            assertEquals(0, wrong.get());
            assertTrue(System.nanoTime() - start < LONG.toNanos(), "decisions do not go on");
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void revokeElsewhere(Acme acme, IssuedKey key, String url) {
        try (AccessControl other = AccessControl.builder()
                .store(store(new UrlDataSource(url)))
                .clock(acme.time)
                .build()) {
            other.admin().revokeKey(key.id());
        }
    }

    /** The first may meet connections that the kill has broken. */
    private static void pollTwice(AccessControl node) {
        try {
            node.refreshNow();
        } catch (StoreException broken) {
            node.refreshNow();
        }
    }

    private static JdbcAccessStore store(UrlDataSource source) {
        return JdbcAccessStore.builder(source)
                .timeout(PATIENT)
                .pollInterval(Duration.ofMinutes(1))
                .build();
    }

    private static @Nullable DenyReason reason(Acme acme, IssuedKey key) {
        return acme.reason(Acme.request(GET, "/orders").apiKey(key.reveal()));
    }
}
