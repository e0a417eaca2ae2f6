package io.apiaccess.spi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

@Rule("S7")
class SecretCipherTest {
    private static final byte[] SECRET = "what nobody may read".getBytes(StandardCharsets.UTF_8);
    private static final String PLACE = "profile `a`, key 0";

    private final SecretCipher old = SecretCipher.aesGcm("2025", Map.of("2025", key(1)));
    private final SecretCipher both = SecretCipher.aesGcm("2026", Map.of("2025", key(1), "2026", key(2)));

    @Test
    void opensWhatItHasSealed() {
        byte[] sealed = old.seal(SECRET, PLACE);
        assertArrayEquals(SECRET, old.open(sealed, PLACE));
        assertFalse(new String(sealed, StandardCharsets.ISO_8859_1).contains("nobody"));
        assertFalse(Arrays.equals(sealed, old.seal(SECRET, PLACE)), "a nonce is used once");
        assertArrayEquals(new byte[0], old.open(old.seal(new byte[0], PLACE), PLACE));
    }

    @Test
    void opensWithTheKeyThatSealed() {
        byte[] sealed = old.seal(SECRET, PLACE);
        assertArrayEquals(SECRET, both.open(sealed, PLACE));
        assertFalse(both.isNewest(sealed));
        byte[] again = both.seal(SECRET, PLACE);
        assertTrue(both.isNewest(again));
        StoreException unknown = assertThrows(StoreException.class, () -> old.open(again, PLACE));
        assertEquals("a secret is sealed with the unknown key `2026`", unknown.getMessage());
    }

    @Test
    void opensInNoOtherPlace() {
        byte[] sealed = old.seal(SECRET, PLACE);
        assertThrows(StoreException.class, () -> old.open(sealed, "profile `b`, key 0"));
    }

    @Test
    void opensNothingThatWasChanged() {
        byte[] sealed = old.seal(SECRET, PLACE);
        for (int at = 0; at < sealed.length; at++) {
            byte[] changed = sealed.clone();
            changed[at] ^= 1;
            assertThrows(StoreException.class, () -> old.open(changed, PLACE), "byte " + at);
            byte[] cut = Arrays.copyOf(sealed, at);
            assertThrows(StoreException.class, () -> old.open(cut, PLACE), "up to byte " + at);
        }
    }

    @Test
    void refusesKeysThatAreNone() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> SecretCipher.aesGcm("missing", Map.of("a b", new byte[31])));
        assertEquals(
                "secret cipher `missing`: key id `a b` is not 1 to 64 characters of A-Z, a-z, 0-9, _ and -; key `a b` has"
                        + " `31` bytes: AES-256 needs 32; there is no key `missing` to seal with",
                refused.getMessage());
    }

    private static byte[] key(int fill) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) fill);
        return key;
    }
}
