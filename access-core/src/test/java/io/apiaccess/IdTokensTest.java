package io.apiaccess;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Route;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Grant;
import io.apiaccess.client.Jwt;
import io.apiaccess.client.OpenIdConnect;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.request.AccessRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Profiles that prove themselves by ID tokens (OpenID Connect Core 1.0). */
@Rule({"C7", "C8", "C10"})
class IdTokensTest {
    private static final EcSigner KEY = EcSigner.make("k1");
    private static final EcSigner OTHER_KEY = EcSigner.make("k2");
    private static final String ISSUER = "https://server.example.com";
    private static final String CLIENT = "s6BhdRkqt3";

    private final Acme acme = new Acme();

    @AfterEach
    void close() {
        acme.close();
    }

    // section 2, the example, with times of the test
    @Test
    void takesTheExampleOfOpenIdConnectCoreSection2() {
        robot(oidc -> oidc);
        assertNull(reason(KEY.sign(example()
                .claim("nonce", "n-0S6_WzA2Mj")
                .claim("auth_time", acme.time.instant().getEpochSecond() - 1)
                .claim("acr", "urn:mace:incommon:iap:silver")
                .claim("at_hash", "MTIzNDU2Nzg5MDEyMzQ1Ng"))));
    }

    // section 3.1.3.7, steps 2, 6, 7, 9 and 10
    @Test
    void checksIssuerSignatureAlgorithmAndTimesAsOpenIdConnectCoreSection3Says() {
        robot(oidc -> oidc);
        SignedToken token = byProfileId();
        assertNull(reason(KEY.sign(token)));
        assertEquals(DenyReason.INVALID_CLAIMS, reason(KEY.sign(token.claim("iss", ISSUER + "/"))));
        assertEquals(DenyReason.INVALID_CLAIMS, reason(KEY.sign(token.claim("iss", null))));
        token.claim("iss", ISSUER);
        assertEquals(DenyReason.INVALID_SIGNATURE, reason(OTHER_KEY.sign(token)));
        assertEquals(
                DenyReason.INVALID_SIGNATURE,
                reason(token.header("alg", "HS256").sign()));
        token.header("alg", "ES256");
        assertEquals(DenyReason.EXPIRED_CREDENTIAL, reason(KEY.sign(token.claim("exp", 1))));
        assertEquals(DenyReason.INVALID_CLAIMS, reason(KEY.sign(token.claim("exp", null))));
        assertEquals(DenyReason.INVALID_CLAIMS, reason(KEY.sign(byProfileId().claim("iat", null))));
        assertEquals(DenyReason.INVALID_CLAIMS, reason(KEY.sign(byProfileId().claim("sub", null))));
        assertEquals(DenyReason.INVALID_CLAIMS, reason(KEY.sign(byProfileId().claim("sub", 7))));
        assertEquals(
                DenyReason.CREDENTIAL_NOT_YET_VALID,
                reason(KEY.sign(byProfileId().claim("iat", acme.time.instant().getEpochSecond() + 31))));
    }

    // section 3.1.3.7, step 3: "The ID Token MUST be rejected if the ID Token does not list the Client as a valid
    // audience, or if it contains additional audiences not trusted by the Client."
    @Test
    void takesNoTokenForAnyAudienceThatIsNotTrustedAsOpenIdConnectCoreSection3Says() {
        robot(oidc -> oidc.externalSubject(ISSUER, CLIENT));
        for (Object audience : List.of("other", List.of(), List.of("other"), List.of(CLIENT, "other"), 7)) {
            assertEquals(
                    DenyReason.INVALID_CLAIMS,
                    reason(KEY.sign(example().claim("aud", audience).claim("azp", CLIENT))),
                    audience.toString());
        }
        assertEquals(DenyReason.INVALID_CLAIMS, reason(KEY.sign(example().claim("aud", null))));
        assertNull(reason(KEY.sign(example().claim("aud", List.of(CLIENT)))));
        assertNull(
                reason(KEY.sign(example().claim("aud", List.of("shop", CLIENT)).claim("azp", CLIENT))));
    }

    // section 3.1.3.7, steps 4 and 5: "If the ID Token contains multiple audiences, the Client SHOULD verify that an
    // azp
    // Claim is present." "If an azp Claim is present, the Client SHOULD verify that its client_id is the Claim Value."
    @Test
    void checksWhoGotTheTokenAsOpenIdConnectCoreSection3Says() {
        robot(oidc -> oidc.authorizedParty("partner"));
        assertEquals(DenyReason.INVALID_CLAIMS, reason(KEY.sign(example().claim("aud", List.of(CLIENT, "shop")))));
        SignedToken token = byProfileId();
        for (String party : List.of("shop", CLIENT, "partner")) {
            assertNull(reason(KEY.sign(token.claim("azp", party))), party);
        }
        for (Object party : List.of("other", "", "Partner", List.of("partner"), 7, Map.of())) {
            assertEquals(DenyReason.INVALID_CLAIMS, reason(KEY.sign(token.claim("azp", party))), party.toString());
        }
    }

