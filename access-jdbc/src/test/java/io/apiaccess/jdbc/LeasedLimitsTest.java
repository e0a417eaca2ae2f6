package io.apiaccess.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.ManualTime;
import io.apiaccess.Rule;
import io.apiaccess.Seed;
import io.apiaccess.decision.LimitState;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore.Reading;
import io.apiaccess.spi.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Units taken ahead: nodes decide by themselves, and all of them together never admit more than the limit. */
@ParameterizedClass
@EnumSource(Engine.class)
@Rule("S5")
class LeasedLimitsTest {
    private static final PolicyId GOLD = new PolicyId("gold");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Map<Engine, SharedLimits> LIMITS = new EnumMap<>(Engine.class);

    private final ManualTime time = new ManualTime();
    private final SharedLimits limits;
    private final int steps;

    LeasedLimitsTest(Engine engine) {
        limits = LIMITS.computeIfAbsent(engine, of -> new SharedLimits(of, 8));
        limits.clear();
        steps = Integer.getInteger("limits.steps", engine == Engine.H2 ? 20_000 : 4_000);
    }

    @AfterAll
    static void drop() {
        LIMITS.values().forEach(SharedLimits::close);
        LIMITS.clear();
    }

    @Test
    @Rule({"S5", "L1", "L8"})
    void nodesTogetherNeverAdmitMoreThanTheLimitInAnyInterval() {
        long seed = Seed.of(getClass());
        SplittableRandom random = new SplittableRandom(seed);
        LimitDemand rate = demand(RateLimit.of(1_000).per(Duration.ofSeconds(20)));
        LimitDemand quota = demand(Quota.of(5_000).perHour());
        LimitDemand small = demand(RateLimit.of(90).per(Duration.ofSeconds(2)).named("small"));
        List<Node> nodes = new ArrayList<>(List.of(node(0, random), node(1, random), node(2, random)));
        Log log = new Log();
        int outages = 0;
        for (int step = 0; step < steps; step++) {
            if (random.nextInt(20) == 0) {
                // most of a lease, or several
                time.pass(Duration.ofNanos(random.nextLong(random.nextInt(50) == 0 ? 8_000_000_000L : 700_000_000L)));
            }
            int index = random.nextInt(nodes.size());
            Node node = nodes.get(index);
            switch (random.nextInt(1_000)) {
                case 0 -> nodes.set(index, node(index, random));
                case 1 -> {
                    node.store.close();
                    nodes.set(index, node(index, random));
                }
                case 2 -> limits.fail(random.nextBoolean() ? SharedLimits.Failure.AWAY : SharedLimits.Failure.SILENT);
                case 3, 4, 5, 6, 7, 8, 9 -> limits.fail(SharedLimits.Failure.NONE);
                default -> {
                    long cost = random.nextInt(10) == 0 ? 1 + random.nextInt(5) : 1;
                    List<LimitDemand> wanted = random.nextInt(4) > 0
                            ? List.of(rate)
                            : random.nextInt(10) == 0 ? List.of(rate, small, quota) : List.of(quota, rate);
                    try {
                        if (node.takes(wanted, cost)) {
                            log.add(time, wanted, cost);
                        }
                    } catch (StoreException e) {
                        outages++;
                    }
                }
            }
        }
        limits.fail(SharedLimits.Failure.NONE);
        assertTrue(log.fullest(rate) <= 1_000, () -> log.fullest(rate) + ", seed " + seed);
        assertTrue(log.fullest(small) <= 90, () -> log.fullest(small) + ", seed " + seed);
        assertTrue(log.fullest(quota) <= 5_000, () -> log.fullest(quota) + ", seed " + seed);
        assertTrue(log.fullest(rate) > 700, () -> "the limit was not tried: " + log.fullest(rate) + ", seed " + seed);
        assertTrue(outages > 0, () -> "the database was never away, seed " + seed);
        assertTrue(nodes.stream().mapToLong(node -> node.alone).sum() > 0);
    }

    @Test
    void mostDecisionsAskNobody() {
        Node node = node(0, new SplittableRandom(1));
        LimitDemand rate = demand(RateLimit.of(60_000).per(MINUTE));
        for (int call = 0; call < 10_000; call++) {
            time.pass(Duration.ofMillis(1));
            assertTrue(node.takes(List.of(rate), 1));
        }
        assertTrue(node.alone > 9_000, "only " + node.alone);
        assertEquals(50_000, node.store.peek(List.of(rate), 1, now()).get(0).remaining());
    }

