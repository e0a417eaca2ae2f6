package io.apiaccess.bench;

import io.apiaccess.bench.World.Change;
import io.apiaccess.bench.World.Times;
import io.apiaccess.jdbc.JdbcAccessStore;
import io.apiaccess.spi.AccessStore;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How long does a node take to load everything from a database, beside a plain streaming read of the same rows in turns (P17),
 * and how much heap does that leave? Then, how long does one change take once its rows are read until the next decision sees
 * it (P12)?
 *
 * <p>{@code java -cp access-bench/target/benchmarks.jar io.apiaccess.bench.JdbcLoad [h2|postgresql|mariadb] [profiles]
 * [rounds] [changes]}
 */
public final class JdbcLoad {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private JdbcLoad() {}

    /** Measures, and prints two tables. */
    public static void main(String[] arguments) throws IOException, SQLException {
        String engine = arguments.length > 0 ? arguments[0] : "postgresql";
        int profiles = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1_000_000;
        int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3;
        int changes = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 9;
        try (Database database = Database.start(engine)) {
            String[] keys;
            try (AccessStore store = store(database)) {
                long begin = System.nanoTime();
                keys = Rows.insert(database, store, profiles);
                System.err.println("inserted in " + (System.nanoTime() - begin) / 1_000_000_000 + " s");
            }
            loads(engine, database, keys, rounds);
            try (World world = new World(store(database), keys)) {
                changes(
                        engine,
                        profiles,
                        ChangeSeen.measure(List.of(world), changes).get(0));
            }
        }
    }

    /** Loads and reads in turns, once before it counts. */
    private static void loads(String engine, Database database, String[] keys, int rounds) throws SQLException {
        double[] read = new double[rounds];
        double[] loaded = new double[rounds];
        double[] heap = new double[rounds];
        long rows = 0;
        for (int round = -1; round < rounds; round++) {
            long before = Heap.used();
            long begin = System.nanoTime();
            rows = Rows.read(database).rows();
            long between = System.nanoTime();
            try (World world = new World(store(database), keys)) {
                long end = System.nanoTime();
                long after = Heap.used();
                requireWhole(world, keys);
                if (round >= 0) {
                    read[round] = (between - begin) / 1e9;
                    loaded[round] = (end - between) / 1e9;
                    heap[round] = (double) (after - before) / keys.length;
                }
            }
        }
        Spread plain = new Spread(read);
        Spread load = new Spread(loaded);
        System.out.println(String.format(
                Locale.ROOT,
                "| %s, s for %d profiles, %d rows | median | least | most | ÷ plain |%n| --- | --- | --- | --- | --- |",
                engine,
                keys.length,
                rows));
        System.out.println("| plain streaming read | " + plain.cells() + " | " + plain.over(plain) + " |");
        System.out.println("| start of a node | " + load.cells() + " | " + load.over(plain) + " |");
        System.out.println("| heap of the node, B per profile | " + new Spread(heap).cells() + " | |");
    }

    private static void requireWhole(World world, String[] keys) {
        int last = keys.length - 1;
        if (world.access().health().unreadable() > 0
                || !world.access()
                        .decider()
                        .decide(Load.passing(last, keys[last]))
                        .isAllowed()) {
            throw new IllegalStateException("what was loaded is not what was written");
        }
    }

    private static void changes(String engine, int profiles, Map<Change, Times[]> times) {
        System.out.println("| " + engine + ", ms until it is seen, " + profiles
                + " profiles | median | least | most | of it after the rows are read | least | most |\n"
                + "| --- | --- | --- | --- | --- | --- | --- |");
        for (Change change : Change.values()) {
            Times[] all = ChangeSeen.of(change, times);
            System.out.println(
                    "| " + change.words + " | " + ChangeSeen.whole(all).cells() + " | "
                            + ChangeSeen.sinceAnswer(all).cells() + " |");
        }
    }

    /** Opens a store that hears of nothing in between, so that it is known when it has read a change. */
    private static AccessStore store(Database database) {
        return JdbcAccessStore.builder(database.source())
                .timeout(PATIENCE)
                .pollInterval(PATIENCE)
                .build();
    }
}
