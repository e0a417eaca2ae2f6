package io.apiaccess.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import io.apiaccess.api.CollectionId;
import io.apiaccess.policy.PlanId;
import io.apiaccess.request.HttpMethod;
import io.apiaccess.request.RequestPath;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a grant gives, and what it leaves out. */
class GrantTest {
    private static final Grant WHOLE = Grant.of(new CollectionId("orders"));

    @Test
    void givesEverythingUnlessTold() {
        assertEquals(Optional.empty(), WHOLE.scopes());
        assertEquals(Optional.empty(), WHOLE.plan());
        assertEquals(Set.of(), WHOLE.exceptions());
        assertFalse(WHOLE.isReadOnly());
        assertFalse(leavesOut(WHOLE, "DELETE", "/x"));
    }

    @Test
    void keepsEverythingElseWhenOneThingIsSet() {
        Grant grant =
                WHOLE.except(HttpMethod.POST, "/x").readOnly().scopes("a", "b").plan(new PlanId("gold"));
        assertEquals(Optional.of(Set.of("a", "b")), grant.scopes());
        assertEquals(Optional.of(new PlanId("gold")), grant.plan());
        assertEquals(1, grant.exceptions().size());
        assertTrue(grant.isReadOnly());
        assertEquals("orders through plan gold with scopes [a, b] read-only except [POST /x]", grant.toString());
    }

    @Test
    @Rule("C13")
    void holdsNoScopeIfItNamesNone() {
        Grant none = WHOLE.scopes(new String[0]);
        assertEquals(Optional.of(Set.of()), none.scopes());
        assertNotEquals(WHOLE, none);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, false",
        "HEAD, false",
        "OPTIONS, false",
        "TRACE, false",
        "POST, true",
        "PUT, true",
        "PATCH, true",
        "DELETE, true",
        "get, true",
        "PROPFIND, true"
    })
    void givesOnlySafeMethodsIfItIsReadOnly(String method, boolean leftOut) {
        assertEquals(leftOut, leavesOut(WHOLE.readOnly(), method, "/x"));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /orders/7, true",
        "HEAD, /orders/7, true",
        "GET, /orders/7/, true",
        "GET, /%6Frders/7, true",
        "GET, /orders, false",
        "GET, /orders/, false",
        "GET, /Orders/7, false",
        "POST, /orders/7, false",
        "GET, /orders/7/lines, false"
    })
    @Rule({"R4", "trap 10"})
    void leavesOutItsExceptionsWithOrWithoutASlashAtTheEnd(String method, String path, boolean leftOut) {
        assertEquals(leftOut, leavesOut(WHOLE.except(HttpMethod.GET, "/orders/{id}"), method, path));
    }

    @ParameterizedTest
    @CsvSource({"/admin, true", "/admin/, true", "/admin/a/b, true", "/administrator, false"})
    void leavesOutEverythingBelow(String path, boolean leftOut) {
        assertEquals(leftOut, leavesOut(WHOLE.except(HttpMethod.DELETE, "/admin/{rest...}"), "DELETE", path));
    }

    @Test
    void leavesOutHeadAloneIfTold() {
        Grant grant = WHOLE.except(HttpMethod.HEAD, "/x");
        assertTrue(leavesOut(grant, "HEAD", "/x"));
        assertFalse(leavesOut(grant, "GET", "/x"));
    }

    @Test
    void addsExceptions() {
        Grant grant =
                WHOLE.except(HttpMethod.GET, "/a").except(HttpMethod.PUT, "/b").except(HttpMethod.GET, "/a");
        assertEquals(2, grant.exceptions().size());
        assertTrue(leavesOut(grant, "GET", "/a") && leavesOut(grant, "PUT", "/b"));
        assertFalse(leavesOut(grant, "PUT", "/a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\"", "é", "a\r\n"})
    void refusesWhatIsNoScope(String scope) {
        Refusal.of(() -> WHOLE.scopes("fine", scope), "grant of `orders`", "scope `", "printable ASCII");
    }

    @Test
    void tellsAllWrongScopesAtOnce() {
        Refusal.of(() -> WHOLE.scopes("a b", "c d"), "`a b`", "; ", "`c d`");
    }

    @Test
    void refusesAnExceptionThatIsNoTemplate() {
        Refusal.of(() -> WHOLE.except(HttpMethod.GET, "orders"), "path template `orders`");
    }

    @Test
    void equalsAGrantOfTheSame() {
        assertEquals(
                WHOLE.scopes("a", "b").except(HttpMethod.GET, "/{x}"),
                WHOLE.except(HttpMethod.GET, "/{y}").scopes("b", "a"));
        assertNotEquals(WHOLE, WHOLE.scopes("a"));
        assertNotEquals(WHOLE, WHOLE.readOnly());
        assertNotEquals(WHOLE, WHOLE.plan(new PlanId("gold")));
        assertNotEquals(WHOLE, WHOLE.except(HttpMethod.GET, "/x"));
    }

    private static boolean leavesOut(Grant grant, String method, String path) {
        return grant.leavesOut(
                HttpMethod.of(method), RequestPath.parse(path).orElseThrow().segments());
    }
}
