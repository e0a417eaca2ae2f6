package io.apiaccess.bench;

import io.apiaccess.AccessControl;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.memory.MemoryAccessStore;
import io.apiaccess.policy.Policy;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.spi.AccessStore;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How much longer does an allowed decision take with 1,000 ranges in the allow list than with 4, and with 10,000 routes than with
 * 10 (P10)? 64 profiles call, by addresses and routes at random among theirs; all three take turns on one thread, whose CPU time
 * counts.
 *
 * <p>{@code java -cp access-bench/target/benchmarks.jar io.apiaccess.bench.RangesAndRoutes [rounds] [calls a round] [ranges]
 * [routes]}
 */
public final class RangesAndRoutes {
    private static final int PROFILES = 64;
    private static final int REQUESTS = 4_096;
    private static final int GRANTED = 2;
    private static final int FEW_RANGES = 4;
    private static final int FEW_ROUTES = GRANTED * Load.ROUTES;

    private RangesAndRoutes() {}

    /** Measures, and prints a table. */
    public static void main(String[] arguments) {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 9;
        int calls = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100_000;
        int ranges = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1_000;
        int routes = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 10_000;
        Turns turns = new Turns(rounds, calls);
        try (Site few = new Site(FEW_RANGES, FEW_ROUTES);
                Site manyRanges = new Site(ranges, FEW_ROUTES);
                Site manyRoutes = new Site(FEW_RANGES, routes)) {
            List<Site> sites = List.of(few, manyRanges, manyRoutes);
            for (Site site : sites) {
                turns.add(site.name, true, Work.of(site.access.decider(), site.requests));
            }
            turns.run();
            System.out.println("| allowed | ns, median | least | most | ÷ " + few.name + " | least | most |\n"
                    + "| --- | --- | --- | --- | --- | --- | --- |");
            for (Site site : sites) {
                System.out.println(
                        "| " + site.name + " | " + turns.nanos(site.name).wholeCells() + " | "
                                + turns.ratio(site.name, few.name).cells() + " |");
            }
        }
    }

    /** Profiles that all have so many ranges, two collections each of those that have so many routes, and their requests. */
    private static final class Site implements AutoCloseable {
        private final String name;
        private final AccessControl access;
        private final AccessRequest[] requests = new AccessRequest[REQUESTS];

        Site(int ranges, int routes) {
            name = ranges + " ranges, " + routes + " routes";
            int collections = routes / Load.ROUTES;
            AccessStore store = new MemoryAccessStore();
            String[] keys = fill(store, ranges, collections);
            access = AccessControl.builder().store(store).build();
            SplittableRandom random = new SplittableRandom(20_260_302);
            for (int i = 0; i < REQUESTS; i++) {
                int profile = random.nextInt(PROFILES);
                int collection = granted(profile, random.nextInt(GRANTED), collections);
                String path = "/api" + collection + "/v1/things" + random.nextInt(Load.ROUTES) + "/" + i;
                String from = network(random.nextInt(ranges)) + random.nextInt(256);
                requests[i] = new Call(keys[profile], path, from).toRequest();
            }
            Outcome.ALLOWED.require(access.decider(), requests);
        }

        private static String[] fill(AccessStore store, int ranges, int collections) {
            SecureRandom secrets = new SecureRandom();
            String allowed = IntStream.range(0, ranges)
                    .mapToObj(i -> network(i) + "0/24")
                    .collect(Collectors.joining(", "));
            return store.write(to -> {
                Policy policy = to.put(Load.gold());
                List<ApiCollection> all = new ArrayList<>();
                for (int i = 0; i < collections; i++) {
                    all.add(to.put(Load.collection(i)));
                }
                Client client = to.put(Client.named("client").build());
                String[] keys = new String[PROFILES];
                for (int i = 0; i < PROFILES; i++) {
                    AccessProfile.Builder profile = AccessProfile.named("profile " + i, client.id())
                            .policy(policy.id())
                            .allowFrom(allowed);
                    for (int j = 0; j < GRANTED; j++) {
                        profile.grant(all.get(granted(i, j, collections)).id());
                    }
                    keys[i] = Load.newKey(secrets);
                    to.put(Load.key(keys[i], to.put(profile.build()).id()));
                }
                return keys;
            });
        }

        /** Returns the number of one of the collections of a profile, which are spread over all. */
        private static int granted(int profile, int number, int collections) {
            return (profile * (collections / PROFILES + 1) + number) % collections;
        }

        private static String network(int number) {
            return "10." + number / 250 + "." + number % 250 + ".";
        }

        @Override
        public void close() {
            access.close();
        }
    }
}
