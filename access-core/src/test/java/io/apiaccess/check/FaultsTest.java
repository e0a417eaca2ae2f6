package io.apiaccess.check;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Refusal;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

/** What names and ids may be, and how all faults of an object are told at once. */
class FaultsTest {
    static Stream<String> names() {
        return Stream.of(
                "a",
                "ACME Company",
                "Überweisung 支払 😀",
                "`;'--<script>",
                "{}",
                "a\u00a0b",
                "a".repeat(200),
                "😀".repeat(200));
    }

    @ParameterizedTest
    @MethodSource("names")
    void takesAName(String name) {
        assertDoesNotThrow(() -> check(name));
    }

    static Stream<Arguments> wrongNames() {
        return Stream.of(
                Arguments.of("a".repeat(201), "longer than 200 characters"),
                Arguments.of("😀".repeat(201), "longer than 200 characters"),
                Arguments.of("a\nb", "control character"),
                Arguments.of("a\0b", "control character"),
                Arguments.of("a\u007fb", "control character"),
                Arguments.of("a\u0085b", "control character"),
                Arguments.of("a\u2028b", "control character"),
                Arguments.of("a\u2029b", "control character"),
                Arguments.of("a\ud83db", "lone surrogate"),
                Arguments.of("\ude00\ud83d", "lone surrogate"),
                Arguments.of(" a", "white space"),
                Arguments.of("a\t", "white space"),
                Arguments.of("   ", "white space"),
                Arguments.of("\u3000a", "white space"),
                Arguments.of("e\u0301", "normal form C"),
                Arguments.of("\u212b", "normal form C"));
    }

    @ParameterizedTest
    @MethodSource("wrongNames")
    void refusesAWrongNameAndQuotesIt(String name, String fault) {
        Refusal.of(() -> check(name), "thing", "title", Faults.quote(name), fault);
    }

    @ParameterizedTest
    @NullAndEmptySource
    void refusesAMissingName(String name) {
        Refusal.of(() -> check(name), "thing", "title is missing", "1 to 200");
    }

    @Test
    void tellsAllFaultsAtOnce() {
        String message = Refusal.of(
                () -> check(" e\u0301\0" + "x".repeat(200)),
                "longer than 200",
                "control character",
                "white space",
                "normal form C");
        assertEquals(4, message.split("; ").length, message);
    }

    @Test
    void refusesADescriptionOfMoreThan2000CharactersAndQuotesItsBeginning() {
        Faults faults = new Faults();
        faults.description(null);
        faults.description("line\nbreak");
        faults.description("d".repeat(2_000));
        assertDoesNotThrow(() -> faults.throwIfAny("thing", "x"));
        faults.description("d".repeat(2_001));
        Refusal.of(
                () -> faults.throwIfAny("thing", "x"),
                "thing `x`",
                "description",
                "`" + "d".repeat(80) + "…`",
                "2000 characters");
    }

    @Test
    void keepsWhatAStepSaysAndGoesOn() {
        Faults faults = new Faults();
        faults.gather(() -> Faults.id("policy", "a b"));
        faults.gather(() -> Faults.id("plan", ""));
        Refusal.of(() -> new Faults(faults).throwIfAny("thing", "x"), "policy id `a b`", "; ", "plan id ``");
    }

    @ParameterizedTest
    @CsvSource({
        "plain, `plain`",
        "'a\nb\r\t', `a\\u000ab\\u000d\\u0009`",
        "'a`b', `a\\u0060b`",
        "a\u0085\u2028b, `a\\u0085\\u2028b`",
        "😀, `😀`"
    })
    void quotesInOneLineWhateverItIs(String text, String quoted) {
        assertEquals(quoted, Faults.quote(text));
    }

    @Test
    void quotesALoneSurrogateByItsNumber() {
        assertEquals("`\\ud83d`", Faults.quote("\ud83d"));
    }

    @Test
    void quotesNothing() {
        assertEquals("`null`", Faults.quote(null));
        assertEquals("``", Faults.quote(""));
    }

    @Test
    void quotesTheFirst80CodePoints() {
        assertEquals("`" + "😀".repeat(80) + "`", Faults.quote("😀".repeat(80)));
        assertEquals("`" + "😀".repeat(80) + "…`", Faults.quote("😀".repeat(81)));
        assertEquals("`" + "\\u0000".repeat(80) + "…`", Faults.quote("\0".repeat(1 << 20)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "A-Z_0", "-", "0123456789012345678901234567890123456789012345678901234567890123"})
    void takesAnId(String id) {
        assertEquals(id, Faults.id("client", id));
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(
            strings = {
                "a b",
                "a.b",
                "a/b",
                "ä",
                "１",
                "a\n",
                "\0",
                "../x",
                "01234567890123456789012345678901234567890123456789012345678901234"
            })
    void refusesWhatIsNoId(String id) {
        Refusal.of(() -> Faults.id("client", id), "client id", Faults.quote(id), "1 to 64", "A-Z, a-z, 0-9, _ and -");
    }

    @Test
    void makesIdsOf128BitsAndMoreThatDoNotRepeatAndBeginWithNoDash() {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            String id = Faults.randomId();
            assertEquals(17, Base64.getUrlDecoder().decode(Faults.id("any", id)).length);
            assertFalse(id.startsWith("-"), id);
            assertTrue(ids.add(id), id);
        }
    }

    private static void check(String name) {
        Faults faults = new Faults();
        faults.name("title", name);
        faults.throwIfAny("thing", name);
    }
}
