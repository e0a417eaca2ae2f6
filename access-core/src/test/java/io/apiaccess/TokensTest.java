package io.apiaccess;

import static io.apiaccess.request.HttpMethod.DELETE;
import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.admin.ConflictException;
import io.apiaccess.admin.IssuedKey;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Route;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.client.Grant;
import io.apiaccess.client.Jwt;
import io.apiaccess.client.Registration;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.decision.Explanation;
import io.apiaccess.jwt.JwtKey;
import io.apiaccess.jwt.ProfileClaim;
import io.apiaccess.jwt.Texts;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.token.Hostile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens at a decision. */
@Rule({"C6", "C7", "C8"})
class TokensTest {
    private static final String ISSUER = "https://issuer.example";
    private static final String SECOND = SignedToken.SECRET + "-second";

    private Acme acme = new Acme();

    @AfterEach
    void close() {
        acme.close();
    }

    static Stream<Hostile.Row> hostile() {
        return Hostile.rows();
    }

    static Stream<String> openSslTokens() {
        return Texts.lines("tokens.txt");
    }

    @ParameterizedTest
    @MethodSource("hostile")
    @Rule("D1")
    void deniesHostileTokensOnTheirForm(Hostile.Row row) {
        robot(jwt -> jwt);
        assertEquals(DenyReason.MALFORMED_CREDENTIAL, reason(row.token()));
        String explained = acme.access.explain(request(row.token())).toString();
        assertTrue(explained.contains("the Bearer credential is " + row.fault()), explained);
    }

    @ParameterizedTest
    @MethodSource("openSslTokens")
    void allowsWhatOpenSslHasSigned(String line) {
        String[] cells = line.split(" ", 3);
        acme.admin.create(AccessProfile.named("robot", acme.acme.id())
                .grant(acme.orders.id())
                .authentication(Jwt.publicKey()
                        .publicKey(Texts.of(cells[1]))
                        .claims(claims -> claims.issuer(ISSUER).maxLifetime(Duration.ofMinutes(15)))
                        .externalSubject(ISSUER, "mobile")
                        .build())
                .build());
        assertNull(reason(cells[2]));
        acme.time.pass(Duration.ofMinutes(5).plusSeconds(30));
        assertEquals(DenyReason.EXPIRED_CREDENTIAL, reason(cells[2]));
    }

    @Test
    @Rule("D9")
    void saysWhoCalledAndWhatTheTokenClaimsOnceItIsProven() {
        AccessProfile robot = robot(jwt -> jwt);
        SignedToken token = token(robot).claim("tenant", "t-1");
        Decision allowed = decide(token.sign());
        assertTrue(allowed.isAllowed());
        assertEquals(robot.id(), allowed.caller().orElseThrow().profile());
        assertEquals(Optional.empty(), allowed.caller().orElseThrow().key());
        assertEquals(Optional.of("t-1"), allowed.claims().orElseThrow().text("tenant"));
        Decision forged = decide(token.sign(SECOND));
        assertEquals(DenyReason.INVALID_SIGNATURE, Acme.reason(forged));
        assertEquals(Optional.empty(), forged.claims());
        assertEquals(robot.id(), forged.caller().orElseThrow().profile());
        assertEquals(Optional.empty(), decide(token.claim("aud", "x").sign()).claims());
    }

    @Test
    @Rule("D1")
    void isUnavailableWhereAClassIsMissing() {
        acme.close();
        AtomicBoolean broken = new AtomicBoolean();
        InstantSource clock = () -> {
            if (broken.get()) {
                throw new NoClassDefFoundError("com/example/Provider");
            }
            return acme.time.instant();
        };
        acme = new Acme(builder -> builder.clock(clock));
        String token = token(robot(jwt -> jwt)).sign();
        assertNull(reason(token));
        broken.set(true);
        assertEquals(DenyReason.UNAVAILABLE, reason(token));
    }

