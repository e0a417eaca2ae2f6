package io.apiaccess.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import io.apiaccess.decision.LimitState;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore;
import io.apiaccess.spi.LimitStore.Reading;
import io.apiaccess.spi.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What was admitted stays counted, though nodes and the database die in the middle. */
@ParameterizedClass
@EnumSource(Engine.class)
@Rule("S5")
class LimitsThroughKillsTest {
    private static final PolicyId GOLD = new PolicyId("gold");
    private static final LimitDemand QUOTA =
            new LimitDemand(GOLD, Quota.of(1_000_000).perYear(), "mobile");
    private static final LimitDemand RATE =
            new LimitDemand(GOLD, RateLimit.of(1_000_000).per(Duration.ofDays(365)), "mobile");

    private final Engine engine;

    LimitsThroughKillsTest(Engine engine) {
        this.engine = engine;
    }

    @Test
    void noAdmissionIsForgottenWhenTheServerIsKilledUnderLoad() throws Exception {
        try (TestServer server = TestServer.durable(engine);
                TestPool pool = new TestPool(server.url(server.port()), 8).patience(Duration.ofSeconds(5))) {
            AtomicLong admitted = new AtomicLong();
            AtomicLong unanswered = new AtomicLong();
            for (int kill = 0; kill < 2; kill++) {
                CountDownLatch some = new CountDownLatch(60);
                ExecutorService threads = Executors.newFixedThreadPool(8);
                List<Future<?>> running = new ArrayList<>();
                try (LimitStore store = open(pool)) {
                    for (int i = 0; i < 8; i++) {
                        running.add(threads.submit(() -> takeUntilItFails(store, admitted, some, unanswered)));
                    }
                    assertTrue(some.await(120, TimeUnit.SECONDS));
                    server.server().kill();
                    for (Future<?> each : running) {
                        each.get(120, TimeUnit.SECONDS);
                    }
                } finally {
                    threads.shutdownNow();
                }
                server.server().restart();
                assertCounted(server, admitted.get(), unanswered.get());
            }
        }
    }

    /** Fails unless all that was admitted is counted, and nothing beyond it but what was not answered. */
    private static void assertCounted(TestServer server, long admitted, long unanswered) {
        try (TestPool pool = new TestPool(server.url(server.port()), 2);
                LimitStore store = open(pool)) {
            List<LimitState> states = store.peek(List.of(QUOTA, RATE), 1, now());
            long counted = 1_000_000 - states.get(0).remaining();
            assertEquals(states.get(0).remaining(), states.get(1).remaining());
            assertTrue(
                    counted >= admitted && counted <= admitted + unanswered,
                    counted + " counted, " + admitted + " admitted, " + unanswered + " unanswered");
        }
    }

    private static void takeUntilItFails(
            LimitStore store, AtomicLong admitted, CountDownLatch some, AtomicLong unanswered) {
        try {
            while (true) {
                store.take(List.of(QUOTA, RATE), 1, now());
                admitted.incrementAndGet();
                some.countDown();
            }
        } catch (StoreException e) {
            unanswered.incrementAndGet();
        }
    }

    private static LimitStore open(TestPool pool) {
        return JdbcLimitStore.builder(pool).timeout(Duration.ofSeconds(60)).build();
    }

    private static Reading now() {
        return new Reading(0, Instant.EPOCH);
    }
}
