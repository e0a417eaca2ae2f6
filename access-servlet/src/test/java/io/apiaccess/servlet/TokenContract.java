package io.apiaccess.servlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.admin.IssuedKey;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Visibility;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.Grant;
import io.apiaccess.client.OAuth2;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.Decision;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.request.HttpMethod;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the token endpoint does in every container: each has a subclass. */
@Rule("C9")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TokenContract {
    private static final Filter NONE = (request, response, chain) -> chain.doFilter(request, response);
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String GRANT = "grant_type=client_credentials";
    private static final Pattern ISSUED = Pattern.compile(
            "\\{\"access_token\":\"(akt_[0-9A-Za-z]{44})\",\"token_type\":\"Bearer\",\"expires_in\":3600,\"scope\":\"([^\"]*)\"}");

    private Container container;
    private Shop shop;
    private IssuedKey secret;
    private volatile Servlet endpoint;
    private volatile Filter door = NONE;

    /** Starts the container. */
    abstract Container start(Container.Setup setup);

    @BeforeAll
    void start() {
        container = start(new Container.Setup("", false, new Application()));
    }

    @AfterAll
    void stop() {
        container.close();
    }

    @BeforeEach
    void open() {
        shop = new Shop();
        shop.admin.create(AccessProfile.named("worker", new ClientId("acme"))
                .id(new ProfileId("worker"))
                .grant(Grant.of(shop.orders.id()).scopes("orders.read", "orders.delete"))
                .authentication(OAuth2.issuedHere())
                .build());
        secret = shop.admin.issueClientSecret(new ProfileId("worker"));
        endpoint = TokenServlet.builder(shop.access).plainHttp(true).build();
        door = NONE;
    }

    @AfterEach
    void close() {
        shop.close();
    }

    @Test
    void issuesByBasicAndByPost() {
        for (Http.Answer answer : List.of(
                post(GRANT, basic("worker", secret.reveal())),
                post(GRANT + "&client_id=worker&client_secret=" + secret.reveal()),
                post(GRANT + "&client_id=worker", basic("worker", secret.reveal())),
                post(GRANT + "&client_id=&client_secret=&scope=", basic("worker", secret.reveal())),
                post(
                        "&&" + GRANT + "&resource=x&",
                        basic("wo%72ker", secret.reveal()).replace("Basic", "bAsIc ")),
                post(GRANT.replace("_", "%5F"), basic("worker", secret.reveal())),
                send("POST", "/token", FORM + " ; charset=\"UTF-8\"", GRANT, basic("worker", secret.reveal())))) {
            assertEquals(200, answer.status(), answer.toString());
            assertEquals("application/json", answer.header("Content-Type").orElse(""));
            assertEquals(List.of("no-store"), answer.all("Cache-Control"));
            assertEquals(List.of("no-cache"), answer.all("Pragma"));
            assertEquals("orders.delete orders.read", issued(answer, 2));
            assertTrue(opens(issued(answer, 1)));
        }
    }

    @Test
    void narrowsTheScope() {
        Http.Answer answer = post(GRANT + "&scope=orders.read", basic("worker", secret.reveal()));
        assertEquals("orders.read", issued(answer, 2));
        for (String scope : List.of("orders.admin", "orders.read+orders.admin", "%22", "orders.read++", "%00")) {
            refuses(400, "invalid_scope", post(GRANT + "&scope=" + scope, basic("worker", secret.reveal())));
        }
    }

    @Test
    void readsABodyInChunks() {
        String request = "POST /token HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: " + FORM
                + "\r\nTransfer-Encoding: chunked\r\nAuthorization: " + basic("worker", secret.reveal()) + "\r\n\r\n"
                + "5\r\ngrant\r\n" + Integer.toHexString(GRANT.length() - 5) + "\r\n" + GRANT.substring(5)
                + "\r\n0\r\n\r\n";
        assertEquals(200, Http.sendBytes(container.port(), request).status());
        String chunk = "1000\r\n" + "x".repeat(4096) + "\r\n";
        Http.Answer large = Http.sendBytes(
                container.port(),
                request.substring(0, request.indexOf("5\r\ngrant")) + chunk + chunk + chunk + "0\r\n\r\n");
        refuses(400, "invalid_request", large);
    }

    @Test
    void refusesWhatCanBeReadInTwoWaysOrNotAtAll() {
        String proof = basic("worker", secret.reveal());
        String posted = "&client_id=worker&client_secret=" + secret.reveal();
        List<Http.Answer> malformed = new ArrayList<>(List.of(
                post("", proof),
                post("grant_type=", proof),
                post("grant_type", proof),
                post("x=y", proof),
                post(GRANT + "&" + GRANT, proof),
                post(GRANT + "&grant_type=", proof),
                post(GRANT + "&scope=orders.read&scope=orders.read", proof),
                post(GRANT + "&x=1&x=2", proof),
                post(GRANT + "&s%63ope=a&scope=b", proof),
                post(GRANT + posted, proof),
                post(GRANT + "&client_secret=x", proof),
                post(GRANT + "&client_id=mobile", proof),
                post(GRANT + posted + "&client_id=worker"),
                post(GRANT + "&x=%", proof),
                post(GRANT + "&x=%4", proof),
                post(GRANT + "&x=%zz", proof),
                post(GRANT + "&x=%ff", proof),
                post(GRANT + "&x=%c0%af", proof),
                post(GRANT + "&x=%ed%a0%80", proof),
                post(GRANT + "&x=\u00ff", proof),
                post(GRANT + "&%e9=1", proof),
                post(GRANT + "&x=" + "y".repeat(8 * 1024), proof),
                send("POST", "/token?x=1", FORM, GRANT, proof),
                send("POST", "/token?" + GRANT + posted, FORM, "", new String[0]),
                send("POST", "/token?client_secret=" + secret.reveal(), FORM, GRANT + "&client_id=worker"),
                send("POST", "/token", "application/json", "{\"grant_type\":\"client_credentials\"}", proof),
                send("POST", "/token", "text/plain", GRANT, proof),
                send("POST", "/token", "multipart/form-data; boundary=x", GRANT, proof),
                send("POST", "/token", FORM + "; charset=utf-16", GRANT, proof),
                send("POST", "/token", FORM + "; charset=utf-8; x=y", GRANT, proof),
                send("POST", "/token", FORM + "x", GRANT, proof),
                post(GRANT, proof + "\r\nContent-Encoding: gzip"),
                post(GRANT, proof + "\r\nAuthorization: " + proof),
                post(GRANT, proof + "\r\nAuthorization: Bearer x")));
        malformed.forEach(answer -> refuses(400, "invalid_request", answer));
        for (String grant : List.of("password", "client_credentials ", "CLIENT_CREDENTIALS", "refresh_token", "%00")) {
            refuses(400, "unsupported_grant_type", post("grant_type=" + grant, proof));
        }
    }

    @Test
    @Rule("D5")
    void refusesAllThatDoNotProveThemselvesByteForByteAlike() {
        IssuedKey revoked = shop.admin.issueClientSecret(new ProfileId("worker"));
        shop.admin.revokeKey(revoked.id());
        IssuedKey disabled = shop.admin.issueClientSecret(new ProfileId("worker"));
        shop.admin.disableKey(disabled.id());
        String good = secret.reveal();
        Http.Answer first = post(GRANT, basic("worker", good + "x"));
        refuses(401, "invalid_client", first);
        assertEquals(List.of("Basic realm=\"token\", charset=\"UTF-8\""), first.all("WWW-Authenticate"));
        for (Http.Answer other : List.of(
                post(GRANT),
                post(GRANT + "&client_id=worker"),
                post(GRANT + "&client_secret=" + good),
                post(GRANT + "&client_id=worker&client_secret=x"),
                post(GRANT, basic("nobody", good)),
                post(GRANT, basic("mobile", good)),
                post(GRANT, basic("", good)),
                post(GRANT, basic("worker", "")),
                post(GRANT, basic("worker", revoked.reveal())),
                post(GRANT, basic("worker", disabled.reveal())),
                post(GRANT, basic("mobile", shop.key.reveal())),
                post(GRANT, basic("wo%72%ker", good)),
                post(GRANT, "Basic"),
                post(GRANT, "Basic "),
                post(GRANT, "Basic !!!"),
                post(GRANT, "Basic " + base64("worker")),
                post(GRANT, "Basic " + base64("worker" + good)),
                post(GRANT, "Basic " + base64("\u00ff:" + good)),
                post(GRANT, "Bearer " + good),
                post(GRANT, "Digest username=\"worker\""),
                post(GRANT, "x"))) {
            assertEquals(first.withoutDate(), other.withoutDate());
        }
    }

    @Test
    void tellsWhoIsProvenThatItMayNotCall() {
        shop.admin.deactivate(new ProfileId("worker"));
        refuses(400, "unauthorized_client", post(GRANT, basic("worker", secret.reveal())));
    }

    @Test
    void takesPostAlone() {
        for (String method : List.of("GET", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND")) {
            Http.Answer answer = send(
                    method,
                    "/token?" + GRANT + "&client_id=worker&client_secret=" + secret.reveal(),
                    FORM,
                    "",
                    new String[0]);
            refuses(405, "invalid_request", answer);
            assertEquals(List.of("POST"), answer.all("Allow"), method);
        }
        Http.Answer head = Http.send(container.port(), "HEAD", "/token");
        assertEquals(405, head.status());
        assertEquals("", head.body());
    }

    @Test
    void takesHttpsAloneUnlessToldOtherwise() {
        endpoint = TokenServlet.builder(shop.access).build();
        refuses(400, "invalid_request", post(GRANT, basic("worker", secret.reveal())));
        door = (request, response, chain) -> chain.doFilter(new Secured((HttpServletRequest) request), response);
        assertEquals(200, post(GRANT, basic("worker", secret.reveal())).status());
    }

    @Test
    void looksAtNothingFromWhereTooManyHaveFailed() {
        for (int i = 0; i < 30; i++) {
            refuses(401, "invalid_client", post(GRANT, basic("worker", "x")));
        }
        Http.Answer refused = post(GRANT, basic("worker", secret.reveal()));
        refuses(429, "temporarily_unavailable", refused);
        assertEquals(List.of("60"), refused.all("Retry-After"));
    }

    @Test
    @Rule("N4")
    void goesByTheCallerThatAListedProxyNames() {
        shop.admin.update(shop.admin.get(new ProfileId("worker")).toBuilder()
                .allowFrom("192.0.2.0/24")
                .build());
        String proof = basic("worker", secret.reveal());
        refuses(400, "unauthorized_client", post(GRANT, proof));
        refuses(400, "unauthorized_client", post(GRANT, proof + "\r\nX-Forwarded-For: 192.0.2.7"));
        endpoint = TokenServlet.builder(shop.access)
                .plainHttp(true)
                .forwardedHeader(ForwardedHeader.X_FORWARDED_FOR)
                .trustedProxies("127.0.0.1")
                .requireForwarded(true)
                .build();
        assertEquals(200, post(GRANT, proof + "\r\nX-Forwarded-For: 192.0.2.7").status());
        refuses(400, "unauthorized_client", post(GRANT, proof));
        refuses(400, "unauthorized_client", post(GRANT, proof + "\r\nX-Forwarded-For: 203.0.113.9"));
    }

    @Test
    @Rule("D1")
    void isUnavailableWhereTheIssuerIsOrFails() {
        shop.access.close();
        Http.Answer closed = post(GRANT, basic("worker", secret.reveal()));
        refuses(503, "temporarily_unavailable", closed);
        assertEquals(List.of("5"), closed.all("Retry-After"));
        endpoint = TokenServlet.builder(request -> {
                    throw new IllegalStateException(
                            "a secret: " + request.secret().reveal());
                })
                .plainHttp(true)
                .build();
        Http.Answer failed = post(GRANT, basic("worker", secret.reveal()));
        assertEquals(closed.withoutDate(), failed.withoutDate());
    }

    @Test
    void isReachedThroughTheFilterAsARouteOfAPublicCollection() throws ServletException {
        AccessFilter filter = AccessFilter.builder(shop.access).build();
        door = filter;
        assertEquals(401, post(GRANT, basic("worker", secret.reveal())).status());
        shop.admin.create(ApiCollection.named("Token")
                .visibility(Visibility.PUBLIC)
                .route("/token", HttpMethod.POST)
                .build());
        Http.Answer answer = post(GRANT, basic("worker", secret.reveal()));
        assertEquals(200, answer.status());
        assertTrue(opens(issued(answer, 1)));
        assertEquals(
                200,
                post(GRANT + "&client_id=worker&client_secret=" + secret.reveal())
                        .status());
    }

    /** Checks the shape of a refusal, and that nothing of what came in is in it. */
    private void refuses(int status, String error, Http.Answer answer) {
        assertEquals(status, answer.status(), answer.toString());
        assertTrue(answer.body().startsWith("{\"error\":\"" + error + "\""), answer.toString());
        assertTrue(answer.body().matches("\\{\"error\":\"[a-z_]+\"(,\"error_description\":\"[ -!#-\\[\\]-~]+\")?}"));
        assertEquals("application/json", answer.header("Content-Type").orElse(""));
        assertEquals(List.of("no-store"), answer.all("Cache-Control"));
        assertEquals(List.of("no-cache"), answer.all("Pragma"));
        assertEquals(status == 401 ? 1 : 0, answer.all("WWW-Authenticate").size());
        assertFalse(answer.toString().contains("worker"), answer.toString());
        assertFalse(answer.toString().contains(secret.reveal().substring(4, 12)), answer.toString());
    }

    private boolean opens(String token) {
        Decision decision = shop.access
                .decider()
                .decide(AccessRequest.of(HttpMethod.GET, "/orders/42")
                        .from("127.0.0.1")
                        .bearer(token)
                        .build());
        return decision.isAllowed();
    }

    private static String issued(Http.Answer answer, int group) {
        Matcher matcher = ISSUED.matcher(answer.body());
        assertTrue(matcher.matches(), answer.toString());
        return matcher.group(group);
    }

    private Http.Answer post(String body, String... authorization) {
        return send("POST", "/token", FORM, body, authorization);
    }

    private Http.Answer send(String method, String target, String type, String body, String... authorization) {
        StringBuilder request = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n");
        for (String value : authorization) {
            request.append("Authorization: ").append(value).append("\r\n");
        }
        request.append("Content-Type: ")
                .append(type)
                .append("\r\nContent-Length: ")
                .append(body.length());
        return Http.sendBytes(
                container.port(),
                request.append("\r\nConnection: close\r\n\r\n").append(body).toString());
    }

    private static String basic(String clientId, String clientSecret) {
        return "Basic " + base64(clientId + ":" + clientSecret);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(ISO_8859_1));
    }

    /** The endpoint behind a filter, both exchanged while it runs. */
    private final class Application implements ServletContainerInitializer {
        @Override
        public void onStartup(Set<Class<?>> classes, ServletContext context) {
            context.addFilter("door", new Door())
                    .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, "/*");
            context.addServlet("token", new Current()).addMapping("/token");
        }
    }

    private final class Door implements Filter {
        @Override
        public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            door.doFilter(request, response, chain);
        }
    }

    private final class Current implements Servlet {
        @Override
        public void init(ServletConfig config) {}

        @Override
        public ServletConfig getServletConfig() {
            return endpoint.getServletConfig();
        }

        @Override
        public void service(ServletRequest request, ServletResponse response) throws ServletException, IOException {
            endpoint.service(request, response);
        }

        @Override
        public String getServletInfo() {
            return endpoint.getServletInfo();
        }

        @Override
        public void destroy() {}
    }

    /** A request as over TLS. */
    private static final class Secured extends HttpServletRequestWrapper {
        Secured(HttpServletRequest request) {
            super(request);
        }

        @Override
        public boolean isSecure() {
            return true;
        }
    }
}
