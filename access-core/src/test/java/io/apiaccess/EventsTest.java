package io.apiaccess;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.decision.DenyReason;
import io.apiaccess.decision.LimitState;
import io.apiaccess.memory.MemoryLimitStore;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.LimitOverride;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.spi.AccessEvents;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore;
import io.apiaccess.spi.LimitSubject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What owners hear of at their limits; closing delivers what waits, so each test closes before it looks. */
@Rule("L9")
class EventsTest {
    private final List<AccessEvents.QuotaReached> reached = Collections.synchronizedList(new ArrayList<>());
    private final List<AccessEvents.RateLimited> limited = Collections.synchronizedList(new ArrayList<>());
    private final AccessEvents listener = new AccessEvents() {
        @Override
        public void quotaReached(QuotaReached event) {
            reached.add(event);
        }

        @Override
        public void rateLimited(RateLimited event) {
            limited.add(event);
        }
    };
    private final Acme acme = new Acme(builder -> builder.events(listener));

    @AfterEach
    void close() {
        acme.close();
    }

    @ParameterizedTest
    @CsvSource({
        "10, 1, '8 9 10'",
        "1, 1, '1 1 1'",
        "7, 1, '6 7 7'",
        "100, 30, '90 90'",
        "5, 5, '5 5 5'",
        "9223372036854775807, 9223372036854775807, '9223372036854775807 9223372036854775807 9223372036854775807'"
    })
    void comeByTheTakingThatReachesThem(long max, long cost, String used) {
        acme.hold(Policy.named("gold").limit(Quota.of(max).perDay()));
        for (int i = 0; i < 12; i++) {
            call(cost);
        }
        acme.close();
        assertEquals(
                List.of(used.split(" ")),
                reached.stream().map(event -> String.valueOf(event.used())).toList());
        List<Integer> percents =
                reached.stream().map(AccessEvents.QuotaReached::percent).toList();
        assertEquals(List.of(80, 90, 100).subList(0, percents.size()), percents);
    }

    @Test
    void sayWhoseQuotaItIsAndWhenItEnds() {
        Policy gold = acme.hold(Policy.named("gold").limit(Quota.of(10).perDay()));
        call(8);
        acme.close();
        AccessEvents.QuotaReached event = reached.get(0);
        assertEquals(gold.id(), event.policy());
        assertEquals(LimitSubject.of(acme.mobile.id()), event.subject());
        assertEquals("2026-03-03T00:00:00Z", event.resetAt().toString());
        assertEquals(acme.mobile.id(), event.caller().orElseThrow().profile());
    }

    @Test
    void comeOnceInAPeriodThoughItIsReachedAgainAfterAReset() {
        Policy gold = acme.hold(Policy.named("gold").limit(Quota.of(10).perDay()));
        call(10);
        acme.admin.resetUsage(gold.id(), "quota", LimitSubject.of(acme.mobile.id()));
        call(10);
        acme.close();
        assertEquals(3, reached.size());
    }

    @Test
    void comeOnceInAPeriodThoughTheNumberIsRaised() {
        Policy gold = acme.hold(Policy.named("gold").limit(Quota.of(10).perDay()));
        call(10);
        acme.admin.update(acme.admin.get(acme.mobile.id()).toBuilder()
                .override(new LimitOverride(
                        gold.id(), "quota", 20, acme.time.instant().plusSeconds(60)))
                .build());
        call(10);
        acme.close();
        assertEquals(3, reached.size());
    }

    @Test
    void comeAgainInTheNextPeriod() {
        acme.hold(Policy.named("gold").limit(Quota.of(10).perDay()));
        call(10);
        acme.time.pass(Duration.ofDays(1));
        call(10);
        acme.close();
        assertEquals(6, reached.size());
    }

    @Test
    void doNotComeOfARefusalOrAnExplanationOrAShadow() {
        acme.hold(Policy.named("gold")
                .limit(Quota.of(10).perDay())
                .limit(Quota.of(1).perDay().named("tried").shadow()));
        assertEquals(
                DenyReason.QUOTA_EXCEEDED,
                acme.reason(
                        Acme.request(GET, "/orders/1").apiKey(acme.key.reveal()).cost(11)));
        acme.access.explain(
                Acme.request(GET, "/orders/1").apiKey(acme.key.reveal()).cost(9).build());
        call(1);
        acme.close();
        assertEquals(List.of(), reached);
    }

    @Test
    void comeOfRefusalsByRateAtMostOnceInFiveMinutes() {
        acme.hold(Policy.named("gold").limit(RateLimit.of(0).per(Duration.ofSeconds(1))));
        for (int second = 0; second < 601; second++) {
            acme.decide(GET, "/orders/1");
            acme.time.pass(Duration.ofSeconds(1));
        }
        acme.close();
        assertEquals(3, limited.size());
        assertEquals(acme.mobile.id(), limited.get(0).caller().orElseThrow().profile());
    }

    @Test
    void aListenerThatThrowsHurtsNoOther() {
        List<AccessEvents.QuotaReached> heard = Collections.synchronizedList(new ArrayList<>());
        AccessEvents broken = new AccessEvents() {
            @Override
            public void quotaReached(QuotaReached event) {
                throw new IllegalStateException("broken");
            }
        };
        AccessEvents sound = new AccessEvents() {
            @Override
            public void quotaReached(QuotaReached event) {
                heard.add(event);
            }
        };
        try (Acme two = new Acme(builder -> builder.events(broken).events(sound))) {
            two.hold(Policy.named("gold").limit(Quota.of(1).perDay()));
            assertTrue(two.decide(GET, "/orders/1").isAllowed());
        }
        assertEquals(3, heard.size());
    }

