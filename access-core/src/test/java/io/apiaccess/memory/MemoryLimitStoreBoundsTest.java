package io.apiaccess.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import io.apiaccess.Seed;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the store in memory forgets, and that forgetting gives nobody anything back. */
@Rule({"L7", "trap 22"})
class MemoryLimitStoreBoundsTest {
    private static final PolicyId POLICY = new PolicyId("gold");
    private static final Instant START = Instant.parse("2026-03-02T10:00:00Z");
    private static final long PERIOD = 1_000;
    private static final int TEN_MILLION = 10_000_000;
    private static final int MANY = Integer.getInteger("limits.subjects", 100_000);

    static Stream<Limit> limits() {
        return Stream.of(
                RateLimit.of(3).per(Duration.ofSeconds(1)),
                RateLimit.bucket(3).refill(3, Duration.ofSeconds(1)),
                Quota.of(3).per(Duration.ofSeconds(1)));
    }

    @ParameterizedTest
    @MethodSource("limits")
    void subjectsThatHoldNothingAreForgotten(Limit limit) {
        MemoryLimitStore store = new MemoryLimitStore();
        int most = 0;
        for (int i = 0; i < MANY; i++) {
            // 1,000 new subjects a second, each of which holds its unit for at most two
            assertTrue(take(store, limit.scope(LimitScope.PROFILE), "profile" + i, i * 1_000_000L));
            most = Math.max(most, store.size());
        }
        assertTrue(most <= 4_000, "most " + most);
    }

    @ParameterizedTest
    @MethodSource("limits")
    void addressesPastTheMostShareCounters(Limit limit) {
        MemoryLimitStore store = new MemoryLimitStore(1_000);
        Limit byAddress = limit.scope(LimitScope.ADDRESS);
        int admitted = 0;
        for (int i = 0; i < MANY; i++) {
            admitted += take(store, byAddress, "address" + i, 0) ? 1 : 0;
        }
        assertEquals(1_000, store.size());
        assertTrue(admitted <= 1_000 + 1_024 * 3, "admitted " + admitted);
    }

    @Test
    void tenMillionAddressesAreAMillionSubjectsAtMost() {
        MemoryLimitStore store = new MemoryLimitStore();
        Limit limit = RateLimit.of(3).per(Duration.ofHours(1)).scope(LimitScope.ADDRESS);
        int admitted = 0;
        for (int i = 0; i < TEN_MILLION; i++) {
            admitted += take(store, limit, Integer.toString(i, Character.MAX_RADIX), 0) ? 1 : 0;
        }
        assertEquals(1_000_000, store.size());
        assertTrue(admitted <= 1_000_000 + 1_024 * 3, "admitted " + admitted);
    }

    @Test
    void tenMillionProfilesAreThoseOfTheLastSecondsAtMost() {
        MemoryLimitStore store = new MemoryLimitStore();
        Limit limit = RateLimit.of(3).per(Duration.ofSeconds(1));
        int most = 0;
        for (int i = 0; i < TEN_MILLION; i++) {
            // 10,000 a second, each of which holds its unit for one
            assertTrue(take(store, limit, Integer.toString(i, Character.MAX_RADIX), i * 100_000L));
            most = Math.max(most, i % 1_000 == 0 ? store.size() : 0);
        }
        assertTrue(most <= 20_000, "most " + most);
    }

    static Stream<Limit> shortLimits() {
        Duration period = Duration.ofNanos(PERIOD);
        return Stream.of(
                RateLimit.of(3).per(period),
                RateLimit.bucket(3).refill(3, period),
                Quota.of(3).per(period));
    }

