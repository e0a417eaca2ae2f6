package io.apiaccess;

import static io.apiaccess.request.HttpMethod.DELETE;
import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Route;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Grant;
import io.apiaccess.client.Jwt;
import io.apiaccess.client.OAuth2;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.jwt.JwtKey;
import io.apiaccess.jwt.ProfileClaim;
import io.apiaccess.request.AccessRequest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Profiles that prove themselves by access tokens which are JSON Web Tokens (RFC 9068), signed by another issuer. */
@Rule({"C7", "C8", "C9"})
class AccessTokensTest {
    private static final EcSigner ISSUER_KEY = EcSigner.make("k1");
    private static final EcSigner OTHER_KEY = EcSigner.make("k2");
    private static final String ISSUER = "https://authorization-server.example.com/";
    private static final String AUDIENCE = "https://rs.example.com/";
    private static final String CLIENT = "s6BhdRkqt3";

    private Acme acme = new Acme();

    @AfterEach
    void close() {
        acme.close();
    }

    // RFC 9068 section 3, figure 2, with times of the test
    @Test
    void takesTheExampleOfRfc9068Section3() {
        AccessProfile robot = robot(oauth -> oauth);
        Decision decision = decide(ISSUER_KEY.sign(example().claim("scope", "openid profile reademail")));
        assertTrue(decision.isAllowed());
        assertEquals(robot.id(), decision.caller().orElseThrow().profile());
        assertEquals("5ba552d67", decision.claims().orElseThrow().text("sub").orElseThrow());
    }

