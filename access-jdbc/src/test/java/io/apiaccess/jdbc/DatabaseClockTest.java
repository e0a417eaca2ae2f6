package io.apiaccess.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.ManualTime;
import io.apiaccess.Rule;
import io.apiaccess.decision.LimitState;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore;
import io.apiaccess.spi.LimitStore.Reading;
import io.apiaccess.spi.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The rows of counters by the database's own clock, and what becomes of rows that hold nothing. */
@ParameterizedClass
@EnumSource(Engine.class)
class DatabaseClockTest {
    private static final PolicyId GOLD = new PolicyId("gold");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int THREADS = 8;

    private final TestDatabase database;
    private final TestPool pool;
    private final Connections connections;
    private final ManualTime time = new ManualTime();

    DatabaseClockTest(Engine engine) {
        database = Databases.withTables(engine);
        pool = database.pool(THREADS);
        connections = new Connections(pool, PATIENCE);
    }

    @AfterEach
    void drop() {
        connections.close();
        pool.close();
        database.close();
    }

    @Test
    @Rule({"L1", "L3", "L5"})
    void isStrictByTheClockOfTheDatabaseWhateverNodesThinkOfTheTime() throws Exception {
        LimitDemand narrow = demand(RateLimit.of(40).per(Duration.ofMillis(300)).named("narrow"));
        LimitDemand wide = demand(RateLimit.of(100).per(Duration.ofMillis(900)).named("wide"));
        Queue<long[]> taken = new ConcurrentLinkedQueue<>();
        try (LimitStore store = open();
                LimitStore other = open()) {
            inThreads(thread -> {
                Reading wrong = new Reading(thread * 1_000_000_000L, Instant.EPOCH.plusSeconds(3_600L * thread));
                for (int call = 0; call < 150; call++) {
                    List<LimitDemand> both = thread % 2 == 0 ? List.of(narrow, wide) : List.of(wide, narrow);
                    List<LimitState> states = (call % 2 == 0 ? store : other).take(both, 1, wrong);
                    if (states.stream().noneMatch(LimitState::refuses)) {
                        taken.add(new long[] {
                            states.get(thread % 2).time(),
                            states.get(1 - thread % 2).time()
                        });
                    }
                }
            });
        }
        assertEquals(40, fullest(taken, 0, Duration.ofMillis(300)));
        assertTrue(fullest(taken, 1, Duration.ofMillis(900)) <= 100);
    }

    @Test
    @Rule("L5")
    void aQuotaCountsInThePeriodsOfTheDatabasesClock() {
        try (LimitStore store = open()) {
            Instant before = Instant.now();
            LimitState state = store.take(List.of(demand(Quota.of(10).perYear())), 3, new Reading(0, Instant.EPOCH))
                    .get(0);
            assertEquals(7, state.remaining());
            Instant end = state.resetAt().orElseThrow();
            assertTrue(end.isAfter(before) && end.isBefore(before.plus(Duration.ofDays(367))), end::toString);
            assertTrue(Math.abs(Duration.between(before, Instant.EPOCH.plusNanos(state.time()))
                            .toSeconds())
                    < 300);
        }
    }

    @Test
    @Rule("S9")
    void aDamagedRowFailsAloudAndAlone() {
        LimitDemand damaged = demand(RateLimit.of(10).per(MINUTE));
        LimitDemand whole = demand(Quota.of(10).perDay());
        try (LimitStore store = open()) {
            take(store, damaged, whole);
            database.execute("UPDATE access_counter SET held = "
                    + (database.engine() == Engine.POSTGRESQL ? "'\\x0102'" : "x'0102'") + " WHERE kind = 'RATE'");
            StoreException failure = assertThrows(StoreException.class, () -> take(store, damaged, whole));
            assertTrue(failure.toString().contains("`0102`"), failure::toString);
            assertEquals(8, take(store, whole).get(0).remaining());
            store.reset(damaged);
            assertEquals(9, take(store, damaged).get(0).remaining());
        }
    }

