package io.apiaccess.snapshot;

import static io.apiaccess.request.HttpMethod.GET;
import static io.apiaccess.request.HttpMethod.POST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.CollectionId;
import io.apiaccess.api.Route;
import io.apiaccess.request.HttpMethod;
import io.apiaccess.request.RequestPath;
import io.apiaccess.snapshot.RouteTable.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The most specific shape that a path has, against going through all templates, and at what cost. */
@Rule("R2")
class RouteTableTest {
    private static final long SEED = Long.getLong("seed", 20_260_302);

    @ParameterizedTest
    @CsvSource({
        "/a, /a",
        "/a/, /{x}/{rest...}",
        "/b, /{x}/{rest...}",
        "/a/b, /a/b",
        "/a/b/, /a/b/",
        "/a/c, /a/{x}",
        "/a/c/d, /a/{x}/d",
        "/a/c/e, /{x}/{y}/e",
        "/a/b/e, /{x}/{y}/e",
        "/a/b/f, /{x}/{rest...}",
        "/z/y/x/w, /{x}/{rest...}",
        "/, /{rest...}",
        "/A, /{x}/{rest...}"
    })
    void decidesByTheMostSpecificShapeFromTheLeft(String path, String template) {
        RouteTable table = RouteTable.EMPTY.with(collection(
                "one", "/a", "/a/b", "/a/b/", "/a/{x}", "/a/{x}/d", "/{x}/{y}/e", "/{x}/{rest...}", "/{rest...}"));
        assertEquals(List.of(template), templates(table.match(path(path))));
    }

    @Test
    void prefersALiteralFurtherLeftToALongerOneFurtherRight() {
        RouteTable table = RouteTable.EMPTY.with(collection("one", "/a/{rest...}", "/{x}/b/c"));
        assertEquals(List.of("/a/{rest...}"), templates(table.match(path("/a/b/c"))));
    }

    @Test
    void givesAllRoutesOfTheShapeWhateverTheirMethodAndCollection() {
        RouteTable table = RouteTable.EMPTY
                .with(ApiCollection.named("one").route("/a/{x}", GET).build())
                .with(ApiCollection.named("two").route("/a/{y}", POST).build())
                .with(ApiCollection.named("three").route("/a/{rest...}", GET).build());
        assertEquals(List.of("/a/{x}", "/a/{y}"), templates(table.match(path("/a/7"))));
    }

    @Test
    @Rule({"R2", "R3"})
    void coversABasePathUnlessALongerTemplateDoes() {
        RouteTable table = RouteTable.EMPTY
                .with(ApiCollection.named("all").basePath("/api").build())
                .with(collection("one", "/api/orders"));
        assertEquals(List.of("/api/{rest...}"), templates(table.match(path("/api"))));
        assertEquals(List.of("/api/{rest...}"), templates(table.match(path("/api/"))));
        assertEquals(List.of("/api/{rest...}"), templates(table.match(path("/api/orders/"))));
        assertEquals(List.of("/api/orders"), templates(table.match(path("/api/orders"))));
        assertEquals(List.of(), templates(table.match(path("/apis"))));
    }

