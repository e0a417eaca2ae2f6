package io.apiaccess;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.CertificateCondition;
import io.apiaccess.client.Jwt;
import io.apiaccess.client.Registration;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.request.ClientCertificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls that need a TLS client certificate: since the profile asks for it, or since the token is bound to it (RFC 8705). */
@Rule("C11")
class BoundTokensTest {
    private static final X509Certificate SHOWN = TestCertificates.rfc8705();
    private static final X509Certificate OTHER = TestCertificates.other();
    private static final CertificateCondition MINE =
            CertificateCondition.builder().thumbprint(TestCertificates.RFC_8705).build();

    private final Acme acme = new Acme();
    private AccessProfile robot;

    @BeforeEach
    void createRobot() {
        robot = acme.admin.create(AccessProfile.named("robot", acme.acme.id())
                .grant(acme.orders.id())
                .authentication(Jwt.hmac().secret(SignedToken.SECRET).build())
                .build());
    }

    @AfterEach
    void close() {
        acme.close();
    }

    @Test
    void asksForTheCertificateOfTheProfileBesideItsKey() {
        ask(acme.mobile, MINE);
        assertEquals(DenyReason.CERTIFICATE_MISMATCH, acme.reason(withKey(null)));
        assertEquals(DenyReason.CERTIFICATE_MISMATCH, acme.reason(withKey(OTHER)));
        assertNull(acme.reason(withKey(SHOWN)));
        assertEquals(
                DenyReason.MISSING_CREDENTIAL,
                acme.reason(Acme.request(GET, "/orders").certificate(SHOWN)),
                "a certificate alone proves nothing");
        ask(acme.mobile, null);
        assertNull(acme.reason(withKey(null)));
    }

    @Test
    void asksForTheCertificateOfTheProfileBesideItsToken() {
        ask(robot, CertificateCondition.builder().subject("CN=mtls").build());
        String token = token().sign();
        assertEquals(DenyReason.CERTIFICATE_MISMATCH, reason(token, null));
        assertEquals(DenyReason.CERTIFICATE_MISMATCH, reason(token, OTHER));
        assertNull(reason(token, SHOWN));
        assertEquals(DenyReason.CERTIFICATE_MISMATCH, reason(token, null), "also as soon as it is remembered");
    }

    @Test
    @Rule({"X1", "D5"})
    void looksForItAfterProofAndClaimsAndBeforeTheTimesAndTheStatus() {
        ask(robot, MINE);
        assertEquals(DenyReason.INVALID_SIGNATURE, reason(token().sign(SignedToken.SECRET + "x"), null));
        assertEquals(DenyReason.INVALID_CLAIMS, reason(token().claim("aud", "x").sign(), null));
        String past = token().claim("exp", 1).sign();
        assertEquals(DenyReason.CERTIFICATE_MISMATCH, reason(past, null));
        assertEquals(DenyReason.EXPIRED_CREDENTIAL, reason(past, SHOWN));
        String bound = bound(TestCertificates.RFC_8705).claim("exp", 1).sign();
        assertEquals(DenyReason.CERTIFICATE_MISMATCH, reason(bound, OTHER));
        ask(acme.mobile, MINE);
        acme.admin.revokeKey(acme.key.id());
        assertEquals(DenyReason.CERTIFICATE_MISMATCH, acme.reason(withKey(null)));
        assertEquals(DenyReason.REVOKED_CREDENTIAL, acme.reason(withKey(SHOWN)));
    }

    // RFC 8705 section 3: whatever the profile asks for
    @Test
    void takesABoundTokenWithItsCertificateAloneAsRfc8705Section3Says() {
        String token = bound(TestCertificates.RFC_8705).sign();
        assertEquals(DenyReason.CERTIFICATE_MISMATCH, reason(token, null));
        assertEquals(DenyReason.CERTIFICATE_MISMATCH, reason(token, OTHER));
        assertNull(reason(token, SHOWN));
        assertNull(reason(token().sign(), OTHER), "one that is not bound needs none");
    }

    // RFC 8705 section 3.1, figure 2
    @Test
    void takesTheExampleOfRfc8705Section3WithNoOtherCertificate() {
        String token = bound("bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2").sign();
        assertEquals(DenyReason.CERTIFICATE_MISMATCH, reason(token, SHOWN));
        assertEquals(DenyReason.CERTIFICATE_MISMATCH, reason(token, null));
    }

    @Test
    @Rule("C14")
    void asksABoundTokenForItsCertificateAlsoOnceItIsRemembered() {
        String token = bound(TestCertificates.RFC_8705).sign();
        for (int i = 0; i < 3; i++) {
            assertNull(reason(token, SHOWN));
            assertEquals(DenyReason.CERTIFICATE_MISMATCH, reason(token, null));
            assertEquals(DenyReason.CERTIFICATE_MISMATCH, reason(token, OTHER));
        }
    }

