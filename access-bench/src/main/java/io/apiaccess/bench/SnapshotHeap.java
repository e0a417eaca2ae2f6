package io.apiaccess.bench;

import io.apiaccess.client.AccessProfile;
import io.apiaccess.entity.Entity;
import io.apiaccess.snapshot.Snapshot;
import io.apiaccess.spi.ChangeSet;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * How much heap does the compiled snapshot take per profile with one key, four ranges, three grants and a shared policy (P11)?
 *
 * <p>{@code java -cp access-bench/target/benchmarks.jar io.apiaccess.bench.SnapshotHeap [profiles] [rounds]}
 */
public final class SnapshotHeap {
    private static final int WARM_UP = 1_000;
    private static final Kept KEPT = new Kept();

    private SnapshotHeap() {}

    /** Measures, and prints a table. */
    public static void main(String[] arguments) {
        int profiles = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        Sizes[] rounds = new Sizes[arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3];
        measure(WARM_UP);
        for (int round = 0; round < rounds.length; round++) {
            rounds[round] = measure(profiles);
        }
        Spread whole = perProfile(rounds, profiles, sizes -> sizes.whole);
        System.out.println("| heap, B per profile, " + profiles
                + " profiles | median | least | most | ÷ whole |\n| --- | --- | --- | --- | --- |");
        print("the snapshot", whole, whole);
        print("of it entities", perProfile(rounds, profiles, sizes -> sizes.whole - sizes.indexes), whole);
        print("of it indexes", perProfile(rounds, profiles, sizes -> sizes.indexes), whole);
        print("beside it, once all have called", perProfile(rounds, profiles, sizes -> sizes.ways), whole);
    }

    private static Spread perProfile(Sizes[] rounds, int profiles, ToLongFunction<Sizes> size) {
        return new Spread(Arrays.stream(rounds)
                .mapToDouble(sizes -> (double) size.applyAsLong(sizes) / profiles)
                .toArray());
    }

    private static void print(String what, Spread spread, Spread whole) {
        System.out.println("| " + what + " | " + spread.cells() + " | " + spread.over(whole) + " |");
    }

    /** Bytes of heap: the snapshot with the entities in it, what the snapshot adds to them, what calls add to the snapshot. */
    private record Sizes(long whole, long indexes, long ways) {}

    /** What collections must leave. */
    private static final class Kept {
        private List<Entity<?>> entities = List.of();
        private Snapshot snapshot = Snapshot.EMPTY;
    }

    private static Sizes measure(int profiles) {
        KEPT.snapshot = Snapshot.EMPTY;
        long before = Heap.used();
        KEPT.entities = new Load(profiles).store().changesSince(0).put();
        long listed = Heap.used();
        KEPT.snapshot = Snapshot.EMPTY.apply(new ChangeSet(1, true, KEPT.entities, Set.of()));
        long compiled = Heap.used();
        for (Entity<?> entity : KEPT.entities) {
            if (entity instanceof AccessProfile profile) {
                KEPT.snapshot.ways(profile.id());
            }
        }
        long called = Heap.used();
        KEPT.entities = List.of();
        long ways = called - compiled;
        return new Sizes(Heap.used() - ways - before, compiled - listed, ways);
    }
}
