package io.apiaccess;

import io.apiaccess.jwt.Texts;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;

/** Certificates of tests. */
public final class TestCertificates {
    /** The thumbprint of the certificate in RFC 8705 appendix A. */
    public static final String RFC_8705 = "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0";

    private TestCertificates() {}

    /** Returns the certificate of RFC 8705 appendix A, whose subject is {@code CN=mtls}. */
    public static X509Certificate rfc8705() {
        return of("rfc8705-certificate.pem");
    }

    /** Returns another certificate. */
    public static X509Certificate other() {
        return of("ec-certificate.pem");
    }

    private static X509Certificate of(String file) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(Texts.of(file).getBytes(StandardCharsets.US_ASCII)));
        } catch (CertificateException e) {
            throw new AssertionError(e);
        }
    }
}
