package io.apiaccess;

import static io.apiaccess.decision.DenyReason.CREDENTIAL_NOT_YET_VALID;
import static io.apiaccess.decision.DenyReason.EXPIRED_CREDENTIAL;
import static io.apiaccess.decision.DenyReason.INSUFFICIENT_SCOPE;
import static io.apiaccess.decision.DenyReason.INVALID_CLAIMS;
import static io.apiaccess.decision.DenyReason.MALFORMED_CREDENTIAL;
import static io.apiaccess.decision.DenyReason.PROFILE_INACTIVE;
import static io.apiaccess.decision.DenyReason.TOKEN_INACTIVE;
import static io.apiaccess.decision.DenyReason.UNAVAILABLE;
import static io.apiaccess.decision.DenyReason.UNKNOWN_CREDENTIAL;
import static io.apiaccess.decision.DenyReason.WRONG_METHOD;
import static io.apiaccess.request.HttpMethod.DELETE;
import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.util.JSONObjectUtils;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Route;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Authentication;
import io.apiaccess.client.Grant;
import io.apiaccess.client.OAuth2;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.jwt.ProfileClaim;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that an introspection endpoint knows, here one at the loopback address, over real sockets (RFC 7662). */
@Rule("C9")
class IntrospectedTokensTest {
    private static final String ISSUER = "https://issuer.example";

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final Map<String, Object> answer = new LinkedHashMap<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile int status = 200;
    private volatile @Nullable String said;
    private volatile boolean hangs;
    private HttpServer endpoint;
    private Acme acme;
    private AccessProfile robot;

    @BeforeEach
    void serve() throws IOException {
        endpoint = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        endpoint.setExecutor(threads);
        endpoint.createContext("/introspect", this::answer);
        endpoint.start();
        open(builder -> builder);
    }

    @AfterEach
    void stop() {
        over.countDown();
        acme.close();
        endpoint.stop(0);
        threads.shutdownNow();
    }

    @Test
    void opensWhatTheProfileMayCallAndAsksOnceAsRfc7662Section2Says() {
        Decision decision = decide("opaque-token");
        assertNull(Acme.reason(decision));
        assertEquals(robot.id(), decision.caller().orElseThrow().profile());
        assertEquals(ISSUER, decision.claims().orElseThrow().text("iss").orElseThrow());
        assertNull(reason("opaque-token"));
        assertEquals(
                List.of("POST Basic bWU6c2VzYW1l application/x-www-form-urlencoded"
                        + " token=opaque-token&token_type_hint=access_token"),
                asked);
    }

    @Test
    void isInactiveWhereTheEndpointSaysSo() {
        answer.put("active", false);
        assertEquals(TOKEN_INACTIVE, reason("a"));
        assertEquals(TOKEN_INACTIVE, reason("a"));
        assertEquals(1, asked.size());
        answer.put("active", true);
        acme.time.pass(Duration.ofSeconds(5));
        assertNull(reason("a"));
        answer.put("active", false);
        acme.time.pass(Duration.ofSeconds(60));
        assertEquals(TOKEN_INACTIVE, reason("a"), "revoked by its issuer, known within a minute");
    }

    @Test
    @Rule({"D12", "trap 15"})
    void hidesNoChange() {
        assertNull(reason("a"));
        acme.admin.deactivate(robot.id());
        assertEquals(PROFILE_INACTIVE, reason("a"));
        acme.admin.activate(robot.id());
        change(oauth -> oauth);
        assertEquals(WRONG_METHOD, reason("a"));
        acme.admin.update(acme.admin.get(robot.id()).toBuilder()
                .authentication(Authentication.authToken())
                .build());
        assertEquals(WRONG_METHOD, reason("a"));
        change(oauth -> oauth.introspected(true)
                .claims(rules -> rules.issuer("https://other.example").audience("orders")));
        assertEquals(INVALID_CLAIMS, reason("a"));
        assertEquals(1, asked.size());
    }