    @ParameterizedTest
    @MethodSource("shortLimits")
    void anAddressNeverGetsMoreByComingFromASharedCounterToItsOwn(Limit each) {
        Limit limit = each.scope(LimitScope.ADDRESS);
        long first = Seed.of(MemoryLimitStoreBoundsTest.class);
        for (long seed = first; seed < first + 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            MemoryLimitStore store = new MemoryLimitStore(4);
            Map<String, List<Long>> admitted = new HashMap<>();
            long now = 0;
            for (int i = 0; i < 5_000; i++) {
                now += random.nextInt(8) == 0 ? random.nextInt(400) : -random.nextInt(3);
                String address = "address" + random.nextInt(30);
                var state = store.take(List.of(demand(limit, address)), 1, reading(now))
                        .get(0);
                if (!state.refuses()) {
                    List<Long> times = admitted.computeIfAbsent(address, none -> new ArrayList<>());
                    times.add(state.time());
                    assertTrue(holds(limit.kind(), times), "seed " + seed + ", " + address + ": " + times);
                }
            }
        }
    }

    /** Returns whether the last of some admissions of one unit is within three in a period, as a kind of limit means it. */
    private static boolean holds(Limit.Kind kind, List<Long> times) {
        int size = times.size();
        long last = times.get(size - 1);
        return switch (kind) {
            case RATE -> size <= 3 || last - times.get(size - 4) >= PERIOD;
            case QUOTA -> size <= 3 || Math.floorDiv(last, PERIOD) > Math.floorDiv(times.get(size - 4), PERIOD);
            case BUCKET ->
                IntStream.range(0, size).allMatch(from -> (size - from - 3) * PERIOD <= (last - times.get(from)) * 3);
        };
    }

    @ParameterizedTest
    @MethodSource("limits")
    void aClockThatFallsBackRevivesNoForgottenCounter(Limit limit) {
        MemoryLimitStore store = new MemoryLimitStore();
        long day = Duration.ofDays(1).toNanos();
        for (int i = 0; i < 3; i++) {
            assertTrue(take(store, limit, "mobile", day));
        }
        assertFalse(take(store, limit, "mobile", day));
        for (int i = 0; i < 100; i++) {
            take(store, limit, "other" + i, 2 * day);
        }
        assertTrue(store.size() <= 102);
        int again = 0;
        for (int i = 0; i < 10; i++) {
            again += take(store, limit, "mobile", day) ? 1 : 0;
        }
        // the next allowance, from when the first had come back: the clock must pass that before there is another
        assertTrue(again <= 3, "again " + again);
        assertFalse(take(store, limit, "mobile", day));
    }

    @Test
    @Rule({"L4", "L6"})
    void aSharedBucketFlowsWhateverIsForgottenMeanwhile() {
        MemoryLimitStore store = new MemoryLimitStore(2);
        Limit bucket = RateLimit.bucket(10).refill(10, Duration.ofSeconds(1)).scope(LimitScope.ADDRESS);
        store.take(List.of(demand(bucket, "a")), 10, reading(0));
        store.take(List.of(demand(bucket, "b")), 10, reading(0));
        store.take(List.of(demand(bucket, "c")), 10, reading(500_000_000));
        for (int i = 0; i < 20; i++) {
            store.peek(List.of(demand(bucket, "stranger" + i)), 1, reading(1_200_000_000));
        }
        assertEquals(
                7,
                store.peek(List.of(demand(bucket, "c")), 1, reading(1_200_000_000))
                        .get(0)
                        .remaining());
    }

    @ParameterizedTest
    @MethodSource("limits")
    @Rule({"L5", "trap 22"})
    void theEndOfTimeRevivesNobodyAndFreezesNobodyElse(Limit limit) {
        MemoryLimitStore store = new MemoryLimitStore();
        Reading end = new Reading(Long.MAX_VALUE, Instant.MAX);
        LimitDemand spent = demand(limit, "mobile");
        assertFalse(store.take(List.of(spent), 3, end).get(0).refuses());
        for (int i = 0; i < 100; i++) {
            store.take(List.of(demand(limit, "other" + i)), 3, end);
        }
        assertTrue(store.take(List.of(spent), 1, end).get(0).refuses());
        for (long second = 0; second < 5; second++) {
            assertTrue(take(store, limit, "newcomer", second * 1_000_000_000 + 1));
        }
    }