    @Test
    void asksEveryProofOfTheProfileThatIsNamedAndOfNoOther() {
        AccessProfile robot = robot(jwt -> jwt);
        AccessProfile second = acme.admin.create(AccessProfile.named("second", acme.acme.id())
                .grant(acme.orders.id())
                .authentication(Jwt.hmac().secret(SECOND).build())
                .build());
        assertNull(reason(token(second).sign(SECOND)));
        assertEquals(DenyReason.INVALID_SIGNATURE, reason(token(robot).sign(SECOND)));
        assertEquals(DenyReason.INVALID_SIGNATURE, reason(token(second).sign()));
    }

    @Test
    void fallsThroughToNoOtherPlace() {
        AccessProfile robot = robot(jwt -> jwt);
        SignedToken token = token(robot).header("kid", robot.id().value());
        assertNull(reason(token.sign()));
        assertEquals(
                DenyReason.UNKNOWN_CREDENTIAL,
                reason(token.claim("sub", "nobody").sign()));
        assertNull(reason(token.claim("sub", "").sign()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "\u0000", "\n", "../robot", "robot\u200b", "\ud83d\ude00", "ak_x", "%00"})
    @Rule("D1")
    void knowsNobodyByANameThatIsNoId(String name) {
        robot(jwt -> jwt);
        SignedToken token = SignedToken.hs256(acme.time.instant()).claim("sub", name);
        assertEquals(DenyReason.UNKNOWN_CREDENTIAL, reason(token.sign()));
        assertEquals(
                DenyReason.UNKNOWN_CREDENTIAL, reason(token.claim("iss", name).sign()));
        assertEquals(
                DenyReason.UNKNOWN_CREDENTIAL,
                reason(token.claim("sub", name.repeat(400)).sign()));
    }

    @Test
    void knowsAProfileByTheNameItHasWithTheTokensIssuer() {
        AccessProfile robot = robot(jwt -> jwt.externalSubject(ISSUER, "r").externalSubject("", "anonymous"));
        SignedToken token = SignedToken.hs256(acme.time.instant());
        assertNull(reason(token.claim("iss", ISSUER).claim("sub", "r").sign()));
        assertNull(reason(token.claim("sub", robot.id().value()).sign()));
        assertEquals(
                DenyReason.UNKNOWN_CREDENTIAL,
                reason(token.claim("sub", "anonymous").sign()));
        assertNull(reason(token.claim("iss", null).sign()));
        assertEquals(
                DenyReason.UNKNOWN_CREDENTIAL, reason(token.claim("sub", "r").sign()));
    }

    @Test
    void letsAnExternalSubjectGoBeforeAProfileId() {
        AccessProfile robot = robot(jwt -> jwt);
        acme.admin.create(AccessProfile.named("second", acme.acme.id())
                .grant(acme.orders.id())
                .authentication(Jwt.hmac()
                        .secret(SECOND)
                        .externalSubject(ISSUER, robot.id().value())
                        .build())
                .build());
        SignedToken token = token(robot);
        assertNull(reason(token.sign()));
        assertEquals(
                DenyReason.INVALID_SIGNATURE, reason(token.claim("iss", ISSUER).sign()));
        assertNull(reason(token.sign(SECOND)));
    }

    @Test
    void refusesAnExternalSubjectThatAnotherProfileHas() {
        robot(jwt -> jwt.externalSubject(ISSUER, "r"));
        AccessProfile second = AccessProfile.named("second", acme.acme.id())
                .grant(acme.orders.id())
                .authentication(
                        Jwt.hmac().secret(SECOND).externalSubject(ISSUER, "r").build())
                .build();
        assertThrows(ConflictException.class, () -> acme.admin.create(second));
    }

    @Test
    void looksWhereTheApplicationSays() {
        acme.close();
        acme = new Acme(builder ->
                builder.profileClaim(ProfileClaim.of("client_id")).profileClaim(ISSUER, ProfileClaim.of("azp", "sub")));
        AccessProfile robot = robot(jwt -> jwt);
        SignedToken token = SignedToken.hs256(acme.time.instant());
        assertEquals(DenyReason.UNKNOWN_CREDENTIAL, reason(token(robot).sign()));
        assertNull(reason(token.claim("client_id", robot.id().value()).sign()));
        assertEquals(
                DenyReason.UNKNOWN_CREDENTIAL, reason(token.claim("iss", ISSUER).sign()));
        assertNull(reason(token.claim("azp", robot.id().value()).sign()));
    }

    @Test
    void takesAKeyForANameWithThePresetOfWorkatoAlone() {
        AccessProfile robot = robot(jwt -> jwt);
        IssuedKey key = acme.admin.issueKey(robot.id());
        SignedToken token = SignedToken.hs256(acme.time.instant()).claim("workato_sub", key.reveal());
        assertEquals(DenyReason.UNKNOWN_CREDENTIAL, reason(token.sign()));
        acme.close();
        acme = new Acme(builder -> builder.profileClaim(ProfileClaim.workato()));
        AccessProfile worker = robot(jwt -> jwt);
        IssuedKey name = acme.admin.issueKey(worker.id());
        String named = token.claim("workato_sub", name.reveal()).sign();
        assertNull(reason(named));
        assertNull(reason(
                token.claim("workato_sub", "").claim("sub", name.reveal()).sign()));
        assertEquals(DenyReason.INVALID_SIGNATURE, reason(token.sign(SECOND)), "the key names and proves nothing");
        assertFalse(acme.access
                .explain(request(named))
                .toString()
                .contains(name.reveal().substring(3)));
        acme.admin.disableKey(name.id());
        assertEquals(DenyReason.UNKNOWN_CREDENTIAL, reason(named), "also where the token is remembered");
        acme.admin.enableKey(name.id());
        assertNull(reason(named));
        acme.admin.revokeKey(name.id());
        assertEquals(DenyReason.UNKNOWN_CREDENTIAL, reason(named));
    }

    @Test
    @Rule({"C14", "D12", "trap 15"})
    void remembersNoTokenBeyondAnyChange() {
        AccessProfile robot = robot(jwt -> jwt.secret(SECOND));
        String token = token(robot).sign();
        assertNull(reason(token));
        acme.admin.deactivate(robot.id());
        assertEquals(DenyReason.PROFILE_INACTIVE, reason(token));
        acme.admin.activate(robot.id());
        acme.admin.deactivate(acme.acme.id());
        assertEquals(DenyReason.CLIENT_INACTIVE, reason(token));
        acme.admin.activate(acme.acme.id());
        assertNull(reason(token));
        change(robot, jwt -> jwt.claims(claims -> claims.audience("orders")));
        assertEquals(DenyReason.INVALID_CLAIMS, reason(token));
        change(robot, jwt -> Jwt.hmac().secret(SignedToken.SECRET));
        assertNull(reason(token));
        change(robot, jwt -> Jwt.hmac().secret(SECOND));
        assertEquals(DenyReason.INVALID_SIGNATURE, reason(token));
        change(robot, jwt -> jwt.secret(SignedToken.SECRET));
        assertNull(reason(token));
        acme.time.pass(Duration.ofSeconds(330).minusNanos(1));
        assertNull(reason(token));
        acme.time.pass(Duration.ofNanos(1));
        assertEquals(DenyReason.EXPIRED_CREDENTIAL, reason(token));
        acme.time.set(acme.time.instant().minusSeconds(60));
        assertNull(reason(token));
        acme.admin.retire(robot.id());
        assertEquals(DenyReason.PROFILE_RETIRED, reason(token));
    }

    @Test
    @Rule("C14")
    void decidesTheSameWithTheCacheAndWithout() {
        try (Acme without = new Acme(builder -> builder.tokenCache(0))) {
            AccessProfile here = robot(jwt -> jwt);
            AccessProfile there = robot(without, jwt -> jwt);
            for (int round = 0; round < 3; round++) {
                assertNull(acme.reason(call(token(here).sign())));
                assertNull(without.reason(call(token(there).sign())));
                assertEquals(DenyReason.INVALID_SIGNATURE, reason(token(here).sign(SECOND)));
                assertEquals(
                        DenyReason.INVALID_SIGNATURE,
                        without.reason(call(token(there).sign(SECOND))));
            }
        }
        Refusal.of(() -> AccessControl.builder().tokenCache(-1).build(), "token cache of `-1` tokens is below 0");
    }

    @Test
    @Rule("M3")
    void waitsForItsRegistrationWithNewKeysAndNamesButLosesKeysAtOnce() {
        AccessProfile robot = robot(jwt -> jwt);
        acme.admin.update(acme.admin.get(acme.acme.id()).toBuilder()
                .registration(Registration.MANUAL)
                .build());
        String first = token(robot).sign();
        String second = token(robot).sign(SECOND);
        assertNull(reason(first));
        change(robot, jwt -> jwt.secret(SECOND).externalSubject("", "r"));
        assertNull(reason(first));
        assertEquals(DenyReason.INVALID_SIGNATURE, reason(second));
        assertEquals(
                DenyReason.UNKNOWN_CREDENTIAL,
                reason(token(robot).claim("sub", "r").sign()));
        change(robot, jwt -> jwt.withoutKey(JwtKey.secret(SignedToken.SECRET)));
        assertEquals(DenyReason.INVALID_SIGNATURE, reason(first));
        assertEquals(DenyReason.INVALID_SIGNATURE, reason(second));
        acme.admin.register(robot.id());
        assertNull(reason(second));
        assertNull(reason(token(robot).claim("sub", "r").sign(SECOND)));
        assertEquals(DenyReason.INVALID_SIGNATURE, reason(first));
    }

    @Test
    void provesNothingThatWasNeverRegistered() {
        Client labs = acme.admin.create(
                Client.named("Labs").registration(Registration.MANUAL).build());
        AccessProfile draft = acme.admin.create(AccessProfile.named("draft", labs.id())
                .grant(acme.orders.id())
                .authentication(Jwt.hmac().secret(SECOND).build())
                .build());
        assertEquals(DenyReason.PROFILE_NOT_REGISTERED, reason(token(draft).sign(SECOND)));
        assertEquals(DenyReason.INVALID_SIGNATURE, reason(token(draft).sign()));
    }

    @Test
    void refusesOneKeyForTwoClients() {
        robot(jwt -> jwt);
        Client labs = acme.admin.create(Client.named("Labs").build());
        AccessProfile.Builder twin = AccessProfile.named("twin", labs.id()).grant(acme.orders.id());
        Refusal.of(
                () -> acme.admin.create(twin.authentication(Jwt.hmac()
                                .key(JwtKey.secret(SignedToken.SECRET).withId("x"))
                                .build())
                        .build()),
                "secret of 512 bits `x` verifies tokens of another client already");
        AccessProfile other = acme.admin.create(
                twin.authentication(Jwt.hmac().secret(SECOND).build()).build());
        Refusal.of(
                () -> acme.admin.update(acme.admin.get(other.id()).toBuilder()
                        .authentication(Jwt.hmac().secret(SignedToken.SECRET).build())
                        .build()),
                "verifies tokens of another client already");
        acme.admin.create(AccessProfile.named("sister", acme.acme.id())
                .grant(acme.orders.id())
                .authentication(Jwt.hmac().secret(SignedToken.SECRET).build())
                .build());
    }

    @Test
    @Rule("C13")
    void holdsTheScopesThatGrantAndTokenBothHave() {
        ApiCollection files = acme.admin.create(ApiCollection.named("Files")
                .route(Route.at("/files", GET).scopes("files.read"))
                .route(Route.at("/files", DELETE).scopes("files.delete"))
                .build());
        AccessProfile robot = robot(jwt -> jwt);
        acme.admin.update(acme.admin.get(robot.id()).toBuilder()
                .grant(Grant.of(files.id()).scopes("files.read"))
                .build());
        SignedToken token = token(robot);
        AccessRequest.Builder read = Acme.request(GET, "/files");
        assertNull(acme.reason(Acme.request(GET, "/files").bearer(token.sign())));
        assertNull(acme.reason(
                read.bearer(token.claim("scope", "files.read files.delete").sign())));
        assertEquals(
                DenyReason.INSUFFICIENT_SCOPE,
                acme.reason(Acme.request(DELETE, "/files").bearer(token.sign())));
        assertEquals(
                DenyReason.INSUFFICIENT_SCOPE,
                acme.reason(Acme.request(GET, "/files")
                        .bearer(token.claim("scope", "").sign())));
    }

    @Test
    @Rule({"C13", "C14"})
    void holdsTheSameScopesEachTimeATokenComes() {
        ApiCollection files = acme.admin.create(ApiCollection.named("Files")
                .route(Route.at("/files", GET).scopes("files.read"))
                .route(Route.at("/files", DELETE).scopes("files.delete"))
                .build());
        AccessProfile robot = robot(jwt -> jwt);
        acme.admin.update(
                acme.admin.get(robot.id()).toBuilder().grant(files.id()).build());
        String silent = token(robot).sign();
        String none = token(robot).claim("scope", "").sign();
        String narrow = token(robot).claim("scp", List.of("files.read")).sign();
        for (int call = 1; call <= 3; call++) {
            assertNull(acme.reason(Acme.request(DELETE, "/files").bearer(silent)), "call " + call);
            assertEquals(
                    DenyReason.INSUFFICIENT_SCOPE,
                    acme.reason(Acme.request(GET, "/files").bearer(none)),
                    "call " + call);
            assertNull(acme.reason(Acme.request(GET, "/files").bearer(narrow)), "call " + call);
            assertEquals(
                    DenyReason.INSUFFICIENT_SCOPE,
                    acme.reason(Acme.request(DELETE, "/files").bearer(narrow)),
                    "call " + call);
        }
    }

    @Test
    void findsAKeyNowhereButAmongTheProfilesOwn() throws Exception {
        AccessProfile robot = robot(jwt -> jwt);
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String url = "http://127.0.0.1:" + listener.getLocalPort() + "/keys";
            for (String header : List.of("jku", "x5u")) {
                assertEquals(
                        DenyReason.INVALID_SIGNATURE,
                        reason(token(robot).header(header, url).sign(SECOND)));
                assertNull(reason(token(robot).header(header, url).sign()));
            }
            assertEquals(
                    DenyReason.INVALID_SIGNATURE,
                    reason(token(robot)
                            .header("jwk", Map.of("kty", "oct", "k", "c2Vjb25k"))
                            .header("x5c", List.of("MII"))
                            .sign(SECOND)));
            listener.setSoTimeout(1);
            assertThrows(SocketTimeoutException.class, listener::accept);
        }
    }