    @Test
    void aListenerThatInterruptsItsThreadEndsNothing() {
        List<Integer> heard = Collections.synchronizedList(new ArrayList<>());
        AccessEvents interrupting = new AccessEvents() {
            @Override
            public void quotaReached(QuotaReached event) {
                heard.add(event.percent());
                Thread.currentThread().interrupt();
            }
        };
        try (Acme two = new Acme(builder -> builder.events(interrupting))) {
            two.hold(Policy.named("gold").limit(Quota.of(1).perDay()));
            assertTrue(two.decide(GET, "/orders/1").isAllowed());
        }
        assertEquals(List.of(80, 90, 100), heard);
    }

    @Test
    @Rule({"L9", "L3"})
    void comeOnceHoweverManyTakeAtOnce() throws InterruptedException {
        acme.hold(Policy.named("gold").limit(Quota.of(1_000).perDay()));
        Thread[] threads = new Thread[16];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Thread(() -> {
                for (int call = 0; call < 70; call++) {
                    call(1);
                }
            });
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        acme.close();
        assertEquals(
                List.of(80, 90, 100),
                reached.stream()
                        .map(AccessEvents.QuotaReached::percent)
                        .sorted()
                        .toList());
    }

    @Test
    @Rule({"L9", "trap 17"})
    void aListenerThatHangsHoldsUpNoDecision() throws InterruptedException {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        AccessEvents hanging = new AccessEvents() {
            @Override
            public void quotaReached(QuotaReached event) {
                hangs.countDown();
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        try (Acme slow = new Acme(builder -> builder.events(hanging))) {
            slow.hold(Policy.named("gold").limit(Quota.of(1).per(Duration.ofSeconds(1))));
            for (int i = 0; i < 5_000; i++) {
                assertTrue(slow.decide(GET, "/orders/1").isAllowed());
                slow.time.pass(Duration.ofSeconds(1));
            }
            assertTrue(hangs.await(10, TimeUnit.SECONDS));
            assertEquals(1, end.getCount());
        } finally {
            end.countDown();
        }
    }

    @Test
    @Rule({"L9", "trap 17"})
    void aListenerThatHangsHoldsUpNoOther() throws InterruptedException {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        BlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
        AccessEvents hanging = new AccessEvents() {
            @Override
            public void quotaReached(QuotaReached event) {
                hangs.countDown();
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        AccessEvents sound = new AccessEvents() {
            @Override
            public void quotaReached(QuotaReached event) {
                heard.add(event.percent());
            }
        };
        try (Acme two = new Acme(builder -> builder.events(hanging).events(sound))) {
            two.hold(Policy.named("gold").limit(Quota.of(1).perDay()));
            assertTrue(two.decide(GET, "/orders/1").isAllowed());
            assertTrue(hangs.await(60, TimeUnit.SECONDS));
            for (int percent : List.of(80, 90, 100)) {
                assertEquals(percent, heard.poll(60, TimeUnit.SECONDS));
            }
            assertEquals(2, two.access.health().eventsWaiting());
            assertEquals(0, two.access.health().eventsDropped());
        } finally {
            end.countDown();
        }
    }

    @Test
    @Rule("L9")
    void listenersThatHangKeepNoOtherFromWhatWaitsWhenItCloses() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        AccessEvents hanging = new AccessEvents() {
            @Override
            public void quotaReached(QuotaReached event) {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        Acme two = new Acme(builder -> builder.events(hanging).events(hanging).events(listener));
        two.hold(Policy.named("gold").limit(Quota.of(1).perDay()));
        two.decide(GET, "/orders/1");
        Thread closing = new Thread(() -> {
            two.close();
            closed.countDown();
        });
        closing.start();
        assertTrue(closed.await(60, TimeUnit.SECONDS));
        assertEquals(3, reached.size());
        end.countDown();
        closing.join();
    }

    @Test
    @Rule({"L9", "S5"})
    void comeOfAQuotaThatJumpsPastThemOnceOnEachNode() {
        LimitStore shared = new MemoryLimitStore();
        List<AccessEvents.QuotaReached> heard = Collections.synchronizedList(new ArrayList<>());
        AccessEvents hearing = new AccessEvents() {
            @Override
            public void quotaReached(QuotaReached event) {
                heard.add(event);
            }
        };
        try (Acme node = new Acme(builder -> builder.events(hearing).limitStore(new Jumping(shared)))) {
            Policy gold = node.hold(Policy.named("gold").limit(Quota.of(100).perDay()));
            LimitDemand demand = LimitDemand.of(gold.id(), gold.limits().get(0), LimitSubject.of(node.mobile.id()));
            node.decide(GET, "/orders/1");
            shared.take(List.of(demand), 90, new LimitStore.Reading(0, node.time.instant()));
            for (int call = 0; call < 20; call++) {
                node.decide(GET, "/orders/1");
            }
        }
        assertEquals(
                List.of("80 % at 92", "90 % at 92", "100 % at 100"),
                heard.stream()
                        .map(event -> event.percent() + " % at " + event.used())
                        .toList());
    }

    /** Its units are taken by others, too, of whom this process does not hear. */
    private record Jumping(LimitStore store) implements LimitStore {
        @Override
        public List<LimitState> take(List<LimitDemand> demands, long cost, Reading now) {
            return store.take(demands, cost, now);
        }

        @Override
        public List<LimitState> peek(List<LimitDemand> demands, long cost, Reading now) {
            return store.peek(demands, cost, now);
        }

        @Override
        public void reset(LimitDemand demand) {
            store.reset(demand);
        }

        @Override
        public boolean isInProcess() {
            return true;
        }

        @Override
        public boolean jumps(Limit limit) {
            return true;
        }
    }

    private void call(long cost) {
        acme.decide(Acme.request(GET, "/orders/1").apiKey(acme.key.reveal()).cost(cost));
    }
}
