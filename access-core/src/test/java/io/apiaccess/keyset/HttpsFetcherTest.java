package io.apiaccess.keyset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.apiaccess.Rule;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
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
        KeyStore store = KeyStore.getInstance("PKCS12");
        char[] password = "localhost".toCharArray();
        try (var in = HttpsFetcherTest.class.getResourceAsStream("localhost.p12")) {
            store.load(in, password);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, password);
        trusted.setCertificateEntry("localhost", store.getCertificate("localhost"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
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
        assertEquals("{}", fetcher(Set.of("LOCALHOST"), false, LONG).fetch(https("/keys")));
        assertEquals(1, requests.get());
    }

    @Test
    void refusesAHostWhoseAddressTurnsOutToBeLoopbackBeforeAByteIsSent() {
        IOException refused = assertThrows(
                IOException.class, () -> fetcher(Set.of("other"), true, LONG).fetch(https("/keys")));
        assertTrue(String.valueOf(refused.getMessage()).contains("not public"), refused.toString());
        assertEquals(0, requests.get());
    }

    @Test
    void trustsNoCertificateThatThePlatformDoesNot() {
        HttpsFetcher plain =
                new HttpsFetcher(Set.of("localhost"), false, (SSLSocketFactory) SSLSocketFactory.getDefault(), LONG);
        assertThrows(IOException.class, () -> plain.fetch(https("/keys")));
        URI address = URI.create("https://127.0.0.1:" + https.getAddress().getPort() + "/keys");
        assertThrows(
                IOException.class,
                () -> fetcher(Set.of("127.0.0.1"), false, LONG).fetch(address),
                "another name");
        assertEquals(0, requests.get());
    }

    @Test
    void speaksPlainHttpToTheLoopbackAddressWhereThatIsSwitchedOn() throws IOException {
        assertEquals("{}", fetcher(Set.of(), true, LONG).fetch(http("/keys")));
        assertThrows(
                IOException.class,
                () -> fetcher(Set.of("127.0.0.1"), false, LONG).fetch(http("/keys")));
        URI name = URI.create("http://localhost:" + http.getAddress().getPort() + "/keys");
        assertThrows(
                IOException.class,
                () -> fetcher(Set.of("localhost"), true, LONG).fetch(name));
        assertEquals(1, requests.get());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"file:///etc/hostname", "ftp://issuer.example/keys", "jar:file:/x.jar!/keys", "http://8.8.8.8/"})
    void speaksNothingElse(String url) {
        assertThrows(IOException.class, () -> fetcher(Set.of(), true, LONG).fetch(URI.create(url)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/missing", "/moved", "/large", "/nowhere"})
    void takesNoAnswerButASmallOneOf200(String path) {
        assertThrows(IOException.class, () -> fetcher(Set.of(), true, LONG).fetch(http(path)));
        assertTrue(requests.get() <= 1, "a redirect is not followed");
    }

    @Test
    void takes64KiB() throws IOException {
        assertEquals(
                64 * 1024, fetcher(Set.of(), true, LONG).fetch(http("/full")).length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/silent", "/slow"})
    void breaksOffWhatTakesTooLong(String path) {
        assertThrows(
                IOException.class,
                () -> fetcher(Set.of(), true, Duration.ofMillis(200)).fetch(http(path)));
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
