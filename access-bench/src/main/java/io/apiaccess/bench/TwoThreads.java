package io.apiaccess.bench;

import io.apiaccess.AccessControl;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How many times as much do two threads decide as one, each for profiles of its own, beside the same of the floor (P8)? Each
 * round, each of them works alone and then both at once; compared is the CPU time of the threads a call, since wall time says
 * whether the machine had a second core to spare.
 *
 * <p>{@code java -cp access-bench/target/benchmarks.jar io.apiaccess.bench.TwoThreads [rounds] [calls a round]
 * [profiles/requests...]}
 */
public final class TwoThreads {
    private static final List<String> LOADS = List.of("1000/4096", "100000/131072");
    private static final int THREADS = 2;
    private static final int WARM_UP_ROUNDS = 6;
    private static final int STRIDE = 37_111;
    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

    private TwoThreads() {}

    /** Measures, and prints a table. */
    public static void main(String[] arguments)
            throws GeneralSecurityException, InterruptedException, ExecutionException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 9;
        int calls = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 200_000;
        List<String> loads = arguments.length > 2 ? List.of(arguments).subList(2, arguments.length) : LOADS;
        System.out.println(
                "| profiles/requests | who | ns a call, one thread | least | most | two threads | least | most |"
                        + " two threads do | least | most | ÷ floor's | least | most |\n"
                        + "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            for (String load : loads) {
                measure(load, rounds, calls, threads);
                System.gc();
            }
        } finally {
            threads.shutdown();
        }
    }

    private static void measure(String name, int rounds, int calls, ExecutorService threads)
            throws GeneralSecurityException, InterruptedException, ExecutionException {
        Load load = Load.of(name);
        Floor shared = load.floor();
        try (AccessControl access = load.open()) {
            Pair ours = new Pair(rounds);
            Pair floors = new Pair(rounds);
            for (int part = 0; part < THREADS; part++) {
                var requests = load.allowed(Load.requestsOf(name) / THREADS, part, THREADS);
                ours.works.add(Work.of(access.decider(), requests));
                floors.works.add(Work.of(shared.forThread(), Load.forFloor(requests)));
            }
            for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
                ours.measure(round, calls, threads);
                floors.measure(round, calls, threads);
            }
            floors.print(name, "floor", floors);
            ours.print(name, "access", floors);
        }
    }

    /** Two works for two threads, and what they have cost alone and at once. */
    private static final class Pair {
        private final List<Work> works = new ArrayList<>();
        private final double[] alone;
        private final double[] together;
        private final double[] scaling;

        Pair(int rounds) {
            alone = new double[rounds];
            together = new double[rounds];
            scaling = new double[rounds];
        }

        void measure(int round, int calls, ExecutorService threads) throws InterruptedException, ExecutionException {
            double one = 0;
            for (Work work : works) {
                one += nanos(List.of(work), round, calls, threads) / works.size();
            }
            double two = nanos(works, round, calls, threads);
            if (round >= 0) {
                alone[round] = one;
                together[round] = two;
                scaling[round] = THREADS * one / two;
            }
        }

        void print(String load, String who, Pair floor) {
            System.out.println(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %s | %s | %s |",
                    load,
                    who,
                    new Spread(alone).wholeCells(),
                    new Spread(together).wholeCells(),
                    new Spread(scaling).cells(),
                    Spread.ratios(scaling, floor.scaling).cells()));
        }

        /** Returns the CPU time a call while the works are done at once, each by a thread of its own. */
        private static double nanos(List<Work> works, int round, int calls, ExecutorService threads)
                throws InterruptedException, ExecutionException {
            CyclicBarrier start = new CyclicBarrier(works.size());
            int place = (round + WARM_UP_ROUNDS) * STRIDE;
            List<Callable<Double>> tasks = new ArrayList<>();
            for (Work work : works) {
                tasks.add(() -> {
                    start.await();
                    long begin = CLOCK.getCurrentThreadCpuTime();
                    int allowed = work.decide(place, calls);
                    long end = CLOCK.getCurrentThreadCpuTime();
                    if (allowed != calls) {
                        throw new IllegalStateException("a decision is wrong");
                    }
                    return (double) (end - begin) / calls;
                });
            }
            double sum = 0;
            for (Future<Double> done : threads.invokeAll(tasks)) {
                sum += done.get();
            }
            return sum / works.size();
        }
    }
}
