package io.apiaccess.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.apiaccess.Rule;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 8259, without any leniency. */
@Rule("C6")
class StrictJsonTest {
    @Test
    void readsEveryKindOfValue() throws MalformedException {
        String text =
                " {\t\"text\" : \"a\\u00e9\\n\\\"\\\\\\/\\b\\f\\r\\t\\ud83d\\ude00\u00e9\" ,\r\n \"number\": -0.50e+1, "
                        + "\"list\":[ true , false,null, [ ] ] , \"object\":{ } } ";
        assertEquals("a\u00e9\n\"\\/\b\f\r\t\ud83d\ude00\u00e9", read(text).get("text"));
        assertEquals(new BigDecimal("-0.50e+1"), read(text).get("number"));
        assertEquals(Arrays.asList(true, false, null, List.of()), read(text).get("list"));
        assertEquals(Map.of(), read(text).get("object"));
    }

    @Test
    void readsAThousandValuesAndNoMore() throws MalformedException {
        assertEquals(Set.of("a"), read("{\"a\":[" + "1,".repeat(998) + "1]}").keySet());
        MalformedException refused =
                assertThrows(MalformedException.class, () -> read("{\"a\":[" + "[],".repeat(999) + "{}]}"));
        assertEquals("JSON of more than 1000 values", refused.fault());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0", "-0", "1", "10", "0.0", "1.50", "1e9", "1E+9", "1e-9", "-1.5e999", "253402300799", "1e0"})
    void readsNumbers(String number) throws MalformedException {
        assertEquals(new BigDecimal(number), read("{\"n\":" + number + "}").get("n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00",
                "01",
                "-",
                "+1",
                ".5",
                "1.",
                "1.e1",
                "1e",
                "1e+",
                "0x10",
                "1_0",
                "NaN",
                "Infinity",
                "-Infinity",
                "\u0661",
                "1 0",
                "tru",
                "True",
                "TRUE",
                "nul",
                "nullx",
                "'a'",
                "undefined",
                "\"",
                "\"\\\"",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\u00g0\"",
                "\"\\u\u0661\u0661\u0661\u0661\"",
                "\"\t\"",
                "\"\n\"",
                "\"\0\"",
                "[1,]",
                "[,1]",
                "[1 2]",
                "[",
                "[1",
                "{",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "{'a':1}",
                "{1:1}",
                "/**/1",
                "1//",
                "\uFEFF1",
                "\u00a01",
                ""
            })
    void refusesWhatTheGrammarHasNot(String value) {
        assertEquals("text that is not JSON", fault("{\"n\":" + value + "}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "[]", "\"a\"", "1", "null", "true", "\u0000{}", "}{"})
    void refusesWhatIsNotAnObject(String text) {
        assertEquals("JSON that is not an object", fault(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}{}", "{} x", "{}}", "{},", "{}\u0000", "{}\uFEFF"})
    void refusesAnythingBehindTheObject(String text) {
        assertEquals("something behind the JSON object", fault(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1,\"a\":1}",
                "{\"a\":1,\"\\u0061\":2}",
                "{\"x\":{\"a\":1,\"b\":2,\"a\":null}}",
                "{\"\":1,\"\":1}"
            })
    void refusesAMemberThatIsThereTwiceHoweverItIsWritten(String text) {
        assertEquals("a member that is there twice", fault(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud800", "\\udc00", "\\udc00\\ud800", "a\\ud83dx", "\\ud83d\\u0041"})
    void refusesHalfOfASurrogatePair(String escaped) {
        assertEquals("half of a surrogate pair", fault("{\"a\":\"" + escaped + "\"}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e1000", "1e-1000", "1e99999999999", "1e0001"})
    void refusesNumbersBeyondAllUse(String number) {
        assertEquals("a number beyond all use", fault("{\"a\":" + number + "}"));
        assertEquals("a number beyond all use", fault("{\"a\":" + "9".repeat(65) + "}"));
        assertEquals("a number beyond all use", fault("{\"a\":0." + "0".repeat(63) + "}"));
    }

    @ParameterizedTest
    @CsvSource({
        "c0af, overlong slash",
        "c080, overlong nul",
        "e08080, overlong",
        "eda080, surrogate",
        "edbfbf, surrogate",
        "f4908080, beyond Unicode",
        "f8888080, five bytes",
        "80, continuation alone",
        "c3, cut",
        "ff, no UTF-8 at all",
        "fffe, UTF-16"
    })
    void refusesBytesThatAreNotUtf8(String hex, String what) {
        byte[] bad = HexFormat.of().parseHex(hex);
        byte[] text = ("{\"a\":\"" + "?".repeat(bad.length) + "\"}").getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bad, 0, text, 6, bad.length);
        assertEquals(
                "bytes that are not UTF-8",
                assertThrows(MalformedException.class, () -> StrictJson.object(text), what)
                        .fault());
    }

    @Test
    void refusesAByteOrderMark() {
        assertEquals("a byte order mark", fault("\uFEFF{}"));
    }

    @Test
    void nests32DeepAndNoDeeper() throws MalformedException {
        assertEquals(1, read("{\"a\":" + "[".repeat(31) + "]".repeat(31) + "}").size());
        assertEquals("JSON nested deeper than 32", fault("{\"a\":" + "[".repeat(32) + "]".repeat(32) + "}"));
        assertEquals("JSON nested deeper than 32", fault("{\"a\":".repeat(33) + "1" + "}".repeat(33)));
        assertEquals("JSON nested deeper than 32", fault("{\"a\":" + "[".repeat(100_000)));
        assertEquals(
                2,
                read("{\"a\":" + "[".repeat(31) + "]".repeat(31) + ",\"b\":[[]]}")
                        .size());
    }

    @Test
    void neverFailsOtherwiseHoweverATextIsMangled() {
        long seed = 8259;
        Random random = new Random(seed);
        String good =
                "{\"iss\":\"https://a.example\",\"exp\":1.5e9,\"l\":[true,null,{\"x\":\"\\u00e9\\n\"}],\"n\":-0.1}";
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = good.getBytes(StandardCharsets.UTF_8);
            for (int change = random.nextInt(4); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            byte[] cut = Arrays.copyOf(bytes, bytes.length - random.nextInt(bytes.length) * random.nextInt(2));
            try {
                StrictJson.object(cut);
            } catch (MalformedException e) {
                assertEquals(0, e.getStackTrace().length);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", text " + i + ": " + Arrays.toString(cut), e);
            }
        }
    }

    private static Map<String, ?> read(String text) throws MalformedException {
        return StrictJson.object(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String fault(String text) {
        return assertThrows(MalformedException.class, () -> read(text)).fault();
    }

    @Test
    void takesThirtyTwoNumbersThatAreNoSmallWholeOnes() throws MalformedException {
        StrictJson.object("{\"a\":[" + "1.5,".repeat(31) + "1e2]}");
        assertThrows(MalformedException.class, () -> StrictJson.object("{\"a\":[" + "1.5,".repeat(32) + "1e2]}"));
        StrictJson.object("{\"a\":[" + "1,".repeat(99) + "123456789012345678]}");
    }

    @Test
    void keepsCharactersThatDecodersReplaceByAndRefusesBytesThatAreReplaced() throws MalformedException {
        assertEquals(
                "\ufffd",
                StrictJson.object("{\"a\":\"\ufffd\"}".getBytes(StandardCharsets.UTF_8))
                        .get("a"));
        byte[] cut = "{\"a\":\"\ufffd?\"}".getBytes(StandardCharsets.UTF_8);
        cut[9] = (byte) 0xef;
        assertThrows(MalformedException.class, () -> StrictJson.object(cut));
    }
}
