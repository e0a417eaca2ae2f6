package io.apiaccess.keyset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.ManualTime;
import io.apiaccess.Rule;
import io.apiaccess.jwt.JwtKey;
import io.apiaccess.jwt.KeySource;
import io.apiaccess.jwt.Texts;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a key set is fetched, how long it counts, and that tokens cannot make it be fetched more often. */
@Rule("C12")
class KeySetsTest {
    private static final KeySource URL = KeySource.jwkSet("https://issuer.example/keys");
    private static final Optional<String> ONE = Optional.of("one");
    private static final Optional<String> TWO = Optional.of("two");

    private final ManualTime time = new ManualTime();
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private @Nullable String answer = set("one");
    private final List<String> asked = new ArrayList<>();
    private int fetches;

    private final KeySets now = sets(Runnable::run);
    private final KeySets later = sets(waiting::add);

    @Test
    void fetchesOnceAndInTheBackgroundAgainAfterFiveMinutes() throws UnavailableException {
        assertEquals(List.of(ONE), ids(now.find(URL, ONE)));
        assertEquals(List.of(ONE), ids(now.find(URL, Optional.empty())));
        time.pass(Duration.ofMinutes(5).minusNanos(1));
        now.find(URL, ONE);
        assertEquals(1, fetches);
        time.pass(Duration.ofNanos(1));
        answer = set("one", "two");
        assertEquals(List.of(ONE), ids(now.find(URL, ONE)), "what is there, and what comes is for the next");
        assertEquals(2, fetches);
        assertEquals(List.of(ONE, TWO), ids(now.find(URL, TWO)));
        assertEquals(2, fetches);
    }

    @Test
    void goesOnWithWhatItHasWhileItIsFetchedAgain() throws UnavailableException {
        assertThrows(UnavailableException.class, () -> later.find(URL, ONE), "nothing known, and the budget is over");
        waiting.remove().run();
        assertEquals(List.of(ONE), ids(later.find(URL, ONE)));
        time.pass(Duration.ofMinutes(10).minusNanos(1));
        assertEquals(List.of(ONE), ids(later.find(URL, ONE)));
        assertEquals(List.of(ONE), ids(later.find(URL, ONE)));
        assertEquals(1, waiting.size());
        answer = set("two");
        waiting.remove().run();
        assertEquals(List.of(TWO), ids(later.find(URL, TWO)));
    }

    @Test
    void waitsForASetThatIsOlderThanTenMinutesSinceItsKeysMayBeWithdrawn() throws UnavailableException {
        now.find(URL, ONE);
        answer = set("two");
        time.pass(Duration.ofMinutes(10));
        assertEquals(List.of(TWO), ids(now.find(URL, ONE)));
        answer = null;
        time.pass(Duration.ofHours(1));
        assertEquals(List.of(TWO), ids(now.find(URL, TWO)), "an outage");
        answer = set("three");
        time.pass(Duration.ofMinutes(10));
        assertEquals(List.of(Optional.of("three")), ids(now.find(URL, TWO)), "the outage may be over");
        assertEquals(4, fetches);
    }

    @Test
    void doesNotWaitInAnOutageThatIsKnown() throws UnavailableException {
        assertThrows(UnavailableException.class, () -> later.find(URL, ONE));
        waiting.remove().run();
        answer = null;
        time.pass(Duration.ofMinutes(9));
        assertEquals(List.of(ONE), ids(later.find(URL, ONE)));
        waiting.remove().run();
        answer = set("two");
        time.pass(Duration.ofMinutes(5));
        assertEquals(List.of(ONE), ids(later.find(URL, ONE)));
        waiting.remove().run();
        assertEquals(List.of(TWO), ids(later.find(URL, TWO)));
    }

    @Test
    void asksForAnUnknownKeyOnceInThirtySecondsWhateverTokensSay() throws UnavailableException {
        now.find(URL, ONE);
        time.pass(Duration.ofSeconds(30));
        int unavailable = 0;
        for (int i = 0; i < 1_000_000; i++) {
            try {
                assertEquals(1, now.find(URL, Optional.of("random " + i)).size());
            } catch (UnavailableException e) {
                unavailable++;
            }
        }
        assertEquals(2, fetches);
        assertEquals(1, unavailable, "the one that began it");
    }