    @Test
    @Rule({"D1", "trap 18"})
    void neitherAllowsNorFailsForATokenThatIsMangled() {
        long seed = 9068;
        Random random = new Random(seed);
        String good = token(robot(jwt -> jwt)).header("kid", "k").sign();
        assertNull(reason(good));
        for (int i = 0; i < 5_000; i++) {
            char[] bent = good.toCharArray();
            for (int change = random.nextInt(3); change >= 0; change--) {
                int at = random.nextInt(bent.length);
                bent[at] = random.nextBoolean()
                        ? good.charAt(random.nextInt(good.length()))
                        : (char) (bent[at] ^ 1 << random.nextInt(8));
            }
            String token = new String(bent);
            DenyReason reason = reason(token);
            if (!token.equals(good)) {
                assertNotEquals(null, reason, "seed " + seed + ": " + token);
                assertNotEquals(DenyReason.UNAVAILABLE, reason, "seed " + seed + ": " + token);
            }
        }
    }

    @Test
    @Rule({"D8", "trap 16"})
    void explainsWithoutAWordOfTokenOrSecret() {
        AccessProfile robot = robot(jwt -> jwt.claims(claims -> claims.issuer(ISSUER)));
        SignedToken good = token(robot).claim("iss", ISSUER).claim("email", "someone@acme.example");
        for (String token : List.of(
                good.sign(),
                good.sign(SECOND),
                good.claim("iss", "x").sign(),
                good.claim("sub", "nobody").sign())) {
            Explanation explained = acme.access.explain(request(token));
            String words = explained + " " + explained.decision() + " " + request(token);
            assertFalse(words.contains(token.substring(token.lastIndexOf('.') + 1)), words);
            assertFalse(words.contains("someone@acme.example"), words);
            assertFalse(words.contains(SignedToken.SECRET.substring(0, 6)), words);
        }
        assertTrue(
                acme.access
                        .explain(request(token(robot).claim("iss", ISSUER).sign()))
                        .toString()
                        .contains(
                                "HS256 token with claims [`iat`, `exp`, `sub`, `iss`], verified by secret of 512 bits against"));
        assertTrue(acme.access
                .explain(request(token(robot).sign()))
                .toString()
                .contains("but `iss` is another, missing, or no text at 2026-03-02T10:00:00Z"));
        assertTrue(acme.access
                .explain(request(token(acme.mobile).sign()))
                .toString()
                .contains("a token, not the auth token"));
        assertTrue(acme.access.explain(robot.id(), request("..")).decision().isAllowed());
    }

