package io.apiaccess.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import io.apiaccess.decision.LimitState;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every store of limits does when many call at once. */
@Rule("S1")
public abstract class LimitStoreContentionContract extends LimitStoreFixture {
    private static final int THREADS = 16;

    /** Returns how often each of the threads calls. */
    protected int callsPerThread() {
        return 2_000;
    }

    @ParameterizedTest
    @EnumSource
    @Rule({"L1", "L3"})
    void admitsExactlyTheUnitsOfOneLimitThatAllWant(Limit.Kind kind) throws Exception {
        long max = (long) THREADS * callsPerThread() / 2 + 1;
        LimitDemand hot = demand(limit(kind, max));
        LongAdder admitted = new LongAdder();
        inAllThreads(thread -> {
            for (int call = 0; call < callsPerThread(); call++) {
                admitted.add(takes(1, hot) ? 1 : 0);
            }
        });
        assertEquals(max, admitted.sum());
        assertEquals(0, peek(1, hot).remaining());
    }

    @ParameterizedTest
    @EnumSource
    @Rule({"L1", "L3"})
    void admitsExactlyTheUnitsOfOneLimitThatStrangersShare(Limit.Kind kind) throws Exception {
        long max = (long) THREADS * callsPerThread() / 2 + 1;
        LimitDemand shared = demand(scoped(limit(kind, max), LimitScope.GLOBAL));
        LongAdder admitted = new LongAdder();
        inAllThreads(thread -> {
            LimitDemand own = new LimitDemand(GOLD, limit(kind, max), "profile " + thread);
            for (int call = 0; call < callsPerThread(); call++) {
                admitted.add(takes(1, own, shared) ? 1 : 0);
            }
        });
        assertEquals(max, admitted.sum());
        assertEquals(0, peek(1, shared).remaining());
    }

    @Test
    @Rule("L3")
    void admitsExactlyTheLeastOfAllLimitsOfADecision() throws Exception {
        long least = (long) THREADS * callsPerThread() / 3;
        LimitDemand[] all = {
            demand(RateLimit.of(least + 1_000).per(MINUTE)),
            demand(Quota.of(least).perDay()),
            demand(RateLimit.of(least + 10).per(MINUTE).scope(LimitScope.CLIENT)),
            demand(Quota.of(least + 1).perDay().scope(LimitScope.COLLECTION))
        };
        LongAdder admitted = new LongAdder();
        inAllThreads(thread -> {
            for (int call = 0; call < callsPerThread(); call++) {
                admitted.add(takes(1, all) ? 1 : 0);
            }
        });
        assertEquals(least, admitted.sum());
        assertEquals(
                List.of(1_000L, 0L, 10L, 1L),
                Arrays.stream(all).map(demand -> peek(1, demand).remaining()).toList());
    }

    @Test
    @Rule("L3")
    void refusesNobodyForAnAttemptThatIsDoomed() throws Exception {
        for (int round = 0; round < 10; round++) {
            long wanted = (long) THREADS / 2 * callsPerThread() / 4;
            LimitDemand shared = demand(RateLimit.of(wanted).per(MINUTE).named("shared " + round));
            LimitDemand never = demand(Quota.of(0).perDay().scope(LimitScope.GLOBAL));
            LongAdder admitted = new LongAdder();
            inAllThreads(thread -> {
                for (int call = 0; call < callsPerThread() / 4; call++) {
                    if (thread % 2 == 0) {
                        admitted.add(takes(1, shared) ? 1 : 0);
                    } else {
                        assertFalse(call % 4 < 2 ? takes(1, shared, never) : takes(1, never, shared));
                    }
                }
            });
            assertEquals(wanted, admitted.sum(), "round " + round);
        }
    }

    @Test
    @Rule("L3")
    void overlappingDecisionsTakeAllOrNothingAndNeverBlockOneAnother() throws Exception {
        SplittableRandom choice = new SplittableRandom(SEED);
        LimitDemand[] all = IntStream.range(0, 24)
                .mapToObj(i -> randomDemand(choice, "limit " + i, "subject " + i / 2))
                .toArray(LimitDemand[]::new);
        long[] before = remaining(all);
        LongAdder[] taken = Stream.generate(LongAdder::new).limit(all.length).toArray(LongAdder[]::new);
        Queue<Attempt> refused = new ConcurrentLinkedQueue<>();
        inAllThreads(thread -> {
            SplittableRandom random = new SplittableRandom(SEED + thread);
            for (int call = 0; call < callsPerThread(); call++) {
                int[] some = some(random, all.length);
                long cost = random.nextInt(4);
                if (takes(cost, pick(all, some))) {
                    Arrays.stream(some).forEach(i -> taken[i].add(cost));
                } else {
                    refused.add(new Attempt(IntStream.of(some).boxed().toList(), cost));
                }
            }
        });
        long[] after = remaining(all);
        for (int i = 0; i < all.length; i++) {
            assertEquals(before[i] - taken[i].sum(), after[i], all[i] + ", seed " + SEED);
        }
        assertFalse(refused.isEmpty());
        for (Attempt attempt : refused) {
            assertTrue(attempt.limits.stream().anyMatch(i -> after[i] < attempt.cost), "falsely refused, seed " + SEED);
        }
    }

