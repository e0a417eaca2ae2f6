package io.apiaccess.json;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.apiaccess.Rule;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 4648 section 5, as RFC 7515 section 2 narrows it. */
@Rule("C6")
class Base64UrlTest {
    @ParameterizedTest
    @CsvSource({"'', ''", "f, Zg", "fo, Zm8", "foo, Zm9v", "foob, Zm9vYg", "fooba, Zm9vYmE", "foobar, Zm9vYmFy"})
    void readsTheVectorsOfRfc4648Section10WithoutTheirPadding(String bytes, String text) throws MalformedException {
        assertEquals(bytes, new String(Base64Url.decode(text), StandardCharsets.US_ASCII));
        assertEquals(text, Base64Url.encode(bytes.getBytes(StandardCharsets.US_ASCII)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Zg==",
                "Zm8=",
                "Zm9v=",
                "=",
                "Zm+v",
                "Zm/v",
                "Zm9v ",
                " Zm9v",
                "Zm\n9v",
                "Zm9v\r\n",
                "Zm.v",
                "Zm9\u00e9",
                "Zm9\u0001",
                "Zm9\u0141",
                "\uFF21\uFF21"
            })
    void refusesACharacterOutsideTheAlphabet(String text) {
        assertEquals("text that no encoder of base64url writes", fault(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Zh", "Zn", "Zm9", "Zm-", "A", "Zm9vY", "AAAAB", "_____", "__"})
    void refusesLeftOverBitsAndLengthsThatNoEncoderWrites(String text) {
        assertEquals("text that no encoder of base64url writes", fault(text));
    }

    @ParameterizedTest
    @ValueSource(chars = {'=', '+', '/', '\0', '\n', '\u00c1', '\u0141', '\uff21'})
    void refusesACharacterOutsideTheAlphabetAnywhereInALongText(char c) throws MalformedException {
        String text = "Zm9v".repeat(150);
        Base64Url.decode(text);
        for (int at = 0; at < text.length(); at++) {
            assertEquals(
                    "text that no encoder of base64url writes",
                    fault(text.substring(0, at) + c + text.substring(at + 1)),
                    "at " + at);
        }
    }

    @Test
    void readsOneTextOnlyForEachSequenceOfBytes() throws MalformedException {
        Random random = new Random(4648);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            String text = Base64Url.encode(bytes);
            assertArrayEquals(bytes, Base64Url.decode(text));
            assertArrayEquals(bytes, Base64Url.decode("%" + text + "%", 1, text.length() + 1));
        }
    }

    @Test
    void refusesEveryOtherTextOfUpToThreeCharacters() {
        List<String> alphabet = List.of("A", "Q", "g", "0", "-", "_", "=", "+", ".", " ");
        int read = 0;
        for (String a : alphabet) {
            for (String b : alphabet) {
                for (String c : alphabet) {
                    read += reads(a + b + c);
                }
                read += reads(a + b);
            }
            read += reads(a);
        }
        // the last of three is one of A Q g 0, the last of two one of A Q g
        assertEquals(6 * 6 * 4 + 6 * 3, read);
    }

    private static int reads(String text) {
        try {
            return Base64Url.encode(Base64Url.decode(text)).equals(text) ? 1 : Integer.MIN_VALUE;
        } catch (MalformedException e) {
            return 0;
        }
    }

    private static String fault(String text) {
        return assertThrows(MalformedException.class, () -> Base64Url.decode(text))
                .fault();
    }
}