    @Test
    @Rule("M1")
    void writesNoSecretIntoTheAuditRecord() {
        AccessProfile robot = robot(jwt -> jwt);
        change(robot, jwt -> jwt.secret(SECOND));
        String audit = acme.admin.audit(100).toString();
        assertTrue(audit.contains("secret of 512 bits"));
        assertFalse(audit.contains(SignedToken.SECRET.substring(0, 8)));
    }

    @Test
    void forgetsTheNamesOfAProfileThatIsDeleted() {
        AccessProfile robot = robot(jwt -> jwt.externalSubject("", "r"));
        SignedToken token = SignedToken.hs256(acme.time.instant()).claim("sub", "r");
        assertNull(reason(token.sign()));
        acme.admin.delete(robot.id(), false);
        assertEquals(DenyReason.UNKNOWN_CREDENTIAL, reason(token.sign()));
        robot(jwt -> jwt.externalSubject("", "r"));
        assertNull(reason(token.sign()));
    }

    private AccessProfile robot(UnaryOperator<Jwt.Builder> settings) {
        return robot(acme, settings);
    }

    private static AccessProfile robot(Acme acme, UnaryOperator<Jwt.Builder> settings) {
        return acme.admin.create(AccessProfile.named("robot", acme.acme.id())
                .grant(acme.orders.id())
                .authentication(
                        settings.apply(Jwt.hmac().secret(SignedToken.SECRET)).build())
                .build());
    }

    private void change(AccessProfile profile, UnaryOperator<Jwt.Builder> change) {
        AccessProfile current = acme.admin.get(profile.id());
        Jwt jwt = (Jwt) current.terms().authentication();
        acme.admin.update(current.toBuilder()
                .authentication(change.apply(jwt.toBuilder()).build())
                .build());
    }

    private SignedToken token(AccessProfile profile) {
        return SignedToken.hs256(acme.time.instant()).claim("sub", profile.id().value());
    }

    private static AccessRequest.Builder call(String token) {
        return Acme.request(GET, "/orders").bearer(token);
    }

    private static AccessRequest request(String token) {
        return call(token).build();
    }

    private Decision decide(String token) {
        return acme.decide(call(token));
    }

    private @Nullable DenyReason reason(String token) {
        return acme.reason(call(token));
    }
}
