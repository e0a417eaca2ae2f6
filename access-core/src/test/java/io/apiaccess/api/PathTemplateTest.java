package io.apiaccess.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import io.apiaccess.request.RequestPath;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which paths have the form of a template, and which texts are none. */
@Rule("R2")
class PathTemplateTest {
    private static final long SEED = Long.getLong("seed", 20_260_302);

    @ParameterizedTest
    @CsvSource({
        "/, /, true",
        "/, /a, false",
        "/orders, /orders, true",
        "/orders, /orders/, false",
        "/orders, /Orders, false",
        "/orders, /orders/7, false",
        "/orders, /%6Frders, true",
        "/orders/, /orders/, true",
        "/orders/, /orders, false",
        "/orders/{id}, /orders/7, true",
        "/orders/{id}, /orders/7/, false",
        "/orders/{id}, /orders/, false",
        "/orders/{id}, /orders, false",
        "/orders/{id}, /orders/a%20b, true",
        "/orders/{id}/, /orders/7/, true",
        "/orders/{id}/, /orders/7, false",
        "/{a}/{b}, /x/y, true",
        "/{a}, /, false",
        "/files/{rest...}, /files, true",
        "/files/{rest...}, /files/, true",
        "/files/{rest...}, /files/a, true",
        "/files/{rest...}, /files/a/b/c/, true",
        "/files/{rest...}, /filesystem, false",
        "/files/{rest...}, /, false",
        "/{rest...}, /, true",
        "/{rest...}, /a/b, true",
        "/{a}/{rest...}, /, false",
        "/{a}/{rest...}, /x, true",
        "/a b, /a%20b, true",
        "/café, /caf%C3%A9, true",
        "/a.b:c~d!, /a.b:c~d!, true"
    })
    void matches(String template, String path, boolean matches) {
        assertEquals(matches, PathTemplate.parse(template).matches(path(path)));
    }

    @ParameterizedTest
    @CsvSource({
        "/customers/, false",
        "/Customers, false",
        "/%63ustomers, true",
        "/custome%72s, true",
        "/%43ustomers, false",
        "/customers%20x, false"
    })
    @Rule("trap 10")
    void isDodgedByNoOtherWayToWriteIt(String path, boolean matches) {
        assertEquals(matches, PathTemplate.parse("/customers").matches(path(path)));
    }

    @ParameterizedTest
    @CsvSource({
        "/customers, /customers, true",
        "/customers, /customers/, true",
        "/customers/, /customers, true",
        "/customers/{id}, /customers/7/, true",
        "/customers/{id}, /customers/, false",
        "/customers/{id}, /customers, false",
        "/customers/{rest...}, /customers, true",
        "/customers, /customers/7, false",
        "/, /, true"
    })
    @Rule("trap 10")
    void coversWithOrWithoutTheSlashAtTheEnd(String template, String path, boolean covers) {
        assertEquals(covers, PathTemplate.parse(template).covers(path(path).segments()));
    }

    @ParameterizedTest
    @CsvSource({
        "/{a}/x, /{b}/x, true",
        "/{a}, /{a...}, false",
        "/a, /a/, false",
        "/a, /A, false",
        "/{a}, /a, false",
        "/x/{a...}, /x/{b...}, true"
    })
    void equalsATemplateOfTheSameShape(String one, String other, boolean equal) {
        PathTemplate first = PathTemplate.parse(one);
        PathTemplate second = PathTemplate.parse(other);
        assertEquals(equal, first.equals(second));
        assertEquals(equal, first.shape().equals(second.shape()));
        if (equal) {
            assertEquals(first.hashCode(), second.hashCode());
        }
    }

