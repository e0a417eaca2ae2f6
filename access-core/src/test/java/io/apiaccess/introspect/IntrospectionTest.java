package io.apiaccess.introspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.ManualTime;
import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import io.apiaccess.client.KeyDigest;
import io.apiaccess.jwt.Claims;
import io.apiaccess.keyset.UnavailableException;
import io.apiaccess.request.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How sparingly an introspection endpoint is asked, and how long what it says counts. */
@Rule("C9")
class IntrospectionTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final IntrospectionEndpoint ENDPOINT =
            IntrospectionEndpoint.of("https://issuer.example/introspect?tenant=hidden", "me", "sesame");

    private final ManualTime time = new ManualTime();
    private final AtomicInteger calls = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile String said = "{\"active\":false}";
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private final Introspection introspection = asking(LONG, 1_000);

    @AfterEach
    void close() {
        gate.countDown();
        threads.shutdownNow();
    }

    @Test
    void remembersAnActiveTokenForAMinute() throws UnavailableException {
        active(3600);
        assertEquals(Optional.of("robot"), find("a").flatMap(claims -> claims.text("client_id")));
        time.pass(Duration.ofSeconds(60).minusNanos(1));
        assertTrue(find("a").isPresent());
        assertEquals(1, calls.get());
        said = "{\"active\":false}";
        time.pass(Duration.ofNanos(1));
        assertTrue(find("a").isEmpty(), "asked again");
        assertEquals(2, calls.get());
    }

    @Test
    void remembersNoTokenPastItsEnd() throws UnavailableException {
        active(10);
        assertTrue(find("a").isPresent());
        time.pass(Duration.ofSeconds(10).minusNanos(1));
        assertTrue(find("a").isPresent());
        assertEquals(1, calls.get());
        time.pass(Duration.ofNanos(1));
        find("a");
        assertEquals(2, calls.get(), "its end is past, by the clock of the wall");
        find("a");
        assertEquals(3, calls.get());
    }

    @Test
    void remembersATokenThatIsNotActiveAndOneWithoutEndForFiveSeconds() throws UnavailableException {
        for (String answer : List.of(
                "{\"active\":false,\"exp\":9999999999}", "{\"active\":true}", "{\"active\":true,\"exp\":\"x\"}")) {
            said = answer;
            int before = calls.get();
            find(answer);
            time.pass(Duration.ofSeconds(5).minusNanos(1));
            find(answer);
            assertEquals(before + 1, calls.get(), answer);
            time.pass(Duration.ofNanos(1));
            find(answer);
            assertEquals(before + 2, calls.get(), answer);
        }
    }

    @Test
    void keepsApartWhatIsAskedOfDifferentTokens() throws UnavailableException {
        active(3600);
        find("a");
        said = "{\"active\":false}";
        assertTrue(find("b").isEmpty());
        assertTrue(find("a").isPresent());
    }

    @Test
    void takesNothingButAnAnswerOfRfc7662Section2ForAnAnswer() {
        for (String lie : List.of(
                "",
                "<html>",
                "[]",
                "{}",
                "{\"active\":\"true\"}",
                "{\"active\":1}",
                "{\"active\":null}",
                "{\"active\":true,\"active\":false}",
                "{\"active\":true} x",
                "\uFEFF{\"active\":true}",
                "{\"active\":true,\"x\":" + "[".repeat(100) + "]".repeat(100) + "}")) {
            said = lie;
            assertThrows(UnavailableException.class, () -> find("a"), lie);
        }
        active(3600);
        assertTrue(find2("a"), "a failure is not remembered");
    }

    @Test
    void sharesOneCallAmongAllWhoWantToKnow() throws Exception {
        active(3600);
        gate = new CountDownLatch(1);
        List<Future<Optional<Claims>>> waiting = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            waiting.add(threads.submit(() -> find("a")));
        }
        while (calls.get() == 0) {
            Thread.onSpinWait();
        }
        gate.countDown();
        for (Future<Optional<Claims>> one : waiting) {
            assertTrue(one.get().isPresent());
        }
        assertEquals(1, calls.get());
    }

    @Test
    void hasSixteenCallsUnderWayAtMost() throws Exception {
        active(3600);
        gate = new CountDownLatch(1);
        List<Future<Optional<Claims>>> waiting = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            String token = "t" + i;
            waiting.add(threads.submit(() -> find(token)));
        }
        while (calls.get() < 16) {
            Thread.onSpinWait();
        }
        UnavailableException refused = assertThrows(UnavailableException.class, () -> find("one more"));
        assertTrue(refused.toString().contains("enough calls are under way"), refused.toString());
        gate.countDown();
        for (Future<Optional<Claims>> one : waiting) {
            assertTrue(one.get().isPresent());
        }
        assertTrue(find("one more").isPresent());
        assertEquals(17, calls.get());
    }

    @Test
    void hasThreadsForTheNextCallsWhileTheLastStillEnd() throws Exception {
        ThreadPoolExecutor pool = Introspection.pool();
        CountDownLatch ending = new CountDownLatch(1);
        for (int i = 0; i < 16; i++) {
            pool.execute(() -> {
                try {
                    ending.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        CountDownLatch next = new CountDownLatch(16);
        for (int i = 0; i < 16; i++) {
            pool.execute(next::countDown);
        }
        next.await();
        ending.countDown();
        pool.shutdown();
        assertEquals(0, next.getCount());
    }

    @Test
    void beginsFiftyCallsInAnySecond() throws UnavailableException {
        for (int i = 0; i < 50; i++) {
            find("t" + i);
            time.pass(Duration.ofMillis(10));
        }
        assertThrows(UnavailableException.class, () -> find("t50"));
        find("t49");
        time.pass(Duration.ofMillis(500).minusNanos(1));
        assertThrows(UnavailableException.class, () -> find("t50"));
        time.pass(Duration.ofNanos(1));
        find("t50");
        assertThrows(UnavailableException.class, () -> find("t51"));
        time.pass(Duration.ofMillis(10));
        find("t51");
        assertEquals(52, calls.get());
    }

    @Test
    void letsSixtyFourWaitAtMostAndNobodyForLongerThanTheBudget() throws Exception {
        gate = new CountDownLatch(1);
        try (Introspection brief = asking(Duration.ofMillis(1), 1_000)) {
            UnavailableException late =
                    assertThrows(UnavailableException.class, () -> brief.find(digest("x"), "x", now()));
            assertTrue(late.toString().contains("takes too long"));
        }
        CountDownLatch begun = new CountDownLatch(65);
        AtomicInteger refused = new AtomicInteger();
        Callable<Boolean> waiter = () -> {
            begun.countDown();
            try {
                find("a");
                return true;
            } catch (UnavailableException e) {
                refused.incrementAndGet();
                return false;
            }
        };
        List<Future<Boolean>> waiting = new ArrayList<>();
        for (int i = 0; i < 65; i++) {
            waiting.add(threads.submit(waiter));
        }
        begun.await();
        while (refused.get() == 0) {
            Thread.onSpinWait();
        }
        gate.countDown();
        int told = 0;
        for (Future<Boolean> one : waiting) {
            told += one.get() ? 1 : 0;
        }
        assertEquals(64, told);
    }

    @Test
    void isUnavailableWhereTheEndpointIsAndAfterTheEnd() {
        Introspection broken = new Introspection(
                ENDPOINT,
                (url, form, authorization) -> {
                    throw new IOException("down");
                },
                time,
                LONG,
                10,
                Runnable::run,
                () -> {});
        for (int i = 0; i < 20; i++) {
            assertThrows(UnavailableException.class, () -> broken.find(digest("a"), "a", now()));
        }
        Introspection failing = new Introspection(
                ENDPOINT,
                (url, form, authorization) -> {
                    throw new IllegalStateException("a fault");
                },
                time,
                LONG,
                10,
                Runnable::run,
                () -> {});
        assertThrows(UnavailableException.class, () -> failing.find(digest("a"), "a", now()));
        Introspection closed = new Introspection(
                ENDPOINT,
                this::post,
                time,
                LONG,
                10,
                task -> {
                    throw new RejectedExecutionException("closed");
                },
                () -> {});
        for (int i = 0; i < 20; i++) {
            assertThrows(UnavailableException.class, () -> closed.find(digest("a"), "a", now()));
        }
        Introspection real = Introspection.create(ENDPOINT, this::post, time, LONG, 10);
        real.close();
        assertThrows(UnavailableException.class, () -> real.find(digest("a"), "a", now()));
    }

    @Test
    void asksAgainWhereNoThreadCouldBeHadForLackOfMemory() throws UnavailableException {
        active(3600);
        AtomicInteger failures = new AtomicInteger(20);
        Introspection scarce = new Introspection(
                ENDPOINT,
                this::post,
                time,
                Duration.ofMillis(1),
                10,
                task -> {
                    if (failures.getAndDecrement() > 0) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    task.run();
                },
                () -> {});
        for (int i = 0; i < 20; i++) {
            assertThrows(OutOfMemoryError.class, () -> scarce.find(digest("a"), "a", now()), "more than the 16 places");
        }
        assertTrue(scarce.find(digest("a"), "a", now()).isPresent());
        assertEquals(1, calls.get());
    }

    @Test
    void keepsTheInterruptOfWhoWaits() {
        gate = new CountDownLatch(1);
        Future<Boolean> interrupted = threads.submit(() -> {
            Thread.currentThread().interrupt();
            assertThrows(UnavailableException.class, () -> find("a"));
            return Thread.interrupted();
        });
        try {
            assertTrue(interrupted.get());
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void remembersSoManyAtMostAndNothingByOption() throws UnavailableException {
        active(3600);
        try (Introspection none = asking(LONG, 0)) {
            none.find(digest("a"), "a", now());
            none.find(digest("a"), "a", now());
            assertEquals(2, calls.get());
        }
        Answers answers = new Answers(100);
        Set<Integer> found = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            answers.put(digest("t" + i), new Answer(null, 0, time.getAsLong()));
        }
        for (int i = 0; i < 10_000; i++) {
            if (answers.find(digest("t" + i), time.getAsLong(), now()) != null) {
                found.add(i);
            }
        }
        assertTrue(found.size() <= 100, found.toString());
        assertTrue(found.contains(9_999));
    }

    @Test
    @Rule("trap 16")
    void saysNoSecret() {
        assertEquals("introspection endpoint `https://issuer.example/introspect`", ENDPOINT.toString());
        assertFalse(ENDPOINT.authorization().toString().contains("bWU6"));
        assertEquals(
                "Basic "
                        + Base64.getEncoder()
                                .encodeToString("a%3Ab:s%C3%A9same%26+".getBytes(StandardCharsets.US_ASCII)),
                IntrospectionEndpoint.of("https://issuer.example", "a:b", "s\u00e9same& ")
                        .authorization()
                        .reveal());
        assertEquals(
                "token=a%2Bb%3D&token_type_hint=access_token",
                IntrospectionEndpoint.form("a+b=").reveal());
        String message = Refusal.of(
                () -> IntrospectionEndpoint.of("http://issuer.example/introspect", "", "sesame"),
                "introspection endpoint `http://issuer.example/introspect` is not https",
                "client id `` is empty");
        assertFalse(message.contains("sesame"));
        Refusal.of(() -> IntrospectionEndpoint.of("https://issuer.example", "me", ""), "the client secret is empty");
        assertInstanceOf(Secret.class, ENDPOINT.authorization());
    }

    private Introspection asking(Duration budget, int max) {
        return new Introspection(ENDPOINT, this::post, time, budget, max, threads, () -> {});
    }

    private String post(URI url, Secret form, Secret authorization) throws IOException {
        calls.incrementAndGet();
        assertEquals("Basic bWU6c2VzYW1l", authorization.reveal());
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return said;
    }

    private void active(long seconds) {
        said = "{\"active\":true,\"client_id\":\"robot\",\"exp\":" + (now().getEpochSecond() + seconds) + "}";
    }

    private Optional<Claims> find(String token) throws UnavailableException {
        return introspection.find(digest(token), token, now());
    }

    private boolean find2(String token) {
        try {
            return find(token).isPresent();
        } catch (UnavailableException e) {
            return false;
        }
    }

    private Instant now() {
        return time.instant();
    }

    private static KeyDigest digest(String text) {
        return KeyDigest.of(ByteBuffer.allocate(32).putInt(text.hashCode()).array(), null);
    }
}