    // RFC 9068 section 2.1, RFC 8725 section 3.11: "an access token never as an ID token"
    @ParameterizedTest
    @ValueSource(
            strings = {"at+jwt", "AT+JWT", "application/at+jwt", "logout+jwt", "secevent+jwt", "dpop+jwt", "x", ""})
    void takesNoTokenOfAnotherTypeAsRfc8725Section3Says(String type) {
        robot(oidc -> oidc);
        assertEquals(DenyReason.INVALID_CLAIMS, reason(KEY.sign(example().header("typ", type))));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"JWT", "jwt", "application/jwt"})
    void takesATokenOfNoTypeOrThePlainOne(@Nullable String type) {
        robot(oidc -> oidc);
        assertNull(reason(KEY.sign(example().header("typ", type))));
    }

    @Test
    void takesTheTypeThatIsSaidAndNoOther() {
        robot(oidc -> oidc.claims(claims -> claims.type("id+jwt")));
        assertNull(reason(KEY.sign(example().header("typ", "id+jwt"))));
        assertEquals(DenyReason.INVALID_CLAIMS, reason(KEY.sign(example().header("typ", "JWT"))));
        assertEquals(DenyReason.INVALID_CLAIMS, reason(KEY.sign(example())));
    }

    // access tokens of issuers that give them no type of their own, and logout tokens
    @Test
    void takesNoTokenWithClaimsThatIdTokensHaveNot() {
        robot(oidc -> oidc);
        Map<String, Object> claims = Map.of(
                "scope",
                "openid",
                "scp",
                List.of("read"),
                "events",
                Map.of("http://schemas.openid.net/event/backchannel-logout", Map.of()));
        claims.forEach((name, value) -> {
            String token = KEY.sign(example().claim(name, value));
            assertEquals(DenyReason.INVALID_CLAIMS, reason(token), name);
            assertTrue(acme.access.explain(call(token).build()).toString().contains("which ID tokens have not"), name);
        });
    }

    @Test
    void namesTheProfileByClientIdThenAzpThenSub() {
        robot(oidc -> oidc.externalSubject(ISSUER, CLIENT));
        assertNull(reason(KEY.sign(example())));
        assertEquals(DenyReason.UNKNOWN_CREDENTIAL, reason(KEY.sign(example().claim("azp", "shop"))));
        assertNull(reason(
                KEY.sign(example().claim("azp", CLIENT).claim("sub", "nobody").claim("aud", CLIENT))));
        assertEquals(DenyReason.UNKNOWN_CREDENTIAL, reason(KEY.sign(example().claim("client_id", "nobody"))));
    }

    @Test
    void countsForNoProfileByAnyOtherMethod() {
        acme.admin.create(AccessProfile.named("robot", acme.acme.id())
                .grant(acme.orders.id())
                .authentication(Jwt.publicKey()
                        .jwk(OTHER_KEY.jwk())
                        .externalSubject(ISSUER, "24400320")
                        .build())
                .build());
        assertEquals(DenyReason.INVALID_SIGNATURE, reason(KEY.sign(example())));
        assertEquals(
                DenyReason.WRONG_METHOD,
                reason(KEY.sign(example().claim("sub", acme.mobile.id().value()))));
    }

    @Test
    @Rule("C13")
    void leavesTheGrantItsScopes() {
        ApiCollection files = acme.admin.create(ApiCollection.named("Files")
                .route(Route.at("/files", GET).scopes("files.read"))
                .build());
        AccessProfile robot = robot(oidc -> oidc);
        acme.admin.update(acme.admin.get(robot.id()).toBuilder()
                .grant(Grant.of(files.id()))
                .build());
        assertNull(acme.reason(Acme.request(GET, "/files").bearer(KEY.sign(example()))));
    }

    @Test
    @Rule("C14")
    void hidesNothingBehindARememberedToken() {
        AccessProfile robot = robot(oidc -> oidc.authorizedParty("partner"));
        String token = KEY.sign(byProfileId().claim("azp", "partner"));
        assertNull(reason(token));
        assertNull(reason(token));
        change(robot, oidc(oidc -> oidc));
        assertEquals(DenyReason.INVALID_CLAIMS, reason(token));
        change(robot, oidc(oidc -> oidc.authorizedParty("partner").claims(claims -> claims.type("id+jwt"))));
        assertEquals(DenyReason.INVALID_CLAIMS, reason(token));
        change(robot, oidc(oidc -> oidc.authorizedParty("partner")));
        assertNull(reason(token));
        acme.admin.deactivate(acme.acme.id());
        assertEquals(DenyReason.CLIENT_INACTIVE, reason(token));
        acme.admin.activate(acme.acme.id());
        acme.time.pass(Duration.ofSeconds(330));
        assertEquals(DenyReason.EXPIRED_CREDENTIAL, reason(token));
    }

    private void change(AccessProfile robot, OpenIdConnect oidc) {
        acme.admin.update(
                acme.admin.get(robot.id()).toBuilder().authentication(oidc).build());
    }

    private AccessProfile robot(UnaryOperator<OpenIdConnect.Builder> settings) {
        return acme.admin.create(AccessProfile.named("robot", acme.acme.id())
                .id(new ProfileId("robot"))
                .grant(acme.orders.id())
                .authentication(oidc(settings))
                .build());
    }

    private static OpenIdConnect oidc(UnaryOperator<OpenIdConnect.Builder> settings) {
        return settings.apply(OpenIdConnect.builder()
                        .jwk(KEY.jwk())
                        .claims(claims -> claims.issuer(ISSUER).audience(CLIENT).audience("shop"))
                        .externalSubject(ISSUER, "24400320"))
                .build();
    }

    private SignedToken example() {
        return SignedToken.of("ES256", acme.time.instant())
                .claim("iss", ISSUER)
                .claim("sub", "24400320")
                .claim("aud", CLIENT);
    }

    private SignedToken byProfileId() {
        return example().claim("client_id", "robot");
    }

    private static AccessRequest.Builder call(String token) {
        return Acme.request(GET, "/orders").bearer(token);
    }

    private @Nullable DenyReason reason(String token) {
        return acme.reason(call(token));
    }
}
