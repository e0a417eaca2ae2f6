package io.apiaccess.keyset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.apiaccess.Rule;
import io.apiaccess.request.Secret;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Authenticator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over real sockets of the loopback address: a client of the application is held to the same rules. */
@Rule("C12")
class ClientFetcherTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer http;
    private HttpsServer https;
    private HttpClient client;

    @BeforeEach
    void serve() throws Exception {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        http = HttpServer.create(anyPort, 0);
        https = HttpsServer.create(anyPort, 0);
        https.setHttpsConfigurator(new HttpsConfigurator(LocalhostTls.context()));
        client = HttpClient.newBuilder()
                .sslContext(LocalhostTls.context())
                .executor(threads)
                .build();
        for (HttpServer server : new HttpServer[] {http, https}) {
            server.setExecutor(threads);
            serve(server, "/keys", 200, "{}");
            serve(server, "/missing", 404, "{}");
            serve(server, "/full", 200, "x".repeat(64 * 1024));
            serve(server, "/large", 200, "x".repeat(64 * 1024 + 1));
            server.createContext("/moved", exchange -> {
                asked.add("/moved");
                exchange.getResponseHeaders().add("Location", "/keys");
                exchange.sendResponseHeaders(302, -1);
                exchange.close();
            });
            server.createContext("/silent", exchange -> hold());
            server.createContext("/endless", exchange -> {
                exchange.sendResponseHeaders(200, 0);
                OutputStream out = exchange.getResponseBody();
                while (over.getCount() > 0) {
                    out.write(new byte[1024]);
                }
            });
            server.createContext("/slow", exchange -> {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write('{');
                exchange.getResponseBody().flush();
                hold();
            });
            server.createContext("/ask", exchange -> {
                asked.add(exchange.getRequestMethod() + " "
                        + exchange.getRequestHeaders().getFirst("Authorization") + " "
                        + exchange.getRequestHeaders().getFirst("Content-Type") + " "
                        + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                exchange.sendResponseHeaders(200, 2);
                exchange.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
                exchange.close();
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
    void fetchesFromAListedHostByTheTrustOfTheClient() throws IOException {
        assertEquals("{}", fetcher(Set.of("LOCALHOST"), false).fetch(https("/keys"), false));
        ClientFetcher plain = new ClientFetcher(HttpClient.newHttpClient(), Set.of("localhost"), false, LONG);
        assertThrows(
                IOException.class, () -> plain.fetch(https("/keys"), false), "a certificate that it does not trust");
        assertEquals(List.of("/keys"), asked);
    }

    @Test
    void refusesAHostWhoseAddressIsNotPublicBeforeTheClientIsAsked() {
        ClientFetcher fetcher = fetcher(Set.of("localhost"), true);
        assertThrows(IOException.class, () -> fetcher.fetch(https("/keys"), true));
        assertThrows(IOException.class, () -> fetcher.fetch(http("/keys"), true));
        IOException refused =
                assertThrows(IOException.class, () -> fetcher(Set.of(), true).fetch(https("/keys"), false));
        assertTrue(String.valueOf(refused.getMessage()).contains("not public"), refused.toString());
        assertEquals(List.of(), asked);
    }

    @Test
    void speaksPlainHttpToTheLoopbackAddressWhereThatIsSwitchedOn() throws IOException {
        assertEquals("{}", fetcher(Set.of(), true).fetch(http("/keys"), false));
        assertThrows(
                IOException.class, () -> fetcher(Set.of("127.0.0.1"), false).fetch(http("/keys"), false));
        URI name = URI.create("http://localhost:" + http.getAddress().getPort() + "/keys");
        assertThrows(IOException.class, () -> fetcher(Set.of("localhost"), true).fetch(name, false));
        assertEquals(List.of("/keys"), asked);
    }

    @Test
    void leavesNamesToTheProxyOfTheClientAndLooksAtAddressesAlone() throws IOException {
        HttpClient proxied = HttpClient.newBuilder()
                .proxy(ProxySelector.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9)))
                .build();
        ClientFetcher fetcher = new ClientFetcher(proxied, Set.of(), false, LONG);
        for (String url : new String[] {"https://127.0.0.1/keys", "https://[::1]/keys", "https://10.0.0.1/keys"}) {
            IOException refused = assertThrows(IOException.class, () -> fetcher.fetch(URI.create(url), false));
            assertTrue(String.valueOf(refused.getMessage()).contains("not public"), refused.toString());
        }
        IOException away =
                assertThrows(IOException.class, () -> fetcher.fetch(URI.create("https://issuer.invalid/keys"), false));
        assertTrue(away.toString().contains("ConnectException"), "the proxy is asked, no name server: " + away);
    }

    @Test
    void looksAtNamesWhereTheClientGoesByNoProxyAfterAll() {
        for (ProxySelector direct : List.of(HttpClient.Builder.NO_PROXY, ProxySelector.of(null))) {
            HttpClient unproxied = HttpClient.newBuilder().proxy(direct).build();
            ClientFetcher fetcher = new ClientFetcher(unproxied, Set.of(), false, LONG);
            IOException refused = assertThrows(IOException.class, () -> fetcher.fetch(https("/keys"), false));
            assertTrue(String.valueOf(refused.getMessage()).contains("not public"), refused.toString());
        }
        assertEquals(List.of(), asked);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"file:///etc/hostname", "ftp://issuer.example/keys", "jar:file:/x.jar!/keys", "http://8.8.8.8/"})
    void speaksNothingElse(String url) {
        assertThrows(IOException.class, () -> fetcher(Set.of(), true).fetch(URI.create(url), false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/missing", "/moved", "/large", "/endless", "/nowhere"})
    void takesNoAnswerButASmallOneOf200(String path) {
        assertThrows(IOException.class, () -> fetcher(Set.of(), true).fetch(http(path), false));
        assertFalse(asked.contains("/keys"), "a redirect is not followed");
    }

    @Test
    void takes64KiB() throws IOException {
        assertEquals(
                64 * 1024, fetcher(Set.of(), true).fetch(http("/full"), false).length());
    }

    @Test
    void takesNothingThatTheClientHasFollowedARedirectTo() {
        HttpClient following = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.ALWAYS)
                .build();
        IOException refused = assertThrows(
                IOException.class,
                () -> new ClientFetcher(following, Set.of(), true, LONG).fetch(http("/moved"), false));
        assertTrue(String.valueOf(refused.getMessage()).contains("followed a redirect"), refused.toString());
    }

    @Test
    void takesWhatIsAnsweredToTheCredentialsOfTheClient() throws IOException {
        http.createContext("/guarded", exchange -> {
            exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"keys\"");
            boolean isKnown = exchange.getRequestHeaders().containsKey("Authorization");
            exchange.sendResponseHeaders(isKnown ? 200 : 401, 2);
            exchange.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        HttpClient known = HttpClient.newBuilder()
                .authenticator(new Authenticator() {
                    @Override
                    protected PasswordAuthentication getPasswordAuthentication() {
                        return new PasswordAuthentication("me", "sesame".toCharArray());
                    }
                })
                .build();
        assertEquals("{}", new ClientFetcher(known, Set.of(), true, LONG).fetch(http("/guarded"), false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/silent", "/slow"})
    void breaksOffWhatTakesTooLong(String path) {
        ClientFetcher fetcher = new ClientFetcher(client, Set.of(), true, Duration.ofMillis(300));
        assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> assertThrows(IOException.class, () -> fetcher.fetch(http(path), false)));
    }

    @Test
    void postsAFormAndSaysNothingOfIt() throws IOException {
        Secret form = Secret.of("token=a%2Bb");
        Secret authorization = Secret.of("Basic eDp5");
        assertEquals("{}", fetcher(Set.of("localhost"), false).post(https("/ask"), form, authorization));
        assertEquals(List.of("POST Basic eDp5 application/x-www-form-urlencoded token=a%2Bb"), asked);
        IOException refused = assertThrows(
                IOException.class,
                () -> fetcher(Set.of("localhost"), false).post(https("/missing"), form, authorization));
        assertFalse(refused.toString().matches(".*(eDp5|a%2Bb).*"), refused.toString());
    }

    private ClientFetcher fetcher(Set<String> listed, boolean httpToLoopback) {
        return new ClientFetcher(client, listed, httpToLoopback, LONG);
    }

    private URI http(String path) {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + path);
    }

    private URI https(String path) {
        return URI.create("https://localhost:" + https.getAddress().getPort() + path);
    }

    private void serve(HttpServer server, String path, int status, String body) {
        server.createContext(path, exchange -> {
            asked.add(path);
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    private void hold() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
