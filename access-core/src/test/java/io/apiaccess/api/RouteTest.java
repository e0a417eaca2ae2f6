package io.apiaccess.api;

import static io.apiaccess.request.HttpMethod.DELETE;
import static io.apiaccess.request.HttpMethod.GET;
import static io.apiaccess.request.HttpMethod.HEAD;
import static io.apiaccess.request.HttpMethod.OPTIONS;
import static io.apiaccess.request.HttpMethod.POST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import io.apiaccess.request.HttpMethod;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a route takes, requires and costs, and when two of them collide. */
class RouteTest {
    @Test
    void requiresNothingAndCostsOneUnlessTold() {
        Route route = Route.at("/orders", GET);
        assertEquals(Set.of(), route.scopes());
        assertEquals(1, route.cost());
        assertTrue(route.isActive());
    }

    @Test
    void keepsEverythingElseWhenOneThingIsSet() {
        Route route = Route.at("/orders", GET, POST)
                .scopes("read")
                .cost(7)
                .active(false)
                .withTemplate(PathTemplate.parse("/x"));
        assertEquals(new Route(PathTemplate.parse("/x"), Set.of(GET, POST), Set.of("read"), 7, false), route);
    }

    @Test
    @Rule("R4")
    void takesHeadWhereItTakesGet() {
        assertTrue(Route.at("/x", GET).takes(HEAD));
        assertTrue(Route.at("/x", HEAD).takes(HEAD));
        assertFalse(Route.at("/x", HEAD).takes(GET));
        assertFalse(Route.at("/x", POST).takes(HEAD));
    }

    @Test
    @Rule("R4")
    void takesOptionsOnlyIfItNamesIt() {
        assertFalse(Route.at("/x", GET, POST).takes(OPTIONS));
        assertTrue(Route.at("/x", OPTIONS).takes(OPTIONS));
    }

    @Test
    void takesMethodsWithRegardToCaseAndNoneWithoutOne() {
        assertFalse(Route.at("/x", GET).takes(HttpMethod.of("get")));
        assertTrue(Route.at("/x", HttpMethod.of("PROPFIND")).takes(HttpMethod.of("PROPFIND")));
        assertFalse(Route.at("/x", GET).takes(null));
    }

    @Test
    @Rule("R2")
    void collidesOnEqualShapeAndASharedMethod() {
        Route route = Route.at("/orders/{id}", GET, POST);
        assertTrue(route.collidesWith(Route.at("/orders/{order}", POST)));
        assertFalse(route.collidesWith(Route.at("/orders/{order}", DELETE)));
        assertFalse(route.collidesWith(Route.at("/orders/{order}", HEAD)));
        assertFalse(route.collidesWith(Route.at("/orders/7", GET)));
        assertFalse(route.collidesWith(Route.at("/orders/{order}/", GET)));
    }

    @Test
    @Rule("R3")
    void collidesWithAnyMethodIfItTakesAll() {
        Route all = new Route(PathTemplate.parse("/x/{rest...}"), Set.of(), Set.of(), 1, true);
        assertTrue(all.collidesWith(Route.at("/x/{other...}", DELETE)));
        assertTrue(Route.at("/x/{other...}", DELETE).collidesWith(all));
        assertTrue(all.takes(HttpMethod.of("BREW")));
        assertFalse(all.takes(null));
    }

    @Test
    void refusesToNameNoMethod() {
        Refusal.of(() -> Route.at("/orders"), "route `/orders`", "no method");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a\"b", "a\\b", "ä", "a\n", "\0", "\u007f"})
    void refusesWhatIsNoScope(String scope) {
        Refusal.of(() -> Route.at("/orders", GET).scopes(scope), "route `/orders`", "scope `", "printable ASCII");
    }

    @ParameterizedTest
    @ValueSource(strings = {"read", "orders:read", "https://acme.example/scope", "!", "~", "a`b"})
    void takesAScope(String scope) {
        assertEquals(
                Set.of(scope), Route.at("/orders", GET).scopes(scope, scope).scopes());
    }

    @Test
    @Rule("L6")
    void costsFromNothingToTheMost() {
        assertEquals(0, Route.at("/x", GET).cost(0).cost());
        assertEquals(Long.MAX_VALUE, Route.at("/x", GET).cost(Long.MAX_VALUE).cost());
        Refusal.of(() -> Route.at("/x", GET).cost(-1), "route `/x`", "cost `-1`", "below 0");
    }

    @Test
    void tellsAllFaultsAtOnce() {
        String message = Refusal.of(
                () -> new Route(PathTemplate.parse("/x"), Set.of(GET), Set.of("a b", "c d"), -5, true),
                "`-5`",
                "`a b`",
                "`c d`");
        assertEquals(3, message.split("; ").length, message);
    }
}
