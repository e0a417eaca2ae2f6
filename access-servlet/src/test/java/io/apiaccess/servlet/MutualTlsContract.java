package io.apiaccess.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.CertificateCondition;
import io.apiaccess.client.Jwt;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.request.ClientCertificate;
import jakarta.servlet.ServletContainerInitializer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Calls over real mutual TLS: what certificate counts, in every container. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Rule("C11")
abstract class MutualTlsContract {
    private static final String SECRET = "Zt9!kQ2vX7#mB4cN8pL1wR6yT3uH5gJ0";
    private static final ClientCertificate ROBOT = ClientCertificate.of(TestTls.certificate("robot"));

    private final Site site = new Site();
    private Container container;
    private Shop shop;

    /** Starts the container with an application that is called over TLS. */
    abstract Container startTls(ServletContainerInitializer application);

    @BeforeAll
    void start() {
        container = startTls(site);
    }

    @AfterAll
    void stop() {
        container.close();
    }

    @BeforeEach
    void open() {
        shop = new Shop();
        site.door(AccessFilter.builder(shop.decider()).build());
    }

    @AfterEach
    void close() {
        shop.close();
    }

    @Test
    void asksForTheCertificateOfTheProfileBesideItsKey() {
        ask(CertificateCondition.builder().thumbprint(ROBOT.thumbprint()).build());
        assertEquals(200, get(client("robot")));
        assertEquals(401, get(client("other")));
        assertReason(DenyReason.CERTIFICATE_MISMATCH);
        assertEquals(401, get(client()));
        assertReason(DenyReason.CERTIFICATE_MISMATCH);
        ask(CertificateCondition.builder().subject("o=acme company, cn=ROBOT").build());
        assertEquals(401, get(client("robot")), "another order of its parts is another name");
        ask(CertificateCondition.builder().subject("cn=ROBOT, o=acme  company").build());
        assertEquals(200, get(client("robot")));
        assertEquals(401, get(client("other")));
    }

    @Test
    void needsNoneWhereNoneIsAskedFor() {
        for (HttpClient client : new HttpClient[] {client("robot"), client("other"), client()}) {
            assertEquals(200, get(client));
        }
    }

    @Test
    void believesNoCertificateInAHeader() {
        ask(CertificateCondition.builder().thumbprint(ROBOT.thumbprint()).build());
        String certificate = Base64.getEncoder().encodeToString(encoded());
        String pem = "-----BEGIN CERTIFICATE-----" + certificate + "-----END CERTIFICATE-----";
        for (String header : new String[] {
            "Client-Cert",
            "X-Client-Cert",
            "X-SSL-Client-Cert",
            "SSL_CLIENT_CERT",
            "X-Forwarded-Client-Cert",
            "jakarta.servlet.request.X509Certificate"
        }) {
            assertEquals(401, get(client(), header, ":" + certificate + ":"), header);
            assertEquals(401, get(client("other"), header, pem), header);
        }
    }

    @Test
    void takesABoundTokenWithItsCertificateAlone() {
        shop.admin.create(AccessProfile.named("robot", shop.mobile().client())
                .id(new ProfileId("robot"))
                .grant(shop.orders.id())
                .authentication(Jwt.hmac().secret(SECRET).build())
                .build());
        String bound = "Bearer " + token(",\"cnf\":{\"x5t#S256\":\"" + ROBOT.thumbprint() + "\"}");
        assertEquals(200, send(client("robot"), "Authorization", bound));
        assertEquals(401, send(client("other"), "Authorization", bound));
        assertReason(DenyReason.CERTIFICATE_MISMATCH);
        assertEquals(401, send(client(), "Authorization", bound));
        assertEquals(200, send(client("robot"), "Authorization", bound));
        assertEquals(200, send(client(), "Authorization", "Bearer " + token("")));
    }

    @Test
    @Rule("D5")
    void saysNothingOfTheCertificateToTheCaller() throws Exception {
        ask(CertificateCondition.builder().thumbprint(ROBOT.thumbprint()).build());
        HttpResponse<String> mismatch = answer(client("other"), "X-API-Key", shop.key.reveal());
        HttpResponse<String> unknown = answer(client("other"), "X-API-Key", "nobody-has-this-key-at-all");
        assertEquals(unknown.body(), mismatch.body());
        assertEquals(
                unknown.headers().firstValue("WWW-Authenticate"),
                mismatch.headers().firstValue("WWW-Authenticate"));
        assertTrue(mismatch.headers().firstValue("WWW-Authenticate").isPresent());
        assertFalse(mismatch.body().contains("certificate"));
    }

    private void ask(CertificateCondition condition) {
        shop.admin.update(shop.mobile().toBuilder().certificate(condition).build());
    }

    private void assertReason(DenyReason reason) {
        Decision last = shop.decisions.get(shop.decisions.size() - 1);
        assertEquals(
                Optional.of(reason),
                last instanceof Decision.Denied denied ? Optional.of(denied.reason()) : Optional.empty());
    }

    private static HttpClient client(String... name) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(TestTls.context(name))
                .build();
    }

    private int get(HttpClient client, String... header) {
        return header.length == 0
                ? send(client, "X-API-Key", shop.key.reveal())
                : send(client, "X-API-Key", shop.key.reveal(), header[0], header[1]);
    }

    private int send(HttpClient client, String... headers) {
        try {
            return answer(client, headers).statusCode();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private HttpResponse<String> answer(HttpClient client, String... headers) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + container.port() + "/orders/42"))
                .headers(headers)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private String token(String more) {
        long now = shop.now.getEpochSecond();
        String input =
                part("{\"alg\":\"HS256\"}") + "." + part("{\"sub\":\"robot\",\"exp\":" + (now + 300) + more + "}");
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return input + "."
                    + Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String part(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] encoded() {
        try {
            return TestTls.certificate("robot").getEncoded();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
