package io.apiaccess.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.apiaccess.spi.StoreException;
import io.apiaccess.spi.UsageBatch;
import io.apiaccess.spi.UsageCount;
import io.apiaccess.spi.UsageQuery;
import io.apiaccess.spi.UsageRetention;
import io.apiaccess.spi.UsageStore;
import io.apiaccess.spi.UsageStoreContract;
import io.apiaccess.spi.UsageSum;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The store of usage keeps the contract on every engine. */
@ParameterizedClass
@EnumSource
class JdbcUsageStoreTest extends UsageStoreContract {
    private final Engine engine;
    private final List<AutoCloseable> opened = new ArrayList<>();

    JdbcUsageStoreTest(Engine engine) {
        this.engine = engine;
    }

    @Override
    protected UsageStore create() {
        return open(pool());
    }

    private static JdbcUsageStore open(TestPool pool) {
        return JdbcUsageStore.builder(pool).timeout(Duration.ofSeconds(20)).build();
    }

    private TestPool pool() {
        TestDatabase database = Databases.withTables(engine);
        TestPool pool = database.pool(8);
        opened.add(pool);
        opened.add(database);
        return pool;
    }

    @AfterEach
    void dropAll() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    @Test
    void aStoreThatIsOpenedAgainHasWhatTheOneBeforeWasGiven() {
        TestPool pool = pool();
        UsageBatch batch = new UsageBatch("node", 1, List.of(count(T, key("mobile", "GET /a", null), 3)));
        try (UsageStore before = open(pool)) {
            before.add(batch);
        }
        try (UsageStore after = open(pool)) {
            after.add(batch);
            assertEquals(3, allowed(after));
            assertEquals(1, after.lastUsesSince(T).size());
        }
    }

    @Test
    void losesNothingWhileNodesAddAndRollUpAtOnce() throws InterruptedException, ExecutionException {
        TestPool pool = pool();
        UsageRetention retention = UsageRetention.STANDARD;
        ExecutorService threads = Executors.newFixedThreadPool(5);
        List<Future<?>> nodes = new ArrayList<>();
        try (UsageStore store = open(pool)) {
            for (int node = 0; node < 4; node++) {
                String name = "node" + node;
                nodes.add(threads.submit(() -> addTwentyBatches(store, name)));
            }
            nodes.add(threads.submit(() -> {
                for (int i = 0; i < 10; i++) {
                    untilItGoes(() -> store.rollUp(retention, T.plus(Duration.ofDays(30))));
                }
            }));
            for (Future<?> node : nodes) {
                node.get();
            }
            assertEquals(4 * 20 * 30, allowed(store));
            store.rollUp(retention, T.plus(Duration.ofDays(30)));
            assertEquals(4 * 20 * 30, allowed(store));
        } finally {
            threads.shutdown();
        }
    }

    private static void addTwentyBatches(UsageStore store, String node) {
        for (int number = 1; number <= 20; number++) {
            List<UsageCount> counts = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                counts.add(count(T.plusSeconds(60L * (i % 7)), key("p" + i, "GET /" + i % 3, null), 1));
            }
            UsageBatch batch = new UsageBatch(node, number, counts);
            untilItGoes(() -> store.add(batch));
        }
    }

    /** A batch whose transaction was in another's way is tried again, as the writer does. */
    private static void untilItGoes(Runnable work) {
        for (int attempt = 1; ; attempt++) {
            try {
                work.run();
                return;
            } catch (StoreException e) {
                if (attempt == 50) {
                    throw e;
                }
            }
        }
    }

    private static long allowed(UsageStore store) {
        return store
                .sums(new UsageQuery(
                        T.minus(Duration.ofDays(40)), T.plus(Duration.ofDays(1)), 0, Set.of(), UsageQuery.Filter.ALL))
                .stream()
                .mapToLong(UsageSum::allowed)
                .sum();
    }
}
