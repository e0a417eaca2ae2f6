package io.apiaccess.bench;

import io.apiaccess.AccessControl;
import io.apiaccess.request.AccessRequest;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What does a decision cost, by its outcome, as a multiple of the floor (P1, P2, P7)? All outcomes take turns on one thread, whose
 * CPU time counts, so that what else the machine does falls on both sides of a ratio.
 *
 * <p>{@code java -cp access-bench/target/benchmarks.jar io.apiaccess.bench.Decisions [rounds] [calls a round]
 * [profiles/requests...]}
 */
public final class Decisions {
    private static final List<String> LOADS = List.of("16/16", "1000/4096", "100000/131072", "1000000/131072");
    private static final String BUILT = "built and allowed";
    private static final String FLOOR = "floor, allowed";
    private static final String UNKNOWN_FLOOR = "floor, unknown key";

    private Decisions() {}

    /** Measures, and prints a table. */
    public static void main(String[] arguments) throws GeneralSecurityException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 9;
        int calls = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100_000;
        List<String> loads = arguments.length > 2 ? List.of(arguments).subList(2, arguments.length) : LOADS;
        System.out.println(
                "| profiles/requests | decision | ns, median | least | most | B | ÷ | median | least | most |\n"
                        + "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        for (String load : loads) {
            measure(load, new Turns(rounds, calls));
            System.gc();
        }
    }

    private static void measure(String name, Turns turns) throws GeneralSecurityException {
        Load load = Load.of(name);
        AccessRequest[] allowed = load.allowed(Load.requestsOf(name));
        Map<Outcome, AccessRequest[]> requests = new EnumMap<>(Outcome.class);
        for (Outcome outcome : Outcome.values()) {
            requests.put(outcome, outcome.requests(load, allowed));
        }
        Floor floor = load.floor();
        try (AccessControl access = load.open()) {
            requests.forEach((outcome, all) -> {
                outcome.require(access.decider(), all);
                turns.add(outcome.words, outcome == Outcome.ALLOWED, Work.of(access.decider(), all));
                if (outcome == Outcome.ALLOWED) {
                    Call[] calls = Arrays.stream(all).map(Call::of).toArray(Call[]::new);
                    turns.add(BUILT, true, Work.ofTexts(access.decider(), calls));
                    turns.add(FLOOR, true, Work.of(floor, Load.forFloor(all)));
                } else if (outcome == Outcome.UNKNOWN_KEY) {
                    turns.add(UNKNOWN_FLOOR, false, Work.of(floor, Load.forFloor(all)));
                }
            });
            turns.run();
        }
        print(name, turns);
    }

    private static void print(String load, Turns turns) {
        print(load, turns, FLOOR, FLOOR);
        print(load, turns, Outcome.ALLOWED.words, FLOOR);
        print(load, turns, BUILT, FLOOR);
        print(load, turns, UNKNOWN_FLOOR, UNKNOWN_FLOOR);
        print(load, turns, Outcome.UNKNOWN_KEY.words, UNKNOWN_FLOOR);
        print(load, turns, Outcome.MALFORMED_KEY.words, Outcome.UNKNOWN_KEY.words);
        print(load, turns, Outcome.MISCOPIED_KEY.words, Outcome.UNKNOWN_KEY.words);
        print(load, turns, Outcome.ADDRESS_NOT_ALLOWED.words, FLOOR);
        print(load, turns, Outcome.NOT_GRANTED.words, FLOOR);
        print(load, turns, Outcome.RATE_LIMITED.words, FLOOR);
    }

    private static void print(String load, Turns turns, String name, String under) {
        System.out.println(String.format(
                Locale.ROOT,
                "| %s | %s | %s | %.0f | %s | %s |",
                load,
                name,
                turns.nanos(name).wholeCells(),
                turns.bytes(name).median(),
                under,
                turns.ratio(name, under).cells()));
    }
}
