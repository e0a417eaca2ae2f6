package io.apiaccess.bench;

import io.apiaccess.decision.LimitState;
import io.apiaccess.memory.MemoryLimitStore;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.local.SynchronizationStrategy;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost to take one unit of a rate and of a quota, all or nothing, of one key that everybody calls with and of
 * 65,536 keys at random? Neither trips. Beside it one Bucket4j bucket with the same two bandwidths, found in a map, and limiters of
 * Resilience4j and Guava, which have one.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch"})
@State(Scope.Benchmark)
public class LimiterBenchmark {
    private static final int VISITS = 131_072;
    private static final long PER_MINUTE = 10_000_000_000L;
    private static final long PER_MONTH = 1_000_000_000_000_000L;
    private static final double PER_SECOND = 100_000_000;
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration MONTH = Duration.ofDays(30);
    private static final PolicyId GOLD = new PolicyId("gold");
    private static final Limit RATE = RateLimit.of(PER_MINUTE).per(MINUTE);
    private static final Limit QUOTA = Quota.of(PER_MONTH).perMonth();
    /** As many as it can count. */
    private static final RateLimiterConfig RATE_ALONE = RateLimiterConfig.custom()
            .limitForPeriod(Integer.MAX_VALUE)
            .limitRefreshPeriod(Duration.ofSeconds(1))
            .timeoutDuration(Duration.ZERO)
            .build();

    /** Creates it; the harness does. */
    public LimiterBenchmark() {}

    /** The number of keys. */
    @Param({"1", "65536"})
    public int keys;

    private final AtomicInteger threads = new AtomicInteger();
    /** The wall clock, which a decision has read before it comes to limits, and a bucket does not have. */
    private final Instant now = Instant.now();

    private final LimitStore store = new MemoryLimitStore();
    private final Map<String, List<LimitDemand>> demands = new ConcurrentHashMap<>();
    private final Map<String, Bucket> lockFree = new ConcurrentHashMap<>();
    private final Map<String, Bucket> locking = new ConcurrentHashMap<>();
    private final Map<String, RateLimiter> resilience = new ConcurrentHashMap<>();
    private final Map<String, com.google.common.util.concurrent.RateLimiter> guava = new ConcurrentHashMap<>();
    private String[] visits = {};

    /** The order in which a thread visits the keys. */
    @State(Scope.Thread)
    public static class Visitor {
        private int next;

        /** Creates it; the harness does. */
        public Visitor() {}

        /** Begins somewhere else than the others. */
        @Setup
        public void start(LimiterBenchmark benchmark) {
            next = benchmark.threads.getAndIncrement() * 8_191;
        }

        String key(LimiterBenchmark benchmark) {
            return benchmark.visits[next++ & (VISITS - 1)];
        }
    }

    /** Fills all three. */
    @Setup
    public void fill() {
        String[] names = IntStream.range(0, keys).mapToObj(i -> "profile-" + i).toArray(String[]::new);
        SplittableRandom random = new SplittableRandom(20_260_302);
        visits = IntStream.range(0, VISITS)
                .mapToObj(i -> names[random.nextInt(keys)])
                .toArray(String[]::new);
        for (String name : names) {
            lockFree.put(name, bucket(SynchronizationStrategy.LOCK_FREE));
            locking.put(name, bucket(SynchronizationStrategy.SYNCHRONIZED));
            resilience.put(name, RateLimiter.of(name, RATE_ALONE));
            guava.put(name, com.google.common.util.concurrent.RateLimiter.create(PER_SECOND));
            demands.put(
                    name,
                    store.prepare(List.of(new LimitDemand(GOLD, RATE, name), new LimitDemand(GOLD, QUOTA, name))));
            take(name);
        }
    }

    /** Takes from the store in memory, the monotonic clock read, and returns how both limits stand. */
    @Benchmark
    public List<LimitState> store(Visitor visitor) {
        return take(visitor.key(this));
    }

    /** Takes from a bucket under its lock. */
    @Benchmark
    public boolean bucketLocking(Visitor visitor) {
        return take(locking, visitor);
    }

    /** Takes from a bucket without a lock. */
    @Benchmark
    public boolean bucketLockFree(Visitor visitor) {
        return take(lockFree, visitor);
    }

    /** Takes from Resilience4j's limiter, which has one rate and no quota. */
    @Benchmark
    public boolean resilience4jRateAlone(Visitor visitor) {
        return Objects.requireNonNull(resilience.get(visitor.key(this))).acquirePermission();
    }

    /** Takes from Guava's limiter, which has one rate and no quota. */
    @Benchmark
    public boolean guavaRateAlone(Visitor visitor) {
        return Objects.requireNonNull(guava.get(visitor.key(this))).tryAcquire();
    }

    private List<LimitState> take(String key) {
        List<LimitDemand> prepared = Objects.requireNonNull(demands.get(key));
        return store.take(prepared, 1, new LimitStore.Reading(System.nanoTime(), now));
    }

    private boolean take(Map<String, Bucket> buckets, Visitor visitor) {
        return Objects.requireNonNull(buckets.get(visitor.key(this))).tryConsume(1);
    }

    private static Bucket bucket(SynchronizationStrategy strategy) {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(PER_MINUTE).refillGreedy(PER_MINUTE, MINUTE))
                .addLimit(limit -> limit.capacity(PER_MONTH).refillIntervally(PER_MONTH, MONTH))
                .withNanosecondPrecision()
                .withSynchronizationStrategy(strategy)
                .build();
    }
}
