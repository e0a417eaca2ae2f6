package io.apiaccess;

import static io.apiaccess.decision.DenyReason.INVALID_CLAIMS;
import static io.apiaccess.decision.DenyReason.INVALID_SIGNATURE;
import static io.apiaccess.decision.DenyReason.UNAVAILABLE;
import static io.apiaccess.decision.DenyReason.UNKNOWN_CREDENTIAL;
import static io.apiaccess.decision.DenyReason.WRONG_METHOD;
import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpServer;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Authentication;
import io.apiaccess.client.Jwt;
import io.apiaccess.client.OAuth2;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.DenyReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Addresses that a token names: nobody is asked there (RFC 8725 sections 3.9 and 3.10), although this application fetches
 * from the loopback address, where somebody listens.
 */
@Rule({"C6", "C12"})
class ChosenAddressesTest {
    private static final EcSigner KEY = EcSigner.make("one");
    private static final EcSigner THIEF = EcSigner.make("one");

    private final IdentityProvider provider = new IdentityProvider(KEY);
    private final List<String> introspected = new CopyOnWriteArrayList<>();
    private ServerSocket listener;
    private HttpServer endpoint;
    private String chosen;
    private Acme acme;

    @BeforeEach
    void listen() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        chosen = "http://127.0.0.1:" + listener.getLocalPort();
        endpoint = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        endpoint.createContext("/introspect", exchange -> {
            introspected.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] body = ("{\"active\":true,\"client_id\":\"introspected\",\"exp\":9999999999,\"iss\":\"" + chosen
                            + "\",\"jku\":\"" + chosen + "\"}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        endpoint.start();
        acme = new Acme(builder -> builder.fetchFromLoopback(true)
                .fetchTimeout(Duration.ofSeconds(10))
                .introspection("http://127.0.0.1:" + endpoint.getAddress().getPort() + "/introspect", "me", "sesame"));
    }

    @AfterEach
    void stop() throws IOException {
        acme.close();
        endpoint.stop(0);
        provider.close();
        listener.close();
    }

    @Test
    void areNotAskedForTheKeysOfASet() throws IOException {
        create("fetched", Jwt.publicKey().jwkSetUrl(provider.issuer() + "/keys").build());
        known("fetched", null);
        offer("fetched", null, null);
        offer("fetched", chosen, null);
        assertEquals(Set.of("/keys"), Set.copyOf(provider.asked()));
        nobodyCame();
    }

    @Test
    void areNotAskedForMetadata() throws IOException {
        create("discovered", Jwt.publicKey().discover(provider.issuer()).build());
        known("discovered", provider.issuer());
        offer("discovered", provider.issuer(), null);
        offer("discovered", chosen, INVALID_CLAIMS);
        assertEquals(Set.of("/.well-known/openid-configuration", "/keys"), Set.copyOf(provider.asked()));
        nobodyCame();
    }

    @Test
    void areNotAskedAboutATokenThatIsIntrospected() throws IOException {
        create(
                "introspected",
                OAuth2.builder()
                        .introspected(true)
                        .claims(claims -> claims.issuer(provider.issuer()).audience("orders"))
                        .build());
        for (String issuer : List.of(provider.issuer(), chosen)) {
            assertEquals(WRONG_METHOD, reason(hostile("introspected", issuer, "jku", KEY)));
        }
        assertEquals(List.of(), introspected);
        assertEquals(INVALID_CLAIMS, settled("opaque"));
        assertEquals(Set.of("token=opaque&token_type_hint=access_token"), Set.copyOf(introspected));
        assertEquals(List.of(), provider.asked());
        nobodyCame();
    }

    @Test
    void areNotAskedWhereATokenNamesNobody() throws IOException {
        for (String name : List.of("nobody", chosen)) {
            for (String header : List.of("jku", "x5u")) {
                assertEquals(UNKNOWN_CREDENTIAL, reason(hostile(name, chosen, header, THIEF)));
            }
        }
        assertEquals(List.of(), provider.asked());
        nobodyCame();
    }

    /** Offers tokens whose header names the address, signed with the key of the profile and with another. */
    private void offer(String profile, @Nullable String issuer, @Nullable DenyReason expected) {
        for (String header : List.of("jku", "x5u")) {
            assertEquals(expected, reason(hostile(profile, issuer, header, KEY)));
            assertEquals(INVALID_SIGNATURE, reason(hostile(profile, issuer, header, THIEF)));
        }
        assertEquals(
                INVALID_SIGNATURE,
                reason(THIEF.sign(token(profile, issuer)
                        .header("jwk", THIEF.key().toPublicJWK().toJSONObject())
                        .header("x5c", List.of("MII")))));
    }

    private String hostile(String profile, @Nullable String issuer, String header, EcSigner signer) {
        SignedToken token = token(profile, issuer).claim("jwks_uri", chosen + "/keys");
        return signer.sign(token.header(header, chosen + "/keys"));
    }

    private SignedToken token(String profile, @Nullable String issuer) {
        return SignedToken.of("ES256", acme.time.instant())
                .claim("sub", profile)
                .claim("client_id", profile)
                .claim("iss", issuer)
                .claim("_claim_sources", Map.of("src1", Map.of("endpoint", chosen)));
    }

    /** Waits until the keys of a profile are there: what is fetched for its tokens from then on, they have chosen. */
    private void known(String profile, @Nullable String issuer) {
        assertNull(settled(KEY.sign(token(profile, issuer))));
    }

    /** Decides, again where a busy machine could not end a fetch in its time. */
    private @Nullable DenyReason settled(String token) {
        DenyReason reason = reason(token);
        for (int tries = 0; reason == UNAVAILABLE && tries < 6; tries++) {
            acme.time.pass(Duration.ofSeconds(30));
            reason = reason(token);
        }
        return reason;
    }

    private @Nullable DenyReason reason(String token) {
        return acme.reason(Acme.request(GET, "/orders").bearer(token));
    }

    private void create(String id, Authentication by) {
        acme.admin.create(AccessProfile.named(id, acme.acme.id())
                .id(new ProfileId(id))
                .grant(acme.orders.id())
                .authentication(by)
                .build());
    }

    private void nobodyCame() throws IOException {
        listener.setSoTimeout(200);
        assertThrows(SocketTimeoutException.class, listener::accept);
    }
}