    @Test
    @Rule({"L1", "L3"})
    void isStrictInEveryIntervalWhileAllCallAndTimePasses() throws Exception {
        SplittableRandom choice = new SplittableRandom(SEED);
        LimitDemand[] all = IntStream.range(0, 24)
                .mapToObj(i -> randomDemand(choice, "limit " + i, "subject " + i / 2))
                .toArray(LimitDemand[]::new);
        List<Queue<Taking>> takings = new ArrayList<>();
        Arrays.stream(all).forEach(demand -> takings.add(new ConcurrentLinkedQueue<>()));
        inAllThreads(thread -> {
            SplittableRandom random = new SplittableRandom(SEED + thread);
            for (int call = 0; call < callsPerThread(); call++) {
                time.pass(Duration.ofNanos(random.nextInt(1_000)));
                int[] some = some(random, all.length);
                long cost = 1L + random.nextInt(3);
                List<LimitState> states = store.take(Arrays.asList(pick(all, some)), cost, now());
                if (states.stream().noneMatch(LimitState::refuses)) {
                    for (int i = 0; i < some.length; i++) {
                        takings.get(some[i]).add(new Taking(states.get(i).time(), cost));
                    }
                }
            }
        });
        for (int i = 0; i < all.length; i++) {
            assertFalse(takings.get(i).isEmpty() && all[i].limit().max() > 3, all[i]::toString);
            long fullest = fullest(all[i].limit(), takings.get(i));
            assertTrue(fullest <= all[i].limit().max(), fullest + " in " + all[i] + ", seed " + SEED);
        }
    }

    private record Attempt(List<Integer> limits, long cost) {}

    private record Taking(long time, long cost) {}

    /** Returns the most that was taken in any interval of a rate, or in any period of a quota of fixed length. */
    private static long fullest(Limit limit, Queue<Taking> takings) {
        Taking[] all =
                takings.stream().sorted(Comparator.comparingLong(Taking::time)).toArray(Taking[]::new);
        long most = 0;
        long sum = 0;
        int from = 0;
        for (Taking last : all) {
            while (!inOne(limit, all[from].time, last.time)) {
                sum -= all[from++].cost;
            }
            sum += last.cost;
            most = Math.max(most, sum);
        }
        return most;
    }

    private static boolean inOne(Limit limit, long earlier, long later) {
        if (limit instanceof RateLimit rate) {
            return later - earlier < rate.period().toNanos();
        }
        var period = ((Quota) limit).period().at(Instant.EPOCH.plusNanos(later));
        return !Instant.EPOCH.plusNanos(earlier).isBefore(period.start());
    }

    /** Runs the same in all threads at once; a deadlock ends in a TimeoutException. */
    private static void inAllThreads(ThreadWork work) throws Exception {
        CyclicBarrier start = new CyclicBarrier(THREADS);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "caller");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                running.add(threads.submit(() -> {
                    start.await();
                    work.run(thread);
                    return null;
                }));
            }
            for (Future<?> future : running) {
                future.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @FunctionalInterface
    private interface ThreadWork {
        void run(int thread) throws Exception;
    }

    /** Returns one to five different indexes in random order. */
    private static int[] some(SplittableRandom random, int bound) {
        Set<Integer> some = new HashSet<>();
        int size = 1 + random.nextInt(5);
        return IntStream.generate(() -> random.nextInt(bound))
                .filter(some::add)
                .limit(size)
                .toArray();
    }

    private static LimitDemand[] pick(LimitDemand[] all, int[] some) {
        return Arrays.stream(some).mapToObj(i -> all[i]).toArray(LimitDemand[]::new);
    }

    private long[] remaining(LimitDemand[] demands) {
        return Arrays.stream(demands)
                .mapToLong(demand -> peek(1, demand).remaining())
                .toArray();
    }
}
