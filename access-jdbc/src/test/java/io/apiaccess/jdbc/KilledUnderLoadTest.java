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
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a node decides on four threads while the server of its database is killed and started again. */
@ParameterizedClass
@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "H2")
@Rule("S4")
class KilledUnderLoadTest {
    private static final int THREADS = 4;
    private static final long SOME = 500;
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final Duration LONG = Duration.ofMinutes(2);

    private final Engine engine;
    private final AtomicLong right = new AtomicLong();
    private final AtomicLong wrong = new AtomicLong();
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
                server.kill();
                awaitSomeMore();
                assertThrows(StoreException.class, acme.access::refreshNow);
                assertThrows(StoreException.class, () -> acme.admin.revokeKey(next.id()));
                awaitSomeMore();
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
            }
        }
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
                        reason(acme, acme.key) == null && reason(acme, revoked) == DenyReason.REVOKED_CREDENTIAL;
                (isRight ? right : wrong).incrementAndGet();
                LockSupport.parkNanos(100_000);
            }
        } catch (RuntimeException e) {
            wrong.incrementAndGet();
            throw e;
        }
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