    @Test
    void findsARotatedKeyAfterOneFetchAndSaysThatItIsOnItsWay() throws UnavailableException {
        now.find(URL, ONE);
        answer = set("two");
        assertEquals(List.of(ONE), ids(now.find(URL, TWO)), "fetched a moment ago");
        time.pass(Duration.ofSeconds(30));
        assertThrows(UnavailableException.class, () -> now.find(URL, TWO));
        assertEquals(List.of(TWO), ids(now.find(URL, TWO)));
        assertEquals(2, fetches);
    }

    @Test
    void bridgesAnOutageOf24HoursAndNoMore() throws UnavailableException {
        now.find(URL, ONE);
        answer = null;
        time.pass(Duration.ofHours(24).minusNanos(1));
        assertEquals(List.of(ONE), ids(now.find(URL, ONE)));
        assertEquals(2, fetches);
        time.pass(Duration.ofNanos(1));
        assertThrows(UnavailableException.class, () -> now.find(URL, ONE));
        assertEquals(2, fetches, "asked a moment ago");
        answer = set("one");
        time.pass(Duration.ofSeconds(30));
        assertEquals(List.of(ONE), ids(now.find(URL, ONE)));
    }

    @Test
    void asksAgainThirtySecondsAfterAFailureAndNotBefore() throws UnavailableException {
        answer = null;
        for (int i = 0; i < 100; i++) {
            assertThrows(UnavailableException.class, () -> now.find(URL, ONE));
        }
        assertEquals(1, fetches);
        answer = set("one");
        time.pass(Duration.ofSeconds(30));
        assertEquals(List.of(ONE), ids(now.find(URL, ONE)));
    }

    @Test
    void keepsWhatItHasIfTheAnswerIsNoKeySet() throws UnavailableException {
        now.find(URL, ONE);
        for (String bad : new String[] {"", "{}", "<html>", "{\"keys\":{}}", "[]"}) {
            answer = bad;
            time.pass(Duration.ofMinutes(11));
            assertEquals(List.of(ONE), ids(now.find(URL, ONE)));
        }
        assertEquals(6, fetches);
    }

    @Test
    void dropsTheKeysThatTheIssuerHasWithdrawnAlsoIfNoneIsLeft() throws UnavailableException {
        for (String none :
                new String[] {"{\"keys\":[]}", "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}"}) {
            answer = set("one");
            time.pass(Duration.ofHours(24));
            assertEquals(List.of(ONE), ids(now.find(URL, ONE)));
            answer = none;
            time.pass(Duration.ofMinutes(11));
            now.find(URL, Optional.empty());
            assertEquals(List.of(), ids(now.find(URL, Optional.empty())));
            assertEquals(List.of(), ids(now.find(URL, ONE)), "fetched a moment ago");
        }
        assertEquals(4, fetches);
    }

    @ParameterizedTest
    @CsvSource({
        "https://issuer.example,       https://ISSUER.example:8443/keys, https://ISSUER.example:8443/keys",
        "https://issuer.example,       https://other.example/keys,       public https://other.example/keys",
        "https://issuer.example,       http://127.0.0.1/keys,            public http://127.0.0.1/keys",
        "https://127.0.0.1,            http://127.0.0.1/keys,            public http://127.0.0.1/keys",
        "http://127.0.0.1,             http://127.0.0.1:8080/keys,       http://127.0.0.1:8080/keys",
        "http://127.0.0.1,             https://127.0.0.1/keys,           https://127.0.0.1/keys"
    })
    void goesWhereMetadataLeadsToAListedHostOnlyIfItIsTheIssuersOwn(String issuer, String url, String expected) {
        answer = "{\"issuer\":\"" + issuer + "\",\"jwks_uri\":\"" + url + "\"}";
        assertThrows(UnavailableException.class, () -> now.find(KeySource.discovery(issuer), ONE));
        assertEquals(List.of(issuer + "/.well-known/openid-configuration", expected), asked);
    }

    @Test
    void asksForNoKeyIdWhereKeysHaveNone() throws UnavailableException {
        String key = JwtKey.publicKey(Texts.of("rsa.pem")).reveal().reveal();
        answer = "{\"keys\":[" + key + "]}";
        now.find(URL, ONE);
        time.pass(Duration.ofMinutes(1));
        assertEquals(1, now.find(URL, TWO).size());
        assertEquals(1, fetches);
    }

