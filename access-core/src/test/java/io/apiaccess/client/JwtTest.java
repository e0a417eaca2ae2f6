package io.apiaccess.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.jwk.ECKey;
import io.apiaccess.EcSigner;
import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import io.apiaccess.SignedToken;
import io.apiaccess.api.CollectionId;
import io.apiaccess.jwt.JwtAlgorithm;
import io.apiaccess.jwt.JwtKey;
import io.apiaccess.jwt.Texts;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a proof by token must be, said at once; and what a registration copies of it. */
@Rule("C6")
class JwtTest {
    private static final JwtKey SECRET = JwtKey.secret(SignedToken.SECRET);

    @Test
    void isByOneFamilyOfAlgorithms() {
        assertTrue(Jwt.hmac().key(SECRET).build().isHmac());
        assertEquals(JwtAlgorithm.hmac(), Jwt.hmac().key(SECRET).build().algorithms());
        Jwt publicKey = Jwt.publicKey().publicKey(Texts.of("rsa.pem")).build();
        assertFalse(publicKey.isHmac());
        assertEquals(JwtAlgorithm.publicKey(), publicKey.algorithms());
        Refusal.of(() -> Jwt.publicKey().key(SECRET).build(), "is for none of");
        Refusal.of(() -> Jwt.hmac().publicKey(Texts.of("rsa.pem")).build(), "is for none of");
        Refusal.of(
                () -> Jwt.publicKey().publicKey(Texts.of("rsa.pem")).key(SECRET).build(), "key 2, secret of 512 bits");
        Refusal.of(
                () -> Jwt.hmac()
                        .key(SECRET)
                        .algorithms(JwtAlgorithm.HS256, JwtAlgorithm.RS256)
                        .build(),
                "algorithm `RS256` is of the other method");
    }

    @Test
    void saysAllThatIsWrongAtOnceAndNoSecret() {
        String message = Refusal.of(
                () -> Jwt.hmac()
                        .secret("short secret")
                        .secretBase64("????")
                        .publicKey("ssh-rsa nothing")
                        .jwk("{}")
                        .key(SECRET.withId("a"))
                        .key(JwtKey.secret(SignedToken.SECRET + "2").withId("a"))
                        .key(SECRET.withId("b"))
                        .claims(claims ->
                                claims.issuer("").maxLifetime(Duration.ZERO).expires(false))
                        .externalSubject("https://a.example", "")
                        .build(),
                "`96` bits are fewer than 256",
                "secret is not base64",
                "public key is an OpenSSH line",
                "JSON Web Key without `kid` is of no kind",
                "key id `a` is there twice",
                "key 3, secret of 512 bits `b`, is there twice",
                "issuer `` is not 1 to 2000 characters",
                "lifetime `PT0S` is not above 0",
                "value `` is empty");
        assertFalse(message.contains("short secret"));
        assertFalse(message.contains(SignedToken.SECRET.substring(0, 6)));
    }

    @Test
    void needsOneToTwentyKeysAndOneForEachAlgorithmThatIsNamed() {
        Refusal.of(() -> Jwt.hmac().build(), "`0` keys are not 1 to 20");
        Jwt.Builder many = Jwt.hmac();
        for (int i = 0; i < 21; i++) {
            many.secret(SignedToken.SECRET + i);
        }
        Refusal.of(many::build, "`21` keys are not 1 to 20", "`21` keys for `HS256` are without id: only 4 of them");
        Refusal.of(
                () -> Jwt.hmac()
                        .secret(SignedToken.SECRET.substring(0, 40))
                        .algorithms(JwtAlgorithm.HS256, JwtAlgorithm.HS512)
                        .build(),
                "algorithm `HS512` has no key that is long enough");
        Refusal.of(
                () -> Jwt.publicKey()
                        .publicKey(Texts.of("rsa.pem"))
                        .algorithms(JwtAlgorithm.ES256)
                        .build(),
                "algorithm `ES256` has no key",
                "is for none of `[ES256]`");
        Refusal.of(() -> Jwt.hmac().key(SECRET).algorithms().build(), "no algorithm is left");
    }

