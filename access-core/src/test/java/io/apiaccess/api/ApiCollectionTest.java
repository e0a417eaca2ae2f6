package io.apiaccess.api;

import static io.apiaccess.request.HttpMethod.DELETE;
import static io.apiaccess.request.HttpMethod.GET;
import static io.apiaccess.request.HttpMethod.POST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import io.apiaccess.entity.Publication;
import io.apiaccess.policy.PlanId;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.request.HttpMethod;
import io.apiaccess.request.RequestPath;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a collection may be made of, and the routes it comes to. */
class ApiCollectionTest {
    @Test
    void isPrivatePublishedAndActiveInVersionV1UnlessTold() {
        ApiCollection orders =
                ApiCollection.named("Orders").route("/orders", GET).build();
        assertEquals(Visibility.PRIVATE, orders.visibility());
        assertEquals(Publication.PUBLISHED, orders.publication());
        assertEquals("v1", orders.version());
        assertTrue(orders.isActive());
        assertEquals(orders.routes(), orders.table());
    }

    @Test
    @Rule("X8")
    void laysTemplatesUnderItsBasePath() {
        ApiCollection orders = ApiCollection.named("Orders")
                .basePath("/api/orders")
                .route("/{id}", GET)
                .route("/", POST)
                .build();
        assertEquals(List.of("/api/orders/{id}", "/api/orders/"), templates(orders));
        assertEquals("/{id}", orders.routes().get(0).template().toString());
    }

    @ParameterizedTest
    @CsvSource({"/api, /api", "/api, /api/", "/api, /api/x/y", "/api/, /api", "/, /", "/, /anything"})
    @Rule({"R2", "R3"})
    void coversItsBasePathAndAllBelowWithEveryMethodIfItHasNoRoute(String base, String path) {
        ApiCollection all = ApiCollection.named("All").basePath(base).build();
        Route route = all.table().get(0);
        assertEquals(1, all.table().size());
        assertTrue(route.template().matches(RequestPath.parse(path).orElseThrow()));
        assertTrue(route.takes(GET) && route.takes(DELETE) && route.takes(HttpMethod.of("BREW")));
    }

    @ParameterizedTest
    @CsvSource({
        "/api, /api/x/y, '[x, y]'",
        "/api/, /api/x, '[x]'",
        "/api, /api, '[]'",
        "/api, /api/, '[]'",
        "/, /x, '[x]'"
    })
    @Rule("X8")
    void knowsAPathBehindItsBasePath(String base, String path, String relative) {
        ApiCollection all = ApiCollection.named("All").basePath(base).build();
        assertEquals(
                relative, all.relative(RequestPath.parse(path).orElseThrow()).toString());
    }

    @Test
    void refersToItsPlansAndPolicy() {
        ApiCollection orders = ApiCollection.named("Orders")
                .route("/orders", GET)
                .plan(new PlanId("gold"))
                .policy(new PolicyId("p1"))
                .build();
        assertEquals(Set.of(new PlanId("gold"), new PolicyId("p1")), orders.references());
        assertEquals(orders.toString(), orders.toBuilder().build().toString());
    }

    @Test
    void isUniqueByNameAndVersionTogether() {
        assertEquals(uniqueKeys("Orders", "v1"), uniqueKeys("Orders", "v1"));
        assertNotEquals(uniqueKeys("Orders", "v1"), uniqueKeys("Orders", "v2"));
        assertNotEquals(uniqueKeys("Orders v1", "x"), uniqueKeys("Orders", "v1 x"));
    }

    @Test
    @Rule({"R2", "X8"})
    void takesRoutesOfOneShapeWithDisjointMethods() {
        ApiCollection orders = ApiCollection.named("Orders")
                .route("/orders/{id}", GET)
                .route("/orders/{order}", DELETE)
                .build();
        assertEquals(2, orders.table().size());
    }

    @Test
    @Rule("R2")
    void namesBothRoutesThatCollide() {
        Refusal.of(
                () -> ApiCollection.named("Orders")
                        .route("/orders/{id}", GET, POST)
                        .route("/orders/{order}", POST, DELETE)
                        .build(),
                "collection `Orders`",
                "`GET,POST /orders/{id}`",
                "`DELETE,POST /orders/{order}`");
    }

