package io.apiaccess.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Works that take turns on one thread, measured by its CPU time and by what it allocates. Not thread-safe. */
final class Turns {
    private static final int WARM_UP_ROUNDS = 6;
    private static final int STRIDE = 37_111;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final int rounds;
    private final int calls;
    private final Map<String, Turn> turns = new LinkedHashMap<>();

    /** Takes how many rounds count, and how many calls each work makes in a round. */
    Turns(int rounds, int calls) {
        this.rounds = rounds;
        this.calls = calls;
    }

    /** Adds a work of which all calls are allowed, or none. */
    void add(String name, boolean allowed, Work work) {
        turns.put(name, new Turn(work, allowed, rounds));
    }

    /** Has all of them work in turns, some rounds before it counts. */
    void run() {
        for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
            for (Map.Entry<String, Turn> each : turns.entrySet()) {
                if (!each.getValue().take(round, calls)) {
                    throw new IllegalStateException(each.getKey() + " is decided otherwise");
                }
            }
        }
    }

    /** Returns the nanoseconds a call. */
    Spread nanos(String name) {
        return new Spread(of(name).nanos);
    }

    /** Returns the bytes a call. */
    Spread bytes(String name) {
        return new Spread(of(name).bytes);
    }

    /** Returns how many times as long one work took as another in each round. */
    Spread ratio(String name, String other) {
        return Spread.ratios(of(name).nanos, of(other).nanos);
    }

    private Turn of(String name) {
        return Objects.requireNonNull(turns.get(name));
    }

    /** One work, and what it has cost. */
    private static final class Turn {
        private final Work work;
        private final boolean allowed;
        private final double[] nanos;
        private final double[] bytes;

        Turn(Work work, boolean allowed, int rounds) {
            this.work = work;
            this.allowed = allowed;
            nanos = new double[rounds];
            bytes = new double[rounds];
        }

        /** Returns whether all came out as they should. */
        boolean take(int round, int calls) {
            int place = (round + WARM_UP_ROUNDS) * STRIDE;
            long allocated = THREADS.getCurrentThreadAllocatedBytes();
            long begin = THREADS.getCurrentThreadCpuTime();
            int passed = work.decide(place, calls);
            long end = THREADS.getCurrentThreadCpuTime();
            if (round >= 0) {
                nanos[round] = (double) (end - begin) / calls;
                bytes[round] = (double) (THREADS.getCurrentThreadAllocatedBytes() - allocated) / calls;
            }
            return passed == (allowed ? calls : 0);
        }
    }
}
