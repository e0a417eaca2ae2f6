package io.apiaccess;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.decision.LimitState;
import io.apiaccess.memory.MemoryLimitStore;
import io.apiaccess.policy.FailureMode;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.policy.TokenBucket;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore;
import io.apiaccess.spi.LimitSubject;
import io.apiaccess.spi.StoreException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A store of limits that throws or hangs: each limit goes by its failure mode. */
@Rule("L8")
class FailingLimitStoreTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Fragile store = new Fragile();
    private final Acme acme = new Acme(builder -> builder.limitStore(store).limitBudget(Duration.ofSeconds(30)));

    @AfterEach
    void close() {
        acme.close();
    }

    @Test
    void aLimitThatNamesNoModeIsClosed() {
        hold(RateLimit.of(100).per(MINUTE));
        store.fails = true;
        Decision decision = call();
        assertEquals(DenyReason.UNAVAILABLE, Acme.reason(decision));
        assertTrue(decision.isDegraded());
        store.fails = false;
        assertTrue(call().isAllowed());
        assertFalse(call().isDegraded());
    }

    @Test
    @Rule("S5")
    void aStoreThatNeedNotWaitAnswersAtOnceThoughItFailsOtherwise() {
        hold(Quota.of(2).perDay());
        store.fails = true;
        store.ready = true;
        assertTrue(call().isAllowed());
        assertFalse(call().isDegraded());
        assertEquals(DenyReason.QUOTA_EXCEEDED, Acme.reason(call()));
        assertEquals(Thread.currentThread(), store.caller);
        store.ready = false;
        assertEquals(DenyReason.UNAVAILABLE, Acme.reason(call()));
    }

    @Test
    void anOpenLimitIsLeftOut() {
        hold(RateLimit.of(1).per(MINUTE).onFailure(FailureMode.open()));
        store.fails = true;
        for (int i = 0; i < 10; i++) {
            Decision decision = call();
            assertTrue(decision.isAllowed());
            assertTrue(decision.isDegraded());
            assertEquals(List.of(), decision.limits());
        }
    }

    @ParameterizedTest
    @CsvSource({"10, 1, 3, 3", "10, 1, 1, 10", "10, 0, 1, 0", "2, 1, 3, 0", "9, 1, 3, 3", "29, 29, 100, 8"})
    void aLocalLimitAdmitsTheShareRoundedDown(long max, long part, long of, long admitted) {
        hold(Quota.of(max).perDay().onFailure(FailureMode.local(part, of)));
        store.fails = true;
        for (int i = 0; i < admitted; i++) {
            Decision decision = call();
            assertTrue(decision.isAllowed());
            assertTrue(decision.isDegraded());
        }
        Decision refused = call();
        assertEquals(DenyReason.QUOTA_EXCEEDED, Acme.reason(refused));
        assertTrue(refused.isDegraded());
    }

    @ParameterizedTest
    @CsvSource({"100, 100, 1, 4", "10, 7, 1, 3", "5, 1, 1, 1000000", "9, 9223372036854775807, 2, 3", "9, 5, 0, 1"})
    void theSharesOfABucketAreNoMoreThanTheBucket(long capacity, long refill, long part, long parts) {
        TokenBucket whole = RateLimit.bucket(capacity).refill(refill, Duration.ofSeconds(1));
        TokenBucket share = whole.share((FailureMode.Local) FailureMode.local(part, parts));
        assertTrue(share.max() <= capacity * part / parts, share::toString);
        BigInteger flow = product(share.refill(), whole.period().toNanos(), parts);
        BigInteger most = product(whole.refill(), share.period().toNanos(), Math.max(1, part));
        assertTrue(flow.compareTo(most) <= 0, share::toString);
        BigInteger nearly = most.multiply(BigInteger.valueOf(999_999)).divide(BigInteger.valueOf(1_000_000));
        assertTrue(part == 0 || flow.compareTo(nearly) >= 0, share::toString);
    }

    private static BigInteger product(long... factors) {
        return LongStream.of(factors).mapToObj(BigInteger::valueOf).reduce(BigInteger.ONE, BigInteger::multiply);
    }

    @Test
    void aLocalBucketIsRefilledByItsShare() {
        hold(RateLimit.bucket(8).refill(8, Duration.ofSeconds(1)).onFailure(FailureMode.local(1, 4)));
        store.fails = true;
        int admitted = 0;
        for (int i = 0; i < 400; i++) {
            admitted += call().isAllowed() ? 1 : 0;
            acme.time.pass(Duration.ofMillis(25));
        }
        // a quarter of 8 at once and of 8 in each of ten seconds
        assertEquals(2 + 20 - 1, admitted, 1);
    }

    @Test
    void callersThatComeTogetherWaitTheirTurnWithinTheBudget() throws Exception {
        hold(Quota.of(1_000).perDay().onFailure(FailureMode.open()));
        int callers = 200;
        store.together = new CountDownLatch(64);
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        try {
            List<Future<Decision>> calls = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                calls.add(threads.submit(this::call));
            }
            for (Future<Decision> call : calls) {
                assertFalse(call.get(60, TimeUnit.SECONDS).isDegraded());
            }
        } finally {
            threads.shutdownNow();
        }
        assertEquals(1_000 - callers - 1, call().limits().get(0).remaining());
    }

    @Test
    void aResetOfAStoreThatHangsHoldsUpNoOtherChange() throws Exception {
        Fragile hanging = new Fragile();
        try (Acme held = new Acme(builder -> builder.limitStore(hanging))) {
            Policy gold = held.hold(Policy.named("gold").limit(Quota.of(1).perDay()));
            hanging.hangs = true;
            hanging.together = new CountDownLatch(1);
            Thread reset =
                    new Thread(() -> held.admin.resetUsage(gold.id(), "quota", LimitSubject.of(held.mobile.id())));
            reset.start();
            assertTrue(hanging.together.await(60, TimeUnit.SECONDS), "the store of limits is asked");
            held.admin.revokeKey(held.key.id());
            assertEquals(DenyReason.REVOKED_CREDENTIAL, held.reason(GET, "/orders/1"));
            hanging.end.countDown();
            reset.join(60_000);
        } finally {
            hanging.end.countDown();
        }
    }

    @Test
    void theSharesOfAllNodesAreNoMoreThanTheLimit() {
        FailureMode.Local third = (FailureMode.Local) FailureMode.local(1, 3);
        for (long max : new long[] {0, 1, 2, 3, 100, Long.MAX_VALUE - 1, Long.MAX_VALUE}) {
            assertTrue(third.of(max) <= max / 3, "of " + max);
        }
        assertEquals(
                Long.MAX_VALUE,
                ((FailureMode.Local) FailureMode.local(Long.MAX_VALUE, Long.MAX_VALUE)).of(Long.MAX_VALUE));
    }

    @Test
    void oneClosedLimitAmongOthersIsEnough() {
        hold(
                RateLimit.of(100).per(MINUTE).onFailure(FailureMode.open()),
                Quota.of(100).perDay().onFailure(FailureMode.local(1, 2)),
                Quota.of(100).perWeek().named("week").onFailure(FailureMode.closed()));
        store.fails = true;
        assertEquals(DenyReason.UNAVAILABLE, Acme.reason(call()));
    }

    @Test
    @Rule({"L8", "D6"})
    void localLimitsAreTakenTogetherOrNotAtAll() {
        hold(
                RateLimit.of(4).per(MINUTE).onFailure(FailureMode.local(1, 2)),
                Quota.of(2).perDay().onFailure(FailureMode.local(1, 2)));
        store.fails = true;
        assertTrue(call().isAllowed());
        for (int i = 0; i < 5; i++) {
            Decision refused = call();
            assertEquals(DenyReason.QUOTA_EXCEEDED, Acme.reason(refused));
            assertEquals(
                    List.of(1L, 0L),
                    refused.limits().stream().map(LimitState::remaining).toList());
        }
    }

    @Test
    @Rule({"L8", "D10"})
    void aLimitInShadowFailsNobody() {
        hold(RateLimit.of(1).per(MINUTE).shadow());
        store.fails = true;
        assertTrue(call().isAllowed());
        assertEquals(Optional.empty(), call().wouldRefuse());
    }

    @Test
    void whatTheStoreHadBeforeCountsAgainAfterwards() {
        hold(Quota.of(3).perDay().onFailure(FailureMode.local(1, 3)));
        assertTrue(call().isAllowed());
        store.fails = true;
        assertTrue(call().isAllowed());
        assertFalse(call().isAllowed());
        store.fails = false;
        assertTrue(call().isAllowed());
        assertTrue(call().isAllowed());
        assertEquals(DenyReason.QUOTA_EXCEEDED, Acme.reason(call()));
    }

    @Test
    void anExplanationGoesByTheModesAndTakesNothing() {
        hold(Quota.of(3).perDay().onFailure(FailureMode.local(1, 3)));
        store.fails = true;
        var request = Acme.request(GET, "/orders/1").apiKey(acme.key.reveal()).build();
        for (int i = 0; i < 5; i++) {
            Decision seen = acme.access.explain(request).decision();
            assertTrue(seen.isAllowed());
            assertTrue(seen.isDegraded());
        }
        assertTrue(call().isAllowed());
    }

    @Test
    void aStoreThatHangsIsLeftWhenTheBudgetIsSpent() {
        Fragile hanging = new Fragile();
        try (Acme held = new Acme(builder -> builder.limitStore(hanging).limitBudget(Duration.ofMillis(5)))) {
            held.hold(Policy.named("gold").limit(Quota.of(200).perDay().onFailure(FailureMode.local(1, 2))));
            hanging.hangs = true;
            // more than there are threads to wait in
            for (int i = 0; i < 100; i++) {
                Decision decision = held.decide(GET, "/orders/1");
                assertTrue(decision.isAllowed(), decision::toString);
                assertTrue(decision.isDegraded());
            }
            assertEquals(DenyReason.QUOTA_EXCEEDED, Acme.reason(held.decide(GET, "/orders/1")));
        } finally {
            hanging.end.countDown();
        }
    }

    @Test
    void aWrongShareIsRefused() {
        Refusal.of(() -> FailureMode.local(2, 1), "share `2/1`", "part `2`");
        Refusal.of(() -> FailureMode.local(-1, 0), "part `-1`", "parts `0`");
    }

    @Test
    void aWrongBudgetIsRefused() {
        Refusal.of(() -> AccessControl.builder().limitBudget(Duration.ZERO).build(), "limit budget `PT0S`");
        Refusal.of(
                () -> AccessControl.builder().limitBudget(Duration.ofHours(1)).build(), "limit budget `PT1H`");
    }

    private void hold(Limit... limits) {
        Policy.Builder gold = Policy.named("gold");
        List.of(limits).forEach(gold::limit);
        acme.hold(gold);
    }

    private Decision call() {
        return acme.decide(GET, "/orders/1");
    }

    /** A store outside the process, as far as anybody can tell, that fails when told. */
    private static final class Fragile implements LimitStore {
        private final MemoryLimitStore store = new MemoryLimitStore();
        private final CountDownLatch end = new CountDownLatch(1);
        private volatile boolean fails;
        private volatile boolean hangs;
        private volatile boolean ready;
        private volatile @Nullable Thread caller;
        private CountDownLatch together = new CountDownLatch(0);

        @Override
        public Optional<List<LimitState>> takeAtOnce(List<LimitDemand> demands, long cost, Reading now) {
            caller = Thread.currentThread();
            return ready ? Optional.of(store.take(demands, cost, now)) : Optional.empty();
        }

        @Override
        public List<LimitState> take(List<LimitDemand> demands, long cost, Reading now) {
            fail();
            return new ArrayList<>(store.take(demands, cost, now));
        }

        @Override
        public List<LimitState> peek(List<LimitDemand> demands, long cost, Reading now) {
            fail();
            return store.peek(demands, cost, now);
        }

        @Override
        public void reset(LimitDemand demand) {
            fail();
            store.reset(demand);
        }

        private void fail() {
            together.countDown();
            if (fails) {
                throw new StoreException("down");
            }
            try {
                together.await();
                if (hangs) {
                    end.await();
                }
            } catch (InterruptedException e) {
                throw new StoreException("interrupted");
            }
        }
    }
}
