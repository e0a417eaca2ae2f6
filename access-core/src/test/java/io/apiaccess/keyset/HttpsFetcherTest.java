package io.apiaccess.keyset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.apiaccess.Rule;
import io.apiaccess.request.Secret;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.CookieHandler;
import java.net.CookieManager;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over real sockets of the loopback address: where a fetch may lead, and how much it may cost. */
@Rule("C12")
class HttpsFetcherTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch over = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private SSLContext tls;
    private HttpServer http;
    private HttpsServer https;

    @BeforeEach
    void serve() throws Exception {
        tls = LocalhostTls.context();
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(tls));
        for (HttpServer server : new HttpServer[] {http, https}) {
            server.setExecutor(threads);
            server.createContext("/keys", answer(200, "{}"));
            server.createContext("/missing", answer(404, "{}"));
            server.createContext("/large", answer(200, "x".repeat(64 * 1024 + 1)));
            server.createContext("/full", answer(200, "x".repeat(64 * 1024)));
            server.createContext("/moved", exchange -> {
                requests.incrementAndGet();
                exchange.getResponseHeaders().add("Location", "/keys");
                exchange.sendResponseHeaders(302, -1);
                exchange.close();
            });
            server.createContext("/silent", exchange -> hold());
            server.createContext("/slow", exchange -> {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write('{');
                exchange.getResponseBody().flush();
                hold();
            });
            server.start();
        }
    }

    @AfterEach
    void stop() {
        over.countDown();
        http.stop(0);
        https.stop(0);
        threads.shutdownNow();
    }

    @Test
    void fetchesFromAListedHostOverHttps() throws IOException {
        assertEquals("{}", fetcher(Set.of("LOCALHOST"), false, LONG).fetch(https("/keys"), false));
        assertEquals(1, requests.get());
    }

    @Test
    void postsAFormWithWhoAsksAndUnderTheSameGuard() throws IOException {
        https.createContext("/ask", exchange -> {
            requests.incrementAndGet();
            String said = exchange.getRequestMethod() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + exchange.getRequestHeaders().getFirst("Content-Type") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, said.length());
            exchange.getResponseBody().write(said.getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        Secret form = Secret.of("token=a%2Bb");
        Secret authorization = Secret.of("Basic eDp5");
        assertEquals(
                "POST Basic eDp5 application/x-www-form-urlencoded token=a%2Bb",
                fetcher(Set.of("localhost"), false, LONG).post(https("/ask"), form, authorization));
        for (String path : new String[] {"/missing", "/moved", "/large"}) {
            IOException refused = assertThrows(
                    IOException.class,
                    () -> fetcher(Set.of("localhost"), false, LONG).post(https(path), form, authorization));
            assertFalse(refused.toString().matches(".*(eDp5|a%2Bb).*"), refused.toString());
        }
        int before = requests.get();
        assertThrows(IOException.class, () -> fetcher(Set.of(), true, LONG).post(https("/ask"), form, authorization));
        assertEquals(before, requests.get());
    }

    @Test
    void refusesAHostWhoseAddressTurnsOutToBeLoopbackBeforeAByteIsSent() {
        IOException refused = assertThrows(
                IOException.class, () -> fetcher(Set.of("other"), true, LONG).fetch(https("/keys"), false));
        assertTrue(String.valueOf(refused.getMessage()).contains("not public"), refused.toString());
        assertEquals(0, requests.get());
    }

    @Test
    void trustsNoCertificateThatThePlatformDoesNot() {
        HttpsFetcher plain =
                new HttpsFetcher(Set.of("localhost"), false, (SSLSocketFactory) SSLSocketFactory.getDefault(), LONG);
        assertThrows(IOException.class, () -> plain.fetch(https("/keys"), false));
        URI address = URI.create("https://127.0.0.1:" + https.getAddress().getPort() + "/keys");
        assertThrows(
                IOException.class,
                () -> fetcher(Set.of("127.0.0.1"), false, LONG).fetch(address, false),
                "another name");
        assertEquals(0, requests.get());
    }

    @Test
    void speaksPlainHttpToTheLoopbackAddressWhereThatIsSwitchedOn() throws IOException {
        assertEquals("{}", fetcher(Set.of(), true, LONG).fetch(http("/keys"), false));
        assertThrows(
                IOException.class,
                () -> fetcher(Set.of("127.0.0.1"), false, LONG).fetch(http("/keys"), false));
        URI name = URI.create("http://localhost:" + http.getAddress().getPort() + "/keys");
        assertThrows(
                IOException.class,
                () -> fetcher(Set.of("localhost"), true, LONG).fetch(name, false));
        assertEquals(1, requests.get());
    }

    @Test
    void reachesNeitherListedHostsNorLoopbackWhereOnlyPublicAddressesMayBeAsked() {
        HttpsFetcher fetcher = fetcher(Set.of("localhost"), true, LONG);
        assertThrows(IOException.class, () -> fetcher.fetch(https("/keys"), true));
        assertThrows(IOException.class, () -> fetcher.fetch(http("/keys"), true));
        assertEquals(0, requests.get());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"file:///etc/hostname", "ftp://issuer.example/keys", "jar:file:/x.jar!/keys", "http://8.8.8.8/"})
    void speaksNothingElse(String url) {
        assertThrows(IOException.class, () -> fetcher(Set.of(), true, LONG).fetch(URI.create(url), false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/missing", "/moved", "/large", "/nowhere"})
    void takesNoAnswerButASmallOneOf200(String path) {
        assertThrows(IOException.class, () -> fetcher(Set.of(), true, LONG).fetch(http(path), false));
        assertTrue(requests.get() <= 1, "a redirect is not followed");
    }

    @Test
    void takes64KiB() throws IOException {
        assertEquals(
                64 * 1024,
                fetcher(Set.of(), true, LONG).fetch(http("/full"), false).length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/silent", "/slow"})
    void breaksOffWhatTakesTooLong(String path) {
        assertThrows(
                IOException.class,
                () -> fetcher(Set.of(), true, Duration.ofMillis(200)).fetch(http(path), false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;|",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n|",
                "HTTP/1.1 200 OK\r\nX: |",
                "HTTP/1.1 200 OK\r\n\r\n{|",
                "HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n{|",
                "|"
            })
    void breaksOffWhatComesByteAfterByte(String start) throws IOException {
        try (ServerSocket server = dripping(start.substring(0, start.length() - 1), (byte) 'x')) {
            URI address = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/keys");
            takesTooLong(fetcher(Set.of(), true, Duration.ofMillis(300)), address);
        }
    }

    @Test
    void breaksOffAHandshakeThatComesByteAfterByte() throws IOException {
        // a handshake record of 4,096 bytes
        try (ServerSocket server = dripping("\u0016\u0003\u0003\u0010\u0000", (byte) 0)) {
            URI address = URI.create("https://localhost:" + server.getLocalPort() + "/keys");
            takesTooLong(fetcher(Set.of("localhost"), false, Duration.ofMillis(300)), address);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
                "HTTP/1.0 200 OK\r\n\r\n{}",
                "HTTP/1.1 200\nCONTENT-LENGTH:2\n\n{} and what follows",
                "HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;x=y\r\n{\r\n1\r\n}\r\n0\r\n\r\n"
            })
    void readsAnswersAsServersSendThem(String answer) throws IOException {
        assertEquals("{}", fetchRaw(answer));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "HTTP/2 200 OK\r\n\r\n{}",
                "HTTP/1.1 204 No Content\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n{}",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n{}"
            })
    void takesNoAnswerThatIsCutShortOrBroken(String answer) {
        assertThrows(IOException.class, () -> fetchRaw(answer));
    }

    @Test
    void takesNoHeaderWithoutEnd() {
        String start = "HTTP/1.1 200 OK\r\n";
        assertThrows(IOException.class, () -> fetchRaw(start + "X: 1\r\n".repeat(101) + "\r\n{}"));
        assertThrows(IOException.class, () -> fetchRaw(start + "X: " + "x".repeat(8 * 1024) + "\r\n\r\n{}"));
        assertThrows(IOException.class, () -> fetchRaw(start + "\r\n" + "x".repeat(64 * 1024 + 1)));
    }

    @Test
    void sendsWhatTheAddressSaysAndNothingOfTheApplication() throws IOException {
        CookieHandler before = CookieHandler.getDefault();
        CookieManager cookies = new CookieManager();
        CookieHandler.setDefault(cookies);
        try {
            http.createContext("/echo", exchange -> {
                exchange.getResponseHeaders().add("Set-Cookie", "a=b");
                String said = exchange.getRequestURI() + " "
                        + exchange.getRequestHeaders().getFirst("Cookie");
                answer(200, said).handle(exchange);
            });
            HttpsFetcher fetcher = fetcher(Set.of(), true, LONG);
            assertEquals("/echo?a=%20b null", fetcher.fetch(http("/echo?a=%20b"), false));
            assertEquals("/echo null", fetcher.fetch(http("/echo"), false));
            assertEquals(0, cookies.getCookieStore().getCookies().size());
        } finally {
            CookieHandler.setDefault(before);
        }
    }

    @Test
    void fetchesNothingOnceItIsClosed() {
        HttpsFetcher fetcher = fetcher(Set.of(), true, LONG);
        fetcher.close();
        assertThrows(RejectedExecutionException.class, () -> fetcher.fetch(http("/keys"), false));
        assertEquals(0, requests.get());
    }

    /** The bound is far above the time-out and far below what the server would take. */
    private static void takesTooLong(HttpsFetcher fetcher, URI address) {
        IOException refused = assertTimeoutPreemptively(
                Duration.ofSeconds(15), () -> assertThrows(IOException.class, () -> fetcher.fetch(address, false)));
        assertTrue(String.valueOf(refused.getMessage()).contains("takes too long"), refused.toString());
    }

    /** Serves a start and then a byte every 100 ms, so that no time-out of a single reading ends it. */
    private ServerSocket dripping(String start, byte drop) throws IOException {
        ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        threads.execute(() -> {
            try (Socket caller = server.accept()) {
                OutputStream out = caller.getOutputStream();
                out.write(start.getBytes(StandardCharsets.ISO_8859_1));
                while (!over.await(100, TimeUnit.MILLISECONDS)) {
                    out.write(drop);
                }
            } catch (IOException e) {
                // the fetch is over
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return server;
    }

    private String fetchRaw(String answer) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            threads.execute(() -> {
                try (Socket caller = server.accept()) {
                    BufferedReader in = new BufferedReader(
                            new InputStreamReader(caller.getInputStream(), StandardCharsets.US_ASCII));
                    while (!in.readLine().isEmpty()) {
                        requests.incrementAndGet();
                    }
                    caller.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    // the fetch has read enough
                }
            });
            return fetcher(Set.of(), true, LONG)
                    .fetch(URI.create("http://127.0.0.1:" + server.getLocalPort() + "/keys"), false);
        }
    }

    private HttpHandler answer(int status, String text) {
        byte[] body = text.getBytes(StandardCharsets.US_ASCII);
        return exchange -> {
            requests.incrementAndGet();
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        };
    }

    private void hold() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpsFetcher fetcher(Set<String> listed, boolean loopback, Duration timeout) {
        return new HttpsFetcher(listed, loopback, tls.getSocketFactory(), timeout);
    }

    private URI http(String path) {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + path);
    }

    private URI https(String path) {
        return URI.create("https://localhost:" + https.getAddress().getPort() + path);
    }
}