    @Test
    @Rule("C12")
    void leavesATryForAKeyWithoutIdThatIsFetched() {
        Jwt.Builder builder = Jwt.publicKey()
                .jwkSetUrl("https://a.example/keys")
                .algorithms(JwtAlgorithm.ES256)
                .key(anonymous())
                .key(anonymous())
                .key(anonymous());
        assertEquals(3, builder.build().keys().size());
        builder.key(anonymous());
        Refusal.of(
                builder::build,
                "`4` keys for `ES256` are without id: only 3 of them would be tried beside those that are fetched");
        assertEquals(4, builder.jwkSetUrl(null).build().keys().size());
    }

    @Test
    @Rule("C10")
    void takesTokensOfTheIssuerAloneWhoseMetadataIsAsked() {
        Jwt found = Jwt.publicKey()
                .claims(claims -> claims.issuer("https://a.example"))
                .discover("https://b.example")
                .discover("https://c.example")
                .build();
        assertEquals(Set.of("https://c.example"), found.claims().issuers());
        assertEquals(found, found.toBuilder().build());
        Refusal.of(
                () -> found.toBuilder()
                        .claims(claims -> claims.issuer("https://a.example"))
                        .build(),
                "issuers [https://c.example, https://a.example] are not `https://c.example` alone");
    }

    @Test
    void refusesASubjectOfAnIssuerWhoseTokensAreRefused() {
        Jwt.Builder builder = Jwt.hmac()
                .key(SECRET)
                .claims(claims -> claims.issuer("https://a.example"))
                .externalSubject("https://b.example", "me");
        Refusal.of(builder::build, "external subject `me` of `https://b.example` can never come");
    }

    @Test
    void comesBackFromItsBuilder() {
        Jwt jwt = Jwt.publicKey()
                .publicKey(Texts.of("rsa.pem"))
                .key(JwtKey.publicKey(Texts.of("ssh-rsa.pub")).withId("new"))
                .algorithms(JwtAlgorithm.PS256)
                .claims(claims -> claims.issuer("https://a.example")
                        .audience("orders")
                        .require("tenant")
                        .type("at+jwt")
                        .maxLifetime(Duration.ofHours(1)))
                .externalSubject("https://a.example", "me")
                .build();
        Jwt back = jwt.toBuilder().build();
        assertEquals(jwt, back);
        assertEquals(jwt.hashCode(), back.hashCode());
        assertEquals(jwt.toString(), back.toString());
        Jwt rotated = jwt.toBuilder()
                .withoutKey(JwtKey.publicKey(Texts.of("rsa-certificate.pem")))
                .build();
        assertEquals(1, rotated.keys().size());
        assertNotEquals(jwt, rotated);
        assertEquals(
                "token signed by [PS256] with " + jwt.keys()
                        + ", issuers [https://a.example], audiences [orders], required [tenant], type at+jwt, living PT1H"
                        + " at most, known as [`me` of `https://a.example`]",
                jwt.toString());
    }

    @Test
    @Rule("M3")
    void losesAtOnceTheKeysThatAreTakenAwayAndGainsNothingBeforeItsRegistration() {
        JwtKey other = JwtKey.secret(SignedToken.SECRET + "2");
        AccessProfile registered =
                profile(Jwt.hmac().key(SECRET.withId("a")).key(other).build()).register();
        AccessProfile changed = registered.toBuilder()
                .authentication(Jwt.hmac()
                        .key(SECRET.withId("b"))
                        .secret(SignedToken.SECRET + "3")
                        .claims(claims -> claims.expires(false))
                        .externalSubject("", "me")
                        .build())
                .build();
        Jwt inForce = (Jwt) changed.inForce(Registration.MANUAL).orElseThrow().authentication();
        assertEquals(List.of(SECRET.withId("a")), inForce.keys());
        assertTrue(inForce.claims().expires());
        assertEquals(Set.of(), inForce.subjects());
        assertEquals(Set.of(new ExternalSubject("", "me")), changed.subjects());
        assertEquals(
                Authentication.authToken(),
                registered.toBuilder()
                        .authentication(Authentication.authToken())
                        .build()
                        .terms()
                        .authentication());
    }