    @Test
    @Rule({"R2", "S2"})
    void findsWhatGoingThroughAllTemplatesFindsAndLeavesEarlierTablesAsTheyWere() {
        SplittableRandom random = new SplittableRandom(SEED);
        List<RequestPath> paths = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            paths.add(path(anyPath(random)));
        }
        for (int round = 0; round < 8; round++) {
            RouteTable table = RouteTable.EMPTY;
            List<ApiCollection> held = new ArrayList<>();
            List<RouteTable> tables = new ArrayList<>();
            List<List<ApiCollection>> collections = new ArrayList<>();
            for (int step = 0; step < 25; step++) {
                if (!held.isEmpty() && random.nextInt(3) == 0) {
                    table = table.without(held.remove(random.nextInt(held.size())));
                } else {
                    ApiCollection collection = anyCollection(random, step);
                    table = table.with(collection);
                    held.add(collection);
                }
                tables.add(table);
                collections.add(List.copyOf(held));
            }
            for (int i = 0; i < tables.size(); i++) {
                for (RequestPath path : paths) {
                    List<ApiCollection> all = collections.get(i);
                    List<Entry> found = tables.get(i).match(path);
                    assertEquals(
                            naive(all, path), new HashSet<>(found), () -> "seed " + SEED + ": " + path + " in " + all);
                    assertEquals(found.size(), new HashSet<>(found).size(), () -> "seed " + SEED + ": " + path);
                }
            }
        }
    }

    @Test
    @Rule("S2")
    void isEmptyAgainWithoutAnyCollection() {
        SplittableRandom random = new SplittableRandom(SEED);
        List<ApiCollection> collections = new ArrayList<>();
        RouteTable table = RouteTable.EMPTY;
        for (int i = 0; i < 30; i++) {
            collections.add(anyCollection(random, i));
            table = table.with(collections.get(i));
        }
        for (ApiCollection collection : collections) {
            table = table.without(collection);
        }
        for (int i = 0; i < 500; i++) {
            assertEquals(List.of(), table.match(path(anyPath(random))));
        }
    }

    @Test
    @Rule("S2")
    void looksAtTheCharactersOfAPathAsOftenAmong10RoutesAsAmong10000() {
        RouteTable few = withRoutes(10);
        RouteTable many = withRoutes(10_000);
        for (String path : List.of("/p/x/orders/7/lines", "/p/x/orders/7/nothing", "/p/x", "/nowhere/at/all")) {
            assertTrue(looks(many, path) <= looks(few, path) + 4, path);
            assertTrue(looks(few, path) <= 6 * path.length(), path);
        }
    }

    @Test
    @Rule("S2")
    void turnsBackOnlyWhereAVariableIsTheOtherWay() {
        RouteTable table =
                RouteTable.EMPTY.with(collection("one", "/a/b/c/d/e/x", "/a/b/{v}/{w}/e/y", "/{u}/b/c/d/e/z"));
        assertEquals(List.of("/{u}/b/c/d/e/z"), templates(table.match(path("/a/b/c/d/e/z"))));
        assertTrue(looks(table, "/a/b/c/d/e/z") <= 5 * 18);
    }

    private static RouteTable withRoutes(int routes) {
        ApiCollection.Builder builder = ApiCollection.named("many");
        for (int i = 0; i < routes - 2; i++) {
            builder.route(i % 2 == 0 ? "/p/x/orders/7/lines" + i : "/p/x/orders" + i + "/{id}", GET);
        }
        return RouteTable.EMPTY.with(builder.route("/p/x/orders/{id}/lines", GET)
                .route("/p/{name}/{rest...}", GET)
                .build());
    }

    private static int looks(RouteTable table, String path) {
        Counting text = new Counting(path);
        assertEquals(table.match(path(path)), table.match(text));
        return text.looks;
    }

    /** Tries every template and takes the one whose ranks, from the left, are the lowest. */
    private static Set<Entry> naive(List<ApiCollection> collections, RequestPath path) {
        List<String> given = List.of(path.toString().substring(1).split("/", -1));
        List<Entry> matching = collections.stream()
                .flatMap(collection -> collection.table().stream().map(route -> new Entry(collection.id(), route)))
                .filter(entry -> matches(parts(entry), given))
                .toList();
        Optional<String> best = matching.stream().map(RouteTableTest::ranks).min(Comparator.naturalOrder());
        return matching.stream()
                .filter(entry -> ranks(entry).equals(best.orElseThrow()))
                .collect(Collectors.toSet());
    }

    private static boolean matches(List<String> template, List<String> given) {
        if (template.isEmpty()) {
            return given.isEmpty();
        }
        if (template.get(0).endsWith("...}")) {
            return true;
        }
        boolean matchesFirst = !given.isEmpty()
                && (template.get(0).startsWith("{")
                        ? !given.get(0).isEmpty()
                        : template.get(0).equals(given.get(0)));
        return matchesFirst && matches(template.subList(1, template.size()), given.subList(1, given.size()));
    }

    private static String ranks(Entry entry) {
        return parts(entry).stream()
                .map(part -> part.endsWith("...}") ? "3" : part.startsWith("{") ? "2" : "1")
                .collect(Collectors.joining());
    }

    private static List<String> parts(Entry entry) {
        return List.of(entry.route().template().toString().substring(1).split("/", -1));
    }

    private static ApiCollection anyCollection(SplittableRandom random, int number) {
        ApiCollection.Builder builder = ApiCollection.named("c" + number).id(new CollectionId("c" + number));
        if (random.nextInt(4) == 0) {
            builder.basePath(random.nextBoolean() ? "/a" : "/a/b/");
        }
        List<Route> routes = new ArrayList<>();
        for (int n = random.nextInt(1, 6); n > 0; n--) {
            Route route =
                    Route.at(anyTemplate(random), random.nextBoolean() ? GET : HttpMethod.of("M" + random.nextInt(3)));
            if (routes.stream().noneMatch(route::collidesWith)) {
                routes.add(route);
                builder.route(route);
            }
        }
        return builder.build();
    }

    private static String anyTemplate(SplittableRandom random) {
        StringBuilder template = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            template.append(random.nextInt(3) == 0 ? "/{v" + i + "}" : random.nextBoolean() ? "/a" : "/b");
        }
        int end = random.nextInt(5);
        return end == 0
                ? template + "/{rest...}"
                : end == 1 || template.isEmpty() ? template + "/" : template.toString();
    }

    private static String anyPath(SplittableRandom random) {
        StringBuilder path = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            path.append('/').append("abc".charAt(random.nextInt(3)));
        }
        return path.isEmpty() || random.nextInt(4) == 0 ? path + "/" : path.toString();
    }

    private static ApiCollection collection(String name, String... templates) {
        ApiCollection.Builder builder = ApiCollection.named(name);
        for (String template : templates) {
            builder.route(template, GET);
        }
        return builder.build();
    }

    private static List<String> templates(List<Entry> entries) {
        return entries.stream()
                .map(entry -> entry.route().template().toString())
                .toList();
    }

    private static RequestPath path(String raw) {
        return RequestPath.parse(raw).orElseThrow();
    }

    /** A text that counts how often a character of it is looked at. */
    private static final class Counting implements CharSequence {
        private final String text;
        private int looks;

        private Counting(String text) {
            this.text = text;
        }

        @Override
        public char charAt(int index) {
            looks++;
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            throw new UnsupportedOperationException();
        }
    }
}
