package io.apiaccess;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.sun.net.httpserver.HttpServer;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Jwt;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.jwt.JwtAlgorithm;
import io.apiaccess.jwt.JwtKey;
import io.apiaccess.jwt.Texts;
import io.apiaccess.request.AccessRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Profiles whose keys are fetched from an identity provider, here one at the loopback address. */
@Rule({"C6", "C12", "C14"})
class KeySetDecisionTest {
    private final ECKey one = key("one");
    private final ECKey two = key("two");
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile List<ECKey> published = List.of(one);
    private volatile int status = 200;
    private volatile String metadata = "";
    private HttpServer provider;
    private Acme acme;
    private AccessProfile robot;

    @BeforeEach
    void serve() throws IOException {
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.createContext("/keys", exchange -> {
            fetches.incrementAndGet();
            byte[] body = new JWKSet(List.copyOf(published)).toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        provider.createContext("/.well-known/openid-configuration", exchange -> {
            byte[] body = metadata.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        provider.start();
        acme = new Acme(builder -> builder.fetchFromLoopback(true));
        robot = acme.admin.create(AccessProfile.named("robot", acme.acme.id())
                .grant(acme.orders.id())
                .authentication(Jwt.publicKey().jwkSetUrl(url()).build())
                .build());
    }

    @AfterEach
    void stop() {
        acme.close();
        provider.stop(0);
    }

    @Test
    void provesByAFetchedKey() {
        String token = token(one);
        eventually(token, null);
        assertNull(reason(token));
        assertEquals(1, fetches.get());
        assertEquals(DenyReason.INVALID_SIGNATURE, reason(signed(two, "one")));
    }

    @Test
    void followsARotationAndDropsTheOldKeyAlsoForTokensItRemembers() {
        String first = token(one);
        eventually(first, null);
        acme.time.pass(Duration.ofSeconds(30));
        published = List.of(one, two);
        String second = token(two);
        assertEquals(DenyReason.UNAVAILABLE, reason(second), "on its way");
        eventually(second, null);
        assertNull(reason(first));
        published = List.of(two);
        acme.time.setNanos(acme.time.getAsLong() + Duration.ofMinutes(10).toNanos());
        assertNull(reason(second));
        eventually(first, DenyReason.INVALID_SIGNATURE);
        assertNull(reason(second));
        assertEquals(3, fetches.get());
    }

    @Test
    void isUnavailableWhileTheProviderIsOutAndNothingIsKnown() {
        status = 500;
        assertEquals(DenyReason.UNAVAILABLE, reason(token(one)));
        assertEquals(DenyReason.UNAVAILABLE, reason(token(one)));
        assertEquals(1, fetches.get());
        status = 200;
        acme.time.pass(Duration.ofSeconds(30));
        eventually(token(one), null);
    }

    @Test
    void bridgesAnOutage() {
        eventually(token(one), null);
        provider.stop(0);
        acme.time.pass(Duration.ofHours(23));
        assertNull(reason(token(one)));
        acme.time.pass(Duration.ofHours(1));
        assertEquals(DenyReason.UNAVAILABLE, reason(token(one)));
    }

    @Test
    void asksForNothingWhereTheTokenIsForAnotherAlgorithmOrForAKeyThatWasGiven() {
        assertEquals(
                DenyReason.INVALID_SIGNATURE,
                reason(SignedToken.hs256(acme.time.instant())
                        .claim("sub", robot.id().value())
                        .sign()));
        acme.admin.update(acme.admin.get(robot.id()).toBuilder()
                .authentication(Jwt.publicKey()
                        .algorithms(JwtAlgorithm.ES256)
                        .jwk(two.toPublicJWK().toJSONString())
                        .jwkSetUrl(url())
                        .build())
                .build());
        assertNull(reason(token(two)));
        assertEquals(0, fetches.get());
        eventually(token(one), null);
        assertEquals(1, fetches.get());
    }

    @Test
    void provesByAKeyThatWasGivenWhileTheProviderIsOut() {
        status = 500;
        String anonymous = anonymous(two).toPublicJWK().toJSONString();
        acme.admin.update(acme.admin.get(robot.id()).toBuilder()
                .authentication(Jwt.publicKey().jwk(anonymous).jwkSetUrl(url()).build())
                .build());
        assertNull(reason(token(two)));
        assertNull(reason(token(two)), "remembered");
        assertEquals(0, fetches.get());
        assertEquals(DenyReason.UNAVAILABLE, reason(token(one)));
        assertEquals(1, fetches.get());
    }

    @Test
    void triesAFetchedKeyWithoutIdBesideThoseThatWereGiven() {
        Jwt.Builder given = Jwt.publicKey().jwkSetUrl(url());
        for (int i = 0; i < 3; i++) {
            given.jwk(anonymous(key("x")).toPublicJWK().toJSONString());
        }
        acme.admin.update(acme.admin.get(robot.id()).toBuilder()
                .authentication(given.build())
                .build());
        published = List.of(anonymous(one));
        eventually(signed(one, null), null);
        eventually(signed(one, "elsewhere"), null);
        Jwt.Builder named = Jwt.publicKey().jwkSetUrl(url());
        for (String id : List.of("a", "b", "c", "d")) {
            named.jwk(key(id).toPublicJWK().toJSONString());
        }
        acme.admin.update(acme.admin.get(robot.id()).toBuilder()
                .authentication(named.build())
                .build());
        eventually(signed(one, null), null);
        assertEquals(1, fetches.get());
    }

    @Test
    void fetchesAKeyWhoseIdOneOfAnotherAlgorithmHas() {
        acme.admin.update(acme.admin.get(robot.id()).toBuilder()
                .authentication(Jwt.publicKey()
                        .key(JwtKey.publicKey(Texts.of("rsa.pem")).withId("one"))
                        .jwkSetUrl(url())
                        .build())
                .build());
        eventually(token(one), null);
        assertEquals(1, fetches.get());
    }

    @Test
    void fetchesNothingFromLoopbackUnlessThatIsSwitchedOn() {
        try (Acme plain = new Acme()) {
            AccessProfile profile = plain.admin.create(AccessProfile.named("robot", plain.acme.id())
                    .grant(plain.orders.id())
                    .authentication(Jwt.publicKey().jwkSetUrl(url()).build())
                    .build());
            String token = SignedToken.of("ES256", plain.time.instant())
                    .claim("sub", profile.id().value())
                    .header("kid", "one")
                    .sign(input -> sign(one, input));
            assertEquals(DenyReason.UNAVAILABLE, plain.reason(call(token)));
            assertEquals(0, fetches.get());
        }
    }

    @Test
    @Rule("C10")
    void findsTheKeysOfAnIssuerByItsMetadata() {
        String issuer = url().replace("/keys", "");
        discover(issuer);
        metadata = "{\"issuer\":\"" + issuer + "\",\"jwks_uri\":\"" + url() + "\"}";
        eventually(token(one, issuer), null);
        assertEquals(DenyReason.INVALID_CLAIMS, reason(token(one, issuer + "/")));
        assertEquals(DenyReason.INVALID_CLAIMS, reason(token(one)));
        assertEquals(1, fetches.get());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"issuer\":\"@/\",\"jwks_uri\":\"@/keys\"}",
                "{\"issuer\":\"https://other.example\",\"jwks_uri\":\"@/keys\"}",
                "{\"issuer\":[\"@\"],\"jwks_uri\":\"@/keys\"}",
                "{\"jwks_uri\":\"@/keys\"}",
                "{\"issuer\":\"@\"}",
                "{\"issuer\":\"@\",\"jwks_uri\":7}",
                "{\"issuer\":\"@\",\"jwks_uri\":\"file:///etc/hostname\"}",
                "{\"issuer\":\"@\",\"jwks_uri\":\"http://192.0.2.1/keys\"}",
                "{\"issuer\":\"@\",\"issuer\":\"@\",\"jwks_uri\":\"@/keys\"}",
                "<html>"
            })
    @Rule("C10")
    void takesNoMetadataOfAnotherIssuerAndNoneThatLeadsElsewhere(String text) {
        String issuer = url().replace("/keys", "");
        discover(issuer);
        metadata = text.replace("@", issuer);
        assertEquals(DenyReason.UNAVAILABLE, reason(token(one, issuer)));
        assertEquals(0, fetches.get());
    }

    @Test
    void takesNoAddressThatIsNotPlainHttps() {
        for (String bad : List.of(
                "http://issuer.example/keys",
                "http://127.0.0.1.evil.example/keys",
                "https://user:secret@issuer.example/keys",
                "https://issuer.example/keys#x",
                "https:///keys",
                "https:issuer.example",
                "file:///etc/passwd",
                "https://issuer.example:0/",
                "https://issuer.example:70000/",
                "https://issuer example/",
                "//issuer.example/keys",
                "")) {
            Refusal.of(() -> Jwt.publicKey().jwkSetUrl(bad).build(), "is not https with a host");
        }
        Refusal.of(() -> Jwt.hmac().secret(SignedToken.SECRET).jwkSetUrl(url()).build(), "secrets are not fetched");
        Refusal.of(() -> Jwt.publicKey().discover("https://issuer.example/?x=1").build(), "is not https with a host");
        Jwt found = Jwt.publicKey().discover("https://issuer.example/tenant/").build();
        assertEquals(Set.of("https://issuer.example/tenant/"), found.claims().issuers());
        assertEquals(
                "https://issuer.example/tenant/.well-known/openid-configuration",
                found.keySource().orElseThrow().url().toString());
        Jwt jwt = Jwt.publicKey()
                .jwkSetUrl("https://issuer.example/keys?code=secret")
                .build();
        assertEquals(jwt, jwt.toBuilder().build());
        assertTrue(jwt.toString().contains("and keys from `https://issuer.example/keys`"));
        assertFalse(
                jwt.equals(jwt.toBuilder().jwkSetUrl("https://issuer.example/").build()));
    }

    /** Decides until the answer comes: a fetch has no other end to wait for, and a busy machine may outlast the budget. */
    private void eventually(String token, @Nullable DenyReason expected) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        DenyReason reason = reason(token);
        while (reason != expected && System.nanoTime() - end < 0) {
            Thread.onSpinWait();
            reason = reason(token);
        }
        assertEquals(expected, reason);
    }

    private String url() {
        return "http://127.0.0.1:" + provider.getAddress().getPort() + "/keys";
    }

    private @Nullable DenyReason reason(String token) {
        return acme.reason(call(token));
    }

    private static AccessRequest.Builder call(String token) {
        return Acme.request(GET, "/orders").bearer(token);
    }

    private void discover(String issuer) {
        acme.admin.update(acme.admin.get(robot.id()).toBuilder()
                .authentication(Jwt.publicKey().discover(issuer).build())
                .build());
    }

    private String token(ECKey key) {
        return signed(key, key.getKeyID());
    }

    private String token(ECKey key, String issuer) {
        return SignedToken.of("ES256", acme.time.instant())
                .claim("sub", robot.id().value())
                .claim("iss", issuer)
                .header("kid", key.getKeyID())
                .sign(input -> sign(key, input));
    }

    private String signed(ECKey key, @Nullable String keyId) {
        return SignedToken.of("ES256", acme.time.instant())
                .claim("sub", robot.id().value())
                .header("kid", keyId)
                .sign(input -> sign(key, input));
    }

    private static byte[] sign(ECKey key, byte[] input) throws JOSEException {
        return new ECDSASigner(key)
                .sign(new JWSHeader(JWSAlgorithm.ES256), input)
                .decode();
    }

    private static ECKey anonymous(ECKey key) {
        return new ECKey.Builder(key).keyID(null).build();
    }

    private static ECKey key(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }
}