    @Test
    void aDecisionOfPotsAloneTakesAllOrNothing() {
        Node node = node(0, new SplittableRandom(1));
        LimitDemand wide = demand(RateLimit.of(100_000).per(MINUTE));
        LimitDemand narrow = demand(Quota.of(600).perDay());
        int admitted = 0;
        for (int call = 0; call < 2_000; call++) {
            time.pass(Duration.ofMillis(1));
            admitted += node.takes(List.of(wide, narrow), 1) ? 1 : 0;
        }
        assertEquals(600, admitted);
        assertEquals(99_400, node.store.peek(List.of(wide), 1, now()).get(0).remaining());
        assertTrue(node.refusedAlone > 1_000, "only " + node.refusedAlone);
    }

    @Test
    @Rule("D10")
    void aLimitInShadowRefusesNothingAlsoOutOfPots() {
        Node node = node(0, new SplittableRandom(1));
        LimitDemand enforced = demand(RateLimit.of(100_000).per(MINUTE));
        LimitDemand shadow = demand(Quota.of(600).perDay().shadow());
        for (int call = 0; call < 1_000; call++) {
            time.pass(Duration.ofMillis(1));
            assertTrue(node.takes(List.of(shadow, enforced), 1));
        }
        LimitState state = node.store.peek(List.of(shadow), 1, now()).get(0);
        assertTrue(state.wouldRefuse());
        assertEquals(0, state.remaining());
        assertEquals(99_000, node.store.peek(List.of(enforced), 1, now()).get(0).remaining());
    }

    @Test
    void smallLimitsAndShortOnesAndBucketsAreExact() {
        Node node = node(0, new SplittableRandom(1));
        List<Limit> exact = List.of(
                RateLimit.of(499).per(MINUTE),
                RateLimit.of(10_000).per(Duration.ofSeconds(9)),
                RateLimit.bucket(10_000).refill(10_000, MINUTE).named("bucket"),
                Quota.of(499).perDay());
        for (Limit limit : exact) {
            for (int call = 0; call < 50; call++) {
                assertTrue(node.takes(List.of(demand(limit)), 1), limit::toString);
            }
        }
        assertEquals(0, node.alone);
    }

    @Test
    void aClosedNodeReturnsWhatItHasNotGivenOut() {
        LimitDemand rate = demand(RateLimit.of(10_000).per(MINUTE));
        LimitDemand quota = demand(Quota.of(10_000).perDay());
        Node node = node(0, new SplittableRandom(1));
        for (int call = 0; call < 100; call++) {
            time.pass(Duration.ofMillis(1));
            assertTrue(node.takes(List.of(rate, quota), 1));
        }
        Node other = node(1, new SplittableRandom(2));
        assertTrue(other.remaining(rate) < 9_900);
        node.store.close();
        assertEquals(9_900, other.remaining(rate));
        assertEquals(9_900, other.remaining(quota));
    }

    @Test
    void whatWasNotGivenOutInTimeGoesBackWithTheNextRequest() {
        LimitDemand rate = demand(RateLimit.of(10_000).per(Duration.ofHours(1)));
        Node node = node(0, new SplittableRandom(1));
        for (int call = 0; call < 100; call++) {
            time.pass(Duration.ofMillis(1));
            assertTrue(node.takes(List.of(rate), 1));
        }
        time.pass(MINUTE);
        assertTrue(node.takes(List.of(rate), 1));
        assertEquals(9_899, node(1, new SplittableRandom(2)).remaining(rate));
    }

    @Test
    void whatWasReturnedAfterAResetFreesNothingOfOthers() {
        LimitDemand rate = demand(RateLimit.of(10_000).per(Duration.ofHours(1)));
        Node node = node(0, new SplittableRandom(1));
        for (int call = 0; call < 100; call++) {
            time.pass(Duration.ofMillis(1));
            assertTrue(node.takes(List.of(rate), 1));
        }
        Node other = node(1, new SplittableRandom(2));
        other.store.reset(rate);
        assertTrue(other.takes(List.of(rate), 5_000));
        node.store.close();
        assertEquals(5_000, other.remaining(rate));
    }