    @Test
    @Rule("M3")
    void losesAtOnceAllKeysToAnotherMethod() {
        AccessProfile registered = profile(Jwt.publicKey()
                        .publicKey(Texts.of("rsa.pem"))
                        .jwkSetUrl("https://issuer.example/keys")
                        .build())
                .register();
        for (Authentication other :
                List.of(Authentication.authToken(), Jwt.hmac().key(SECRET).build())) {
            Jwt inForce = inForce(registered, other);
            assertEquals(List.of(), inForce.keys());
            assertEquals(Optional.empty(), inForce.keySource());
        }
        assertEquals(
                registered.terms().authentication(),
                inForce(registered, registered.terms().authentication()));
    }

    @Test
    @Rule("M3")
    void losesAtOnceTheAlgorithmsThatAreTakenAway() {
        JwtKey key = JwtKey.publicKey(Texts.of("rsa.pem"));
        AccessProfile registered = profile(Jwt.publicKey().key(key).build()).register();
        Jwt narrowed = inForce(
                registered,
                Jwt.publicKey().algorithms(JwtAlgorithm.PS256).key(key).build());
        assertEquals(Set.of(JwtAlgorithm.PS256), narrowed.algorithms());
        JwtKey forOne = JwtKey.jwk(key.reveal().reveal().replaceFirst("\\{", "{\"alg\":\"RS256\","));
        assertEquals(
                List.of(forOne),
                inForce(registered, Jwt.publicKey().key(forOne).build()).keys());
        AccessProfile one = profile(Jwt.publicKey().key(forOne).build()).register();
        assertEquals(
                List.of(forOne), inForce(one, Jwt.publicKey().key(key).build()).keys(), "what is added, waits");
        JwtKey forOther = JwtKey.jwk(key.reveal().reveal().replaceFirst("\\{", "{\"alg\":\"PS256\","));
        assertEquals(
                List.of(), inForce(one, Jwt.publicKey().key(forOther).build()).keys());
    }

    @Test
    @Rule("M3")
    void fetchesNothingAtOnceFromAPlaceThatIsTakenAwayAndFromANewOneAfterItsRegistration() {
        Jwt.Builder jwt = Jwt.publicKey().publicKey(Texts.of("rsa.pem"));
        AccessProfile registered =
                profile(jwt.jwkSetUrl("https://issuer.example/keys").build()).register();
        for (String url : new String[] {null, "https://issuer.example/others"}) {
            AccessProfile changed = registered.toBuilder()
                    .authentication(jwt.jwkSetUrl(url).build())
                    .build();
            Jwt inForce =
                    (Jwt) changed.inForce(Registration.MANUAL).orElseThrow().authentication();
            assertEquals(Optional.empty(), inForce.keySource());
            assertEquals(1, inForce.keys().size());
        }
    }

    @Test
    void saysNoSecretInTheWordsOfItsProfile() {
        AccessProfile profile = profile(Jwt.hmac().key(SECRET.withId("k")).build());
        assertTrue(profile.toString().contains("secret of 512 bits `k`"));
        assertFalse(profile.toString().contains(SignedToken.SECRET.substring(0, 6)));
    }

    private static Jwt inForce(AccessProfile registered, Authentication newer) {
        AccessProfile changed = registered.toBuilder().authentication(newer).build();
        return (Jwt) changed.inForce(Registration.MANUAL).orElseThrow().authentication();
    }

    private static AccessProfile profile(Jwt jwt) {
        return AccessProfile.named("robot", new ClientId("acme"))
                .grant(new CollectionId("orders"))
                .authentication(jwt)
                .build();
    }

    private static JwtKey anonymous() {
        ECKey key = new ECKey.Builder(EcSigner.make("x").key()).keyID(null).build();
        return JwtKey.jwk(key.toPublicJWK().toJSONString());
    }
}
