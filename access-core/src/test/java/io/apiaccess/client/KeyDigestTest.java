package io.apiaccess.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A digest equals the same 32 bytes under the same pepper, and shows none of them. */
@Rule("C2")
class KeyDigestTest {
    private static final byte[] BYTES = bytes();

    @Test
    void equalsTheSameBytesUnderTheSamePepper() {
        KeyDigest digest = KeyDigest.of(BYTES, "p1");
        assertEquals(KeyDigest.of(bytes(), "p1"), digest);
        assertEquals(KeyDigest.of(bytes(), "p1").hashCode(), digest.hashCode());
        assertNotEquals(KeyDigest.of(BYTES, "p2"), digest);
        assertNotEquals(KeyDigest.of(BYTES, null), digest);
        assertEquals(Optional.of("p1"), digest.pepperId());
        assertEquals(Optional.empty(), KeyDigest.of(BYTES, null).pepperId());
    }

    @Test
    void differsInEveryBit() {
        KeyDigest digest = KeyDigest.of(BYTES, null);
        for (int bit = 0; bit < 256; bit++) {
            byte[] other = bytes();
            other[bit / 8] ^= (byte) (1 << bit % 8);
            assertNotEquals(KeyDigest.of(other, null), digest, "bit " + bit);
        }
    }

    @Test
    void givesItsBytesBackAndKeepsItsOwn() {
        byte[] given = bytes();
        KeyDigest digest = KeyDigest.of(given, null);
        given[0]++;
        digest.bytes()[1]++;
        assertArrayEquals(BYTES, digest.bytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 33, 64})
    void refusesAnotherNumberOfBytes(int length) {
        Refusal.of(() -> KeyDigest.of(new byte[length], null), "digest", "`" + length + "`", "32 bytes");
    }

    @Test
    void showsNothing() {
        KeyDigest digest = KeyDigest.of(BYTES, "p1");
        assertEquals(KeyDigest.of(new byte[32], null).toString(), digest.toString());
        ApiKey key = ApiKey.of(new KeyId("k1"), new ProfileId("p1"), digest).build();
        assertFalse(key.toString().contains(HexFormat.of().formatHex(BYTES).substring(0, 8)), key.toString());
    }

    private static byte[] bytes() {
        byte[] bytes = new byte[32];
        new SplittableRandom(20_260_302).nextBytes(bytes);
        return bytes;
    }
}
