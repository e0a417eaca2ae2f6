package io.apiaccess.bench;

import io.apiaccess.AccessControl;
import io.apiaccess.AccessDecider;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.Client;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.spi.AccessStore;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * How much longer do the slowest decisions take while a thousand changes a second arrive (P18)? One thread decides as fast as
 * it can, in rounds in turns: nothing changes, keys and profiles change, clients change.
 *
 * <p>{@code java -cp access-bench/target/benchmarks.jar io.apiaccess.bench.ChangesUnderway [profiles] [rounds] [millis a
 * round]}
 */
public final class ChangesUnderway {
    private static final int REQUESTS = 65_536;
    private static final int MOST_DECISIONS = 4_000_000;
    private static final long PACE = 1_000_000;
    private static final int WARM_UP_ROUNDS = 2;

    private ChangesUnderway() {}

    /** What arrives. */
    enum Arriving {
        NOTHING("nothing"),
        KEYS_AND_PROFILES("keys and profiles"),
        CLIENTS("clients");

        private final String words;

        Arriving(String words) {
            this.words = words;
        }
    }

    /** Measures, and prints a table. */
    public static void main(String[] arguments) throws InterruptedException {
        int profiles = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 9;
        int millis = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3_000;
        Load load = new Load(profiles);
        Map<Arriving, Rounds> measured = new EnumMap<>(Arriving.class);
        for (Arriving what : Arriving.values()) {
            measured.put(what, new Rounds(rounds));
        }
        long[] nanos = new long[MOST_DECISIONS];
        try (AccessControl access = load.open()) {
            AccessRequest[] requests = load.allowed(REQUESTS);
            for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
                for (Map.Entry<Arriving, Rounds> each : measured.entrySet()) {
                    Changer changer =
                            each.getKey() == Arriving.NOTHING ? null : new Changer(each.getKey(), load, access);
                    int count = decide(access.decider(), requests, nanos, millis, changer);
                    if (round >= 0) {
                        Arrays.sort(nanos, 0, count);
                        each.getValue()
                                .note(round, nanos, count, changer == null ? 0 : changer.made * 1_000.0 / millis);
                    }
                }
            }
        }
        System.out.println("| arriving, µs a decision, " + profiles
                + " profiles | changes/s | p50 | p99 | p99.9 | least | most | p99.9 ÷ nothing |");
        System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- |");
        Rounds quiet = Objects.requireNonNull(measured.get(Arriving.NOTHING));
        measured.forEach((what, each) -> each.print(what, quiet));
    }

    /** What the rounds have measured while something arrived: changes a second, and microseconds a decision. */
    private static final class Rounds {
        private final double[] arrived;
        private final double[] middle;
        private final double[] slow;
        private final double[] slowest;

        Rounds(int rounds) {
            arrived = new double[rounds];
            middle = new double[rounds];
            slow = new double[rounds];
            slowest = new double[rounds];
        }

        void note(int round, long[] sorted, int count, double changes) {
            arrived[round] = changes;
            middle[round] = sorted[(int) (count * 0.5)] / 1e3;
            slow[round] = sorted[(int) (count * 0.99)] / 1e3;
            slowest[round] = sorted[(int) (count * 0.999)] / 1e3;
        }

        void print(Arriving what, Rounds quiet) {
            Spread spread = new Spread(slowest);
            System.out.println(String.format(
                    Locale.ROOT,
                    "| %s | %.0f | %.3f | %.3f | %s | %s |",
                    what.words,
                    new Spread(arrived).median(),
                    new Spread(middle).median(),
                    new Spread(slow).median(),
                    spread.cells(),
                    spread.over(new Spread(quiet.slowest))));
        }
    }

    /** Fills in how long each decision took, and returns how many there were. */
    private static int decide(
            AccessDecider decider, AccessRequest[] requests, long[] nanos, int millis, @Nullable Changer changer)
            throws InterruptedException {
        if (changer != null) {
            changer.start();
        }
        long end = System.nanoTime() + millis * 1_000_000L;
        int count = 0;
        long last = System.nanoTime();
        while (last < end && count < nanos.length) {
            if (!decider.decide(requests[count & REQUESTS - 1]).isAllowed()) {
                throw new IllegalStateException("a decision is wrong");
            }
            long now = System.nanoTime();
            nanos[count++] = now - last;
            last = now;
        }
        if (changer != null) {
            changer.end();
        }
        return count;
    }

    /** Changes one thing after the other, each a thousandth of a second after the last, and has the node follow each. */
    private static final class Changer extends Thread {
        private final Arriving what;
        private final AccessStore store;
        private final AccessControl access;
        private final String[] keys;
        private volatile boolean ended;
        private volatile int made;

        Changer(Arriving what, Load load, AccessControl access) {
            super("changer");
            this.what = what;
            store = load.store();
            keys = load.keys();
            this.access = access;
        }

        @Override
        public void run() {
            long due = System.nanoTime();
            for (int i = 0; !ended; i++) {
                change(i, keys[(int) ((i * 7_919L) % keys.length)]);
                made = i + 1;
                due += PACE;
                while (!ended && System.nanoTime() < due) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
            }
        }

        /** Writes what decisions come out the same by, as another node would, and follows. */
        private void change(int number, String text) {
            store.write(to -> {
                ApiKey key = to.find(Load.idOf(text)).orElseThrow();
                AccessProfile profile = to.find(key.profile()).orElseThrow();
                if (what == Arriving.CLIENTS) {
                    Client client = to.find(profile.client()).orElseThrow();
                    return to.put(
                            client.toBuilder().description("change " + number).build());
                }
                return number % 2 == 0
                        ? to.put(key.toBuilder().label("change " + number).build())
                        : to.put(profile.toBuilder()
                                .description("change " + number)
                                .build());
            });
            access.refreshNow();
        }

        void end() throws InterruptedException {
            ended = true;
            join();
        }
    }
}
