package io.apiaccess.bench;

import io.apiaccess.bench.World.Change;
import io.apiaccess.bench.World.Times;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * How long does one change by the management take until the next decision sees it, in memory (P12)? Beside it the same among
 * a thousand profiles, in turns. For a database {@link JdbcLoad} says so.
 *
 * <p>{@code java -cp access-bench/target/benchmarks.jar io.apiaccess.bench.ChangeSeen [profiles] [rounds]}
 */
public final class ChangeSeen {
    private static final int WARM_UP_ROUNDS = 3;
    private static final int FEW = 1_000;

    private ChangeSeen() {}

    /** Measures, and prints a table. */
    public static void main(String[] arguments) {
        int profiles = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 9;
        try (World few = inMemory(FEW);
                World many = inMemory(profiles)) {
            System.gc();
            print(profiles, measure(List.of(few, many), rounds));
        }
    }

    private static World inMemory(int profiles) {
        Load load = new Load(profiles);
        return new World(load.store(), load.keys());
    }

    /** Makes every change in every world in turns, and returns the times of the rounds, by world. */
    static List<Map<Change, Times[]>> measure(List<World> worlds, int rounds) {
        List<Map<Change, Times[]>> times =
                Stream.generate(() -> room(rounds)).limit(worlds.size()).toList();
        for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
            for (Change change : Change.values()) {
                for (int w = 0; w < worlds.size(); w++) {
                    Times made = worlds.get(w).make(change);
                    if (round >= 0) {
                        of(change, times.get(w))[round] = made;
                    }
                }
            }
        }
        return times;
    }

    private static Map<Change, Times[]> room(int rounds) {
        Map<Change, Times[]> room = new EnumMap<>(Change.class);
        for (Change change : Change.values()) {
            room.put(change, new Times[rounds]);
        }
        return room;
    }

    /** Returns the times of a change. */
    static Times[] of(Change change, Map<Change, Times[]> times) {
        return Objects.requireNonNull(times.get(change));
    }

    static Spread whole(Times[] times) {
        return new Spread(Arrays.stream(times).mapToDouble(Times::whole).toArray());
    }

    static Spread sinceAnswer(Times[] times) {
        return new Spread(Arrays.stream(times).mapToDouble(Times::sinceAnswer).toArray());
    }

    private static void print(int profiles, List<Map<Change, Times[]>> times) {
        System.out.println(
                "| in memory, ms until it is seen, " + profiles + " profiles | median | least | most | ÷ among " + FEW
                        + " | of it after the store's answer | least | most |");
        System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- |");
        for (Change change : Change.values()) {
            Spread few = whole(of(change, times.get(0)));
            Spread many = whole(of(change, times.get(1)));
            System.out.println("| " + change.words + " | " + many.cells() + " | " + many.over(few) + " | "
                    + sinceAnswer(of(change, times.get(1))).cells() + " |");
        }
    }
}
