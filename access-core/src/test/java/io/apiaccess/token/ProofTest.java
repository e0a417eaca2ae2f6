package io.apiaccess.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.apiaccess.Rule;
import io.apiaccess.SignedToken;
import io.apiaccess.client.Jwt;
import io.apiaccess.json.MalformedException;
import io.apiaccess.jwt.JwtAlgorithm;
import io.apiaccess.jwt.JwtKey;
import io.apiaccess.jwt.Texts;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which key has signed: by the profile's algorithms and keys only. */
@Rule({"C6", "trap 18"})
class ProofTest {
    private static final Instant NOW = Instant.parse("2026-03-02T10:00:00Z");

    static Stream<String> openSslTokens() {
        return Texts.lines("tokens.txt");
    }

    @Test
    void selectsTheKeyByItsId() throws MalformedException {
        Jwt by = Jwt.hmac().key(key(1).withId("one")).key(key(2).withId("two")).build();
        assertEquals(key(2).withId("two"), find(token("two", 2), by, true));
        assertNull(find(token("one", 2), by, true), "another key of the profile");
        assertNull(find(token("three", 2), by, true), "no key has the id, and none is without");
        assertEquals(key(2).withId("two"), find(token(null, 2), by, true));
        assertEquals(key(2).withId("two"), find(token("three", 2), by, false), "the id names the profile");
    }

    @Test
    void triesKeysWithoutIdForATokenWhoseIdNoKeyHas() throws MalformedException {
        Jwt by = Jwt.hmac().key(key(1).withId("one")).key(key(2)).build();
        assertEquals(key(2), find(token("elsewhere", 2), by, true));
        assertNull(find(token("elsewhere", 1), by, true));
        assertNull(find(token("one", 2), by, true));
    }

    @Test
    void triesFourKeysAndNoMore() throws MalformedException {
        Jwt.Builder builder = Jwt.hmac();
        IntStream.rangeClosed(1, 6).forEach(i -> builder.key(key(i).withId("id " + i)));
        Jwt by = builder.build();
        assertNotNull(find(token(null, 4), by, true));
        assertNull(find(token(null, 5), by, true));
    }

    @Test
    void countsKeysThatWereTriedAmongTheFourAndTriesThemNotAgain() throws MalformedException {
        Jwt by = Jwt.hmac()
                .key(key(1))
                .key(key(2))
                .key(key(3))
                .key(key(4))
                .key(key(5).withId("five"))
                .build();
        CompactJws token = CompactJws.parse(token(null, 4));
        assertNotNull(Proof.find(token, by, by.keys(), by.keys().subList(0, 3), true));
        assertNull(Proof.find(token, by, by.keys(), by.keys().subList(0, 4), true));
        assertNull(Proof.find(
                CompactJws.parse(token(null, 5)), by, by.keys(), by.keys().subList(0, 1), true));
    }

    @Test
    void countsOnlyKeysForTheAlgorithmAmongTheFour() throws MalformedException {
        Jwt.Builder builder = Jwt.publicKey();
        for (String file : new String[] {"rsa.pem", "ssh-rsa.pub", "ec-p-384.pem", "ec-p-521.pem", "ec-p-256.pem"}) {
            builder.publicKey(Texts.of(file));
        }
        String token = Texts.lines("tokens.txt")
                .filter(line -> line.startsWith("ES256 ec-p-256"))
                .findFirst()
                .orElseThrow()
                .split(" ", 3)[2];
        assertNotNull(find(token, builder.build(), true));
    }

    @Test
    void takesNoAlgorithmThatTheProfileHasNot() throws MalformedException {
        String secret = SignedToken.SECRET + 1;
        Jwt by = Jwt.hmac().algorithms(JwtAlgorithm.HS384).secret(secret).build();
        assertNull(find(token(null, 1), by, true));
        String token = SignedToken.of("HS384", NOW).sign(input -> SignedToken.hmac("HmacSHA384", secret, input));
        assertNotNull(find(token, by, true));
    }

    @ParameterizedTest
    @MethodSource("openSslTokens")
    void takesNoPublicKeyForASecretAsRfc8725Section2Says(String line) throws MalformedException {
        String[] cells = line.split(" ", 3);
        String text = Texts.of(cells[1]);
        Jwt by = Jwt.publicKey().publicKey(text).build();
        assertNotNull(find(cells[2], by, true));
        for (String secret : new String[] {text, text.strip(), text + "\n"}) {
            assertNull(find(SignedToken.hs256(NOW).sign(secret), by, true), "RFC 8725 section 2.1");
        }
    }

    @ParameterizedTest
    @MethodSource("openSslTokens")
    void acceptsNoTokenWithAChangedBit(String line) {
        long seed = 7515;
        Random random = new Random(seed + line.hashCode());
        String[] cells = line.split(" ", 3);
        Jwt by = Jwt.publicKey().publicKey(Texts.of(cells[1])).build();
        acceptsNoChange(cells[2], by, random, 150, "seed " + seed);
    }

    @Test
    void acceptsNoTokenUnderASecretWithAChangedBit() {
        long seed = 7518;
        Jwt by = Jwt.hmac().key(key(1)).build();
        acceptsNoChange(token(null, 1), by, new Random(seed), 20_000, "seed " + seed);
    }

    @Test
    void acceptsNoTokenUnderASecretWithAnyOneBitChanged() {
        String token = token(null, 1);
        Jwt by = Jwt.hmac().key(key(1)).build();
        for (int bit = 0; bit < token.length() * 7; bit++) {
            byte[] bytes = token.getBytes(StandardCharsets.US_ASCII);
            bytes[bit / 7] ^= (byte) (1 << bit % 7);
            assertNull(accepted(new String(bytes, StandardCharsets.US_ASCII), by), "bit " + bit);
        }
    }

    private static void acceptsNoChange(String token, Jwt by, Random random, int times, String seed) {
        for (int i = 0; i < times; i++) {
            String changed = token;
            while (changed.equals(token)) {
                changed = changed(token, random);
            }
            assertNull(accepted(changed, by), seed + ", token " + i + ": " + changed);
        }
    }

    private static String changed(String token, Random random) {
        StringBuilder text = new StringBuilder(token);
        for (int change = random.nextInt(3); change >= 0; change--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(5)) {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.insert(at, text.charAt(random.nextInt(text.length())));
                case 2 -> text.setCharAt(at, text.charAt(random.nextInt(text.length())));
                case 3 -> text.setLength(Math.max(4, at));
                default -> text.setCharAt(at, (char) (text.charAt(at) ^ 1 << random.nextInt(16)));
            }
        }
        return text.toString();
    }

    private static @Nullable JwtKey accepted(String token, Jwt by) {
        try {
            return find(token, by, true);
        } catch (MalformedException e) {
            return null;
        }
    }

    private static JwtKey key(int number) {
        return JwtKey.secret(SignedToken.SECRET + number);
    }

    private static String token(@Nullable String keyId, int number) {
        return SignedToken.hs256(NOW).header("kid", keyId).sign(SignedToken.SECRET + number);
    }

    private static @Nullable JwtKey find(String token, Jwt by, boolean selects) throws MalformedException {
        return Proof.find(CompactJws.parse(token), by, by.keys(), List.of(), selects);
    }
}
