package io.apiaccess.bench;

import io.apiaccess.AccessControl;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.memory.MemoryAccessStore;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.snapshot.Snapshot;
import io.apiaccess.spi.AccessStore;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
        print("the snapshot, all that it holds", whole, whole);
        print(
                "of it entities, which a store in memory holds anyway",
                perProfile(rounds, profiles, Sizes::entities),
                whole);
        print("of those the texts of names", perProfile(rounds, profiles, sizes -> sizes.names), whole);
        print("what the snapshot adds to them", perProfile(rounds, profiles, sizes -> sizes.added), whole);
        Spread called = new Spread((double) called(profiles) / profiles);
        print("beside it, once all have called, counters included", called, whole);
        print("beside it, tables of the store in memory", perProfile(rounds, profiles, Sizes::tables), whole);
    }

    private static Spread perProfile(Sizes[] rounds, int profiles, ToLongFunction<Sizes> size) {
        return new Spread(Arrays.stream(rounds)
                .mapToDouble(sizes -> (double) size.applyAsLong(sizes) / profiles)
                .toArray());
    }

    private static void print(String what, Spread spread, Spread whole) {
        System.out.println("| " + what + " | " + spread.wholeCells() + " | " + spread.over(whole) + " |");
    }

    /**
     * Bytes of heap.
     *
     * @param store the store in memory with the entities
     * @param whole the snapshot with the entities
     * @param added what the snapshot adds to entities that are there anyway
     * @param names the texts of names
     */
    private record Sizes(long store, long whole, long added, long names) {
        long entities() {
            return whole - added;
        }

        long tables() {
            return store - entities();
        }
    }

    /** What collections must leave. */
    private static final class Kept {
        private AccessStore store = new MemoryAccessStore();
        private Snapshot snapshot = Snapshot.EMPTY;
    }

    private static Sizes measure(int profiles) {
        long none = Heap.used();
        KEPT.store = new Load(profiles).store();
        long stored = Heap.used();
        KEPT.snapshot = KEPT.snapshot.apply(KEPT.store.changesSince(0));
        long added = Heap.used() - stored;
        long names = names();
        KEPT.store = new MemoryAccessStore();
        long whole = Heap.used() - none;
        KEPT.snapshot = Snapshot.EMPTY;
        return new Sizes(stored - none, whole, added, names);
    }

    /** Returns what is worked out and counted once all profiles have called all their collections. */
    private static long called(int profiles) {
        Load load = new Load(profiles);
        try (AccessControl access = load.open()) {
            long before = Heap.used();
            for (int i = 0; i < profiles; i++) {
                for (int j = 0; j < Load.GRANTED; j++) {
                    AccessRequest request = load.request(load.keys()[i], (i + j) % Load.COLLECTIONS, "10.0.0.1");
                    if (!access.decider().decide(request).isAllowed()) {
                        throw new IllegalStateException("a decision is wrong");
                    }
                }
            }
            if (access.usage().lastUsed(Load.idOf(load.keys()[0])).isEmpty()) {
                throw new IllegalStateException("a call has not been counted");
            }
            return Heap.used() - before;
        } finally {
            Reference.reachabilityFence(load);
        }
    }

    /** Returns what copies of all names take. */
    private static long names() {
        List<String> names = new ArrayList<>();
        long before = Heap.used();
        try {
            KEPT.store.read(view -> {
                view.list(Client.class).forEach(client -> names.add(copy(client.name())));
                view.list(AccessProfile.class).forEach(profile -> names.add(copy(profile.name())));
                return names;
            });
            return Heap.used() - before;
        } finally {
            Reference.reachabilityFence(names);
        }
    }

    /** Returns a text that shares nothing with what it is copied from. */
    private static String copy(String name) {
        return new String(name.toCharArray());
    }
}
