package io.apiaccess.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import io.apiaccess.request.Secret;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The text of a key: what is made, and what is taken for one. */
@Rule("C1")
class KeyFormatTest {
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final KeyFormat FORMAT = new KeyFormat("ak");
    private static final SecureRandom RANDOM = new SecureRandom();

    @Test
    void makesPrefixIdSecretAndChecksumInBase62() {
        Set<String> ids = new HashSet<>();
        Set<String> secrets = new HashSet<>();
        for (int i = 0; i < 2_000; i++) {
            String text = FORMAT.generate(RANDOM).reveal();
            assertTrue(text.matches("ak_[0-9A-Za-z]{11}[0-9A-Za-z]{27}[0-9A-Za-z]{6}"), text);
            assertEquals(checksum(text.substring(0, 41)), text.substring(41));
            assertTrue(value(text.substring(3, 14)).bitLength() <= 64, text);
            assertTrue(value(text.substring(14, 41)).bitLength() <= 160, text);
            assertEquals(text.substring(3, 14), FORMAT.idOf(Secret.of(text)).value());
            assertTrue(FORMAT.isOwn(text) && FORMAT.isWellFormed(text) && KeyFormat.isForeign(text), text);
            assertTrue(ids.add(text.substring(3, 14)) && secrets.add(text.substring(14, 41)), text);
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "255", "1", "128"})
    void makesTheSameLengthOfTheSmallestAndLargestNumbers(int octet) {
        String text = FORMAT.generate(new Constant((byte) octet)).reveal();
        assertEquals(47, text.length());
        assertTrue(FORMAT.isWellFormed(text), text);
        assertEquals(repeated(octet, 8), value(text.substring(3, 14)));
        assertEquals(repeated(octet, 20), value(text.substring(14, 41)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "ak", "acme1", "a234567890123456"})
    void takesAPrefix(String prefix) {
        KeyFormat format = new KeyFormat(prefix);
        String text = format.generate(RANDOM).reveal();
        assertTrue(text.startsWith(prefix + "_") && format.isWellFormed(text), text);
        assertEquals(11, format.idOf(Secret.of(text)).value().length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1a", "A", "aK", "a_", "a-b", "a b", "ä", "a2345678901234567", "ak\n", "_"})
    void refusesWhatIsNoPrefix(String prefix) {
        String quoted = "`" + prefix.replace("\n", "\\u000a") + "`";
        Refusal.of(() -> new KeyFormat(prefix), "key prefix", quoted, "lower-case");
    }

    @Test
    void isNotWellFormedWithAnyOtherCharacterInAnyPlace() {
        String text = FORMAT.generate(RANDOM).reveal();
        for (int i = 0; i < text.length(); i++) {
            for (char c : (DIGITS + "_-+/= \0\n\u00df\uff10\ud83d").toCharArray()) {
                if (c != text.charAt(i)) {
                    String other = text.substring(0, i) + c + text.substring(i + 1);
                    assertFalse(FORMAT.isWellFormed(other), other);
                }
            }
        }
    }

    @Test
    void isNotWellFormedWithAnythingButBase62ThoughTheChecksumIsRight() {
        String text = FORMAT.generate(RANDOM).reveal();
        for (int i = 3; i < text.length(); i++) {
            String wider = text.substring(0, i) + (char) (text.charAt(i) + 0x100) + text.substring(i + 1);
            assertFalse(FORMAT.isWellFormed(wider), wider);
            if (i < 41) {
                String body = text.substring(0, i) + '-' + text.substring(i + 1, 41);
                assertFalse(FORMAT.isWellFormed(body + checksum(body)), body);
            }
        }
    }

    @Test
    void isNotWellFormedWithTwoCharactersSwapped() {
        String text = FORMAT.generate(RANDOM).reveal();
        for (int i = 3; i < text.length() - 1; i++) {
            String other = text.substring(0, i) + text.charAt(i + 1) + text.charAt(i) + text.substring(i + 2);
            assertEquals(other.equals(text), FORMAT.isWellFormed(other), other);
        }
    }

    @Test
    void isNotWellFormedInAnyOtherLength() {
        String text = FORMAT.generate(RANDOM).reveal();
        for (int length = 0; length <= 600; length++) {
            String other = length <= 47 ? text.substring(0, length) : text + "0".repeat(length - 47);
            assertEquals(length == 47, FORMAT.isWellFormed(other), other);
            assertEquals(length >= 3, FORMAT.isOwn(other), other);
        }
        assertFalse(FORMAT.isWellFormed(text + "0".repeat(1 << 20)));
        assertFalse(FORMAT.isWellFormed(" " + text));
        assertFalse(FORMAT.isWellFormed(text + "\n"));
    }

    @Test
    @Rule("trap 11")
    void givesKeysClientSecretsAndAccessTokensEachAFormOfItsOwn() {
        List<KeyFormat> forms = List.of(FORMAT, FORMAT.ofSecrets(), FORMAT.ofTokens());
        for (KeyFormat made : forms) {
            String text = made.generate(RANDOM).reveal();
            for (KeyFormat other : forms) {
                assertEquals(made == other, other.isOwn(text), text);
                assertEquals(made == other, other.isWellFormed(text), text);
            }
        }
        String key = FORMAT.generate(RANDOM).reveal();
        assertFalse(FORMAT.ofTokens().isWellFormed("akt" + key.substring(2)), "the checksum is over the prefix");
        assertEquals(
                "akt_", FORMAT.ofSecrets().ofTokens().generate(RANDOM).reveal().substring(0, 4));
    }

    @Test
    void isNotWellFormedBehindAnotherPrefixOrCase() {
        String text = FORMAT.generate(RANDOM).reveal();
        assertFalse(new KeyFormat("acme").isOwn(text));
        assertFalse(new KeyFormat("bk").isWellFormed("bk" + text.substring(2)));
        assertFalse(FORMAT.isOwn("AK" + text.substring(2)));
        assertFalse(FORMAT.isWellFormed("AK" + text.substring(2)));
        assertFalse(new KeyFormat("a").isOwn(text));
    }

    @Test
    @Rule("X3")
    void takesAKeyThatWasMadeElsewhereWithARightChecksum() {
        String body = "ak_" + "z".repeat(11) + "0".repeat(27);
        assertTrue(FORMAT.isWellFormed(body + checksum(body)));
        assertFalse(FORMAT.isWellFormed(body + "zzzzzz"));
    }

    @ParameterizedTest
    @CsvSource({"15, false", "16, true", "512, true", "513, false", "0, false"})
    @Rule("C5")
    void takesForeignTextsOf16To512Characters(int length, boolean foreign) {
        assertEquals(foreign, KeyFormat.isForeign("~".repeat(length)));
        assertFalse(KeyFormat.isForeign("~".repeat(1 << 20)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\0", "\t", "\n", "\u001f", "\u007f", "\u0080", "é", "\uff11", "\ud83d", "\u2028"})
    @Rule("C5")
    void takesNoForeignTextWithAnythingButPrintableAscii(String character) {
        assertFalse(KeyFormat.isForeign("0123456789abcdef" + character));
        assertFalse(KeyFormat.isForeign(character + "0123456789abcdef"));
    }

    @Test
    @Rule("C5")
    void takesForeignTextsOfEveryGraphicCharacter() {
        StringBuilder text = new StringBuilder();
        for (char c = '!'; c <= '~'; c++) {
            text.append(c);
        }
        assertTrue(KeyFormat.isForeign(text.toString()));
    }

    private static String checksum(String body) {
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.US_ASCII));
        StringBuilder out = new StringBuilder();
        long rest = crc.getValue();
        for (int i = 0; i < 6; i++) {
            out.insert(0, DIGITS.charAt((int) (rest % 62)));
            rest /= 62;
        }
        return out.toString();
    }

    private static BigInteger value(String base62) {
        BigInteger value = BigInteger.ZERO;
        for (int c : base62.chars().toArray()) {
            value = value.multiply(BigInteger.valueOf(62)).add(BigInteger.valueOf(DIGITS.indexOf(c)));
        }
        return value;
    }

    private static BigInteger repeated(int octet, int times) {
        byte[] bytes = new byte[times];
        Arrays.fill(bytes, (byte) octet);
        return new BigInteger(1, bytes);
    }

    /** A source that always gives the same octet. */
    private static final class Constant extends SecureRandom {
        private static final long serialVersionUID = 1;

        private final byte octet;

        private Constant(byte octet) {
            this.octet = octet;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            Arrays.fill(bytes, octet);
        }
    }
}
