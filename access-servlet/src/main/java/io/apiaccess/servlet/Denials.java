package io.apiaccess.servlet;

import io.apiaccess.api.Route;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.request.HttpMethod;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answers to denied requests: status, challenge, headers and body. Immutable.
 *
 * @param realm what challenges name as protected
 * @param hideUngranted whether a route that is not granted looks as if there were none
 * @param limits what is said of limits
 * @param writer the body
 */
record Denials(String realm, boolean hideUngranted, LimitFields limits, DenialWriter writer) {
    private static final Logger LOG = LoggerFactory.getLogger(AccessFilter.class);
    private static final Duration UNAVAILABLE_FOR = Duration.ofSeconds(5);
    /** Media types that are always in UTF-8 and have no parameter for it (RFC 8259 section 11). */
    private static final Pattern JSON = Pattern.compile("(?i)[^;]*[/+]json\\s*(;|$)");

    private static final int TOO_MANY_REQUESTS = 429;

    /** Answers, unless something has been sent already or the caller is reading another page. */
    void answer(Decision.Denied denied, HttpServletRequest request, HttpServletResponse response) {
        int status = DenialStatus.of(denied.reason(), hideUngranted);
        DenialBody body = writer.write(status, denied, request);
        if (!mayAnswer(request, response)) {
            return;
        }
        response.resetBuffer();
        response.setStatus(status);
        response.setHeader("Cache-Control", "no-store");
        challenge(denied, status).ifPresent(value -> response.setHeader("WWW-Authenticate", value));
        retryAfter(denied, status).ifPresent(wait -> response.setHeader("Retry-After", Seconds.atLeastOne(wait)));
        if (status == HttpServletResponse.SC_METHOD_NOT_ALLOWED) {
            response.setHeader("Allow", names(denied.allowedMethods()));
        }
        limits.set(denied, response);
        response.setContentType(body.mediaType());
        if (!JSON.matcher(body.mediaType()).lookingAt()) {
            response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        }
        try {
            send(body.text(), request.getMethod().equals(HttpMethod.HEAD.name()), response);
        } catch (IOException gone) {
            LOG.debug("the caller has gone before the answer", gone);
        }
    }

    private static void send(String text, boolean isHead, HttpServletResponse response) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        OutputStream out = stream(response);
        if (out == null) {
            // An earlier filter has taken the writer, in an encoding of its own: the length is not known.
            response.getWriter().write(isHead ? "" : text);
            return;
        }
        response.setContentLength(bytes.length);
        out.write(bytes, 0, isHead ? 0 : bytes.length);
    }

    private static @Nullable OutputStream stream(HttpServletResponse response) throws IOException {
        try {
            return response.getOutputStream();
        } catch (IllegalStateException writerIsTaken) {
            return null;
        }
    }

    static boolean mayAnswer(HttpServletRequest request, HttpServletResponse response) {
        return !response.isCommitted() && request.getDispatcherType() != DispatcherType.INCLUDE;
    }

    /** Returns the same answers with the body that never fails. */
    Denials plain() {
        return new Denials(realm, hideUngranted, limits, ProblemJson.INSTANCE);
    }

    /** Returns what RFC 6750 section 3 has a caller told. */
    private Optional<String> challenge(Decision.Denied denied, int status) {
        String bearer = "Bearer realm=\"" + realm + "\"";
        if (denied.reason() == DenyReason.MISSING_CREDENTIAL) {
            return Optional.of(bearer);
        }
        if (status == HttpServletResponse.SC_UNAUTHORIZED) {
            return Optional.of(bearer + ", error=\"invalid_token\"");
        }
        if (denied.reason() == DenyReason.AMBIGUOUS_CREDENTIAL) {
            return Optional.of(bearer + ", error=\"invalid_request\"");
        }
        if (denied.reason() == DenyReason.INSUFFICIENT_SCOPE) {
            String scopes = String.join(
                    " ", new TreeSet<>(denied.route().map(Route::scopes).orElse(Set.of())));
            String error = bearer + ", error=\"insufficient_scope\"";
            return Optional.of(scopes.isEmpty() ? error : error + ", scope=\"" + scopes + "\"");
        }
        return Optional.empty();
    }

    private static Optional<Duration> retryAfter(Decision.Denied denied, int status) {
        return switch (status) {
            case TOO_MANY_REQUESTS, HttpServletResponse.SC_FORBIDDEN -> denied.retryAfter();
            case HttpServletResponse.SC_SERVICE_UNAVAILABLE ->
                denied.retryAfter().or(() -> Optional.of(UNAVAILABLE_FOR));
            default -> Optional.empty();
        };
    }

    private static String names(Set<HttpMethod> methods) {
        return methods.stream().map(HttpMethod::name).collect(Collectors.joining(", "));
    }
}
