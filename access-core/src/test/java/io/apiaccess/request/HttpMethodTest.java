package io.apiaccess.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.apiaccess.Refusal;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A method is any token, and case counts. */
class HttpMethodTest {
    @ParameterizedTest
    @ValueSource(strings = {"GET", "PROPFIND", "M-SEARCH", "get", "x", "!#$%&'*+-.^_`|~0"})
    void isAnyToken(String name) {
        assertEquals(name, HttpMethod.of(name).toString());
        assertEquals(new HttpMethod(name), HttpMethod.of(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GE T", " GET", "GET\r\n", "GET\0", "G:T", "GÉT", "ＧET", "(GET)", "\ud83d", "GET\u2028"})
    void refusesWhatIsNoToken(String name) {
        Refusal.of(() -> HttpMethod.of(name), "method `", "token such as `GET`");
    }

    @Test
    void refusesNothing() {
        Refusal.of(() -> HttpMethod.of(""), "method ``");
    }

    @Test
    void takesExactlyTheTokenCharactersOfRfc9110() {
        String taken = IntStream.range(0, 0x250)
                .mapToObj(Character::toString)
                .filter(HttpMethodTest::isMethod)
                .collect(Collectors.joining());
        assertEquals("!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~", taken);
    }

    @Test
    void quotesNoMoreThanABitOfALongOne() {
        String message = Refusal.of(() -> HttpMethod.of(" ".repeat(1 << 20)), "method `");
        assertEquals(true, message.length() < 200, message);
    }

    @Test
    void countsCase() {
        assertNotEquals(HttpMethod.GET, HttpMethod.of("get"));
    }

    @Test
    void isAConstantWhereThereIsOne() {
        assertSame(HttpMethod.PATCH, HttpMethod.of("PATCH"));
        assertSame(HttpMethod.OPTIONS, HttpMethod.of("OPTIONS"));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, true",
        "HEAD, true",
        "OPTIONS, true",
        "TRACE, true",
        "POST, false",
        "PUT, false",
        "DELETE, false",
        "PATCH, false",
        "get, false",
        "PROPFIND, false"
    })
    void isSafeIfItOnlyReads(String name, boolean safe) {
        assertEquals(safe, HttpMethod.of(name).isSafe());
    }

    private static boolean isMethod(String name) {
        try {
            return HttpMethod.of(name).name().equals(name);
        } catch (IllegalArgumentException refused) {
            return false;
        }
    }
}