    @Test
    void isShownAsWritten() {
        assertEquals(
                "/orders/{order_id}", PathTemplate.parse("/orders/{order_id}").toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "orders",
                "*",
                "{id}",
                "{/orders",
                "}/orders",
                "{}/orders",
                "{id}/orders",
                "//",
                "//orders",
                "{rest...}",
                "/a//b",
                "/a/{}/b",
                "/./a",
                "/../a",
                "/a/..",
                "/a?b",
                "/a#b",
                "/a;b",
                "/a\\b",
                "/a%20b",
                "/%61",
                "/100%",
                "/ a",
                "/a ",
                "/a/ /b",
                "/a\nb",
                "/a\0",
                "/a\u0085b",
                "/\ud83d",
                "/\u2028"
            })
    void refusesWhatMatchesNoCanonicalPath(String text) {
        Refusal.of(() -> PathTemplate.parse(text), "path template", "matches no canonical path", "`/orders/{id}`");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/{}",
                "/{id",
                "/id}",
                "/{{id}}",
                "/a{id}",
                "/{id}a",
                "/{a}{b}",
                "/{a}-{b}",
                "/{1a}",
                "/{a b}",
                "/{a-b}",
                "/{ä}",
                "/{a..}",
                "/{a....}",
                "/{...}",
                "/{a...b}",
                "/{a:[0-9]+}",
                "/{a*}",
                "/{*a}",
                "/}{",
                "/a/{id}.json"
            })
    void refusesWhatIsNeitherALiteralNorAVariable(String text) {
        Refusal.of(() -> PathTemplate.parse(text), "path template `" + text + "`", "`{id}`", "`{rest...}`");
    }

    @Test
    void refusesNothing() {
        Refusal.of(() -> PathTemplate.parse(""), "path template ``");
    }

    @Test
    void refusesAnythingAfterTheRest() {
        Refusal.of(() -> PathTemplate.parse("/a/{rest...}/b"), "`/a/{rest...}/b`", "goes on after `{rest...}`");
        Refusal.of(() -> PathTemplate.parse("/{rest...}/"), "`/{rest...}/`", "goes on after `{rest...}`");
    }

    @Test
    void refusesTwoVariablesOfOneName() {
        Refusal.of(() -> PathTemplate.parse("/{id}/x/{id}"), "`/{id}/x/{id}`", "`{id}` twice");
        Refusal.of(() -> PathTemplate.parse("/{id}/{id...}"), "twice");
    }

    @Test
    void refusesATemplateThatIsTooLongForAPath() {
        assertTrue(Refusal.of(() -> PathTemplate.parse("/" + "a".repeat(8_192)), "path template")
                        .length()
                < 300);
        assertEquals(1, PathTemplate.parse("/" + "a".repeat(8_191)).segments().size());
        assertTrue(Refusal.of(() -> PathTemplate.parse("/{" + "a".repeat(65) + "}"))
                        .length()
                < 400);
    }

    @ParameterizedTest
    @CsvSource({
        "/api, /orders, /api/orders",
        "/api/, /orders, /api/orders",
        "/, /orders, /orders",
        "/api/v1, /, /api/v1/",
        "/api, /{rest...}, /api/{rest...}"
    })
    @Rule("X8")
    void followsABasePath(String base, String template, String full) {
        assertEquals(
                full,
                PathTemplate.parse(template).under(PathTemplate.parse(base)).toString());
    }

    @Test
    void matchesItsOwnPathWrittenInAnyWay() {
        SplittableRandom random = new SplittableRandom(SEED);
        List<String> literals = List.of("a", "B", "é", "x y", "1", "😀", "...", "a+b", "'");
        for (int i = 0; i < 10_000; i++) {
            StringBuilder template = new StringBuilder();
            StringBuilder path = new StringBuilder();
            int depth = random.nextInt(1, 6);
            for (int n = 0; n < depth; n++) {
                String literal = literals.get(random.nextInt(literals.size()));
                template.append('/').append(random.nextBoolean() ? literal : "{v" + n + "}");
                path.append('/').append(literal);
            }
            PathTemplate parsed = PathTemplate.parse(template.toString());
            assertTrue(parsed.matches(path(path.toString())), () -> "seed " + SEED + ": " + template + " and " + path);
            assertNotEquals(
                    parsed.matches(path(path + "/")),
                    parsed.covers(path(path + "/").segments()),
                    () -> "seed " + SEED + ": " + template + " and " + path);
        }
    }

    private static RequestPath path(String raw) {
        return RequestPath.parse(raw).orElseThrow();
    }
}