    @Test
    void leavesOutOfAFetchedSetWhatCannotBeTaken() throws UnavailableException {
        String weak = "{\"kty\":\"RSA\",\"kid\":\"weak\",\"n\":\"AQAB\",\"e\":\"AQAB\"}";
        String secret = "{\"kty\":\"RSA\",\"kid\":\"d\",\"n\":\"AQAB\",\"e\":\"AQAB\",\"d\":\"AQAB\"}";
        answer = set("one", "one").replace("[", "[" + weak + "," + secret + ",7,");
        assertEquals(List.of(ONE), ids(now.find(URL, ONE)));
    }

    @Test
    void isUnavailableWhereNoThreadIsLeft() throws UnavailableException {
        KeySets none = sets(task -> {
            throw new RejectedExecutionException();
        });
        assertThrows(UnavailableException.class, () -> none.find(URL, ONE));
        time.pass(Duration.ofSeconds(30));
        assertThrows(UnavailableException.class, () -> none.find(URL, ONE));
    }

    @Test
    void beginsAgainWhereNoThreadCouldBeHadForLackOfMemory() throws UnavailableException {
        AtomicInteger failures = new AtomicInteger(1);
        KeySets scarce = sets(task -> {
            if (failures.getAndDecrement() > 0) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            task.run();
        });
        assertThrows(OutOfMemoryError.class, () -> scarce.find(URL, ONE));
        assertThrows(UnavailableException.class, () -> scarce.find(URL, ONE), "tried a moment ago");
        time.pass(Duration.ofSeconds(30));
        assertEquals(List.of(ONE), ids(scarce.find(URL, ONE)));
        assertEquals(1, fetches);
    }

    @Test
    void letsEightWaitForASetAndNobodyLongerThanItsFetchMayTake() throws Exception {
        BlockingQueue<Runnable> begun = new LinkedBlockingQueue<>();
        KeySets slow = new KeySets(this::fetch, time, Duration.ofMinutes(5), begun::add, () -> {});
        List<FutureTask<List<JwtKey>>> found = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            FutureTask<List<JwtKey>> task = new FutureTask<>(() -> slow.find(URL, ONE));
            found.add(task);
            threads.add(new Thread(task));
            threads.get(i).setDaemon(true);
            threads.get(i).start();
        }
        assertTimeoutPreemptively(Duration.ofMinutes(1), () -> {
            while (!threads.stream().allMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING)) {
                Thread.onSpinWait();
            }
            assertThrows(UnavailableException.class, () -> slow.find(URL, ONE), "the ninth");
            begun.remove().run();
            for (FutureTask<List<JwtKey>> task : found) {
                assertEquals(List.of(ONE), ids(task.get()));
            }
        });
        assertEquals(1, fetches);
    }

    @Test
    void waitsOnlyForWhatIsLeftOfTheTimeOfAFetch() throws Exception {
        BlockingQueue<Runnable> begun = new LinkedBlockingQueue<>();
        KeySets slow = new KeySets(this::fetch, time, Duration.ofMinutes(5), begun::add, () -> {});
        Thread first = new Thread(() -> assertThrows(UnavailableException.class, () -> slow.find(URL, ONE)));
        first.setDaemon(true);
        first.start();
        assertTimeoutPreemptively(Duration.ofMinutes(1), () -> {
            Runnable fetch = begun.take();
            time.pass(Duration.ofMinutes(5));
            assertThrows(UnavailableException.class, () -> slow.find(URL, ONE));
            first.interrupt();
            first.join();
            fetch.run();
        });
        assertEquals(List.of(ONE), ids(slow.find(URL, ONE)));
    }

    @Test
    void passesAnInterruptionOn() {
        Thread.currentThread().interrupt();
        assertThrows(UnavailableException.class, () -> later.find(URL, ONE));
        assertTrue(Thread.interrupted());
    }

    private KeySets sets(Executor executor) {
        return new KeySets(this::fetch, time, Duration.ofMillis(1), executor, () -> {});
    }

    private String fetch(URI url, boolean onlyPublic) throws IOException {
        fetches++;
        asked.add((onlyPublic ? "public " : "") + url);
        if (answer == null) {
            throw new IOException("out of order");
        }
        return answer;
    }

    private static String set(String... ids) {
        JwtKey key = JwtKey.publicKey(Texts.of("ed25519.pem"));
        StringBuilder keys = new StringBuilder();
        for (String id : ids) {
            keys.append(keys.isEmpty() ? "" : ",")
                    .append(key.withId(id).reveal().reveal());
        }
        return "{\"keys\":[" + keys + "]}";
    }

    private static List<Optional<String>> ids(List<JwtKey> keys) {
        return keys.stream().map(JwtKey::id).toList();
    }
}
