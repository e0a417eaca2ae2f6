package io.apiaccess.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a path must be to have one meaning only, and what it then reads. */
@Rule("R1")
class RequestPathTest {
    private static final long SEED = Long.getLong("seed", 20_260_302);

    @ParameterizedTest
    @CsvSource({
        "/, /",
        "/orders, /orders",
        "/orders/, /orders/",
        "/orders/7, /orders/7",
        "/%63ustomers, /customers",
        "/%43ustomers, /Customers",
        "/Customers, /Customers",
        "/caf%C3%A9, /café",
        "/caf%c3%a9, /café",
        "/café, /café",
        "/%F0%9F%98%80, /😀",
        "/😀, /😀",
        "/%EF%BF%BF, /\uffff",
        "/a%20b, /a b",
        "/a+b, /a+b",
        "/a%3Fb, /a?b",
        "/a%23b, /a#b",
        "/a%25zz, /a%zz",
        "/a%25, /a%",
        "/a%254, /a%4",
        "/100%25/x, /100%/x",
        "/..., /...",
        "/.well-known, /.well-known",
        "/a..b, /a..b",
        "/:@!$&'()*+=-._~, /:@!$&'()*+=-._~",
        "/{id}, /{id}"
    })
    void readsAPathDecodedOnce(String raw, String canonical) {
        assertEquals(Optional.ofNullable(canonical), RequestPath.parse(raw).map(Object::toString));
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(
            strings = {
                "orders",
                "*",
                "http://acme.example/orders",
                " /orders",
                "%2Forders",
                "?",
                "\\orders",
            })
    void takesNothingThatDoesNotBeginWithASlash(String raw) {
        assertEquals(Optional.empty(), RequestPath.parse(raw));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/%", "/a%", "/%4", "/%4/", "/%zz", "/%4g", "/%g4", "/% 41", "/%+1", "/%-1", "/%%41", "/%u0041", "/%４1",
                "/%4１", "/%C3%", "/%C3%A"
            })
    void refusesABadEscape(String raw) {
        assertEquals(Optional.empty(), RequestPath.parse(raw));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/%80",
                "/%BF",
                "/%C3",
                "/%C3/%A9",
                "/%C3a%A9",
                "/%C3é",
                "/%C0%AF",
                "/%C0%80",
                "/%C1%BF",
                "/%E0%80%AF",
                "/%E0%9F%BF",
                "/%F0%80%80%AF",
                "/%F0%8F%BF%BF",
                "/%ED%A0%80",
                "/%ED%BF%BF",
                "/%ED%A0%BD%ED%B8%80",
                "/%F4%90%80%80",
                "/%F5%80%80%80",
                "/%F8%88%80%80%80",
                "/%FC%84%80%80%80%80",
                "/%FE",
                "/%FF",
                "/%E2%82",
                "/%F0%9F%98",
                "/%F0%9F%98/%80"
            })
    void refusesWhatIsNotStrictUtf8(String raw) {
        assertEquals(Optional.empty(), RequestPath.parse(raw));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a?b", "/?", "/a#b", "/#", "/a\\b", "/\\..\\b", "/a/b?", "/%61?x"})
    void refusesARawQuestionMarkHashAndBackslash(String raw) {
        assertEquals(Optional.empty(), RequestPath.parse(raw));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a%2Fb",
                "/a%2fb",
                "/%2F",
                "/a%5Cb",
                "/a%5cb",
                "/a;b",
                "/a;",
                "/;jsessionid=1",
                "/a%3Bb",
                "/a%3b",
                "/a%252Fb",
                "/a%2541",
                "/%25%34%31",
                "/%252e%252e",
                "/%2525"
            })
    void refusesWhatHidesASeparatorOrAnotherEscape(String raw) {
        assertEquals(Optional.empty(), RequestPath.parse(raw));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/.",
                "/..",
                "/./a",
                "/../a",
                "/a/./b",
                "/a/../b",
                "/a/..",
                "/a/.",
                "/%2e",
                "/%2E%2e/a",
                "/.%2e",
                "/%2e.",
                "/a/%2e%2e/b"
            })
    void refusesDotSegments(String raw) {
        assertEquals(Optional.empty(), RequestPath.parse(raw));
    }

    @ParameterizedTest
    @ValueSource(strings = {"//", "//a", "/a//b", "/a//", "///", "/a/%20/b", "/a/ /b", "/a/%E3%80%80"})
    void refusesASegmentThatIsEmptyOrBlankUnlessItIsTheLast(String raw) {
        assertEquals(Optional.empty(), RequestPath.parse(raw));
    }

    @ParameterizedTest
    @ValueSource(ints = {' ', 0xa0, 0x1680, 0x2000, 0x2003, 0x200a, 0x202f, 0x205f, 0x3000})
    void refusesWhiteSpaceAtTheEndsOfASegmentAndTakesItWithin(int blank) {
        String space = Character.toString(blank);
        assertEquals(Optional.empty(), RequestPath.parse("/" + space + "a"));
        assertEquals(Optional.empty(), RequestPath.parse("/a" + space));
        assertEquals(Optional.empty(), RequestPath.parse("/a" + space + "/b"));
        assertEquals(Optional.empty(), RequestPath.parse("/a" + escape(space)));
        assertEquals(
                Optional.of("/a" + space + "b"),
                RequestPath.parse("/a" + escape(space) + "b").map(Object::toString));
    }

    static IntStream controls() {
        return IntStream.concat(
                IntStream.concat(IntStream.rangeClosed(0, 0x1f), IntStream.rangeClosed(0x7f, 0x9f)),
                IntStream.of(0x2028, 0x2029));
    }

    @ParameterizedTest
    @MethodSource("controls")
    void refusesEveryControlCharacterRawAndEscaped(int control) {
        String text = Character.toString(control);
        assertEquals(Optional.empty(), RequestPath.parse("/a" + text + "b"));
        assertEquals(Optional.empty(), RequestPath.parse("/a" + escape(text) + "b"));
        assertEquals(Optional.empty(), RequestPath.parse("/" + text));
    }

    @ParameterizedTest
    @MethodSource("loneSurrogates")
    void refusesALoneSurrogate(String segment) {
        assertEquals(Optional.empty(), RequestPath.parse("/" + segment));
        assertEquals(Optional.empty(), RequestPath.parse("/a" + segment + "b"));
        assertEquals(Optional.empty(), RequestPath.parse("/%61" + segment + "/b"));
    }

    static Stream<String> loneSurrogates() {
        return Stream.of(
                "\ud83d",
                "\ude00",
                "\ude00\ud83d",
                "\ud83d\ud83d\ude00",
                "\ud83d\ude00\ude00",
                "\ud83d/\ude00",
                "\ud83d%F0%9F%98%80");
    }

    @Test
    void takesUpTo8192CharactersAsTheyArrive() {
        String longest = "/" + "a".repeat(8_191);
        assertEquals(Optional.of(longest), RequestPath.parse(longest).map(Object::toString));
        assertEquals(Optional.empty(), RequestPath.parse(longest + "a"));
        String escaped = "/" + "%61".repeat(2_730) + "a";
        assertEquals(8_192, escaped.length());
        assertEquals(
                Optional.of("/" + "a".repeat(2_731)), RequestPath.parse(escaped).map(Object::toString));
        assertEquals(Optional.empty(), RequestPath.parse("/" + "%61".repeat(2_731)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "/", "%", "%61", "%2", "\ud83d", "\0", "é", "../", "%C3%A9"})
    void refusesAMebibyteOfAnything(String unit) {
        assertEquals(Optional.empty(), RequestPath.parse("/" + unit.repeat((1 << 20) / unit.length())));
    }

    @Test
    void splitsIntoDecodedSegments() {
        assertEquals(List.of("a b", "c", ""), segments("/a%20b/c/"));
        assertEquals(List.of(""), segments("/"));
    }

    @Test
    void isEqualToWhatReadsTheSame() {
        RequestPath path = RequestPath.parse("/a/b").orElseThrow();
        assertEquals(path, RequestPath.parse("/%61/%62").orElseThrow());
        assertEquals(
                path.hashCode(), RequestPath.parse("/%61/%62").orElseThrow().hashCode());
        assertNotEquals(path, RequestPath.parse("/a/b/").orElseThrow());
        assertNotEquals(path, RequestPath.parse("/A/b").orElseThrow());
    }

    @Test
    void isReadLikeAStrictDecoderReadsItsBytes() {
        SplittableRandom random = new SplittableRandom(SEED);
        List<String> atoms = List.of(
                "/",
                "/",
                "/",
                "a",
                "B",
                "%",
                "%2",
                "%61",
                "%2e",
                "%2F",
                "%5c",
                "%3B",
                "%25",
                "%34",
                "1",
                ".",
                "..",
                ";",
                "?",
                "\\",
                " ",
                "%20",
                "é",
                "%C3",
                "%A9",
                "%C3%A9",
                "%E2%80%A8",
                "%ED%A0%80",
                "%F0%9F",
                "%98%80",
                "\ud83d",
                "\ude00",
                "%00",
                "\u0085",
                "%C2%85",
                "\u2028");
        int taken = 0;
        for (int i = 0; i < 30_000; i++) {
            StringBuilder raw = new StringBuilder(random.nextInt(10) == 0 ? "" : "/");
            for (int n = random.nextInt(7); n > 0; n--) {
                raw.append(atoms.get(random.nextInt(atoms.size())));
            }
            Optional<String> expected = naive(raw.toString());
            assertEquals(
                    expected,
                    RequestPath.parse(raw.toString()).map(Object::toString),
                    () -> "seed " + SEED + ": " + raw);
            assertEquals(
                    expected.map(text -> List.of(text.substring(1).split("/", -1))),
                    RequestPath.parse(raw.toString()).map(RequestPath::segments),
                    () -> "seed " + SEED + ": " + raw);
            taken += expected.isPresent() ? 1 : 0;
        }
        assertTrue(taken > 2_000 && taken < 25_000, "taken " + taken);
    }

    /** Decodes bytes, not characters, and only then looks at what they mean. */
    private static Optional<String> naive(String raw) {
        if (!raw.startsWith("/") || raw.matches("(?s).*[?#\\\\].*")) {
            return Optional.empty();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String decoded;
        try {
            for (int i = 0; i < raw.length(); ) {
                if (raw.charAt(i) == '%') {
                    if (!raw.substring(i).matches("(?s)%[0-9A-Fa-f]{2}.*")) {
                        return Optional.empty();
                    }
                    int octet = Integer.parseInt(raw.substring(i + 1, i + 3), 16);
                    if (octet == '/') {
                        return Optional.empty();
                    }
                    bytes.write(octet);
                    i += 3;
                } else {
                    int codePoint = raw.codePointAt(i);
                    if (codePoint >= 0xd800 && codePoint <= 0xdfff) {
                        return Optional.empty();
                    }
                    bytes.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
                    i += Character.charCount(codePoint);
                }
            }
            decoded = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
        String[] segments = decoded.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            boolean isLast = i == segments.length - 1;
            if (segments[i].isEmpty() ? !isLast : isRefused(segments[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(decoded);
    }

    private static boolean isRefused(String segment) {
        return segment.matches("(?s).*([\\\\;\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]|%[0-9A-Fa-f]{2}).*")
                || segment.matches("\\.\\.?")
                || Arrays.stream(new int[] {segment.codePointAt(0), segment.codePointBefore(segment.length())})
                        .anyMatch(c -> Character.toString(c).matches("\\p{IsWhite_Space}"));
    }

    private static List<String> segments(String raw) {
        return RequestPath.parse(raw).orElseThrow().segments();
    }

    private static String escape(String text) {
        StringBuilder out = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            out.append(String.format(Locale.ROOT, "%%%02X", octet & 255));
        }
        return out.toString();
    }
}