    // RFC 9068 section 4: "The resource server MUST verify that the "typ" header value is "at+jwt" or
    // "application/at+jwt" and reject tokens carrying any other value"
    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {"JWT", "jwt", "", "at", "application/jwt", "id+jwt", "at+jwt ", "application/application/at+jwt"
            })
    void refusesEveryOtherTypeAsRfc9068Section4Says(@Nullable String type) {
        robot(oauth -> oauth);
        assertEquals(DenyReason.INVALID_CLAIMS, reason(ISSUER_KEY.sign(example().header("typ", type))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"at+jwt", "AT+JWT", "at+JWT", "application/at+jwt", "Application/AT+jwt"})
    void takesTheTypeInAnySpellingOfRfc9068Section4(String type) {
        robot(oauth -> oauth);
        assertNull(reason(ISSUER_KEY.sign(example().header("typ", type))));
    }

    // RFC 9068 section 4: issuer exactly, audience, signature and no "none", exp
    @Test
    void checksIssuerAudienceSignatureAndTimesAsRfc9068Section4Says() {
        robot(oauth -> oauth);
        SignedToken bare = example().claim("client_id", robot().id().value());
        assertNull(reason(ISSUER_KEY.sign(bare)));
        for (Object issuer : List.of("https://authorization-server.example.com", ISSUER.toUpperCase(Locale.ROOT), "")) {
            assertEquals(DenyReason.INVALID_CLAIMS, reason(ISSUER_KEY.sign(bare.claim("iss", issuer))));
        }
        assertEquals(DenyReason.INVALID_CLAIMS, reason(ISSUER_KEY.sign(bare.claim("iss", null))));
        bare.claim("iss", ISSUER);
        for (Object audience : List.of("https://rs.example.com", List.of(), List.of("x"), Map.of("a", AUDIENCE), 7)) {
            assertEquals(DenyReason.INVALID_CLAIMS, reason(ISSUER_KEY.sign(bare.claim("aud", audience))));
        }
        assertEquals(DenyReason.INVALID_CLAIMS, reason(ISSUER_KEY.sign(bare.claim("aud", null))));
        assertNull(reason(ISSUER_KEY.sign(bare.claim("aud", List.of("x", AUDIENCE)))), "one of several will do");
        assertEquals(DenyReason.INVALID_SIGNATURE, reason(OTHER_KEY.sign(bare)));
        assertEquals(
                DenyReason.INVALID_SIGNATURE, reason(bare.header("alg", "HS256").sign()));
        assertEquals(
                DenyReason.MALFORMED_CREDENTIAL,
                reason(bare.header("alg", "none").sign(input -> new byte[1])));
        bare.header("alg", "ES256");
        assertEquals(DenyReason.INVALID_CLAIMS, reason(ISSUER_KEY.sign(bare.claim("exp", null))));
        assertEquals(DenyReason.EXPIRED_CREDENTIAL, reason(ISSUER_KEY.sign(bare.claim("exp", 1))));
    }

    // RFC 9068 section 5, RFC 8725 section 3.11
    @Test
    void takesNoIdTokenForAnAccessTokenAsRfc9068Section5Says() {
        robot(oauth -> oauth);
        assertEquals(DenyReason.INVALID_CLAIMS, reason(ISSUER_KEY.sign(example().header("typ", "JWT"))));
        for (String claim : List.of("nonce", "at_hash", "c_hash")) {
            String token = ISSUER_KEY.sign(example().claim(claim, "x"));
            assertEquals(DenyReason.INVALID_CLAIMS, reason(token), claim);
            assertTrue(
                    acme.access.explain(call(token).build()).toString().contains("is there, as in ID tokens at"),
                    claim);
        }
    }

    @Test
    void namesTheProfileByClientIdThenAzpThenSub() {
        robot(oauth -> oauth.externalSubject(ISSUER, "by azp").externalSubject(ISSUER, "by sub"));
        assertNull(reason(ISSUER_KEY.sign(example())));
        SignedToken token = example().claim("client_id", null).claim("azp", "by azp");
        assertNull(reason(ISSUER_KEY.sign(token)));
        assertNull(reason(
                ISSUER_KEY.sign(token.claim("azp", "").claim("client_id", "").claim("sub", "by sub"))));
        assertEquals(
                DenyReason.UNKNOWN_CREDENTIAL,
                reason(ISSUER_KEY.sign(token.claim("client_id", "nobody"))),
                "nothing behind the first is looked at");
        assertEquals(DenyReason.INVALID_CLAIMS, reason(ISSUER_KEY.sign(token.claim("client_id", List.of(CLIENT)))));
        assertEquals(
                DenyReason.UNKNOWN_CREDENTIAL,
                reason(example()
                        .claim("client_id", null)
                        .claim("sub", null)
                        .header("kid", robot().id().value())
                        .sign()),
                "a key id names no such profile");
        assertEquals(
                DenyReason.UNKNOWN_CREDENTIAL,
                reason(ISSUER_KEY.sign(example().claim("iss", "https://elsewhere.example"))),
                "another issuer's names are others");
    }

    @Test
    void leavesProfilesByJwtTheirOwnPlaces() {
        robot(oauth -> oauth);
        AccessProfile plain = acme.admin.create(AccessProfile.named("plain", acme.acme.id())
                .grant(acme.orders.id())
                .authentication(Jwt.hmac().secret(SignedToken.SECRET).build())
                .build());
        SignedToken token = SignedToken.hs256(acme.time.instant())
                .claim("sub", plain.id().value())
                .claim("client_id", 7);
        assertNull(reason(token.sign()));
        assertNull(reason(token.claim("client_id", "nobody").sign()));
        assertEquals(
                DenyReason.INVALID_SIGNATURE,
                reason(token.claim("client_id", robot().id().value()).sign()),
                "a token that names two profiles, each in its own places, is judged by the first");
    }

    @Test
    @Rule("X4")
    void goesByThePlacesThatAreSaidForAllOrForAnIssuer() {
        for (UnaryOperator<AccessControl.Builder> said : List.<UnaryOperator<AccessControl.Builder>>of(
                builder -> builder.profileClaim(ProfileClaim.of("sub")),
                builder -> builder.profileClaim(ISSUER, ProfileClaim.of("sub")))) {
            acme.close();
            acme = new Acme(said);
            robot(oauth -> oauth);
            assertEquals(DenyReason.UNKNOWN_CREDENTIAL, reason(ISSUER_KEY.sign(example())));
            assertNull(reason(ISSUER_KEY.sign(example().claim("sub", CLIENT))));
        }
    }

    @Test
    @Rule("C13")
    void holdsTheScopesOfTheTokenAndNoneWithoutThatClaim() {
        ApiCollection files = acme.admin.create(ApiCollection.named("Files")
                .route(Route.at("/files", GET).scopes("files.read"))
                .route(Route.at("/files", DELETE).scopes("files.delete"))
                .build());
        AccessProfile robot = robot(oauth -> oauth);
        acme.admin.update(acme.admin.get(robot.id()).toBuilder()
                .grant(Grant.of(files.id()).scopes("files.read"))
                .build());
        AccessRequest.Builder read = Acme.request(GET, "/files");
        assertEquals(DenyReason.INSUFFICIENT_SCOPE, acme.reason(read.bearer(ISSUER_KEY.sign(example()))));
        String both = ISSUER_KEY.sign(example().claim("scope", "files.read files.delete"));
        Decision allowed = acme.decide(Acme.request(GET, "/files").bearer(both));
        assertTrue(allowed.isAllowed());
        assertEquals(Set.of("files.read"), allowed.scopes());
        assertEquals(
                DenyReason.INSUFFICIENT_SCOPE,
                acme.reason(Acme.request(DELETE, "/files").bearer(both)),
                "a token grants itself no scopes");
        assertNull(reason(ISSUER_KEY.sign(example())), "a route that requires none");
    }

    @Test
    @Rule({"C13", "C14"})
    void holdsTheSameScopesEachTimeATokenComes() {
        ApiCollection files = acme.admin.create(ApiCollection.named("Files")
                .route(Route.at("/files", GET).scopes("files.read"))
                .route(Route.at("/files", DELETE).scopes("files.delete"))
                .build());
        acme.admin.update(acme.admin.get(robot(oauth -> oauth).id()).toBuilder()
                .grant(files.id())
                .build());
        String without = ISSUER_KEY.sign(example());
        String narrow = ISSUER_KEY.sign(example().claim("scope", "files.read"));
        for (int call = 1; call <= 3; call++) {
            assertEquals(
                    DenyReason.INSUFFICIENT_SCOPE,
                    acme.reason(Acme.request(GET, "/files").bearer(without)),
                    "call " + call);
            assertNull(acme.reason(Acme.request(GET, "/files").bearer(narrow)), "call " + call);
            assertEquals(
                    DenyReason.INSUFFICIENT_SCOPE,
                    acme.reason(Acme.request(DELETE, "/files").bearer(narrow)),
                    "call " + call);
        }
    }

    @Test
    void takesNoSignedTokenWhereNoneIsTaken() {
        AccessProfile own = acme.admin.create(AccessProfile.named("own", acme.acme.id())
                .grant(acme.orders.id())
                .authentication(OAuth2.issuedHere())
                .build());
        String token = ISSUER_KEY.sign(example().claim("client_id", own.id().value()));
        assertEquals(DenyReason.WRONG_METHOD, reason(token));
        assertTrue(acme.access
                .explain(call(token).build())
                .toString()
                .contains("WRONG_METHOD: a signed token, not the access token issued here"));
        assertEquals(
                DenyReason.WRONG_METHOD,
                acme.reason(Acme.request(GET, "/orders")
                        .apiKey(acme.admin.issueKey(own.id()).reveal())));
    }

    @Test
    @Rule("C14")
    void hidesNothingBehindARememberedToken() {
        AccessProfile robot = robot(oauth -> oauth);
        String token = ISSUER_KEY.sign(example());
        assertNull(reason(token));
        assertNull(reason(token));
        change(oauth -> oauth.claims(claims -> claims.require("tenant")));
        assertEquals(DenyReason.INVALID_CLAIMS, reason(token));
        change(oauth -> oauth.withoutKey(key(ISSUER_KEY)).jwk(OTHER_KEY.jwk()));
        assertEquals(DenyReason.INVALID_SIGNATURE, reason(token));
        acme.admin.update(acme.admin.get(robot.id()).toBuilder()
                .authentication(OAuth2.issuedHere())
                .build());
        assertEquals(DenyReason.UNKNOWN_CREDENTIAL, reason(token));
        acme.admin.update(acme.admin.get(robot.id()).toBuilder()
                .authentication(oauth(builder -> builder))
                .build());
        assertNull(reason(token));
        acme.admin.deactivate(robot.id());
        assertEquals(DenyReason.PROFILE_INACTIVE, reason(token));
        acme.admin.activate(robot.id());
        acme.time.pass(Duration.ofSeconds(330));
        assertEquals(DenyReason.EXPIRED_CREDENTIAL, reason(token));
    }

    @Test
    @Rule("D8")
    void explainsWhatATokenWasHeldTo() {
        robot(oauth -> oauth);
        String good = ISSUER_KEY.sign(example());
        String words = acme.access.explain(call(good).build()).toString();
        assertTrue(
                words.contains("verified by " + key(ISSUER_KEY) + " against access token issued here or signed by"),
                words);
        assertTrue(words.contains("audiences [https://rs.example.com/], type at+jwt"), words);
        assertFalse(words.contains(good.substring(good.lastIndexOf('.') + 1)), words);
    }

    private AccessProfile robot(UnaryOperator<OAuth2.Builder> settings) {
        return acme.admin.create(AccessProfile.named("robot", acme.acme.id())
                .grant(acme.orders.id())
                .authentication(oauth(settings))
                .build());
    }

    private AccessProfile robot() {
        return acme.admin.listProfiles(acme.acme.id()).stream()
                .filter(profile -> profile.name().equals("robot"))
                .findFirst()
                .orElseThrow();
    }

    private static OAuth2 oauth(UnaryOperator<OAuth2.Builder> settings) {
        return settings.apply(OAuth2.builder()
                        .jwk(ISSUER_KEY.jwk())
                        .claims(claims -> claims.issuer(ISSUER).audience(AUDIENCE))
                        .externalSubject(ISSUER, CLIENT))
                .build();
    }

    private void change(UnaryOperator<OAuth2.Builder> change) {
        AccessProfile current = robot();
        OAuth2 oauth = (OAuth2) current.terms().authentication();
        acme.admin.update(current.toBuilder()
                .authentication(change.apply(oauth.toBuilder()).build())
                .build());
    }

    private static JwtKey key(EcSigner signer) {
        return JwtKey.jwk(signer.jwk());
    }

    private SignedToken example() {
        return SignedToken.of("ES256", acme.time.instant())
                .header("typ", "at+JWT")
                .claim("iss", ISSUER)
                .claim("sub", "5ba552d67")
                .claim("aud", AUDIENCE)
                .claim("jti", "dbe39bf3a3ba4238a513f51d6e1691c4")
                .claim("client_id", CLIENT);
    }

    private static AccessRequest.Builder call(String token) {
        return Acme.request(GET, "/orders").bearer(token);
    }

    private Decision decide(String token) {
        return acme.decide(call(token));
    }

    private @Nullable DenyReason reason(String token) {
        return acme.reason(call(token));
    }
}
