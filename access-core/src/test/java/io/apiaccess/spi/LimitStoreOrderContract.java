package io.apiaccess.spi;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.apiaccess.Rule;
import io.apiaccess.Seed;
import io.apiaccess.decision.LimitState;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The step of every store is atomic: whatever threads see when they take at once, they could have seen one after another.
 *
 * <p>In each round three threads, released together, take from overlapping limits. The round passes if an order of their
 * calls, each thread's own kept, gives the same admissions and the same units left.
 */
@Rule({"S1", "L3"})
public abstract class LimitStoreOrderContract extends LimitStoreFixture {
    private static final int THREADS = 3;
    private static final int CALLS = 2;
    private static final int LIMITS = 3;
    private static final int MANY = 100_000;
    private static final int ALL = (1 << LIMITS) - 1;

    private final ExecutorService pool = Executors.newFixedThreadPool(THREADS);

    @AfterEach
    void endThreads() {
        pool.shutdownNow();
    }

    /** Returns how often the threads take at once. */
    protected int rounds() {
        return Integer.getInteger("limits.rounds", 2_000);
    }

    @Test
    void allCallsCouldHaveComeOneAfterAnother() throws Exception {
        long seed = Seed.of(getClass());
        SplittableRandom random = new SplittableRandom(seed);
        int contended = 0;
        for (int round = 0; round < rounds(); round++) {
            Round it = new Round(random, round);
            it.run();
            assertTrue(it.isSequential(), () -> "seed " + seed + ": " + it);
            contended += it.outcomes().size() > 1 ? 1 : 0;
        }
        int rounds = rounds();
        assertTrue(contended > rounds / 4, contended + " of " + rounds + " rounds could have come out in two ways");
    }

    @Test
    void aStoreThatLooksFirstAndThenTakesIsFoundOut() throws Exception {
        store = new LooksFirst(store);
        SplittableRandom random = new SplittableRandom(Seed.of(getClass()));
        for (int round = 0; round < MANY; round++) {
            Round it = new Round(random, round);
            it.run();
            if (!it.isSequential()) {
                return;
            }
        }
        fail("not in " + MANY + " rounds");
    }

    /** A store whose step is not atomic: what others take between its look and its taking is not seen. */
    private record LooksFirst(LimitStore store) implements LimitStore {
        @Override
        public List<LimitState> take(List<LimitDemand> demands, long cost, Reading now) {
            List<LimitState> seen = store.peek(demands, cost, now);
            LockSupport.parkNanos(1);
            if (seen.stream().anyMatch(LimitState::refuses)) {
                return seen;
            }
            return demands.stream()
                    .map(demand -> store.take(List.of(demand), cost, now).get(0))
                    .toList();
        }

        @Override
        public List<LimitState> peek(List<LimitDemand> demands, long cost, Reading now) {
            return store.peek(demands, cost, now);
        }

        @Override
        public void reset(LimitDemand demand) {
            store.reset(demand);
        }
    }

    /** What one call takes: some limits, by index, and how many units of each. */
    private record Call(int thread, List<Integer> limits, long cost) {}

    /** What came of it. */
    private record Outcome(List<List<Boolean>> admitted, List<Long> left) {}

    /** One time that all threads take at once. */
    private final class Round {
        private final List<LimitDemand> demands = new ArrayList<>();
        private final long[] max = new long[LIMITS];
        private final List<List<Call>> calls = new ArrayList<>();
        private final List<List<Boolean>> admitted = new ArrayList<>();

        Round(SplittableRandom random, int number) {
            for (int i = 0; i < LIMITS; i++) {
                max[i] = random.nextInt(1, 5);
                String name = "limit " + i + " of round " + number;
                demands.add(new LimitDemand(
                        GOLD,
                        random.nextBoolean()
                                ? RateLimit.of(max[i]).per(MINUTE).named(name)
                                : Quota.of(max[i]).perDay().named(name),
                        "subject " + random.nextInt(2)));
            }
            for (int thread = 0; thread < THREADS; thread++) {
                List<Call> own = new ArrayList<>();
                for (int i = 0; i < CALLS; i++) {
                    int mask = random.nextInt(1, ALL + 1);
                    List<Integer> some = new ArrayList<>(IntStream.range(0, LIMITS)
                            .filter(limit -> (mask >> limit & 1) == 1)
                            .boxed()
                            .toList());
                    if (random.nextBoolean()) {
                        Collections.reverse(some);
                    }
                    own.add(new Call(thread, some, random.nextInt(1, 3)));
                }
                calls.add(own);
                admitted.add(new ArrayList<>());
            }
        }

        void run() throws Exception {
            CyclicBarrier start = new CyclicBarrier(THREADS);
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                running.add(pool.submit(() -> {
                    start.await();
                    for (Call call : calls.get(thread)) {
                        LimitDemand[] some =
                                call.limits.stream().map(demands::get).toArray(LimitDemand[]::new);
                        admitted.get(thread).add(takes(call.cost, some));
                    }
                    return null;
                }));
            }
            for (Future<?> call : running) {
                call.get(60, TimeUnit.SECONDS);
            }
        }

        boolean isSequential() {
            return outcomes().contains(new Outcome(admitted, left()));
        }

        private List<Long> left() {
            return store.peek(demands, 0, now()).stream()
                    .map(LimitState::remaining)
                    .toList();
        }

        Set<Outcome> outcomes() {
            Set<Outcome> outcomes = new HashSet<>();
            follow(new int[THREADS], max.clone(), List.of(List.of(), List.of(), List.of()), outcomes);
            return outcomes;
        }

        /** Tries every order in which the calls that are left may come. */
        private void follow(int[] done, long[] left, List<List<Boolean>> so, Set<Outcome> outcomes) {
            boolean ended = true;
            for (int thread = 0; thread < THREADS; thread++) {
                if (done[thread] < CALLS) {
                    ended = false;
                    Call next = calls.get(thread).get(done[thread]);
                    boolean fits = next.limits.stream().allMatch(limit -> next.cost <= left[limit]);
                    long[] after = left.clone();
                    next.limits.forEach(limit -> after[limit] -= fits ? next.cost : 0);
                    int[] further = done.clone();
                    further[thread]++;
                    List<List<Boolean>> seen = new ArrayList<>(so);
                    List<Boolean> own = new ArrayList<>(seen.get(thread));
                    own.add(fits);
                    seen.set(thread, own);
                    follow(further, after, seen, outcomes);
                }
            }
            if (ended) {
                outcomes.add(new Outcome(so, Arrays.stream(left).boxed().toList()));
            }
        }

        @Override
        public String toString() {
            return calls + " of " + Arrays.toString(max) + " gave " + admitted + " and left " + left();
        }
    }
}
