package io.apiaccess.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import io.apiaccess.TestCertificates;
import io.apiaccess.api.CollectionId;
import io.apiaccess.request.ClientCertificate;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What certificates a condition takes, and what a registration copies of it. */
@Rule("C11")
class CertificateConditionTest {
    private static final ClientCertificate SHOWN = ClientCertificate.of(TestCertificates.rfc8705());
    private static final ClientCertificate OTHER = ClientCertificate.of(TestCertificates.other());
    /** As OpenSSL prints it. */
    private static final String HEX =
            "03:80:ED:2F:62:66:50:C8:40:B2:F2:63:E6:D2:B2:9F:AE:12:AB:39:AE:5D:B3:2B:25:AD:27:EF:AD" + ":72:E6:FD";

    @Test
    void takesTheCertificateOfRfc8705AppendixAByItsThumbprintInAnySpelling() {
        assertEquals(TestCertificates.RFC_8705, SHOWN.thumbprint());
        for (String text : new String[] {
            TestCertificates.RFC_8705, HEX, HEX.replace(":", "").toLowerCase(Locale.ROOT)
        }) {
            CertificateCondition condition = thumbprint(text);
            assertTrue(condition.isMetBy(SHOWN), text);
            assertFalse(condition.isMetBy(OTHER));
            assertFalse(condition.isMetBy(null));
            assertEquals(Optional.of(Set.of(TestCertificates.RFC_8705)), condition.thumbprints());
        }
        assertTrue(thumbprint(OTHER.thumbprint()).toBuilder()
                .thumbprint(HEX)
                .build()
                .isMetBy(SHOWN));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CN=mtls              | true",
                "cn=MTLS              | true",
                "' CN = mtls '        | true",
                "2.5.4.3=mtls         | true",
                "CN=#0c046d746c73     | true",
                "CN=mtls2             | false",
                "CN=mtl               | false",
                "O=mtls               | false",
                "'CN=mtls,O=ACME'     | false",
                "'CN=mtls+O=ACME'     | false"
            })
    void comparesSubjectsAsNamesAreCompared(String subject, boolean same) {
        CertificateCondition condition =
                CertificateCondition.builder().subject(subject).build();
        assertEquals(same, condition.isMetBy(SHOWN));
        assertFalse(condition.isMetBy(null));
    }

    @Test
    void asksForOneOfTheThumbprintsAndOneOfTheSubjects() {
        CertificateCondition both = CertificateCondition.builder()
                .thumbprint(HEX)
                .thumbprint(OTHER.thumbprint())
                .subject("CN=another")
                .subject("CN=mtls")
                .build();
        assertTrue(both.isMetBy(SHOWN));
        assertFalse(both.isMetBy(OTHER), "its subject is none of them");
        assertEquals(both, both.toBuilder().build());
        assertEquals(both.hashCode(), both.toBuilder().build().hashCode());
        assertNotEquals(both, both.toBuilder().withoutThumbprint(HEX).build());
        assertFalse(both.toBuilder().withoutThumbprint(HEX).build().isMetBy(SHOWN));
        assertEquals(
                "a certificate with a thumbprint of [" + TestCertificates.RFC_8705 + ", " + OTHER.thumbprint()
                        + "] and with a subject of [CN=another, CN=mtls]",
                both.toString());
    }

    @Test
    void refusesWhatCouldNeverBeMet() {
        Refusal.of(
                () -> CertificateCondition.builder()
                        .thumbprint("60:E1")
                        .thumbprint(TestCertificates.RFC_8705.substring(0, 42) + "1")
                        .subject("mtls")
                        .subject("")
                        .build(),
                "thumbprint `60:E1` is neither 64 hexadecimal digits nor 43 characters of base64url",
                "y5v1` is neither",
                "subject `mtls` is no distinguished name",
                "subject `` is empty");
        Refusal.of(() -> CertificateCondition.builder().build(), "neither a thumbprint nor a subject is given");
    }

    @Test
    @Rule("M3")
    void isAskedForAtOnceAndLeftOutAfterARegistration() {
        AccessProfile open = profile(null).register();
        CertificateCondition mine = thumbprint(HEX);
        assertEquals(Optional.of(mine), changed(open, mine), "what is asked for, counts at once");
        AccessProfile bound = profile(mine).register();
        assertEquals(Optional.of(mine), changed(bound, null), "what is no longer asked for, waits");
        assertEquals(Optional.of(mine), changed(bound, mine));
        CertificateCondition two =
                mine.toBuilder().thumbprint(OTHER.thumbprint()).build();
        assertEquals(Optional.of(mine), changed(bound, two));
        CertificateCondition replaced = thumbprint(OTHER.thumbprint());
        assertEquals(
                Optional.of(replaced), changed(profile(two).register(), replaced), "what is gone, is gone at once");
        CertificateCondition none = changed(bound, replaced).orElseThrow();
        assertFalse(none.isMetBy(SHOWN) || none.isMetBy(OTHER), "no certificate meets both");
        CertificateCondition named =
                CertificateCondition.builder().subject("CN=mtls").build();
        CertificateCondition narrowed = changed(bound, named).orElseThrow();
        assertEquals(mine.toBuilder().subject("CN=mtls").build(), narrowed);
    }

    private static Optional<CertificateCondition> changed(
            AccessProfile registered, @Nullable CertificateCondition newer) {
        return registered.toBuilder()
                .certificate(newer)
                .build()
                .inForce(Registration.MANUAL)
                .orElseThrow()
                .certificate();
    }

    private static CertificateCondition thumbprint(String text) {
        return CertificateCondition.builder().thumbprint(text).build();
    }

    private static AccessProfile profile(@Nullable CertificateCondition condition) {
        return AccessProfile.named("robot", new ClientId("acme"))
                .grant(new CollectionId("orders"))
                .certificate(condition)
                .build();
    }
}