    @Test
    void asksForBothWhereProfileAndTokenEachNameOne() {
        ask(robot, CertificateCondition.builder().subject("CN=mtls").build());
        assertNull(reason(bound(TestCertificates.RFC_8705).sign(), SHOWN));
        ask(robot, CertificateCondition.builder().subject("CN=others").build());
        assertEquals(
                DenyReason.CERTIFICATE_MISMATCH,
                reason(bound(TestCertificates.RFC_8705).sign(), SHOWN));
    }

    // RFC 7800 section 3.1, RFC 9449 section 6
    @Test
    void takesNoTokenThatIsBoundByRfc7800InAWayThatCannotBeChecked() {
        for (Object confirmation : List.of(
                Map.of("jkt", "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"),
                Map.of("kid", "k"),
                Map.of(),
                List.of(TestCertificates.RFC_8705),
                TestCertificates.RFC_8705,
                Map.of("x5t#S256", 7),
                Map.of("x5t#S256", List.of(TestCertificates.RFC_8705)),
                Map.of("X5T#S256", TestCertificates.RFC_8705))) {
            assertEquals(
                    DenyReason.INVALID_CLAIMS,
                    reason(token().claim("cnf", confirmation).sign(), SHOWN),
                    confirmation.toString());
        }
        assertNull(reason(
                token().claim("cnf", Map.of("x5t#S256", TestCertificates.RFC_8705, "kid", "k"))
                        .sign(),
                SHOWN));
        assertEquals(
                DenyReason.CERTIFICATE_MISMATCH,
                reason(bound(TestCertificates.RFC_8705 + "=").sign(), SHOWN),
                "there is one spelling");
    }

    @Test
    @Rule("M3")
    void asksForACertificateAtOnceAlsoWhereChangesWait() {
        acme.admin.update(acme.admin.get(acme.acme.id()).toBuilder()
                .registration(Registration.MANUAL)
                .build());
        assertNull(acme.reason(withKey(null)));
        ask(acme.mobile, MINE);
        assertEquals(DenyReason.CERTIFICATE_MISMATCH, acme.reason(withKey(null)));
        assertNull(acme.reason(withKey(SHOWN)));
        acme.admin.register(acme.mobile.id());
        ask(acme.mobile, null);
        assertEquals(DenyReason.CERTIFICATE_MISMATCH, acme.reason(withKey(null)), "until it is registered");
        acme.admin.register(acme.mobile.id());
        assertNull(acme.reason(withKey(null)));
    }

    @Test
    @Rule("D8")
    void explainsWhatWasCompared() {
        ask(robot, MINE);
        String words = acme.access.explain(call(token().sign(), OTHER).build()).toString();
        assertTrue(
                words.contains("CERTIFICATE_MISMATCH: HS256 token with claims [`iat`, `exp`, `sub`], verified by"),
                words);
        assertTrue(words.contains("; " + ClientCertificate.of(OTHER)), words);
        assertTrue(
                words.contains(" against a certificate with a thumbprint of [" + TestCertificates.RFC_8705 + "]"),
                words);
        ask(robot, null);
        String bound = acme.access
                .explain(call(bound(TestCertificates.RFC_8705).sign(), null).build())
                .toString();
        assertTrue(
                bound.contains("but `cnf` names another certificate than that of the call, if it has one at "
                        + "2026-03-02T10:00:00Z"),
                bound);
        assertTrue(bound.contains("; no certificate against that in the token's `cnf`"), bound);
        ask(acme.mobile, MINE);
        assertTrue(acme.access
                .explain(withKey(SHOWN).build())
                .toString()
                .contains("the digest of the text is the key's; certificate " + TestCertificates.RFC_8705
                        + " of `CN=mtls` against a certificate with a thumbprint of"));
        assertTrue(acme.access
                .explain(acme.mobile.id(), Acme.request(GET, "/orders").build())
                .decision()
                .isAllowed());
    }

    private void ask(AccessProfile profile, @Nullable CertificateCondition condition) {
        acme.admin.update(
                acme.admin.get(profile.id()).toBuilder().certificate(condition).build());
    }

    private SignedToken token() {
        return SignedToken.hs256(acme.time.instant()).claim("sub", robot.id().value());
    }

    private SignedToken bound(String thumbprint) {
        return token().claim("cnf", Map.of("x5t#S256", thumbprint));
    }

    private AccessRequest.Builder withKey(@Nullable X509Certificate certificate) {
        return Acme.request(GET, "/orders").apiKey(acme.key.reveal()).certificate(certificate);
    }

    private static AccessRequest.Builder call(String token, @Nullable X509Certificate certificate) {
        return Acme.request(GET, "/orders").bearer(token).certificate(certificate);
    }

    private @Nullable DenyReason reason(String token, @Nullable X509Certificate certificate) {
        return acme.reason(call(token, certificate));
    }
}
