package io.apiaccess.key;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import io.apiaccess.client.KeyDigest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept of a key: SHA-256 of its text, or HMAC-SHA-256 of that under a pepper. */
@Rule("C2")
class KeyHasherTest {
    private static final KeyHasher PLAIN = new KeyHasher(List.of());

    @ParameterizedTest
    @CsvSource({
        "'', e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "abc, ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "é, 4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"
    })
    void keepsTheSha256OfTheText(String text, String hex) throws NoSuchAlgorithmException {
        byte[] expected = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        assertEquals(HexFormat.of().formatHex(expected), HexFormat.of().formatHex(PLAIN.sha256(text)));
        assertEquals(hex, HexFormat.of().formatHex(PLAIN.sha256(text)));
        assertEquals(KeyDigest.of(expected, null), PLAIN.seal(PLAIN.sha256(text)));
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 63, 64, 65, 131})
    void keepsTheHmacOfThatUnderAPepper(int length) throws NoSuchAlgorithmException {
        byte[] secret = secret(length, 1);
        KeyHasher hasher = new KeyHasher(List.of(new KeyHasher.Pepper("p1", secret)));
        byte[] sha256 = hasher.sha256("abc");
        assertEquals(KeyDigest.of(hmac(secret, sha256), "p1"), hasher.seal(sha256));
    }

    @Test
    void looksUnderEveryPepperNewestFirstThenWithout() throws NoSuchAlgorithmException {
        byte[] newer = secret(32, 1);
        byte[] older = secret(32, 2);
        KeyHasher hasher = new KeyHasher(List.of(new KeyHasher.Pepper("p2", newer), new KeyHasher.Pepper("p1", older)));
        byte[] sha256 = hasher.sha256("abc");
        assertEquals(
                List.of(
                        KeyDigest.of(hmac(newer, sha256), "p2"),
                        KeyDigest.of(hmac(older, sha256), "p1"),
                        KeyDigest.of(sha256, null)),
                hasher.candidates(sha256));
        assertEquals(List.of(KeyDigest.of(sha256, null)), PLAIN.candidates(sha256));
    }

    @Test
    void keepsItsPepperThoughTheArrayIsWiped() {
        byte[] secret = secret(32, 1);
        KeyHasher hasher = new KeyHasher(List.of(new KeyHasher.Pepper("p1", secret)));
        KeyDigest before = hasher.seal(hasher.sha256("abc"));
        Arrays.fill(secret, (byte) 0);
        assertEquals(before, hasher.seal(hasher.sha256("abc")));
    }

    @Test
    void hashesTextsOfAnyLengthAndCharactersAsUtf8() throws NoSuchAlgorithmException {
        for (String text : List.of("a".repeat(512), "a".repeat(513), "é", "abc\u0141", "\ud83d\ude00".repeat(300))) {
            byte[] expected = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            assertArrayEquals(expected, PLAIN.sha256(text));
            assertEquals(KeyDigest.of(expected, null), PLAIN.plain(text));
        }
    }

    @Test
    void tellsTextsApart() {
        assertNotEquals(PLAIN.seal(PLAIN.sha256("abc")), PLAIN.seal(PLAIN.sha256("abd")));
        assertArrayEquals(PLAIN.sha256("abc"), PLAIN.sha256("abc"));
    }

    @Test
    void hashesTheSameOnAllThreads() throws InterruptedException, ExecutionException {
        KeyHasher hasher = new KeyHasher(List.of(new KeyHasher.Pepper("p1", secret(32, 1))));
        List<KeyDigest> expected = seals(new KeyHasher(List.of(new KeyHasher.Pepper("p1", secret(32, 1)))));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<List<KeyDigest>>> work =
                    List.of(() -> seals(hasher), () -> seals(hasher), () -> seals(hasher), () -> seals(hasher));
            for (Future<List<KeyDigest>> seals : threads.invokeAll(work)) {
                assertEquals(expected, seals.get());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31})
    void refusesAShortPepper(int length) {
        Refusal.of(() -> new KeyHasher.Pepper("p1", new byte[length]), "pepper", "`" + length + "`", "32 bytes");
    }

    @Test
    void refusesAPepperWithoutAnId() {
        Refusal.of(() -> new KeyHasher.Pepper("p 1", new byte[32]), "pepper id `p 1`");
    }

    @Test
    void refusesADigestThatIsNone() {
        Refusal.of(() -> PLAIN.candidates(new byte[20]), "digest", "`20`", "32 bytes");
    }

    @Test
    void showsNoPepper() {
        byte[] secret = "hunter2-hunter2-hunter2-hunter2-".getBytes(StandardCharsets.US_ASCII);
        String text = new KeyHasher.Pepper("p1", secret).toString();
        assertFalse(text.contains("hunter2"), text);
    }

    private static List<KeyDigest> seals(KeyHasher hasher) {
        List<KeyDigest> seals = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            seals.add(hasher.seal(hasher.sha256("key " + i)));
        }
        return seals;
    }

    /** RFC 2104, by hand. */
    private static byte[] hmac(byte[] secret, byte[] text) throws NoSuchAlgorithmException {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        byte[] key = Arrays.copyOf(secret.length > 64 ? sha256.digest(secret) : secret, 64);
        byte[] inner = new byte[64];
        byte[] outer = new byte[64];
        for (int i = 0; i < 64; i++) {
            inner[i] = (byte) (key[i] ^ 0x36);
            outer[i] = (byte) (key[i] ^ 0x5c);
        }
        sha256.update(inner);
        byte[] first = sha256.digest(text);
        sha256.update(outer);
        return sha256.digest(first);
    }

    private static byte[] secret(int length, int first) {
        byte[] secret = new byte[length];
        for (int i = 0; i < length; i++) {
            secret[i] = (byte) (first + 7 * i);
        }
        return secret;
    }
}
