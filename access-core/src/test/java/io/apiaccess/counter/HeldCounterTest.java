package io.apiaccess.counter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import io.apiaccess.Seed;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore.Reading;
import java.time.Duration;
import java.time.ZoneId;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Counters that are kept elsewhere between two questions, and units that come back. */
class HeldCounterTest {
    private static final PolicyId GOLD = new PolicyId("gold");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @ParameterizedTest
    @EnumSource
    @Rule({"S5", "L1"})
    void goesOnFromWhatItHeldAsIfNothingHadBeen(Limit.Kind kind) {
        long seed = Seed.of(getClass());
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 200; round++) {
            Limit limit = limit(kind, random);
            Counter kept = Counter.of(demand(limit), Long.MIN_VALUE);
            Counter held = Counter.of(demand(limit), Long.MIN_VALUE);
            long now = random.nextLong(Long.MAX_VALUE / 4);
            for (int step = 0; step < 300; step++) {
                now += random.nextLong(random.nextInt(20) == 0 ? 60_000_000_000L : 200_000_000L)
                        - (random.nextInt(50) == 0 ? 1_000_000_000L : 0);
                if (random.nextInt(60) == 0) {
                    limit = limit(kind, random);
                }
                held = Counter.restored(demand(limit), held.held());
                long cost = random.nextLong(4);
                String at = "step " + step + " of " + limit + ", seed " + seed;
                assertEquals(ask(kept, limit, now, cost), ask(held, limit, now, cost), at);
            }
        }
    }

    private record Answer(boolean fits, long remaining, long waitNanos, long resetNanos, long time, long freeAt) {}

    private static Answer ask(Counter counter, Limit limit, long nanos, long cost) {
        Reading now = reading(nanos);
        counter.advance(now, limit);
        long wait = counter.waitNanos(cost, now);
        if (wait == Counter.FITS) {
            counter.take(cost);
        }
        return new Answer(
                wait == Counter.FITS,
                counter.remaining(),
                wait,
                counter.resetNanos(),
                counter.time(),
                counter.freeAt());
    }

    @Test
    @Rule("S5")
    void unitsOfARateComeBackToTheEntryThatTheyAreIn() {
        RateLimit limit = RateLimit.of(10).per(MINUTE);
        Counter counter = Counter.of(demand(limit), 0);
        takeAt(counter, limit, 0, 4);
        takeAt(counter, limit, 30, 5);
        counter.giveBack(3, seconds(0));
        assertEquals(6, counter.used());
        counter.advance(reading(seconds(60)), limit);
        assertEquals(5, counter.used());
        counter.giveBack(2, seconds(30));
        assertEquals(3, counter.used());
        takeAt(counter, limit, 60, 7);
        assertFalse(counter.fits(1));
        counter.advance(reading(seconds(90)), limit);
        assertEquals(7, counter.used());
    }

    @Test
    @Rule("S5")
    void noMoreComesBackThanWasTakenAndNothingOfOthersWhenItsTimeIsOver() {
        RateLimit limit = RateLimit.of(10).per(MINUTE);
        Counter counter = Counter.of(demand(limit), 0);
        takeAt(counter, limit, 0, 4);
        counter.giveBack(100, seconds(0));
        assertEquals(0, counter.used());
        takeAt(counter, limit, 1, 4);
        takeAt(counter, limit, 61, 5);
        counter.giveBack(4, seconds(1));
        assertEquals(5, counter.used());
    }

    @Test
    @Rule("S5")
    void unitsOfAQuotaComeBackInTheirPeriodAlone() {
        Quota limit = Quota.of(10).per(MINUTE);
        Counter counter = Counter.of(demand(limit), 0);
        takeAt(counter, limit, 10, 6);
        counter.giveBack(2, seconds(10));
        assertEquals(4, counter.used());
        takeAt(counter, limit, 70, 5);
        counter.giveBack(2, seconds(10));
        assertEquals(5, counter.used());
    }

    @Test
    @Rule("S5")
    void unitsOfABucketComeBackAsFarAsTheyHaveNotFlowedBack() {
        Limit limit = RateLimit.bucket(10).refill(10, Duration.ofSeconds(10));
        Counter counter = Counter.of(demand(limit), 0);
        takeAt(counter, limit, 0, 6);
        counter.giveBack(2, seconds(0));
        assertEquals(4, counter.used());
        counter.advance(reading(seconds(3)), limit);
        counter.giveBack(4, seconds(0));
        assertEquals(0, counter.used());
        assertTrue(counter.fits(10));
    }

    private static void takeAt(Counter counter, Limit limit, long second, long cost) {
        counter.advance(reading(seconds(second)), limit);
        assertTrue(counter.fits(cost));
        counter.take(cost);
    }

    private static Limit limit(Limit.Kind kind, SplittableRandom random) {
        long max = random.nextLong(random.nextBoolean() ? 10 : 500);
        Duration period = Duration.ofMillis(1 + random.nextLong(60_000));
        return switch (kind) {
            case RATE -> RateLimit.of(max).per(period);
            case BUCKET -> RateLimit.bucket(max).refill(1 + random.nextLong(100), period);
            case QUOTA ->
                random.nextBoolean()
                        ? Quota.of(max).per(period)
                        : Quota.of(max).perHour().in(ZoneId.of("Australia/Lord_Howe"));
        };
    }

    private static LimitDemand demand(Limit limit) {
        return new LimitDemand(GOLD, limit, "mobile");
    }

    private static Reading reading(long nanos) {
        return new Reading(nanos, Counter.instant(nanos));
    }

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
