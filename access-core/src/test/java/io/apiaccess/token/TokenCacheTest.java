package io.apiaccess.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import io.apiaccess.SignedToken;
import io.apiaccess.client.Jwt;
import io.apiaccess.client.KeyDigest;
import io.apiaccess.client.ProfileId;
import io.apiaccess.json.MalformedException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collections;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How much the cache remembers; that it hides nothing is shown by decisions. */
@Rule("C14")
class TokenCacheTest {
    private static final Jwt BY = Jwt.hmac().secret(SignedToken.SECRET).build();

    @Test
    void staysWithinItsBoundAndKeepsWhatIsUsed() throws MalformedException {
        TokenCache cache = new TokenCache(100);
        TokenCache.Entry entry = entry(0);
        cache.put(digest(0), entry);
        for (int i = 1; i < 10_000; i++) {
            cache.put(digest(i), entry);
            assertTrue(cache.size() <= 102, () -> cache.size() + " tokens");
            assertNotNull(cache.find(digest(0)));
        }
        assertNull(cache.find(digest(5_000)));
        assertNotNull(cache.find(digest(9_999)));
    }

    @Test
    void staysWithinItsCharacters() throws MalformedException {
        TokenCache cache = new TokenCache(1_000_000);
        TokenCache.Entry large = entry(5_000);
        for (int i = 0; i < 10_000; i++) {
            cache.put(digest(i), large);
        }
        assertTrue(cache.size() * large.token().signingInput().length < 1 << 25, () -> cache.size() + " tokens");
    }

    @Test
    void countsWhatManySmallThingsTake() throws MalformedException {
        Set<String> scopes =
                IntStream.range(0, 2_000).mapToObj(Integer::toString).collect(Collectors.toSet());
        String token = SignedToken.hs256(Instant.EPOCH)
                .claim("x", Collections.nCopies(990, 1))
                .sign();
        TokenCache cache = new TokenCache(1_000_000);
        TokenCache.Entry many =
                new TokenCache.Entry(CompactJws.parse(token), BY.keys().get(0), new ProfileId("p"), 1, BY, scopes);
        for (int i = 0; i < 10_000; i++) {
            cache.put(digest(i), many);
        }
        assertTrue(cache.size() * 64 * 2_990 < 1 << 25, () -> cache.size() + " tokens");
    }

    @Test
    void remembersNothingWhenItIsOff() throws MalformedException {
        TokenCache cache = new TokenCache(0);
        cache.put(digest(1), entry(0));
        assertEquals(0, cache.size());
        assertNull(cache.find(digest(1)));
    }

    @Test
    void forgetsWhatItIsToldTo() throws MalformedException {
        TokenCache cache = new TokenCache(2);
        for (int i = 0; i < 3; i++) {
            cache.put(digest(i), entry(0));
        }
        for (int i = 0; i < 3; i++) {
            cache.remove(digest(i));
        }
        assertEquals(0, cache.size());
    }

    private static TokenCache.Entry entry(int padding) throws MalformedException {
        String token =
                SignedToken.hs256(Instant.EPOCH).claim("x", "x".repeat(padding)).sign();
        return new TokenCache.Entry(CompactJws.parse(token), BY.keys().get(0), new ProfileId("p"), 1, BY, null);
    }

    private static KeyDigest digest(int number) {
        return KeyDigest.of(ByteBuffer.allocate(32).putInt(number).array(), null);
    }
}
