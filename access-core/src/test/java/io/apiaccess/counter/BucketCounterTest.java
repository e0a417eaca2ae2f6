package io.apiaccess.counter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import io.apiaccess.Seed;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.policy.TokenBucket;
import io.apiaccess.spi.LimitStore.Reading;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The token bucket against exact fractions of every admission. */
@Rule("L1")
class BucketCounterTest {
    private static final long SEED = Seed.of(BucketCounterTest.class);

    @Test
    void aFullBucketLetsItsCapacityThroughAndNoMore() {
        TokenBucket limit = RateLimit.bucket(3).refill(1, Duration.ofSeconds(1));
        BucketCounter counter = new BucketCounter(AdmissionLog.DEMAND);
        for (int i = 0; i < 3; i++) {
            assertTrue(take(counter, 0, 1, limit));
        }
        assertFalse(take(counter, 999_999_999, 1, limit));
        assertTrue(take(counter, 1_000_000_000, 1, limit));
        assertFalse(take(counter, 1_000_000_001, 1, limit));
    }

    @Test
    void doesNotDriftOverAMillionTries() {
        TokenBucket limit = RateLimit.bucket(2).refill(3, Duration.ofNanos(10));
        BucketCounter counter = new BucketCounter(AdmissionLog.DEMAND);
        long taken = 0;
        long tries = 1_000_000;
        for (long now = 0; now < tries; now++) {
            taken += take(counter, now, 1, limit) ? 1 : 0;
        }
        assertTrue(Math.abs(taken - (2 + (tries - 1) * 3 / 10)) <= 1, "taken " + taken);
    }

    @Test
    void holdsInEveryIntervalWhateverTheNumbers() {
        for (int round = 0; round < 3_400; round++) {
            long seed = SEED + round;
            SplittableRandom random = new SplittableRandom(seed);
            TokenBucket limit = RateLimit.bucket(1 + random.nextInt(50))
                    .refill(1 + random.nextInt(20), Duration.ofNanos(1 + random.nextInt(1_000)));
            BucketCounter counter = new BucketCounter(AdmissionLog.DEMAND);
            List<long[]> admitted = new ArrayList<>();
            long now = random.nextInt(1_000);
            for (int i = 0; i < 300; i++) {
                now += random.nextInt(3) == 0 ? -random.nextInt(200) : random.nextInt(120);
                long cost = random.nextInt(4);
                if (take(counter, now, cost, limit)) {
                    admitted.add(new long[] {counter.time, cost});
                }
            }
            for (int from = 0; from < admitted.size(); from++) {
                long units = 0;
                for (int to = from; to < admitted.size(); to++) {
                    units += admitted.get(to)[1];
                    long width = admitted.get(to)[0] - admitted.get(from)[0];
                    long parts = (units - limit.max()) * limit.period().toNanos();
                    assertTrue(parts <= width * limit.refill(), "seed " + seed + ", " + limit + ", " + from + "-" + to);
                }
            }
        }
    }

    @Test
    @Rule("L4")
    void isReadyExactlyWhenItSays() {
        for (int round = 0; round < 2_000; round++) {
            long seed = SEED + round;
            SplittableRandom random = new SplittableRandom(seed);
            TokenBucket limit = RateLimit.bucket(magnitude(random))
                    .refill(Math.max(1, magnitude(random)), Duration.ofNanos(Math.max(1, magnitude(random))));
            BucketCounter counter = new BucketCounter(AdmissionLog.DEMAND);
            counter.advance(reading(random.nextInt(1_000)), limit);
            counter.take(limit.max());
            counter.advance(reading(counter.time + random.nextInt(1_000)), limit);
            long cost = 1 + (limit.max() == 0 ? 0 : random.nextLong(limit.max()));
            long ready = counter.readyAt(cost);
            if (counter.fits(cost) || ready == Counter.NEVER) {
                continue;
            }
            counter.advance(reading(ready - 1), limit);
            assertFalse(counter.fits(cost), "seed " + seed + ": early");
            counter.advance(reading(ready), limit);
            assertTrue(counter.fits(cost), "seed " + seed + ": late");
        }
    }

    @Test
    @Rule("L5")
    void flowsExactlyOverTheWholeRangeOfTheClock() {
        TokenBucket limit = RateLimit.bucket(Long.MAX_VALUE).refill(Long.MAX_VALUE, Duration.ofNanos(Long.MAX_VALUE));
        BucketCounter counter = new BucketCounter(AdmissionLog.DEMAND);
        counter.advance(reading(Long.MIN_VALUE), limit);
        counter.take(Long.MAX_VALUE);
        counter.advance(reading(-1), limit);
        BigInteger nanos = BigInteger.valueOf(-1).subtract(BigInteger.valueOf(Long.MIN_VALUE));
        assertEquals(BigInteger.valueOf(Long.MAX_VALUE).subtract(nanos).longValueExact(), counter.used);
        counter.advance(reading(Long.MAX_VALUE), limit);
        assertEquals(0, counter.used);
    }

    @Test
    @Rule("L6")
    void aChangedLimitKeepsWhatWasTaken() {
        TokenBucket limit = RateLimit.bucket(10).refill(1, Duration.ofSeconds(1));
        BucketCounter counter = new BucketCounter(AdmissionLog.DEMAND);
        take(counter, 0, 8, limit);
        TokenBucket smaller = RateLimit.bucket(5).refill(1, Duration.ofMillis(1));
        counter.advance(reading(0), smaller);
        assertEquals(0, counter.remaining());
        assertTrue(take(counter, 4_000_000, 1, smaller));
    }

    private static boolean take(BucketCounter counter, long nanos, long cost, TokenBucket limit) {
        counter.advance(reading(nanos), limit);
        boolean fits = counter.fits(cost);
        if (fits) {
            counter.take(cost);
        }
        return fits;
    }

    private static Reading reading(long nanos) {
        return new Reading(nanos, Instant.EPOCH);
    }

    private static long magnitude(SplittableRandom random) {
        return random.nextLong() >>> (1 + random.nextInt(62));
    }
}
