package io.apiaccess.counter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import io.apiaccess.Seed;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.spi.LimitStore.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The sliding window against a log of every admission, on clocks that wander, jump and stop. */
class RateCounterTest {
    private static final long SEED = Seed.of(RateCounterTest.class);
    /** The steps of a property, a little more than a million. */
    private static final int MANY = Integer.getInteger("limits.steps", 1_000_800);

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    /** The most units for which the counter is an exact log. */
    private static final int EXACT = 65;

    private final RateCounter counter = new RateCounter(AdmissionLog.DEMAND);
    private final AdmissionLog log = new AdmissionLog();

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Rule({"L1", "L4", "L5"})
    void decidesAsAnExactLogUpTo65Units(boolean jumps) {
        for (int run = 0; run < MANY / 1_200; run++) {
            new Walk(run, jumps, EXACT).exactly(1_200);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Rule({"L1", "L5"})
    void isStrictInEveryIntervalAndRefusesNothingThatIsLongPast(boolean jumps) {
        for (int run = 0; run < MANY / 1_200; run++) {
            new Walk(run, jumps, 5_000).strictly(1_200);
        }
    }

    @Test
    @Rule({"L1", "L5"})
    void isStrictForAnyNumbers() {
        for (int run = 0; run < 600; run++) {
            new Walk(run).anyNumbers(600);
        }
    }

    @Test
    @Rule("L4")
    void fitsAndIsFreeAtTheNanosecondItSaysAndNotBefore() {
        for (int run = 0; run < 300; run++) {
            new Walk(run, true, 5_000).waiting(1_000);
        }
    }

    @Test
    @Rule("L6")
    void obeysTheLimitInForceOverAllThatWasUsed() {
        for (int run = 0; run < 200; run++) {
            new Walk(run, false, 300).changing(1_000);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 20", "2, 20", "65, 20", "66, 20", "100, 20", "1000, 20", "65536, 8", "1000000, 4"})
    @Rule("L1")
    void admits97PercentWhileARequestAlwaysWaits(long max, int periods) {
        RateLimit limit = RateLimit.of(max).per(Duration.ofNanos(MINUTE));
        SplittableRandom random = new SplittableRandom(SEED);
        spread(limit, random);
        long now = log.time;
        long end = now + periods * MINUTE;
        long admitted = 0;
        while (now <= end) {
            if (take(limit, now, 1)) {
                admitted++;
            } else {
                long ready = counter.readyAt(1);
                assertTrue(ready > now, "no progress at " + now + ", seed " + SEED);
                now = ready;
            }
        }
        double used = (double) admitted / max / periods;
        assertTrue(used >= 0.97, used + " of " + limit + ", seed " + SEED);
        assertTrue(log.fullest(MINUTE) <= max, log.fullest(MINUTE) + " of " + max);
    }

    @ParameterizedTest
    @CsvSource({"66, 400", "100, 400", "1000, 1050", "1000, 40000", "100000, 150000"})
    @Rule("L1")
    void admits97PercentOfWhatAnExactLogAdmitsOfDenseArrivals(long max, long arrivals) {
        RateLimit limit = RateLimit.of(max).per(Duration.ofNanos(MINUTE));
        AdmissionLog exact = new AdmissionLog();
        SplittableRandom random = new SplittableRandom(SEED);
        long admitted = 0;
        long possible = 0;
        long now = 0;
        for (long call = 0; call < 4_000_000; call++) {
            now += random.nextLong(2 * MINUTE / arrivals);
            admitted += take(limit, now, 1) ? 1 : 0;
            exact.read(now);
            if (exact.held(MINUTE) < max) {
                exact.add(1);
                possible++;
            }
        }
        assertTrue(admitted >= 0.97 * possible, admitted + " of " + possible + ", seed " + SEED);
    }

    @Test
    @Rule({"L1", "L5"})
    void countsFromTheFirstInstantToTheLast() {
        RateLimit limit = RateLimit.of(2).per(Duration.ofNanos(Long.MAX_VALUE));
        assertTrue(take(limit, Long.MIN_VALUE, 2));
        assertFalse(take(limit, -2, 1));
        assertTrue(take(limit, -1, 2));
        assertFalse(take(limit, Long.MAX_VALUE - 2, 1));
        assertTrue(take(limit, Long.MAX_VALUE - 1, 2));
        assertFalse(take(limit, Long.MIN_VALUE, 1));
        assertFalse(take(limit, Long.MAX_VALUE, 1));
    }

    @Test
    @Rule("L5")
    void aLimitOfEveryNanosecondIsOneOfEachReading() {
        RateLimit limit = RateLimit.of(1_000).per(Duration.ofNanos(1));
        for (long now = 0; now < 100; now++) {
            assertTrue(take(limit, now, 1_000));
            assertFalse(take(limit, now, 1));
        }
    }

    private boolean take(RateLimit limit, long reading, long cost) {
        counter.advance(new Reading(reading, Instant.EPOCH), limit);
        log.read(reading);
        if (!counter.fits(cost)) {
            return false;
        }
        counter.take(cost);
        log.add(cost);
        return true;
    }

    /** Spends the limit in one period at random instants, so that what it frees later is spread over all of it. */
    private void spread(RateLimit limit, SplittableRandom random) {
        long now = 0;
        for (long unit = 0; unit < limit.max(); unit++) {
            now += random.nextLong(2 * MINUTE / limit.max());
            take(limit, now, 1);
        }
    }

    /** One counter beside its log, on one random clock. */
    private static final class Walk {
        private final String at;
        private final SplittableRandom random;
        private final RateCounter counter = new RateCounter(AdmissionLog.DEMAND);
        private final AdmissionLog log = new AdmissionLog();
        private final boolean jumps;
        private RateLimit limit;
        private long period;
        private int density;
        private long now;

        Walk(int run, boolean jumps, int max) {
            at = "seed " + SEED + " run " + run;
            random = new SplittableRandom(SEED + run);
            this.jumps = jumps;
            period = random.nextInt(5) == 0 ? 1 + random.nextInt(100) : 1 + random.nextLong(MINUTE);
            limit = rate(max <= EXACT ? random.nextInt(max + 1) : EXACT + 1 + random.nextInt(max - EXACT));
            density = 4 + random.nextInt(random.nextBoolean() ? 50 : 600);
            now = random.nextLong() >> 2;
        }

        Walk(int run) {
            this(run, true, EXACT);
            period = Math.max(1, number());
            limit = rate(number());
            now = switch (random.nextInt(4)) {
                case 0 -> Long.MIN_VALUE + random.nextInt(100);
                case 1 -> Long.MAX_VALUE - random.nextInt(100);
                default -> random.nextLong();
            };
        }

        void exactly(int steps) {
            for (int step = 0; step < steps; step++) {
                now = next();
                long cost = cost();
                read();
                long held = log.held(period);
                boolean fits = counter.fits(cost);
                assertEquals(cost == 0 || cost <= limit.max() - held, fits, at);
                assertEquals(held, counter.used, at);
                assertEquals(limit.max() - held, counter.remaining(), at);
                if (fits) {
                    take(cost);
                } else {
                    assertEquals(log.readyAt(cost, limit.max(), period), counter.readyAt(cost), at);
                }
            }
            assertStrict();
        }

        void strictly(int steps) {
            AdmissionLog longer = new AdmissionLog();
            long grain = period / 64 + 1;
            for (int step = 0; step < steps; step++) {
                now = next();
                longer.read(now);
                long cost = cost();
                read();
                if (counter.fits(cost)) {
                    take(cost);
                    longer.add(cost);
                } else {
                    assertTrue(cost > limit.max() - longer.held(period + grain), at);
                }
                assertTrue(counter.remaining() >= 0, at);
            }
            assertStrict();
        }

        void anyNumbers(int steps) {
            for (int step = 0; step < steps; step++) {
                now = next();
                long cost = number();
                read();
                long held = log.held(period);
                boolean mayFit = cost == 0 || cost <= limit.max() - held;
                assertFalse(counter.fits(cost) && !mayFit, at);
                assertTrue(counter.used >= held, at);
                if (counter.fits(cost)) {
                    take(cost);
                } else {
                    assertTrue(counter.readyAt(cost) > counter.time || counter.time == Long.MAX_VALUE, at);
                }
            }
            assertStrict();
        }

        void waiting(int steps) {
            for (int step = 0; step < steps; step++) {
                now = next();
                long cost = cost();
                read();
                if (counter.fits(cost)) {
                    take(cost);
                    freeAgain();
                    continue;
                }
                long ready = counter.readyAt(cost);
                boolean isBeyondTime = counter.time > Long.MAX_VALUE - period;
                assertTrue(cost > limit.max() ? ready == Counter.NEVER : isBeyondTime || ready != Counter.NEVER, at);
                if (ready != Counter.NEVER && random.nextInt(3) == 0) {
                    assertTrue(ready - counter.time <= period, at);
                    now = ready - 1;
                    read();
                    assertFalse(counter.fits(cost), at);
                    now = ready;
                    read();
                    assertTrue(counter.fits(cost), at);
                    take(cost);
                }
            }
            assertStrict();
        }

        private void freeAgain() {
            if (counter.used > 0 && counter.resetAt() != Counter.NEVER && random.nextInt(100) == 0) {
                long free = counter.resetAt();
                now = free - 1;
                read();
                assertTrue(counter.used > 0, at);
                now = free;
                read();
                assertEquals(0, counter.used, at);
            }
        }

        void changing(int steps) {
            long longerSince = Long.MIN_VALUE;
            for (int step = 0; step < steps; step++) {
                now = next();
                if (random.nextInt(40) == 0) {
                    long before = counter.used;
                    long length = random.nextInt(3) == 0 ? 1 + random.nextLong(2 * period) : period;
                    longerSince = length > period ? log.time : longerSince;
                    period = length;
                    limit = rate(random.nextInt(300));
                    assertEquals(before, counter.used, at);
                }
                long cost = cost();
                read();
                if (counter.fits(cost)) {
                    take(cost);
                    boolean knowsAll = longerSince == Long.MIN_VALUE || log.time - longerSince >= period;
                    assertTrue(cost == 0 || !knowsAll || log.sum(period) <= limit.max(), at);
                }
                assertTrue(counter.remaining() >= 0, at);
            }
        }

        private void read() {
            counter.advance(new Reading(now, Instant.EPOCH), limit);
            log.read(now);
            assertEquals(log.time, counter.time, at);
        }

        private void take(long cost) {
            counter.take(cost);
            log.add(cost);
        }

        private void assertStrict() {
            long fullest = log.fullest(period);
            assertTrue(fullest <= limit.max(), fullest + " in an interval of " + limit + ", " + at);
        }

        private RateLimit rate(long max) {
            return RateLimit.of(max).per(Duration.ofNanos(period));
        }

        private long cost() {
            return switch (random.nextInt(8)) {
                case 0 -> random.nextLong(limit.max() + 3);
                case 1, 2 -> random.nextLong(limit.max() / 8 + 2);
                default -> 1;
            };
        }

        private long number() {
            return switch (random.nextInt(8)) {
                case 0 -> random.nextInt(3);
                case 1 -> Long.MAX_VALUE - random.nextInt(3);
                case 2 -> 1L << random.nextInt(63);
                case 3 -> random.nextInt(100);
                default -> random.nextLong() >>> (1 + random.nextInt(62));
            };
        }

        private long next() {
            long wild = jumps ? random.nextInt(2 * density) : Long.MAX_VALUE;
            if (wild < 4) {
                return jump((int) wild);
            }
            return switch (random.nextInt(12)) {
                case 0, 1, 2, 3 -> now;
                case 4, 5, 6, 7 -> ahead(random.nextLong(period / density + 2));
                case 8, 9 -> ahead(random.nextLong(4 * (period / density) + 2));
                case 10 -> ahead(period / 64 + random.nextInt(3) - 1);
                default -> random.nextInt(10) == 0 ? ahead(period + random.nextInt(3) - 1) : now;
            };
        }

        private long jump(int kind) {
            return switch (kind) {
                case 0 -> now - 1 - random.nextLong(period / 64 + 2);
                case 1 -> now - random.nextLong(period);
                case 2 -> random.nextInt(20) == 0 ? ahead(random.nextLong(period)) : now;
                default ->
                    switch (random.nextInt(100)) {
                        case 0 -> Long.MIN_VALUE;
                        case 1 -> Long.MAX_VALUE;
                        case 2 -> random.nextLong();
                        default -> now;
                    };
            };
        }

        private long ahead(long nanos) {
            return now > Long.MAX_VALUE - Math.max(0, nanos) ? Long.MAX_VALUE : now + nanos;
        }
    }
}