    @Test
    void refusesToCoverNothing() {
        Refusal.of(
                () -> ApiCollection.named("Orders").build(), "collection `Orders`", "neither a route nor a base path");
    }

    @Test
    void refusesARouteWithoutMethod() {
        Refusal.of(
                () -> ApiCollection.named("Orders").route("/orders").build(),
                "collection `Orders`",
                "route `/orders`",
                "no method");
        Refusal.of(
                () -> ApiCollection.named("Orders")
                        .route(new Route(PathTemplate.parse("/orders"), Set.of(), Set.of(), 1, true))
                        .build(),
                "collection `Orders`",
                "route `/orders`",
                "no method");
    }

    @Test
    @Rule("X2")
    void refusesScopesAndPlansOfAPublicCollection() {
        String message = Refusal.of(
                () -> ApiCollection.named("Open")
                        .visibility(Visibility.PUBLIC)
                        .route(Route.at("/open", GET).scopes("read"))
                        .plan(new PlanId("gold"))
                        .build(),
                "collection `Open`",
                "`GET /open requiring [read]`",
                "plan `gold`",
                "PUBLIC");
        assertEquals(2, message.split("; ").length, message);
    }

    @Test
    void refusesABasePathWithAVariable() {
        Refusal.of(
                () -> ApiCollection.named("x").basePath("/api/{v}").build(),
                "collection `x`",
                "base path `/api/{v}`",
                "variable");
        Refusal.of(() -> ApiCollection.named("x").basePath("/{rest...}").build(), "base path `/{rest...}`", "variable");
    }

    @Test
    void refusesAPlanOfferedTwice() {
        Refusal.of(
                () -> ApiCollection.named("Orders")
                        .route("/orders", GET)
                        .plan(new PlanId("gold"))
                        .plan(new PlanId("gold"))
                        .build(),
                "collection `Orders`",
                "plan `gold`",
                "twice");
    }

    @Test
    void refusesABasePathAndTemplateThatAreTooLongTogether() {
        String half = "/" + "a".repeat(5_000);
        Refusal.of(
                () -> ApiCollection.named("x").basePath(half).route(half, GET).build(), "`/aaa");
    }

    @Test
    void tellsAllFaultsAtOnce() {
        String message = Refusal.of(
                () -> ApiCollection.named(" Orders")
                        .version("")
                        .description("d".repeat(2_001))
                        .project("a\nb")
                        .basePath("//")
                        .route("orders", GET)
                        .route("/orders")
                        .route("/orders/{id}", GET)
                        .route("/orders/{no}", GET)
                        .build(),
                "collection ` Orders`",
                "name ` Orders`",
                "version is missing",
                "description `ddd",
                "project `a\\u000ab`",
                "`//`",
                "`orders`",
                "route `/orders` names no method",
                "`GET /orders/{id}`",
                "`GET /orders/{no}`");
        assertEquals(8, message.split("; ").length, message);
    }

    @Test
    @Rule("X9")
    void isPublishedAndRetiredOneWay() {
        ApiCollection draft =
                ApiCollection.named("Orders").route("/orders", GET).draft().build();
        assertEquals(Publication.DRAFT, draft.publication());
        ApiCollection retired = draft.withPublication(Publication.PUBLISHED).withPublication(Publication.RETIRED);
        assertSame(retired, retired.withPublication(Publication.RETIRED));
        String message = String.valueOf(
                assertThrows(IllegalStateException.class, () -> retired.withPublication(Publication.PUBLISHED))
                        .getMessage());
        assertTrue(message.contains("collection `Orders v1`") && message.contains("RETIRED"), message);
    }

    @Test
    void isSwitchedApartFromItsPublication() {
        ApiCollection off =
                ApiCollection.named("Orders").route("/orders", GET).build().withActive(false);
        assertEquals(Publication.PUBLISHED, off.publication());
        assertSame(off, off.withActive(false));
        assertTrue(off.withActive(true).isActive());
    }

    private static Object uniqueKeys(String name, String version) {
        return ApiCollection.named(name)
                .version(version)
                .route("/x", GET)
                .build()
                .uniqueKeys();
    }

    private static List<String> templates(ApiCollection collection) {
        return collection.table().stream()
                .map(route -> route.template().toString())
                .toList();
    }
}
