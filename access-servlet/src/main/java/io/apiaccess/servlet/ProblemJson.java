package io.apiaccess.servlet;

import io.apiaccess.decision.Decision;
import jakarta.servlet.http.HttpServletRequest;

/**
 * The body unless another writer is given: a problem of RFC 9457 that says the status and nothing else, so that no two
 * reasons with one status can be told apart.
 */
enum ProblemJson implements DenialWriter {
    INSTANCE;

    @Override
    public DenialBody write(int status, Decision.Denied denied, HttpServletRequest request) {
        String json = "{\"type\":\"about:blank\",\"title\":\"" + title(status) + "\",\"status\":" + status + "}";
        return new DenialBody("application/problem+json", json);
    }

    /** With {@code about:blank} the title is the status phrase (RFC 9457 section 4.2.1). */
    private static String title(int status) {
        return switch (status) {
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 429 -> "Too Many Requests";
            default -> "Service Unavailable";
        };
    }
}