    @ParameterizedTest
    @MethodSource("limits")
    @Rule("L5")
    void aResetCuresNewcomersTooOfAClockThatWasAheadForLong(Limit limit) {
        MemoryLimitStore store = new MemoryLimitStore();
        long year = Duration.ofDays(365).toNanos();
        for (int i = 0; i < 100; i++) {
            // the wrong clock goes on long enough that what was used by it is forgotten
            store.take(List.of(demand(limit, "other" + i)), 3, reading(year + i * 1_000_000_000L));
        }
        store.reset(demand(limit, "mobile"));
        for (long second = 10; second < 20; second++) {
            assertTrue(take(store, limit, "mobile", second * 1_000_000_000));
            assertTrue(take(store, limit, "newcomer", second * 1_000_000_000));
        }
    }

    @Test
    @Rule("L5")
    void aResetFreesTheCounterThatAnAddressShares() {
        MemoryLimitStore store = new MemoryLimitStore(0);
        Limit limit = RateLimit.of(1).per(Duration.ofSeconds(1)).scope(LimitScope.ADDRESS);
        assertTrue(take(store, limit, "address", 0));
        assertFalse(take(store, limit, "address", 0));
        store.reset(demand(limit, "address"));
        assertTrue(take(store, limit, "address", 0));
    }

    @Test
    @Rule("L5")
    void resettingFreesACounterThatAWrongClockHasFrozen() {
        MemoryLimitStore store = new MemoryLimitStore();
        Limit limit = RateLimit.of(1).per(Duration.ofSeconds(1));
        assertTrue(take(store, limit, "mobile", Duration.ofDays(365).toNanos()));
        assertFalse(take(store, limit, "mobile", Duration.ofMinutes(5).toNanos()));
        store.reset(demand(limit, "mobile"));
        assertTrue(take(store, limit, "mobile", Duration.ofMinutes(5).toNanos()));
        assertTrue(take(store, limit, "mobile", Duration.ofMinutes(6).toNanos()));
    }

    @Test
    @Rule("L3")
    void forgettingWhileSixteenThreadsTakeGivesNothingAway() throws InterruptedException {
        MemoryLimitStore store = new MemoryLimitStore(8);
        RateLimit limit = RateLimit.of(5).per(Duration.ofNanos(50)).scope(LimitScope.ADDRESS);
        AtomicLong clock = new AtomicLong();
        Map<String, List<Long>> admitted = new ConcurrentHashMap<>();
        Thread[] threads = new Thread[16];
        for (int t = 0; t < threads.length; t++) {
            SplittableRandom random = new SplittableRandom(t);
            threads[t] = new Thread(() -> {
                for (int i = 0; i < 20_000; i++) {
                    String address = "address" + random.nextInt(40);
                    var state = store.take(
                                    List.of(demand(limit, address)), 1, reading(clock.addAndGet(random.nextInt(3))))
                            .get(0);
                    if (!state.refuses()) {
                        admitted.computeIfAbsent(address, none -> Collections.synchronizedList(new ArrayList<>()))
                                .add(state.time());
                    }
                }
            });
            threads[t].start();
        }
        for (Thread thread : threads) {
            thread.join(60_000);
            assertFalse(thread.isAlive(), "deadlock");
        }
        admitted.forEach((address, unsorted) -> {
            List<Long> times = unsorted.stream().sorted().toList();
            for (int i = 5; i < times.size(); i++) {
                assertTrue(times.get(i) - times.get(i - 5) >= 50, address);
            }
        });
    }

    private static boolean take(MemoryLimitStore store, Limit limit, String subject, long nanos) {
        return !store.take(List.of(demand(limit, subject)), 1, reading(nanos))
                .get(0)
                .refuses();
    }

    private static LimitDemand demand(Limit limit, String subject) {
        return new LimitDemand(POLICY, limit, subject);
    }

    private static Reading reading(long nanos) {
        return new Reading(nanos, START.plusNanos(nanos));
    }
}
