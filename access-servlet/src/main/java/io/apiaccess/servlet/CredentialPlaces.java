package io.apiaccess.servlet;

import io.apiaccess.request.AccessRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where callers put credentials: headers for API keys, a header for Bearer tokens, and a query parameter if there is one.
 * Immutable.
 *
 * <p>Whatever is found is offered to the decider, which refuses more than one; a value over 8 KiB is offered as a blank one,
 * which is malformed.
 *
 * @param keyHeaders the headers for API keys
 * @param bearerHeader the header for Bearer tokens (RFC 6750)
 * @param queryParameter the query parameter for an API key
 */
record CredentialPlaces(
        List<String> keyHeaders,
        @Nullable String bearerHeader,
        @Nullable QueryParameter queryParameter) {
    private static final String MALFORMED = "";

    CredentialPlaces {
        keyHeaders = List.copyOf(keyHeaders);
    }

    /** Adds to a request all that the caller offers. */
    void offer(HttpServletRequest request, AccessRequest.Builder asked) {
        for (String header : keyHeaders) {
            for (String value : HeaderText.lines(request, header)) {
                asked.apiKey(isTooLong(value) ? MALFORMED : HeaderText.trim(value));
            }
        }
        if (bearerHeader != null) {
            List<String> values = HeaderText.lines(request, bearerHeader);
            if (values.stream().anyMatch(CredentialPlaces::isBearer)) {
                values.forEach(value -> asked.bearer(token(value)));
            }
        }
        if (queryParameter != null) {
            queryParameter
                    .values(request.getQueryString())
                    .forEach(value -> asked.apiKey(isTooLong(value) ? MALFORMED : value));
        }
    }

    /** Returns whether no line of a header is for the application. */
    boolean isKeyHeader(String name) {
        return keyHeaders.stream().anyMatch(name::equalsIgnoreCase);
    }

    boolean isBearerHeader(String name) {
        return name.equalsIgnoreCase(bearerHeader);
    }

    /** Returns whether a value has the scheme {@code Bearer}, whatever follows; one that is too long is taken for one. */
    static boolean isBearer(String value) {
        if (isTooLong(value)) {
            return true;
        }
        String trimmed = HeaderText.trim(value);
        String scheme = "Bearer";
        return trimmed.regionMatches(true, 0, scheme, 0, scheme.length())
                && (trimmed.length() == scheme.length()
                        || !HeaderText.isTokenCharacter(trimmed.charAt(scheme.length())));
    }

    private static String token(String value) {
        if (isTooLong(value) || !isBearer(value)) {
            return MALFORMED;
        }
        String rest = HeaderText.trim(value).substring("Bearer".length());
        return rest.startsWith(" ") ? HeaderText.trim(rest) : MALFORMED;
    }

    private static boolean isTooLong(String value) {
        return value.length() > HeaderText.MAX_LENGTH;
    }
}
