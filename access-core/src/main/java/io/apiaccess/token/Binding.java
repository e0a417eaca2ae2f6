package io.apiaccess.token;

import io.apiaccess.jwt.Claims;
import io.apiaccess.request.ClientCertificate;
import io.apiaccess.token.ClaimCheck.Fault;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether a token that is bound to a certificate comes with it (RFC 8705 section 3). One that is bound in another way, which
 * cannot be checked here, counts for nobody.
 */
final class Binding {
    private static final String CONFIRMATION = "cnf";
    private static final String THUMBPRINT = "x5t#S256";

    private Binding() {}

    static @Nullable Fault find(Claims claims, @Nullable ClientCertificate certificate) {
        Object confirmation = claims.find(CONFIRMATION).orElse(null);
        if (confirmation == null) {
            return null;
        }
        if (!(confirmation instanceof Map<?, ?> members) || !(members.get(THUMBPRINT) instanceof String thumbprint)) {
            return Fault.CONFIRMATION;
        }
        return certificate != null && certificate.thumbprint().equals(thumbprint) ? null : Fault.CERTIFICATE;
    }
}
