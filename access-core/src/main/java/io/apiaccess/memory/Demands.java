package io.apiaccess.memory;

import io.apiaccess.spi.LimitDemand;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * Demands with where their counters were when they were last looked up. Thread-safe.
 *
 * <p>Implementation note. A step finds out under its locks whether that still holds, so a lost write costs a look-up.
 */
final class Demands extends AbstractList<LimitDemand> implements RandomAccess {
    private final MemoryLimitStore store;
    private final LimitDemand[] demands;
    private @Nullable Places places;

    Demands(MemoryLimitStore store, List<LimitDemand> demands) {
        this.store = store;
        this.demands = demands.toArray(new LimitDemand[0]);
    }

    @Override
    public LimitDemand get(int index) {
        return demands[index];
    }

    @Override
    public int size() {
        return demands.length;
    }

    @SuppressWarnings("ReferenceEquality") // a store is the same as no other
    boolean isOf(MemoryLimitStore other) {
        return store == other;
    }

    /** Returns all, in an array that nobody may change. */
    LimitDemand[] all() {
        return demands;
    }

    /** Returns where their counters were when they were last looked up, or {@code null}. */
    @Nullable Places places() {
        return places;
    }

    void remember(Places found) {
        places = found;
    }

    /** Where the counters of demands are. Immutable. */
    static final class Places {
        private final Usage[] usages;
        private final Usage[] locks;

        /** Returns the places by the usage of each demand's subject. */
        Places(Usage[] usages) {
            this.usages = usages;
            locks = inOrder(usages);
        }

        @SuppressWarnings("ReferenceEquality") // a lock is the same as no other
        private static Usage[] inOrder(Usage[] usages) {
            Usage[] sorted = usages.clone();
            Arrays.sort(sorted);
            int count = 0;
            for (Usage usage : sorted) {
                if (count == 0 || usage != sorted[count - 1]) {
                    sorted[count++] = usage;
                }
            }
            return Arrays.copyOf(sorted, count);
        }

        /** Returns the usage of the subject of a demand. */
        Usage usage(int index) {
            return usages[index];
        }

        /** Returns the number of locks of a step. */
        int locks() {
            return locks.length;
        }

        /** Returns one of the locks of a step, in the order in which they are taken. */
        Usage lock(int index) {
            return locks[index];
        }
    }
}
