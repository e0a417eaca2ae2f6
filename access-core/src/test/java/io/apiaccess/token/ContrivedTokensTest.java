package io.apiaccess.token;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.apiaccess.Rule;
import io.apiaccess.SignedToken;
import io.apiaccess.json.MalformedException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the most costly tokens within 8 KiB cost that are refused on their form, at the last character of their payload. It
 * is counted in bytes of memory, which no other load of the machine changes.
 */
@Rule("C8")
class ContrivedTokensTest {
    /** 32 times the longest token. */
    private static final long MAX_BYTES = 256 * 1024;

    private static final int ROOM = 6_050;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** A token, by what it is full of. */
    record Contrived(String what, String token) {
        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Contrived> tokens() {
        return Stream.of(
                of("one text", "{\"a\":\"", "x", "\"}"),
                of("a text behind an escape", "{\"a\":\"\\n", "x", "\"}"),
                of("short escapes", "{\"a\":\"", "\\n", "\"}"),
                of("long escapes", "{\"a\":\"", "\\u0041", "\"}"),
                of("escaped pairs", "{\"a\":\"", "\\ud83d\\ude00", "\"}"),
                of("three bytes each", "{\"a\":\"\\n", "\u20ac", "\"}"),
                of("what decoders replace by", "{\"a\":\"\\n", "\ufffd", "\"}"),
                of("four bytes each", "{\"a\":\"\\n", "\ud83d\ude00", "\"}"),
                of("texts with an escape", "{\"a\":[", "\"\\n\",", "1]}"),
                of("small numbers", "{\"a\":[", "1,", "1]}"),
                of("numbers of 18 digits", "{\"a\":[", "123456789012345678,", "1]}"),
                of("numbers of 19 digits", "{\"a\":[", "1234567890123456789,", "1]}"),
                of("numbers of 64 digits", "{\"a\":[", "1234567890".repeat(6) + "1234,", "1]}"),
                of("numbers with exponent", "{\"a\":[", "1e999,", "1]}"),
                of("empty objects", "{\"a\":[", "{},", "1]}"),
                of("objects of one", "{\"a\":[", "{\"\":1},", "1]}"),
                of("lists of one", "{\"a\":[", "[1],", "1]}"),
                of("deep lists", "{\"a\":[", "[".repeat(29) + "]".repeat(29) + ",", "1]}"),
                of("deep objects", "{\"a\":[", "{\"\":".repeat(29) + "1" + "}".repeat(29) + ",", "1]}"),
                of("blanks", "{", " ", "}"),
                members("members", i -> "k" + i),
                members("members of one hash", ContrivedTokensTest::colliding));
    }

    @ParameterizedTest
    @MethodSource("tokens")
    void costNotManyTimesTheirText(Contrived contrived) {
        assertTrue(contrived.token.length() <= CompactJws.MAX_LENGTH, contrived.token.length() + " characters");
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 10; i++) {
            long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
            assertThrows(MalformedException.class, () -> CompactJws.parse(contrived.token));
            least = Math.min(
                    least,
                    THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before);
        }
        assertTrue(least <= MAX_BYTES, least + " bytes");
    }

    /** Repeats a unit for as long as there is room, and as its values are not too many. */
    private static Contrived of(String what, String open, String unit, String close) {
        StringBuilder payload = new StringBuilder(open);
        int size = open.length();
        int bytes = unit.getBytes(StandardCharsets.UTF_8).length;
        long values = unit.contains(",")
                ? 1 + unit.chars().filter(c -> c == ',' || c == '{' || c == '[').count()
                : 0;
        for (long all = 0; size < ROOM - unit.length() * 3 && all < 990; all += values) {
            payload.append(unit);
            size += bytes;
        }
        return token(what, payload.append(close).toString());
    }

    private static Contrived members(String what, IntFunction<String> name) {
        StringBuilder payload = new StringBuilder("{");
        IntStream.range(0, 250)
                .forEach(i -> payload.append('"').append(name.apply(i)).append("\":1,"));
        return token(what, payload.append("\"z\":1}").toString());
    }

    private static Contrived token(String what, String payload) {
        return new Contrived(what, SignedToken.text("{\"alg\":\"HS256\"}", payload + "x", new byte[32]));
    }

    private static String colliding(int number) {
        StringBuilder name = new StringBuilder();
        for (int bit = 0; bit < Byte.SIZE; bit++) {
            name.append((number >> bit & 1) == 0 ? "Aa" : "BB");
        }
        return name.toString();
    }
}
