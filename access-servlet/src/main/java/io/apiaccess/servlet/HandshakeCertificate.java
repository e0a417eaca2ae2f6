package io.apiaccess.servlet;

import jakarta.servlet.http.HttpServletRequest;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * The certificate that the caller has shown to the container in the TLS handshake (Servlet 6.0 section 3.10). What stands in
 * a header is none, whoever has put it there.
 */
final class HandshakeCertificate {
    private static final String ATTRIBUTE = "jakarta.servlet.request.X509Certificate";

    private HandshakeCertificate() {}

    /** Returns it, the first of its chain, or {@code null}. */
    static @Nullable X509Certificate of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof X509Certificate[] chain && chain.length > 0 ? chain[0] : null;
    }
}