    @Test
    void rowsThatHoldNothingAreDeletedAndOthersStay() {
        CounterTable table = table();
        for (int i = 0; i < 25; i++) {
            table.take(wish(RateLimit.of(5).per(MINUTE), "brief " + i), 1);
            table.take(wish(RateLimit.of(5).per(Duration.ofDays(1)), "long " + i), 1);
        }
        time.pass(MINUTE.multipliedBy(3));
        assertEquals(0, sweep(table, Duration.ofHours(1)));
        assertEquals(25, sweep(table, MINUTE));
        assertEquals(0, sweep(table, MINUTE));
        assertEquals(
                4,
                table.peek(wish(RateLimit.of(5).per(Duration.ofDays(1)), "long 7"), 1)
                        .get(0)
                        .remaining());
    }

    @ParameterizedTest
    @EnumSource
    @Rule({"L7", "trap 22"})
    void aClockThatFallsBackRevivesNoRowThatWasDeleted(Limit.Kind kind) {
        CounterTable table = table();
        Limit limit = switch (kind) {
            case RATE -> RateLimit.of(2).per(MINUTE);
            case BUCKET -> RateLimit.bucket(2).refill(2, MINUTE);
            case QUOTA -> Quota.of(2).per(MINUTE);
        };
        Taken spent = table.take(wish(limit, "mobile"), 2).get(0);
        time.pass(MINUTE.multipliedBy(10));
        assertEquals(1, sweep(table, MINUTE));
        time.pass(MINUTE.multipliedBy(-10));
        Taken again = table.take(wish(limit, "mobile"), 2).get(0);
        assertTrue(again.fits());
        assertTrue(again.time() - spent.time() >= MINUTE.toNanos(), again::toString);
        assertTrue(!table.take(wish(limit, "mobile"), 1).get(0).fits());
        time.pass(MINUTE);
        assertTrue(!table.take(wish(limit, "mobile"), 1).get(0).fits());
    }

    @Test
    void aRowThatWasTakenFromSinceItWasSeenIsNotDeleted() throws Exception {
        CounterTable table = table();
        Limit limit = RateLimit.of(1_000_000).per(Duration.ofNanos(1));
        inThreads(thread -> {
            for (int round = 0; round < 100; round++) {
                time.pass(Duration.ofNanos(5));
                if (thread == 0) {
                    sweep(table, Duration.ZERO);
                } else {
                    assertTrue(table.take(wish(limit, "mobile"), 1).get(0).fits());
                }
            }
        });
    }

    private LimitStore open() {
        return JdbcLimitStore.builder(pool).timeout(PATIENCE).build();
    }

    private CounterTable table() {
        return new CounterTable(
                connections, database.engine().dialect(), now -> new Reading(time.getAsLong(), time.instant()));
    }

    private static int sweep(CounterTable table, Duration margin) {
        int deleted = 0;
        CounterId behind = null;
        while (true) {
            CounterTable.Sweep swept = table.sweep(behind, 10, margin.toNanos());
            deleted += swept.deleted();
            behind = swept.last();
            if (behind == null) {
                return deleted;
            }
        }
    }

    private static List<Wish> wish(Limit limit, String subject) {
        return List.of(Wish.exact(new LimitDemand(GOLD, limit, subject)));
    }

    private static List<LimitState> take(LimitStore store, LimitDemand... demands) {
        return store.take(List.of(demands), 1, new Reading(0, Instant.EPOCH));
    }

    private static LimitDemand demand(Limit limit) {
        return new LimitDemand(GOLD, limit, "mobile");
    }

    private static long fullest(Queue<long[]> taken, int which, Duration period) {
        long[] times = taken.stream().mapToLong(each -> each[which]).sorted().toArray();
        long most = 0;
        int from = 0;
        for (int last = 0; last < times.length; last++) {
            while (times[last] - times[from] >= period.toNanos()) {
                from++;
            }
            most = Math.max(most, last - from + 1);
        }
        return most;
    }

    private static void inThreads(Work work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                running.add(threads.submit(() -> {
                    work.run(thread);
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get(120, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @FunctionalInterface
    private interface Work {
        void run(int thread) throws Exception;
    }
}
