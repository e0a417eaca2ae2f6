package io.apiaccess.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.AccessDecider;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.decision.LimitState;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.spi.AccessEvents;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import jakarta.servlet.http.PushBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the filter does in every container: each has a subclass. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FilterContract {
    private static final Map<Integer, String> TITLES = Map.of(
            400, "Bad Request",
            401, "Unauthorized",
            403, "Forbidden",
            404, "Not Found",
            405, "Method Not Allowed",
            429, "Too Many Requests",
            503, "Service Unavailable");

    /** Section 3 of the design; all others are 401. */
    private static final Map<DenyReason, Integer> STATUSES = Map.ofEntries(
            Map.entry(DenyReason.PATH_NOT_CANONICAL, 400),
            Map.entry(DenyReason.AMBIGUOUS_CREDENTIAL, 400),
            Map.entry(DenyReason.PROFILE_UNREADABLE, 403),
            Map.entry(DenyReason.PROFILE_NOT_REGISTERED, 403),
            Map.entry(DenyReason.PROFILE_RETIRED, 403),
            Map.entry(DenyReason.PROFILE_INACTIVE, 403),
            Map.entry(DenyReason.CLIENT_RETIRED, 403),
            Map.entry(DenyReason.CLIENT_INACTIVE, 403),
            Map.entry(DenyReason.ADDRESS_UNKNOWN, 403),
            Map.entry(DenyReason.ADDRESS_BLOCKED, 403),
            Map.entry(DenyReason.ADDRESS_NOT_ALLOWED, 403),
            Map.entry(DenyReason.NO_SUCH_ROUTE, 404),
            Map.entry(DenyReason.NOT_GRANTED, 403),
            Map.entry(DenyReason.COLLECTION_INACTIVE, 404),
            Map.entry(DenyReason.ROUTE_INACTIVE, 404),
            Map.entry(DenyReason.METHOD_NOT_ALLOWED, 405),
            Map.entry(DenyReason.INSUFFICIENT_SCOPE, 403),
            Map.entry(DenyReason.OUTSIDE_TIME_WINDOW, 403),
            Map.entry(DenyReason.CONDITION_NOT_MET, 403),
            Map.entry(DenyReason.TOO_MANY_FAILURES, 429),
            Map.entry(DenyReason.RATE_LIMITED, 429),
            Map.entry(DenyReason.QUOTA_EXCEEDED, 429),
            Map.entry(DenyReason.UNAVAILABLE, 503),
            Map.entry(DenyReason.REFUSED_BY_APPLICATION, 403));

    private final Site site = new Site();
    private Container container;
    private Shop shop;

    /** Starts the container. */
    abstract Container start(Container.Setup setup);

    /** Returns the column of the container in the table of hostile targets. */
    abstract String column();

    @BeforeAll
    void start() {
        container = start(new Container.Setup("", false, site));
    }

    @AfterAll
    void stop() {
        container.close();
    }

    @BeforeEach
    void open() {
        shop = new Shop();
        door(options -> options);
    }

    @AfterEach
    void close() {
        shop.close();
    }

    private void door(UnaryOperator<AccessFilter.Builder> options) {
        site.door(options.apply(AccessFilter.builder(shop.decider())).build());
    }

    private void doorOf(AccessDecider decider) {
        site.door(AccessFilter.builder(decider).build());
    }

    private Http.Answer get(String target, String... headers) {
        return Http.send(container.port(), "GET", target, headers);
    }

    private String key() {
        return "X-API-Key: " + shop.key.reveal();
    }

    @Test
    void letsAGrantedCallReachTheApplicationAsItsProfile() {
        Http.Answer answer = get("/orders/42", key());
        assertEquals(200, answer.status(), answer::toString);
        assertLine(answer, "servlet=orders");
        assertLine(answer, "path=/orders/42");
        assertLine(answer, "user=mobile,mobile");
        assertLine(answer, "reads=true,deletes=false,bare=false");
        assertLine(answer, "decision=true");
    }

    @Test
    @Rule("D4")
    void letsAPublicCallReachTheApplicationAsNobody() {
        Http.Answer answer = get("/status");
        assertLine(answer, "servlet=status");
        assertLine(answer, "user=null,null");
        assertLine(answer, "reads=false,deletes=false,bare=false");
        assertLine(answer, "decision=true");
    }

    @Test
    void takesACredentialFromEachPlace() {
        for (String header : List.of(
                "X-API-Key: %s",
                "x-api-key:%s", "API-Token: %s", "Authorization: Bearer %s", "authorization: bEARER   %s")) {
            assertEquals(
                    200, get("/orders/42", header.formatted(shop.key.reveal())).status(), header);
        }
        for (String header :
                List.of("X-API-Token: %s", "Authorization: Basic %s", "Authorization: %s", "Cookie: X-API-Key=%s")) {
            assertReason(DenyReason.MISSING_CREDENTIAL, get("/orders/42", header.formatted(shop.key.reveal())));
        }
        assertReason(DenyReason.MISSING_CREDENTIAL, get("/orders/42?X-API-Key=" + shop.key.reveal()));
    }

    @Test
    void takesOtherPlacesIfToldAndNoneThatAreOff() {
        door(options -> options.keyHeaders("X-Key").bearerHeader("X-Token"));
        assertEquals(200, get("/orders/42", "X-Key: " + shop.key.reveal()).status());
        assertEquals(
                200, get("/orders/42", "X-Token: Bearer " + shop.key.reveal()).status());
        assertReason(DenyReason.MISSING_CREDENTIAL, get("/orders/42", key()));
        door(options -> options.noBearer());
        assertReason(DenyReason.MISSING_CREDENTIAL, get("/orders/42", "Authorization: Bearer " + shop.key.reveal()));
        door(options -> options.keyHeaders());
        assertReason(DenyReason.MISSING_CREDENTIAL, get("/orders/42", key()));
    }

    @Test
    void refusesMoreThanOneCredentialAlsoEqualOnesAndOnAPublicRoute() {
        String bearer = "Authorization: Bearer " + shop.key.reveal();
        for (List<String> headers : List.of(
                List.of(key(), key()),
                List.of(key(), "x-api-key: " + shop.key.reveal()),
                List.of(key(), "API-Token: " + shop.key.reveal()),
                List.of(key(), bearer),
                List.of(bearer, bearer),
                List.of(bearer, "Authorization: Basic eDp5"),
                List.of("Authorization: Basic eDp5", bearer),
                List.of(key(), "API-Token:"),
                List.of(key(), "X-API-Key: " + "x".repeat(9_000)))) {
            for (String target : List.of("/orders/42", "/status")) {
                Http.Answer answer = get(target, headers.toArray(String[]::new));
                assertReason(DenyReason.AMBIGUOUS_CREDENTIAL, answer);
                assertEquals(400, answer.status());
                assertEquals(
                        List.of("Bearer realm=\"API\", error=\"invalid_request\""), answer.all("WWW-Authenticate"));
            }
        }
    }

    @Test
    void takesABlankOrOverlongCredentialForAMalformedOne() {
        for (String header : List.of(
                "X-API-Key:",
                "X-API-Key: ",
                "API-Token: " + "x".repeat(8_193),
                "Authorization: Bearer",
                "Authorization: Bearer ",
                "Authorization: bearer,x",
                "Authorization: Bearer\t" + shop.key.reveal(),
                "Authorization: Bearer " + "x".repeat(8_192),
                "Authorization: Basic " + "x".repeat(8_192),
                "Authorization: Bearer " + shop.key.reveal() + ", Bearer " + shop.key.reveal())) {
            for (String target : List.of("/orders/42", "/status")) {
                assertReason(DenyReason.MALFORMED_CREDENTIAL, get(target, header));
            }
        }
        assertReason(DenyReason.UNKNOWN_CREDENTIAL, get("/orders/42", "X-API-Key: " + unknownKey()));
    }

    @Test
    @Rule("trap 16")
    void hidesTheCredentialFromTheApplication() {
        for (String header : List.of("X-API-Key: ", "API-Token: ", "Authorization: Bearer ")) {
            for (String target : List.of(
                    "/orders/42?a=b",
                    "/parts/async",
                    "/parts/async-with",
                    "/parts/async-write",
                    "/parts/forward",
                    "/parts/include")) {
                Http.Answer answer = get(target, header + shop.key.reveal(), "X-To: /orders/7", "Accept: x/y");
                assertEquals(200, answer.status(), answer::toString);
                assertFalse(answer.toString().contains(shop.key.reveal()), target);
                assertLine(answer, "asked X-API-Key=null[]-2");
                assertLine(answer, "asked API-Token=null[]-2");
                assertLine(answer, "asked Authorization=null[]-2");
                assertTrue(
                        answer.body().toLowerCase(Locale.ROOT).contains("header accept=[x/y],x/y"), answer::toString);
            }
        }
        Http.Answer basic = get("/status", "Authorization: Basic eDp5");
        assertLine(basic, "asked Authorization=Basic eDp5[Basic eDp5]0");
    }

    @Test
    @Rule("trap 16")
    void pushesNoRequestsWithTheCredential() {
        site.before((request, response, chain) -> chain.doFilter(
                new HttpServletRequestWrapper((HttpServletRequest) request) {
                    @Override
                    public PushBuilder newPushBuilder() {
                        throw new IllegalStateException("a builder would copy the header");
                    }
                },
                response));
        assertLine(get("/orders/42", key()), "push=null");
    }

    @Test
    @Rule("trap 16")
    void keepsTheCredentialOnlyIfItIsToBeShown() {
        assertLine(get("/orders/42", key()), "kept=null");
    }

    @Test
    @Rule("trap 16")
    void hidesTheCredentialFromDispatchesThatTheFilterIsNotMappedTo() {
        site.door(AccessFilter.builder(shop.decider()).build(), EnumSet.of(DispatcherType.REQUEST));
        for (String target : List.of(
                "/parts/async",
                "/parts/async-to",
                "/parts/async-with",
                "/parts/async-write",
                "/parts/forward",
                "/parts/include")) {
            Http.Answer answer = get(target, key(), "X-To: /orders/7");
            assertEquals(200, answer.status(), answer::toString);
            assertFalse(answer.toString().contains(shop.key.reveal()), target);
            assertLine(answer, "user=mobile,mobile");
        }
    }

    @Test
    @Rule("trap 16")
    void theCredentialComesBackInNoAnswer() {
        door(options -> options.queryParameter("api_key"));
        Http.Answer traced = Http.send(container.port(), "TRACE", "/orders/42", key());
        assertFalse(traced.toString().contains(shop.key.reveal()));
        for (String target : List.of("/nowhere", "/admin/x", "/orders/42/..", "/orders/%zz", "/orders/42?a=" + "x")) {
            for (String secret : List.of(shop.key.reveal(), unknownKey(), "not-a-key")) {
                for (String method : List.of("GET", "PUT", "BREW")) {
                    String answers = Http.send(container.port(), method, target, "X-API-Key: " + secret) + ""
                            + Http.send(container.port(), method, target, "Authorization: Bearer " + secret)
                            + Http.send(
                                    container.port(), method, target.replaceAll("[?].*", "") + "?api_key=" + secret);
                    assertFalse(answers.contains(secret), target);
                }
            }
        }
    }

    @Test
    void showsTheCredentialUnderTheNameAskedForAndNothingElseThere() {
        door(options -> options.forwardCredentialAs("X-Upstream"));
        Http.Answer answer = get("/orders/42", "Authorization: Bearer " + shop.key.reveal(), "x-upstream: forged");
        assertTrue(answer.body().contains("=[" + shop.key.reveal() + "]," + shop.key.reveal()), answer::body);
        assertFalse(answer.body().contains("forged"));
        assertLine(answer, "asked Authorization=null[]-2");
        assertFalse(get("/status", "X-Upstream: forged").body().contains("forged"));
        Http.Answer error = get("/parts/fail", key(), "x-upstream: forged");
        assertTrue(error.body().contains("=[" + shop.key.reveal() + "]," + shop.key.reveal()), error::body);
    }

    @Test
    void takesAKeyFromTheQueryIfToldAndHidesIt() {
        door(options -> options.queryParameter("api_key"));
        for (String query : List.of("a=1&api_key=%s&b=2", "a=1&%%61pi_key=%s&b=2")) {
            for (String target : List.of(
                    "/orders/42",
                    "/parts/forward",
                    "/parts/include",
                    "/parts/async",
                    "/parts/async-to",
                    "/parts/fail")) {
                Http.Answer answer = get(target + "?" + query.formatted(shop.key.reveal()), "X-To: /orders/7");
                assertEquals(target.endsWith("fail") ? 599 : 200, answer.status(), answer::toString);
                assertFalse(answer.toString().contains(shop.key.reveal()), answer::toString);
                assertFalse(answer.toString().contains("api_key="), answer::toString);
                assertLine(answer, "parameters=[a, b][a, b]nulltrue");
            }
        }
        assertLine(get("/orders/42?api_key=" + shop.key.reveal()), "query=null");
        assertReason(
                DenyReason.AMBIGUOUS_CREDENTIAL,
                get("/orders/42?api_key=" + shop.key.reveal() + "&api_key=" + shop.key.reveal()));
        assertReason(DenyReason.AMBIGUOUS_CREDENTIAL, get("/orders/42?api_key=" + shop.key.reveal(), key()));
        assertReason(DenyReason.MALFORMED_CREDENTIAL, get("/status?api_key"));
        assertReason(DenyReason.MISSING_CREDENTIAL, get("/orders/42?API_KEY=" + shop.key.reveal()));
    }

    @Test
    @Rule("trap 16")
    void hidesAKeyInTheQueryFromDispatchesThatTheFilterIsNotMappedTo() {
        AccessFilter filter =
                AccessFilter.builder(shop.decider()).queryParameter("api_key").build();
        site.door(filter, EnumSet.of(DispatcherType.REQUEST));
        for (String part : List.of("async", "async-to", "async-with", "async-write", "forward", "include")) {
            Http.Answer answer = get("/parts/" + part + "?a=1&api_key=" + shop.key.reveal(), "X-To: /orders/7");
            assertEquals(200, answer.status(), answer::toString);
            assertFalse(answer.toString().contains(shop.key.reveal()), answer::toString);
            assertLine(answer, "parameters=[a][a]nulltrue");
        }
    }

    @Test
    @Rule("D5")
    void allThatIsRefusedBeforeTheProofLooksTheSame() {
        KeyStates states = new KeyStates(shop);
        Http.Answer first = get("/orders/42", "X-API-Key: " + unknownKey());
        assertEquals(401, first.status());
        assertEquals(List.of("Bearer realm=\"API\", error=\"invalid_token\""), first.all("WWW-Authenticate"));
        for (String secret : states.refused()) {
            assertEquals(
                    first.withoutDate(),
                    get("/orders/42", "X-API-Key: " + secret).withoutDate());
            assertEquals(
                    first.withoutDate(),
                    get("/nowhere", "Authorization: Bearer " + secret).withoutDate());
        }
        assertEquals(first.withoutDate(), get("/status", "X-API-Key: x").withoutDate());
        assertEquals(
                first.withoutDate(),
                get("/status", "X-API-Key: " + "x".repeat(10_000)).withoutDate());
        assertEquals(
                Set.of(
                        DenyReason.UNKNOWN_CREDENTIAL,
                        DenyReason.MALFORMED_CREDENTIAL,
                        DenyReason.REVOKED_CREDENTIAL,
                        DenyReason.KEY_DISABLED,
                        DenyReason.EXPIRED_CREDENTIAL,
                        DenyReason.CREDENTIAL_NOT_YET_VALID),
                shop.decisions.stream()
                        .map(decision -> ((Decision.Denied) decision).reason())
                        .collect(Collectors.toSet()));
        Http.Answer missing = get("/orders/42");
        assertEquals(401, missing.status());
        assertEquals(List.of("Bearer realm=\"API\""), missing.all("WWW-Authenticate"));
        assertEquals(first.body(), missing.body());
    }

    @Test
    void givesEveryReasonItsStatusAndABodyThatSaysNoMore() {
        for (DenyReason reason : DenyReason.values()) {
            doorOf(request -> Decision.denied(request, reason));
            Http.Answer answer = get("/orders/42", "Origin: http://reflected.example");
            int status = STATUSES.getOrDefault(reason, 401);
            assertEquals(status, answer.status(), reason::toString);
            assertEquals(List.of("no-store"), answer.all("Cache-Control"));
            assertEquals(List.of("application/problem+json"), answer.all("Content-Type"));
            assertEquals(
                    "{\"type\":\"about:blank\",\"title\":\"" + TITLES.get(status) + "\",\"status\":" + status + "}",
                    answer.body());
            assertEquals(
                    String.valueOf(answer.body().length()),
                    answer.header("Content-Length").orElse(""));
            assertFalse(answer.toString().contains("reflected"));
            assertEquals(List.of(), site.called);
        }
    }

    @Test
    void answersHeadWithTheHeadersOfGetAndNoBody() {
        Http.Answer get = get("/nowhere", key());
        Http.Answer head = Http.send(container.port(), "HEAD", "/nowhere", key());
        assertEquals(404, head.status());
        assertEquals(get.header("Content-Length"), head.header("Content-Length"));
        assertTrue(head.isProblem());
        assertEquals("", head.body());
        assertEquals(
                200, Http.send(container.port(), "HEAD", "/orders/42", key()).status());
    }

    @Test
    @Rule("R5")
    void namesTheMethodsThatAreAllowed() {
        Http.Answer answer = Http.send(container.port(), "PUT", "/orders", key());
        assertEquals(405, answer.status());
        assertEquals(List.of("GET, HEAD, POST"), answer.all("Allow"));
        assertEquals(405, Http.send(container.port(), "get", "/orders", key()).status());
    }

    @Test
    void namesTheScopesThatAreNeeded() {
        Http.Answer answer = Http.send(container.port(), "DELETE", "/orders/42", key());
        assertEquals(403, answer.status());
        assertEquals(
                List.of("Bearer realm=\"API\", error=\"insufficient_scope\", scope=\"orders.admin orders.delete\""),
                answer.all("WWW-Authenticate"));
        doorOf(request -> Decision.denied(request, DenyReason.INSUFFICIENT_SCOPE));
        assertEquals(
                List.of("Bearer realm=\"API\", error=\"insufficient_scope\""),
                get("/orders/42", key()).all("WWW-Authenticate"));
    }

    @Test
    void answersWhatIsNotGrantedAsIfThereWereNothingIfTold() {
        assertEquals(403, get("/admin/x", key()).status());
        door(options -> options.hideUngranted(true));
        Http.Answer ungranted = get("/admin/x", key());
        assertReason(DenyReason.NOT_GRANTED, ungranted);
        assertEquals(404, ungranted.status());
        assertEquals(get("/nowhere", key()).withoutDate(), ungranted.withoutDate());
    }

    @Test
    @Rule("D6")
    void tellsHowLimitsStandAndWhenToComeBack() {
        shop.hold(Policy.named("Gold")
                .limit(RateLimit.of(1).per(Duration.ofMillis(90_500)))
                .limit(Quota.of(1_000).per(Duration.ofDays(1)))
                .limit(Quota.of(5).perMonth().scope(LimitScope.CLIENT).named("of client"))
                .limit(RateLimit.of(9)
                        .per(Duration.ofHours(1))
                        .scope(LimitScope.GLOBAL)
                        .named("of all")));
        Http.Answer allowed = get("/orders/42", key());
        assertEquals(200, allowed.status());
        assertEquals(List.of("\"gold.rate\";q=1;w=91, \"gold.quota\";q=1000;w=86400"), allowed.all("RateLimit-Policy"));
        assertEquals(List.of("\"gold.rate\";r=0;t=91, \"gold.quota\";r=999;t=43200"), allowed.all("RateLimit"));
        Http.Answer refused = get("/orders/42", key());
        assertEquals(429, refused.status());
        assertEquals(List.of("91"), refused.all("Retry-After"));
        assertEquals(List.of("no-store"), refused.all("Cache-Control"));
        assertEquals(List.of("\"gold.rate\";r=0;t=91, \"gold.quota\";r=999;t=43200"), refused.all("RateLimit"));

        door(options -> options.limitHeaders(LimitHeaders.X_RATELIMIT));
        Http.Answer old = get("/orders/42", key());
        assertEquals(List.of("1"), old.all("X-RateLimit-Limit"));
        assertEquals(List.of("0"), old.all("X-RateLimit-Remaining"));
        assertEquals(List.of("91"), old.all("X-RateLimit-Reset"));
        assertEquals(List.of(), old.all("RateLimit"));

        door(options -> options.limitHeaders(LimitHeaders.OFF));
        Http.Answer none = get("/orders/42", key());
        assertEquals(List.of("91"), none.all("Retry-After"));
        assertFalse(none.head().contains("RateLimit"));

        door(options -> options.showClientLimits(true));
        assertTrue(get("/orders/42", key()).header("RateLimit").orElse("").contains("\"gold.of client\";r=4;t="));
    }

    @Test
    void writesTheBodyThatAWriterGives() {
        door(options -> options.denialWriter((status, denied, request) ->
                new DenialBody("text/plain", status + " für " + request.getMethod() + request.getHeader("X-API-Key"))));
        Http.Answer answer = get("/nowhere", key());
        assertEquals(404, answer.status());
        assertEquals("404 fÃ¼r GETnull", answer.body());
        assertEquals(List.of("text/plain;charset=utf-8"), contentType(answer));
        for (String json : List.of("application/json", "application/vnd.shop+JSON")) {
            door(options -> options.denialWriter((status, denied, request) -> new DenialBody(json, "{}")));
            assertEquals(List.of(json.toLowerCase(Locale.ROOT)), contentType(get("/nowhere", key())));
        }
        door(options -> options.denialWriter((status, denied, request) -> new DenialBody("text/json5", "{}")));
        assertEquals(List.of("text/json5;charset=utf-8"), contentType(get("/nowhere", key())));
    }

    /** Containers write the parameter each in its own way. */
    private static List<String> contentType(Http.Answer answer) {
        return answer.all("Content-Type").stream()
                .map(value -> value.toLowerCase(Locale.ROOT).replace(" ", ""))
                .toList();
    }

    @Test
    void answersForWhateverAPartThrowsAndCallsNobody() {
        List<Throwable> thrown = List.of(
                new IllegalStateException("secret of the part"),
                new StackOverflowError(),
                new NoClassDefFoundError("x"),
                new AssertionError("x"),
                new IOException("x"),
                new InternalError());
        for (Throwable failure : thrown) {
            doorOf(request -> {
                throw sneaky(failure);
            });
            assertUnavailable();
            site.door(AccessFilter.builder(shop.decider())
                    .denialWriter((status, denied, request) -> {
                        throw sneaky(failure);
                    })
                    .build());
            assertUnavailable();
        }
        doorOf(request -> {
            return request.method().isEmpty() ? Decision.denied(request, DenyReason.UNAVAILABLE) : deep(request, 0);
        });
        assertUnavailable();
        doorOf(request -> nothing());
        assertUnavailable();
        shop.close();
        door(options -> options);
        assertUnavailable();
    }

    private void assertUnavailable() {
        Http.Answer answer = get("/nowhere", key());
        assertEquals(503, answer.status(), answer::toString);
        assertEquals("{\"type\":\"about:blank\",\"title\":\"Service Unavailable\",\"status\":503}", answer.body());
        assertEquals(List.of("5"), answer.all("Retry-After"));
        assertEquals(List.of("no-store"), answer.all("Cache-Control"));
        assertEquals(List.of(), site.called);
    }

    @Test
    void aListenerThatThrowsHurtsNoCall() throws InterruptedException {
        CountDownLatch heard = new CountDownLatch(1);
        AccessEvents listener = new AccessEvents() {
            @Override
            public void quotaReached(QuotaReached event) {
                heard.countDown();
                throw new IllegalStateException("the listener failed");
            }
        };
        try (Shop other = new Shop(builder -> builder.events(listener))) {
            other.hold(Policy.named("Gold").limit(Quota.of(5).perDay()));
            doorOf(other.decider());
            String otherKey = "X-API-Key: " + other.key.reveal();
            for (int i = 0; i < 4; i++) {
                assertEquals(200, get("/orders/42", otherKey).status());
            }
            assertTrue(heard.await(10, TimeUnit.SECONDS));
            assertEquals(200, get("/orders/42", otherKey).status());
        }
    }

    @Test
    void aStoreOfLimitsThatThrowsIsUnavailable() {
        try (Shop other = new Shop(builder -> builder.limitStore(new NoLimits()))) {
            other.hold(Policy.named("Gold").limit(RateLimit.of(5).per(Duration.ofHours(1))));
            doorOf(other.decider());
            Http.Answer answer = get("/orders/42", "X-API-Key: " + other.key.reveal());
            assertEquals(503, answer.status(), answer::toString);
            assertEquals(List.of("5"), answer.all("Retry-After"));
            assertEquals(List.of(), site.called);
        }
    }

    /** Cannot count. */
    private static final class NoLimits implements LimitStore {
        @Override
        public List<LimitState> take(List<LimitDemand> demands, long cost, Reading now) {
            throw new IllegalStateException("the store is gone");
        }

        @Override
        public List<LimitState> peek(List<LimitDemand> demands, long cost, Reading now) {
            throw new IllegalStateException("the store is gone");
        }

        @Override
        public void reset(LimitDemand demand) {
            throw new IllegalStateException("the store is gone");
        }
    }

    @Test
    void anAnswerForAFailureKeepsTheHeadersOfOtherFilters() {
        doorOf(request -> {
            throw new IllegalStateException("cannot decide");
        });
        site.before((request, response, chain) -> {
            ((HttpServletResponse) response).setHeader("X-Frame-Options", "DENY");
            chain.doFilter(request, response);
        });
        assertUnavailable();
        assertEquals(List.of("DENY"), get("/orders/42", key()).all("X-Frame-Options"));
    }

    @Test
    void answersForAFailureAlsoIfTheResponseFails() {
        doorOf(request -> {
            throw new IllegalStateException("cannot decide");
        });
        site.before((request, response, chain) ->
                chain.doFilter(request, new HttpServletResponseWrapper((HttpServletResponse) response) {
                    @Override
                    public void reset() {
                        resetBuffer();
                    }

                    @Override
                    public void resetBuffer() {
                        throw new StackOverflowError();
                    }
                }));
        assertEquals(503, get("/orders/42", key()).status());
        assertEquals(List.of(), site.called);
    }

    @Test
    void theFailuresOfTheApplicationAreItsOwn() {
        Http.Answer answer = get("/parts/throw", key());
        assertEquals(500, answer.status());
        assertEquals(List.of("parts /parts/throw"), site.called);
    }

    @Test
    void writesNothingToAnAnswerThatIsOnItsWay() {
        site.before((request, response, chain) -> {
            response.getWriter().print("on its way");
            response.flushBuffer();
            chain.doFilter(request, response);
        });
        for (String target : List.of("/nowhere", "/orders/%zz", "/admin/x")) {
            Http.Answer answer = get(target, key());
            if (answer.status() == 200) {
                assertTrue(answer.body().contains("on its way"), answer::body);
                assertFalse(answer.body().contains("about:blank"), answer::body);
            }
        }
        assertEquals(200, get("/nowhere", key()).status());
        assertEquals(List.of(), site.called);
    }

    @Test
    void deniesAlsoWhereAnotherFilterHasBegunTheAnswer() {
        site.before((request, response, chain) -> {
            response.getWriter().print("begun");
            chain.doFilter(request, response);
        });
        Http.Answer answer = get("/nowhere", key());
        assertEquals(404, answer.status(), answer::toString);
        assertEquals("{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404}", answer.body());
        assertEquals(List.of(), site.called);
    }

    @Test
    @Rule("D6")
    void noDispatchDecidesOrChargesTwice() {
        shop.hold(Policy.named("Gold").limit(RateLimit.of(100).per(Duration.ofHours(1))));
        long left = 100;
        for (Set<DispatcherType> types :
                List.of(EnumSet.allOf(DispatcherType.class), EnumSet.of(DispatcherType.REQUEST))) {
            for (String part :
                    List.of("forward", "include", "async", "async-to", "async-with", "async-write", "fail")) {
                site.door(AccessFilter.builder(shop.decider()).build(), types);
                shop.decisions.clear();
                Http.Answer answer = get("/parts/" + part, key(), "X-To: /admin/inside");
                assertEquals(part.equals("fail") ? 599 : 200, answer.status(), answer::toString);
                assertEquals(1, shop.decisions.size(), part);
                assertEquals(--left, shop.decisions.get(0).limits().get(0).remaining(), part);
                assertEquals(part.equals("async-write") ? 1 : 2, site.called.size(), part);
                if (types.size() > 1 || !part.equals("fail")) {
                    assertLine(answer, "user=mobile,mobile");
                    assertLine(answer, "decision=true");
                    assertFalse(answer.toString().contains(shop.key.reveal()), part);
                }
            }
        }
    }

    @Test
    void decidesADispatchThatHasNotBeenDecided() {
        Set<DispatcherType> types = EnumSet.complementOf(EnumSet.of(DispatcherType.REQUEST));
        site.door(AccessFilter.builder(shop.decider()).build(), types);
        for (String part : List.of("forward", "async-to")) {
            site.called.clear();
            Http.Answer refused = get("/unguarded/" + part, "X-To: /admin/x");
            assertEquals(401, refused.status(), refused::toString);
            assertEquals(List.of("unguarded /unguarded/" + part), site.called);
            assertEquals(403, get("/unguarded/" + part, key(), "X-To: /admin/x").status());
            Http.Answer allowed = get("/unguarded/" + part, key(), "X-To: /orders/42");
            assertEquals(200, allowed.status(), allowed::toString);
            assertLine(allowed, "path=/orders/42");
            assertEquals("/orders/42", last().path().orElseThrow().toString());
        }
        Http.Answer included = get("/unguarded/include", key(), "X-To: /admin/x");
        assertReason(DenyReason.NOT_GRANTED, included);
        assertEquals(List.of("before", "after false"), included.body().lines().toList());
        assertLine(get("/unguarded/include", key(), "X-To: /orders/42"), "servlet=orders");
        Http.Answer page = get("/unguarded/fail");
        assertEquals(401, page.status());
        assertFalse(page.body().contains("servlet=error"));
    }

    @Test
    void whatIsDecidedOfAPartHoldsForNoOther() {
        for (Set<DispatcherType> types : List.of(
                EnumSet.of(DispatcherType.INCLUDE, DispatcherType.FORWARD),
                EnumSet.complementOf(EnumSet.of(DispatcherType.REQUEST)))) {
            site.door(AccessFilter.builder(shop.decider()).build(), types);
            Http.Answer page = get("/unguarded/include", "X-To: /public/x /admin/x /public/y");
            assertLine(page, "path=/public/x");
            assertLine(page, "path=/public/y");
            assertLine(page, "decision=true");
            assertLine(page, "after false");
            assertEquals(3, shop.decisions.size());
            assertEquals(List.of("unguarded /unguarded/include", "public /public/x", "public /public/y"), site.called);
            shop.decisions.clear();
        }
    }

    @Test
    void whatIsDecidedOfAForwardHoldsForNothingAfterIt() throws InterruptedException {
        Set<DispatcherType> types = EnumSet.of(DispatcherType.INCLUDE, DispatcherType.FORWARD);
        site.door(AccessFilter.builder(shop.decider()).build(), types);
        Semaphore done = new Semaphore(0);
        site.before((request, response, chain) -> {
            boolean isPage = request.getDispatcherType() == DispatcherType.REQUEST;
            chain.doFilter(request, response);
            if (isPage) {
                done.release();
            }
        });
        get("/unguarded/forward-include", "X-To: /public/x /admin/x");
        // The answer to a forward is on its way before the page that forwarded goes on.
        assertTrue(done.tryAcquire(10, TimeUnit.SECONDS));
        assertEquals(List.of("unguarded /unguarded/forward-include", "public /public/x"), site.called);
        assertEquals(2, shop.decisions.size());
    }

    @Test
    @Rule("D6")
    void aPartThatGoesOnLaterIsNotDecidedTwice() {
        Set<DispatcherType> types = EnumSet.complementOf(EnumSet.of(DispatcherType.REQUEST));
        site.door(AccessFilter.builder(shop.decider()).build(), types);
        for (String part : List.of("async", "async-with", "async-to")) {
            shop.decisions.clear();
            Http.Answer answer = get("/unguarded/forward", key(), "X-To: /parts/" + part + " /admin/x");
            assertEquals(200, answer.status(), answer::toString);
            assertEquals(1, shop.decisions.size(), part);
            assertLine(answer, "user=mobile,mobile");
            assertLine(answer, "decision=true");
            assertFalse(answer.toString().contains(shop.key.reveal()), part);
        }
    }

    @Test
    void whatStartsLaterAfterAForwardGoesOnWhereItWouldWithoutTheFilter() {
        site.door((request, response, chain) -> chain.doFilter(request, response));
        String plain = path(get("/parts/forward", "X-To: /parts/async"));
        for (Set<DispatcherType> types :
                List.of(EnumSet.allOf(DispatcherType.class), EnumSet.of(DispatcherType.REQUEST))) {
            site.door(AccessFilter.builder(shop.decider()).build(), types);
            Http.Answer answer = get("/parts/forward", key(), "X-To: /parts/async");
            assertLine(answer, "type=ASYNC");
            // Undertow asks a request that is handed to it for its URI, which is the forward's meanwhile.
            assertEquals(column().equals("undertow") ? "path=/parts/async" : plain, path(answer));
            assertFalse(answer.toString().contains(shop.key.reveal()));
        }
    }

    private static String path(Http.Answer answer) {
        return answer.body()
                .lines()
                .filter(line -> line.startsWith("path="))
                .findFirst()
                .orElse("");
    }

    @Test
    void aPreflightPassesOnlyIfToldAndOnlyOne() {
        String[] preflight = {"Origin: https://shop.example", "Access-Control-Request-Method: GET"};
        assertEquals(
                401,
                Http.send(container.port(), "OPTIONS", "/orders/42", preflight).status());
        door(options -> options.passPreflight(true));
        Http.Answer passed = Http.send(container.port(), "OPTIONS", "/orders/42", preflight);
        assertEquals(200, passed.status());
        assertLine(passed, "decision=false");
        assertLine(passed, "user=null,null");
        assertEquals(List.of("orders /orders/42"), site.called);
        assertEquals(401, get("/orders/42", preflight).status());
        assertEquals(
                401,
                Http.send(container.port(), "OPTIONS", "/orders/42", preflight[0])
                        .status());
        assertEquals(
                401,
                Http.send(container.port(), "OPTIONS", "/orders/42", preflight[1])
                        .status());
        for (String credential : List.of("X-API-Key: " + unknownKey(), "X-API-Key: x", "Authorization: Bearer x")) {
            assertEquals(
                    401,
                    Http.send(container.port(), "OPTIONS", "/orders/42", preflight[0], preflight[1], credential)
                            .status(),
                    credential);
        }
        Http.Answer elsewhere = Http.send(container.port(), "OPTIONS", "/orders;/42", preflight);
        assertEquals(400, elsewhere.status());
        assertEquals(List.of("orders /orders/42"), site.called);
    }

    @Test
    @Rule({"N4", "trap 9"})
    void believesNoForwardedHeaderUnlessAListedProxySendsIt() {
        shop.allowFrom("192.0.2.0/24");
        String[] forged = {key(), "X-Forwarded-For: 192.0.2.7", "Forwarded: for=192.0.2.7"};
        assertEquals(403, get("/orders/42", forged).status());
        assertEquals("127.0.0.1", last().address().orElseThrow().toString());
        door(options -> options.forwardedHeader(ForwardedHeader.X_FORWARDED_FOR).trustedProxies("10.0.0.0/8"));
        assertEquals(403, get("/orders/42", forged).status());
        assertEquals("127.0.0.1", last().address().orElseThrow().toString());
        door(options ->
                options.forwardedHeader(ForwardedHeader.X_FORWARDED_FOR).trustedProxies("127.0.0.1, 10.0.0.0/8"));
        assertEquals(200, get("/orders/42", key(), "X-Forwarded-For: 192.0.2.7").status());
        assertEquals(403, get("/orders/42", key(), "Forwarded: for=192.0.2.7").status());
        assertEquals(
                200,
                get("/orders/42", key(), "X-Forwarded-For: 6.6.6.6, 192.0.2.7 , 10.1.1.1")
                        .status());
        assertEquals(
                403,
                get("/orders/42", key(), "X-Forwarded-For: 192.0.2.7", "X-Forwarded-For: 6.6.6.6")
                        .status());
        assertEquals("6.6.6.6", last().address().orElseThrow().toString());
        assertEquals(
                200,
                get("/orders/42", key(), "X-Forwarded-For: 6.6.6.6", "X-Forwarded-For: 192.0.2.7")
                        .status());
        door(options -> options.forwardedHeader(ForwardedHeader.FORWARDED).trustedProxies("127.0.0.0/8"));
        assertEquals(
                200,
                get("/orders/42", key(), "Forwarded: for=6.6.6.6, For=\"192.0.2.7:81\";proto=http")
                        .status());
        assertEquals(403, get("/orders/42", key(), "X-Forwarded-For: 192.0.2.7").status());
        assertEquals(403, get("/orders/42", key(), "Forwarded: for=unknown").status());
        assertReason(DenyReason.ADDRESS_UNKNOWN, get("/orders/42", key(), "Forwarded: for=192.0.2.7;;,"));
        assertReason(DenyReason.ADDRESS_NOT_ALLOWED, get("/orders/42", key()));
        door(options -> options.forwardedHeader(ForwardedHeader.FORWARDED)
                .trustedProxies("127.0.0.0/8")
                .requireForwarded(true));
        assertReason(DenyReason.ADDRESS_UNKNOWN, get("/orders/42", key()));
    }

    @Test
    void putsTheCallerInTheLogContextAndTakesItOut() {
        door(options -> options.mdcClientKey("client").mdcProfileKey("profile"));
        assertLine(get("/orders/42", key()), "mdc=acme,mobile");
        assertLine(get("/parts/async", key()), "mdc=acme,mobile");
        assertLine(get("/status"), "mdc=null,null");
        door(options -> options);
        assertLine(get("/orders/42", key()), "mdc=null,null");
    }

    @Test
    void twoFiltersInOneChainBothDecide() {
        AccessFilter second = AccessFilter.builder(
                        request -> Decision.denied(request, DenyReason.REFUSED_BY_APPLICATION))
                .build();
        site.before(AccessFilter.builder(shop.decider()).build());
        site.door(second);
        site.before(AccessFilter.builder(shop.decider()).build());
        assertEquals(403, get("/orders/42", key()).status());
        assertEquals(List.of(), site.called);
    }

    @Test
    @Rule("trap 16")
    void twoFiltersInOneChainBothHideTheirCredential() {
        AccessFilter second =
                AccessFilter.builder(shop.decider()).keyHeaders("X-Second").build();
        site.door(second, EnumSet.of(DispatcherType.REQUEST));
        site.before(AccessFilter.builder(shop.decider()).build());
        for (String part : List.of("async", "async-with", "forward")) {
            Http.Answer answer = get("/parts/" + part, key(), "X-Second: " + shop.key.reveal(), "X-To: /parts/async");
            assertEquals(200, answer.status(), answer::toString);
            assertFalse(answer.toString().contains(shop.key.reveal()), answer::toString);
        }
    }

    @Test
    void judgesThePathBehindTheContextPath() {
        Site shopSite = new Site();
        try (Container other = start(new Container.Setup("/shop", false, shopSite))) {
            shopSite.door(AccessFilter.builder(shop.decider()).build());
            Http.Answer answer = Http.send(other.port(), "GET", "/shop/orders/42", key());
            assertEquals(200, answer.status(), answer::toString);
            assertEquals("/orders/42", last().path().orElseThrow().toString());
            assertEquals(401, Http.send(other.port(), "GET", "/shop/orders/42").status());
        }
    }

    @Test
    @Rule({"R1", "trap 10"})
    void whatRunsBehindAContextPathIsWhatWasJudged() throws IOException {
        Site shopSite = new Site();
        try (Container other = start(new Container.Setup("/shop", false, shopSite))) {
            shopSite.door(AccessFilter.builder(shop.decider()).build());
            HostileTargets contexts = HostileTargets.read("hostile-contexts.csv");
            List<String> found = outcomes(other, shopSite, contexts.targets());
            assertEquals(
                    String.join("\n", contexts.expected(column())),
                    String.join("\n", found),
                    () -> contexts.rows(found));
            HostileTargets table = HostileTargets.read("hostile-targets.csv");
            List<String> behind = outcomes(
                    other,
                    shopSite,
                    table.targets().stream().map(target -> "/shop" + target).toList());
            for (int i = 0; i < behind.size(); i++) {
                String alone = table.expected(column()).get(i);
                String target = table.targets().get(i);
                assertTrue(
                        !target.startsWith("/") || !alone.startsWith("runs ") || alone.equals(behind.get(i)), target);
            }
        }
    }

    @Test
    @Rule("R1")
    void judgesThePathBehindAContextPathThatIsEncoded() throws IOException {
        Site shopSite = new Site();
        try (Container other = start(new Container.Setup("/my shop", false, shopSite))) {
            shopSite.door(AccessFilter.builder(shop.decider()).build());
            assertEquals(
                    List.of("runs public /public/x", "runs public /public/x", "filter 401", "filter 400"),
                    outcomes(
                            other,
                            shopSite,
                            List.of(
                                    "/my%20shop/public/x",
                                    "/%6dy%20shop/public/x", "/my%20shop/admin/x", "/my%20shop/public/%20x")));
        }
    }

    @Test
    @Rule({"R1", "trap 10"})
    void whatRunsIsWhatWasJudged() throws IOException {
        HostileTargets table = HostileTargets.read("hostile-targets.csv");
        List<String> found = outcomes(container, site, table.targets());
        assertEquals(String.join("\n", table.expected(column())), String.join("\n", found), () -> table.rows(found));
    }

    @Test
    @Rule({"R1", "trap 10"})
    void whatRunsIsWhatWasJudgedHoweverLenientTheContainer() throws IOException {
        Site lenientSite = new Site();
        try (Container lenient = start(new Container.Setup("", true, lenientSite))) {
            lenientSite.door(AccessFilter.builder(shop.decider()).build());
            HostileTargets table = HostileTargets.read("hostile-targets.csv");
            assertNotEquals(table.expected(column()), outcomes(lenient, lenientSite, table.targets()));
        }
    }

    @Test
    @Rule("R1")
    void noDeciderAndNoPreflightLetsAPathThroughThatWasNotJudged() {
        String[] preflight = {"Origin: https://shop.example", "Access-Control-Request-Method: GET"};
        site.door(AccessFilter.builder(request -> Decision.of(request).allowed())
                .passPreflight(true)
                .build());
        for (String target : List.of("/public/./x", "/public/../admin/x", "/public/x;a=b", "/public/%20x")) {
            assertEquals(400, get(target).status(), target);
            assertEquals(
                    400,
                    Http.send(container.port(), "OPTIONS", target, preflight).status(),
                    target);
        }
        assertEquals(List.of(), site.called);
        assertEquals(200, get("/public/x").status());
    }

    /** Sends every target, and asserts of what ran that it is what was judged, and public. */
    private List<String> outcomes(Container where, Site there, List<String> targets) {
        List<String> found = new ArrayList<>();
        for (String target : targets) {
            there.called.clear();
            shop.decisions.clear();
            Http.Answer answer = Http.sendBytes(
                    where.port(), "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            if (there.called.isEmpty()) {
                // Tomcat redirects to the root of a context.
                assertTrue(answer.status() >= 300, target);
                found.add((shop.decisions.isEmpty() ? "container " : "filter ") + answer.status());
                continue;
            }
            String ran = there.called.get(0);
            assertEquals(last().path().orElseThrow().toString(), ran.substring(ran.indexOf(' ') + 1), target);
            assertTrue(last().isAllowed(), target);
            assertTrue(ran.startsWith("public ") || ran.startsWith("status "), target + " runs " + ran);
            found.add("runs " + ran);
        }
        return found;
    }

    @Test
    void takesItsOptionsFromInitParameters() {
        Site other = new Site();
        ServletContainerInitializer application = (classes, context) -> {
            context.setAttribute("shop", shop.access);
            context.setAttribute("writer", (DenialWriter)
                    (status, denied, request) -> new DenialBody("text/plain", "no: " + status));
            FilterRegistration.Dynamic filter = context.addFilter("access", AccessFilter.class);
            filter.setAsyncSupported(true);
            filter.setInitParameter("accessControl", "shop");
            filter.setInitParameter("keyHeaders", "X-Key, X-Other");
            filter.setInitParameter("bearerHeader", "");
            filter.setInitParameter("queryParameter", "k");
            filter.setInitParameter("forwardCredentialAs", "X-Seen");
            filter.setInitParameter("forwardedHeader", "X-Forwarded-For");
            filter.setInitParameter("trustedProxies", "127.0.0.1");
            filter.setInitParameter("requireForwarded", "true");
            filter.setInitParameter("realm", "shop");
            filter.setInitParameter("limitHeaders", "X_RATELIMIT");
            filter.setInitParameter("showClientLimits", "true");
            filter.setInitParameter("hideUngranted", "true");
            filter.setInitParameter("passPreflight", "true");
            filter.setInitParameter("mdcClientKey", "client");
            filter.setInitParameter("mdcProfileKey", "profile");
            filter.setInitParameter("denialWriter", "writer");
            filter.addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), false, "/*");
            other.onStartup(Set.of(), context);
        };
        shop.hold(Policy.named("Gold")
                .limit(RateLimit.of(7).per(Duration.ofHours(1)).scope(LimitScope.CLIENT)));
        shop.allowFrom("192.0.2.0/24");
        try (Container started = start(new Container.Setup("", false, application))) {
            Http.Answer answer = Http.send(
                    started.port(), "GET", "/orders/42", "X-Other: " + shop.key.reveal(), "X-Forwarded-For: 192.0.2.7");
            assertEquals(200, answer.status(), answer::toString);
            assertLine(answer, "mdc=acme,mobile");
            assertTrue(answer.body().contains("[" + shop.key.reveal() + "]"), answer::body);
            assertEquals(List.of("6"), answer.all("X-RateLimit-Remaining"));
            assertEquals(
                    403,
                    Http.send(started.port(), "GET", "/orders/42?k=" + shop.key.reveal())
                            .status());
            Http.Answer denied =
                    Http.send(started.port(), "GET", "/orders/42", "Authorization: Bearer " + shop.key.reveal());
            assertEquals(401, denied.status());
            assertEquals("no: 401", denied.body());
            assertEquals(List.of("Bearer realm=\"shop\""), denied.all("WWW-Authenticate"));
            assertEquals(
                    404,
                    Http.send(
                                    started.port(),
                                    "GET",
                                    "/admin/x",
                                    "X-Key: " + shop.key.reveal(),
                                    "X-Forwarded-For: 192.0.2.7")
                            .status());
            assertEquals(
                    200,
                    Http.send(
                                    started.port(),
                                    "OPTIONS",
                                    "/orders/42",
                                    "Origin: x",
                                    "Access-Control-Request-Method: GET")
                            .status());
        }
    }

    @Test
    @Rule("trap 16")
    void noLogLineHoldsTheCredential() {
        Logger logger = Logger.getLogger("io.apiaccess");
        List<String> lines = new CopyOnWriteArrayList<>();
        Handler handler = new Lines(lines);
        logger.addHandler(handler);
        try {
            for (String secret : List.of(shop.key.reveal(), unknownKey(), "not-a-key-at-all")) {
                doorOf(request -> {
                    throw new IllegalStateException("cannot decide " + request);
                });
                get("/orders/42", "X-API-Key: " + secret);
                site.door(AccessFilter.builder(shop.decider())
                        .queryParameter("k")
                        .denialWriter((status, denied, request) -> {
                            throw new IllegalStateException(denied + request.getQueryString());
                        })
                        .build());
                get("/admin/42?k=" + secret);
                assertFalse(lines.toString().contains(secret));
            }
            assertTrue(lines.toString().contains("denied as unavailable"));
        } finally {
            logger.removeHandler(handler);
        }
    }

    /** Keeps what is logged. */
    private static final class Lines extends Handler {
        private final List<String> lines;

        Lines(List<String> lines) {
            this.lines = lines;
        }

        @Override
        public void publish(LogRecord record) {
            lines.add(record.getMessage() + record.getThrown());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private void assertReason(DenyReason reason, Http.Answer answer) {
        assertTrue(last() instanceof Decision.Denied denied && denied.reason() == reason, () -> last() + "" + answer);
    }

    private Decision last() {
        return shop.decisions.get(shop.decisions.size() - 1);
    }

    private String unknownKey() {
        try (Shop other = new Shop()) {
            return other.key.reveal();
        }
    }

    private static Decision deep(AccessRequest request, int depth) {
        return depth < 0 ? Decision.denied(request, DenyReason.UNAVAILABLE) : deep(request, depth + 1);
    }

    @SuppressWarnings("NullAway")
    private static Decision nothing() {
        return null;
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> RuntimeException sneaky(Throwable thrown) throws T {
        throw (T) thrown;
    }

    private void assertLine(Http.Answer answer, String line) {
        assertTrue(answer.body().lines().anyMatch(line::equals), () -> line + " is not in " + answer);
    }
}