    @Test
    @Rule("C8")
    void holdsWhatIsSaidToTheRulesOfTheProfile() {
        long now = acme.time.instant().getEpochSecond();
        denies(INVALID_CLAIMS, "iss", null);
        denies(INVALID_CLAIMS, "iss", "https://issuer.example/");
        denies(INVALID_CLAIMS, "iss", 7);
        denies(INVALID_CLAIMS, "aud", null);
        denies(INVALID_CLAIMS, "aud", "others");
        denies(null, "aud", List.of("others", "orders"));
        denies(INVALID_CLAIMS, "exp", null);
        denies(INVALID_CLAIMS, "exp", "soon");
        denies(INVALID_CLAIMS, "exp", 1e30);
        denies(EXPIRED_CREDENTIAL, "exp", now - 30);
        denies(null, "exp", now - 29);
        denies(CREDENTIAL_NOT_YET_VALID, "nbf", now + 31);
        denies(INVALID_CLAIMS, "scope", 7);
        denies(INVALID_CLAIMS, "token_type", "DPoP");
        denies(INVALID_CLAIMS, "token_type", "refresh_token");
        denies(null, "token_type", "bearer");
        denies(INVALID_CLAIMS, "cnf", Map.of("jkt", "x"));
        denies(
                DenyReason.CERTIFICATE_MISMATCH,
                "cnf",
                Map.of("x5t#S256", Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32])));
    }

    @Test
    @Rule("C8")
    void takesATokenWithoutIssuerAndAudienceOnlyWhereTheEndpointIsTrusted() {
        answer.remove("iss");
        answer.remove("aud");
        assertEquals(INVALID_CLAIMS, reason("a"));
        change(oauth -> oauth.introspected(true).trustEndpoint(true));
        assertNull(reason("a"));
        denies(null, "iss", "https://other.example");
        denies(INVALID_CLAIMS, "aud", "others");
    }

    @Test
    @Rule("C7")
    void namesTheProfileByTheFirstOfClientIdAzpAndSub() {
        answer.put("azp", "nobody");
        answer.put("sub", "nobody");
        assertNull(reason("a"));
        answer.put("client_id", "");
        assertEquals(UNKNOWN_CREDENTIAL, reason("b"));
        answer.put("azp", robot.id().value());
        assertNull(reason("c"));
        answer.remove("azp");
        answer.put("sub", robot.id().value());
        assertNull(reason("d"));
        answer.put("client_id", 7);
        assertEquals(INVALID_CLAIMS, reason("e"));
        answer.remove("client_id");
        answer.remove("sub");
        assertEquals(UNKNOWN_CREDENTIAL, reason("f"));
        change(oauth -> oauth.introspected(true)
                .claims(rules -> rules.issuer(ISSUER).audience("orders"))
                .externalSubject(ISSUER, "r-7"));
        answer.put("client_id", "r-7");
        assertNull(reason("g"));
    }

    @Test
    @Rule({"C7", "X4"})
    void namesTheProfileWhereTheApplicationSays() {
        acme.close();
        open(builder -> builder.profileClaim(ISSUER, ProfileClaim.of("username")));
        assertEquals(UNKNOWN_CREDENTIAL, reason("a"));
        answer.put("username", robot.id().value());
        assertNull(reason("b"));
    }

    @Test
    @Rule("C13")
    void holdsTheScopesThatAreSaidAndNoneWhereNothingIs() {
        ApiCollection files = acme.admin.create(ApiCollection.named("Files")
                .route(Route.at("/files", GET).scopes("files.read"))
                .route(Route.at("/files", DELETE).scopes("files.delete"))
                .build());
        acme.admin.update(acme.admin.get(robot.id()).toBuilder()
                .grant(Grant.of(files.id()).scopes("files.read"))
                .build());
        assertEquals(INSUFFICIENT_SCOPE, acme.reason(Acme.request(GET, "/files").bearer("a")));
        answer.put("scope", "files.read files.delete");
        assertNull(acme.reason(Acme.request(GET, "/files").bearer("b")));
        assertEquals(
                INSUFFICIENT_SCOPE, acme.reason(Acme.request(DELETE, "/files").bearer("b")), "it is not granted");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "a b", "a\"", "a,b", "\u00e9", "a\r\nX: y", "=", "==", "a=b", "a&active=true", "%41"})
    void asksAboutNothingThatIsNoToken(String text) {
        assertEquals(MALFORMED_CREDENTIAL, reason(text));
        assertEquals(MALFORMED_CREDENTIAL, reason("x".repeat(8 * 1024 + 1)));
        assertEquals(List.of(), asked);
    }

    @Test
    void asksAboutNothingThatHasAnotherForm() {
        assertEquals(MALFORMED_CREDENTIAL, reason("two.dots.here"));
        assertEquals(MALFORMED_CREDENTIAL, reason("akt_0123"));
        assertEquals(MALFORMED_CREDENTIAL, reason("aks_0123"));
        assertEquals(MALFORMED_CREDENTIAL, reason("ak_0123"));
        assertEquals(WRONG_METHOD, reason(acme.admin.issueKey(robot.id()).reveal()));
        assertEquals(
                UNKNOWN_CREDENTIAL, acme.reason(Acme.request(GET, "/orders").apiKey("opaque-token-as-a-key")));
        assertEquals(List.of(), asked);
        assertNull(reason("five.parts.are.not.signed"));
        assertNull(reason("A-z0.9_~+/=="));
        assertEquals(2, asked.size());
    }

    @Test
    void takesNoTokenWhereNoEndpointIsSet() {
        try (Acme plain = new Acme()) {
            assertEquals(
                    MALFORMED_CREDENTIAL,
                    plain.reason(Acme.request(GET, "/orders").bearer("opaque-token")));
        }
    }

    @Test
    void isUnavailableWhileTheEndpointGivesNoAnswerThatCounts() {
        assertNull(reason("known"));
        for (int bad : new int[] {400, 401, 403, 404, 500, 503}) {
            status = bad;
            assertEquals(UNAVAILABLE, reason("a"));
        }
        status = 200;
        said = "{\"active\":true,\"x\":\"" + "x".repeat(64 * 1024) + "\"}";
        assertEquals(UNAVAILABLE, reason("a"));
        for (String lie : List.of("", "true", "{\"active\":\"yes\"}", "{\"active\":true,\"active\":true}")) {
            said = lie;
            assertEquals(UNAVAILABLE, reason("a"));
        }
        said = null;
        assertNull(reason("a"), "and available at once when it does");
        endpoint.stop(0);
        assertEquals(UNAVAILABLE, reason("b"));
        assertNull(reason("known"), "remembered");
        acme.time.pass(Duration.ofSeconds(60));
        assertEquals(UNAVAILABLE, reason("known"), "and not for longer through an outage");
    }

    @Test
    void waitsForTwoSecondsAtMost() {
        hangs = true;
        long start = System.nanoTime();
        assertEquals(UNAVAILABLE, reason("a"));
        long taken = System.nanoTime() - start;
        assertTrue(taken >= Duration.ofMillis(1_900).toNanos(), "`" + taken + "` ns");
        assertTrue(taken < Duration.ofSeconds(20).toNanos(), "`" + taken + "` ns");
    }

    @Test
    void waitsForLessWhereThatIsSaid() {
        acme.close();
        open(builder -> builder.fetchTimeout(Duration.ofMillis(100)));
        hangs = true;
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 10 && least >= Duration.ofMillis(1_900).toNanos(); i++) {
            long start = System.nanoTime();
            assertEquals(UNAVAILABLE, reason("t" + i));
            least = Math.min(least, System.nanoTime() - start);
        }
        assertTrue(least >= Duration.ofMillis(90).toNanos(), "`" + least + "` ns");
        assertTrue(least < Duration.ofMillis(1_900).toNanos(), "`" + least + "` ns");
        for (Duration time : List.of(
                Duration.ZERO,
                Duration.ofMillis(100).minusNanos(1),
                Duration.ofSeconds(10).plusNanos(1))) {
            Refusal.of(
                    () -> AccessControl.builder().fetchTimeout(time).build(),
                    "fetch timeout `" + time + "` is not 100 ms to 10 s");
        }
    }

    @Test
    @Rule("C12")
    void goesNowhereThatIsNotAllowed() {
        acme.close();
        open(builder -> builder.fetchFromLoopback(false));
        assertEquals(UNAVAILABLE, reason("a"));
        assertEquals(List.of(), asked);
        acme.close();
        open(builder -> builder.introspection(
                "https://localhost:" + endpoint.getAddress().getPort(), "me", "sesame"));
        assertEquals(UNAVAILABLE, reason("a"));
        assertEquals(List.of(), asked);
        Refusal.of(
                () -> AccessControl.builder()
                        .introspection("http://issuer.example/", "", "sesame")
                        .build(),
                "is not https with a host",
                "client id `` is empty");
    }

    @Test
    @Rule({"D8", "trap 16"})
    void explainsATokenWithoutSayingIt() {
        String words = explain("a-secret-token");
        assertTrue(words.contains("a token that is active, with claims ["), words);
        assertFalse(words.contains("a-secret-token"), words);
        assertFalse(words.contains("sesame"), words);
        change(oauth -> oauth.introspected(true)
                .claims(rules -> rules.issuer("https://other.example").audience("orders")));
        assertTrue(explain("a-secret-token").contains("but `iss` is another"));
        change(oauth -> oauth);
        assertTrue(
                explain("a-secret-token").contains("a token that was asked about, not the access token issued here"));
        answer.put("client_id", "nobody");
        assertTrue(
                explain("b").contains("the token is active and names its profile by `client_id`: none that is known"));
        answer.put("active", false);
        assertTrue(explain("c").contains("does not call active"));
        status = 500;
        assertTrue(explain("d").contains("of which nothing can be known now"));
        assertTrue(explain("e e").contains("no token that could be asked about"));
    }

    private void open(UnaryOperator<AccessControl.Builder> settings) {
        String url = "http://127.0.0.1:" + endpoint.getAddress().getPort() + "/introspect";
        acme = new Acme(
                builder -> settings.apply(builder.fetchFromLoopback(true).introspection(url, "me", "sesame")));
        robot = acme.admin.create(AccessProfile.named("robot", acme.acme.id())
                .grant(acme.orders.id())
                .authentication(OAuth2.builder()
                        .introspected(true)
                        .claims(rules -> rules.issuer(ISSUER).audience("orders"))
                        .build())
                .build());
        answer.put("active", true);
        answer.put("client_id", robot.id().value());
        answer.put("iss", ISSUER);
        answer.put("aud", "orders");
        answer.put("exp", acme.time.instant().getEpochSecond() + 3600);
    }

    private void change(UnaryOperator<OAuth2.Builder> settings) {
        acme.admin.update(acme.admin.get(robot.id()).toBuilder()
                .authentication(settings.apply(OAuth2.builder()).build())
                .build());
    }

    private void denies(@Nullable DenyReason reason, String claim, @Nullable Object value) {
        Object before = answer.get(claim);
        if (value == null) {
            answer.remove(claim);
        } else {
            answer.put(claim, value);
        }
        assertEquals(
                reason, reason(claim + Integer.toHexString(String.valueOf(value).hashCode())), claim + " " + value);
        answer.remove(claim);
        if (before != null) {
            answer.put(claim, before);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            asked.add(exchange.getRequestMethod() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + exchange.getRequestHeaders().getFirst("Content-Type") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            if (hangs) {
                over.await();
            }
            String text = said == null ? JSONObjectUtils.toJSONString(answer) : said;
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Decision decide(String token) {
        return acme.decide(Acme.request(GET, "/orders").bearer(token));
    }

    private @Nullable DenyReason reason(String token) {
        return Acme.reason(decide(token));
    }

    private String explain(String token) {
        return acme.access
                .explain(Acme.request(GET, "/orders").bearer(token).build())
                .toString();
    }
}