    @Test
    @Rule("L8")
    void unitsAtHandOutliveTheDatabaseForAWhile() {
        LimitDemand rate = demand(RateLimit.of(60_000).per(MINUTE));
        Node node = node(0, new SplittableRandom(1));
        while (node.alone < 50) {
            time.pass(Duration.ofMillis(1));
            assertTrue(node.takes(List.of(rate), 1));
        }
        limits.fail(SharedLimits.Failure.AWAY);
        assertTrue(node.store.takeAtOnce(List.of(rate), 1, now()).isPresent());
        time.pass(MINUTE);
        assertEquals(Optional.empty(), node.store.takeAtOnce(List.of(rate), 1, now()));
        limits.fail(SharedLimits.Failure.NONE);
        assertTrue(node.takes(List.of(rate), 1));
    }

    @Test
    @Rule("L6")
    void aLimitThatHasChangedIsNotGivenOutOfWhatWasTakenForTheOld() {
        Node node = node(0, new SplittableRandom(1));
        LimitDemand old = demand(RateLimit.of(60_000).per(MINUTE));
        while (node.alone < 50) {
            time.pass(Duration.ofMillis(1));
            assertTrue(node.takes(List.of(old), 1));
        }
        LimitDemand lowered = demand(RateLimit.of(0).per(MINUTE));
        LimitDemand less = demand(RateLimit.of(500).per(MINUTE));
        assertFalse(node.takes(List.of(lowered), 1));
        long spent = 60_000 - node.remaining(old);
        long admitted = 0;
        for (int call = 0; call < 600; call++) {
            admitted += node.takes(List.of(less), 1) ? 1 : 0;
        }
        assertTrue(admitted <= Math.max(0, 500 - spent), admitted + " after " + spent);
    }

    private LimitDemand demand(Limit limit) {
        return new LimitDemand(GOLD, limit.scope(LimitScope.GLOBAL), "");
    }

    private Reading now() {
        return new Reading(time.getAsLong(), time.instant());
    }

    private Node node(int index, SplittableRandom random) {
        return new Node(index, random);
    }

    /** A process with clocks of its own: the monotonic one begins anywhere, the wall clock is up to an hour wrong. */
    private final class Node {
        final JdbcLimitStore store;
        private final Duration wrong;
        private long alone;
        private long refusedAlone;

        Node(int index, SplittableRandom random) {
            long offset = random.nextLong();
            long fast = random.nextLong(-200, 201);
            store = limits.leased(time, () -> offset + time.getAsLong() + time.getAsLong() / 1_000_000 * fast);
            wrong = Duration.ofHours(index - 1);
        }

        boolean takes(List<LimitDemand> demands, long cost) {
            Reading mine = new Reading(time.getAsLong(), time.instant().plus(wrong));
            Optional<List<LimitState>> states = store.takeAtOnce(demands, cost, mine);
            boolean passes = states.orElseGet(() -> store.take(demands, cost, mine)).stream()
                    .noneMatch(LimitState::refuses);
            if (states.isPresent()) {
                alone += passes ? 1 : 0;
                refusedAlone += passes ? 0 : 1;
            }
            return passes;
        }

        long remaining(LimitDemand demand) {
            return store.peek(List.of(demand), 1, now()).get(0).remaining();
        }
    }

    /** All that was admitted, exactly. */
    private static final class Log {
        private record Admitted(long nanos, Instant instant, List<LimitDemand> demands, long cost) {}

        private final List<Admitted> all = new ArrayList<>();

        void add(ManualTime time, List<LimitDemand> demands, long cost) {
            all.add(new Admitted(time.getAsLong(), time.instant(), demands, cost));
        }

        /** Returns the most units in any interval of a rate, or in any period of a quota. */
        long fullest(LimitDemand demand) {
            List<Admitted> own =
                    all.stream().filter(each -> each.demands.contains(demand)).toList();
            long most = 0;
            long sum = 0;
            int from = 0;
            for (Admitted last : own) {
                while (!inOne(demand.limit(), own.get(from), last)) {
                    sum -= own.get(from++).cost;
                }
                sum += last.cost;
                most = Math.max(most, sum);
            }
            return most;
        }

        private static boolean inOne(Limit limit, Admitted earlier, Admitted later) {
            return limit instanceof RateLimit rate
                    ? later.nanos - earlier.nanos < rate.period().toNanos()
                    : !earlier.instant.isBefore(
                            ((Quota) limit).period().at(later.instant).start());
        }
    }
}
