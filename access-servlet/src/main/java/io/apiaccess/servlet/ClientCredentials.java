package io.apiaccess.servlet;

import io.apiaccess.request.Secret;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a client proves itself at the token endpoint (RFC 6749 section 2.3.1).
 *
 * @param clientId its client id
 * @param secret its client secret
 */
record ClientCredentials(String clientId, Secret secret) {
    private static final String HEADER = "Authorization";
    private static final String BASIC = "Basic";

    /** Returns whether more than one proof is offered, or two clients are named, which no answer could be to. */
    static boolean areAmbiguous(HttpServletRequest request, FormBody form) {
        List<String> headers = HeaderText.lines(request, HEADER);
        if (headers.isEmpty()) {
            return false;
        }
        ClientCredentials basic = basic(headers.get(0));
        Optional<String> named = form.find("client_id");
        return headers.size() > 1
                || form.find("client_secret").isPresent()
                || (basic != null && named.isPresent() && !named.get().equals(basic.clientId));
    }

    /** Returns the proof that is offered, or {@code null} if there is none or it cannot be read. */
    static @Nullable ClientCredentials find(HttpServletRequest request, FormBody form) {
        List<String> headers = HeaderText.lines(request, HEADER);
        if (!headers.isEmpty()) {
            return basic(headers.get(0));
        }
        String clientId = form.find("client_id").orElse(null);
        String secret = form.find("client_secret").orElse(null);
        return clientId == null || secret == null ? null : new ClientCredentials(clientId, Secret.of(secret));
    }

    /** Reads RFC 7617 with both parts encoded as in forms. */
    private static @Nullable ClientCredentials basic(String header) {
        String value = HeaderText.trim(header);
        if (value.length() > HeaderText.MAX_LENGTH
                || !value.regionMatches(true, 0, BASIC + " ", 0, BASIC.length() + 1)) {
            return null;
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(HeaderText.trim(value.substring(BASIC.length())));
            String both = new String(bytes, StandardCharsets.ISO_8859_1);
            int colon = both.indexOf(':');
            String clientId = colon < 0 ? null : FormBody.decode(both.substring(0, colon));
            String secret = colon < 0 ? null : FormBody.decode(both.substring(colon + 1));
            return clientId == null || secret == null ? null : new ClientCredentials(clientId, Secret.of(secret));
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }
}
