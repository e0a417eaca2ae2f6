package io.apiaccess;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.nimbusds.jose.jwk.ECKey;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Authentication;
import io.apiaccess.client.OAuth2;
import io.apiaccess.client.OpenIdConnect;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.DenyReason;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Access tokens and ID tokens of an identity provider, here one at the loopback address, spoken to over real sockets. */
@Rule({"C9", "C10", "C12"})
class IdentityProviderTest {
    private static final EcSigner ONE = EcSigner.make("one");
    private static final EcSigner TWO = EcSigner.make("two");

    private final IdentityProvider provider = new IdentityProvider(ONE);
    private Acme acme = new Acme(builder -> builder.fetchFromLoopback(true));

    @BeforeEach
    void createProfiles() {
        create(
                "robot",
                OAuth2.builder()
                        .discover(provider.issuer())
                        .claims(claims -> claims.audience("orders"))
                        .build());
        create(
                "person",
                OpenIdConnect.discovered(provider.issuer())
                        .claims(claims -> claims.audience("shop"))
                        .build());
    }

    @AfterEach
    void stop() {
        acme.close();
        provider.close();
    }

    @Test
    void provesBothKindsByTheKeysThatTheMetadataLeadsTo() {
        eventually(accessToken(ONE), null);
        assertNull(reason(idToken(ONE)));
        assertEquals(List.of("/.well-known/openid-configuration", "/keys"), provider.asked());
    }

    @Test
    void takesNeitherForTheOther() {
        eventually(accessToken(ONE), null);
        assertEquals(
                DenyReason.INVALID_CLAIMS,
                reason(ONE.sign(access().claim("client_id", "person").claim("aud", "shop"))));
        assertEquals(
                DenyReason.INVALID_CLAIMS,
                reason(ONE.sign(id().claim("sub", "robot").claim("aud", "orders"))));
    }

    @Test
    void followsARotation() {
        eventually(accessToken(ONE), null);
        assertNull(reason(idToken(ONE)));
        acme.time.pass(Duration.ofSeconds(30));
        provider.publish(TWO);
        assertEquals(DenyReason.UNAVAILABLE, reason(accessToken(TWO)), "on its way");
        eventually(accessToken(TWO), null);
        assertNull(reason(idToken(TWO)));
        assertEquals(DenyReason.INVALID_SIGNATURE, reason(accessToken(ONE)));
        assertEquals(DenyReason.INVALID_SIGNATURE, reason(idToken(ONE)));
    }

    @Test
    void fetchesByAClientOfTheApplicationAndLeavesItOpen() throws Exception {
        acme.close();
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest ask =
                HttpRequest.newBuilder(URI.create(provider.issuer() + "/keys")).build();
        client.send(ask, HttpResponse.BodyHandlers.discarding());
        acme = new Acme(builder -> builder.fetchFromLoopback(true).httpClient(client));
        createProfiles();
        eventually(accessToken(ONE), null);
        assertNull(reason(idToken(ONE)));
        acme.close();
        assertEquals(
                200, client.send(ask, HttpResponse.BodyHandlers.discarding()).statusCode());
    }

    @Test
    void refusesAClientThatFollowsRedirects() {
        for (HttpClient.Redirect followed : List.of(HttpClient.Redirect.NORMAL, HttpClient.Redirect.ALWAYS)) {
            HttpClient client =
                    HttpClient.newBuilder().followRedirects(followed).build();
            Refusal.of(
                    () -> AccessControl.builder().httpClient(client).build(),
                    "http client follows redirects, `" + followed + "`: `NEVER` is needed");
        }
    }

    @Test
    void bridgesAnOutageForADay() {
        eventually(accessToken(ONE), null);
        assertNull(reason(idToken(ONE)));
        provider.out(true);
        acme.time.pass(Duration.ofHours(23));
        assertNull(reason(accessToken(ONE)));
        assertNull(reason(idToken(ONE)));
        acme.time.pass(Duration.ofHours(1));
        assertEquals(DenyReason.UNAVAILABLE, reason(accessToken(ONE)));
        assertEquals(DenyReason.UNAVAILABLE, reason(idToken(ONE)));
        provider.out(false);
        acme.time.pass(Duration.ofSeconds(30));
        eventually(idToken(ONE), null);
        assertNull(reason(accessToken(ONE)));
    }

    @Test
    void asksOnceInThirtySecondsWhateverTokensMakeUp() {
        eventually(accessToken(ONE), null);
        acme.time.pass(Duration.ofSeconds(30));
        Random random = new Random(7662);
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        do {
            forge(random);
        } while (provider.asked().size() < 4 && System.nanoTime() - end < 0);
        forge(random);
        assertEquals(4, provider.asked().size(), provider.asked().toString());
    }

    private void forge(Random random) {
        for (int i = 0; i < 50; i++) {
            EcSigner unknown = new EcSigner(
                    new ECKey.Builder(ONE.key()).keyID("k" + random.nextLong()).build());
            reason(i % 2 == 0 ? accessToken(unknown) : idToken(unknown));
        }
    }

    private void create(String id, Authentication authentication) {
        acme.admin.create(AccessProfile.named(id, acme.acme.id())
                .id(new ProfileId(id))
                .grant(acme.orders.id())
                .authentication(authentication)
                .build());
    }

    private SignedToken access() {
        return SignedToken.of("ES256", acme.time.instant())
                .header("typ", "at+jwt")
                .claim("iss", provider.issuer())
                .claim("aud", "orders")
                .claim("sub", "someone")
                .claim("client_id", "robot");
    }

    private SignedToken id() {
        return SignedToken.of("ES256", acme.time.instant())
                .claim("iss", provider.issuer())
                .claim("aud", "shop")
                .claim("sub", "person");
    }

    private String accessToken(EcSigner key) {
        return key.sign(access());
    }

    private String idToken(EcSigner key) {
        return key.sign(id());
    }

    /**
     * A fetch runs beside the decisions: asks until it is there. One that a busy machine could not end in its two seconds is
     * made again as soon as the hand-moved clock has passed half a minute.
     */
    private void eventually(String token, @Nullable DenyReason expected) {
        DenyReason reason = reason(token);
        for (int tries = 0; reason != expected && tries < 6; tries++) {
            long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (reason != expected && System.nanoTime() - end < 0) {
                Thread.onSpinWait();
                reason = reason(token);
            }
            if (reason != expected) {
                acme.time.pass(Duration.ofSeconds(30));
            }
        }
        assertEquals(expected, reason);
    }

    private @Nullable DenyReason reason(String token) {
        return acme.reason(Acme.request(GET, "/orders").bearer(token));
    }
}
