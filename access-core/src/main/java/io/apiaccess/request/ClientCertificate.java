package io.apiaccess.request;

import io.apiaccess.check.Faults;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;

/**
 * The certificate that the caller has shown in the TLS handshake, whose private key it holds. Immutable.
 *
 * @param thumbprint its SHA-256 in base64url, as {@code x5t#S256} (RFC 8705 section 3.1)
 * @param subject whose it is
 */
public record ClientCertificate(String thumbprint, X500Principal subject) {
    private static final Pattern THUMBPRINT = Pattern.compile("[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]");

    /**
     * Returns what counts of a certificate.
     *
     * @throws IllegalArgumentException if it cannot be encoded
     */
    public static ClientCertificate of(X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return new ClientCertificate(base64Url(digest), certificate.getSubjectX500Principal());
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("certificate cannot be encoded", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Returns whether a text is a SHA-256 in base64url without padding, of which there is one spelling. */
    public static boolean isThumbprint(String text) {
        return THUMBPRINT.matcher(text).matches();
    }

    /** Returns bytes in base64url without padding. */
    public static String base64Url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Returns thumbprint and subject, neither of which is secret. */
    @Override
    public String toString() {
        return "certificate " + thumbprint + " of " + Faults.quote(subject.getName());
    }
}
