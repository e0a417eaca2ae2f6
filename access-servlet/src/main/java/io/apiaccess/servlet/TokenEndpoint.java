package io.apiaccess.servlet;

import io.apiaccess.TokenIssuer;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.oauth.TokenAnswer;
import io.apiaccess.oauth.TokenAnswer.Issued;
import io.apiaccess.oauth.TokenAnswer.Refused;
import io.apiaccess.oauth.TokenRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a request for a token goes through: read in one way or not at all, asked about, answered. Nothing that came in is in
 * any answer. Immutable.
 *
 * @param issuer what is asked
 * @param walk to the caller's address
 * @param plainHttp whether requests over plain http are answered
 */
record TokenEndpoint(TokenIssuer issuer, ForwardedWalk walk, boolean plainHttp) {
    private static final Logger LOG = LoggerFactory.getLogger(TokenServlet.class);
    private static final Duration UNAVAILABLE_FOR = Duration.ofSeconds(5);
    private static final int TOO_MANY_REQUESTS = 429;

    /** Answers whatever comes; nothing a part throws gets on. */
    void answer(HttpServletRequest request, HttpServletResponse response) {
        try {
            Reply reply;
            try {
                reply = reply(request);
            } catch (IOException gone) {
                LOG.debug("the request ended too early", gone);
                reply = Reply.malformed("the body ends too early");
            } catch (OutOfMemoryError e) {
                throw e;
            } catch (Throwable e) {
                LOG.error("no token is issued", e);
                reply = Reply.of(new Refused(DenyReason.UNAVAILABLE, Optional.empty()));
            }
            send(reply, request.getMethod().equals("HEAD"), response);
        } catch (IOException gone) {
            LOG.debug("the caller has gone before the answer", gone);
        }
    }

    private Reply reply(HttpServletRequest request) throws IOException {
        if (!request.getMethod().equals("POST")) {
            return Reply.malformed("only POST is taken").with(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
        }
        if (!plainHttp && !request.isSecure()) {
            return Reply.malformed("only https is taken");
        }
        if (request.getQueryString() != null) {
            return Reply.malformed("parameters belong into the body");
        }
        FormBody form = FormBody.read(request);
        if (form == null) {
            return Reply.malformed(
                    "the body is no application/x-www-form-urlencoded of at most 8 KiB in UTF-8 without repetitions");
        }
        String grant = form.find("grant_type").orElse(null);
        if (grant == null) {
            return Reply.malformed("grant_type is missing");
        }
        if (ClientCredentials.areAmbiguous(request, form)) {
            return Reply.malformed("the client proves itself more than once");
        }
        if (!grant.equals("client_credentials")) {
            return new Reply(HttpServletResponse.SC_BAD_REQUEST, error("unsupported_grant_type"), null);
        }
        ClientCredentials client = ClientCredentials.find(request, form);
        if (client == null) {
            return Reply.of(new Refused(DenyReason.MISSING_CREDENTIAL, Optional.empty()));
        }
        TokenRequest.Builder asked = TokenRequest.of(client.clientId(), client.secret())
                .scope(form.find("scope").orElse(null))
                .from(walk.caller(request).orElse(null))
                .certificate(HandshakeCertificate.of(request));
        TokenAnswer answer = issuer.issue(asked.build());
        return answer instanceof Issued issued ? Reply.of(issued) : Reply.of((Refused) answer);
    }

    /**
     * An answer.
     *
     * @param status its status
     * @param json its body
     * @param retryAfter how long to wait, or {@code null} if nothing is said of it
     */
    private record Reply(int status, String json, @Nullable Duration retryAfter) {
        /** Section 5.1. */
        static Reply of(Issued issued) {
            String scope = issued.scopes().isEmpty() ? "" : ",\"scope\":\"" + String.join(" ", issued.scopes()) + "\"";
            String json = "{\"access_token\":\"" + issued.reveal() + "\",\"token_type\":\"Bearer\",\"expires_in\":"
                    + issued.lifetime().toSeconds() + scope + "}";
            return new Reply(HttpServletResponse.SC_OK, json, null);
        }

        /** Section 5.2, and statuses of HTTP for what that section does not know. */
        static Reply of(Refused refused) {
            String json = TokenEndpoint.error(refused.error());
            if (refused.reason() == DenyReason.TOO_MANY_FAILURES || refused.reason() == DenyReason.RATE_LIMITED) {
                return new Reply(TOO_MANY_REQUESTS, json, refused.retryAfter().orElse(UNAVAILABLE_FOR));
            }
            if (refused.reason() == DenyReason.UNAVAILABLE) {
                return new Reply(
                        HttpServletResponse.SC_SERVICE_UNAVAILABLE,
                        json,
                        refused.retryAfter().orElse(UNAVAILABLE_FOR));
            }
            boolean unproven = refused.error().equals("invalid_client");
            return new Reply(
                    unproven ? HttpServletResponse.SC_UNAUTHORIZED : HttpServletResponse.SC_BAD_REQUEST, json, null);
        }

        static Reply malformed(String why) {
            String json = "{\"error\":\"invalid_request\",\"error_description\":\"" + why + "\"}";
            return new Reply(HttpServletResponse.SC_BAD_REQUEST, json, null);
        }

        Reply with(int other) {
            return new Reply(other, json, retryAfter);
        }

        /** Returns the status alone: the body may hold a token. */
        @Override
        public String toString() {
            return "answer with status " + status;
        }
    }

    private static String error(String code) {
        return "{\"error\":\"" + code + "\"}";
    }

    private static void send(Reply reply, boolean isHead, HttpServletResponse response) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        response.resetBuffer();
        response.setStatus(reply.status());
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("Pragma", "no-cache");
        if (reply.status() == HttpServletResponse.SC_UNAUTHORIZED) {
            response.setHeader("WWW-Authenticate", "Basic realm=\"token\", charset=\"UTF-8\"");
        }
        if (reply.status() == HttpServletResponse.SC_METHOD_NOT_ALLOWED) {
            response.setHeader("Allow", "POST");
        }
        if (reply.retryAfter() != null) {
            response.setHeader("Retry-After", Seconds.atLeastOne(reply.retryAfter()));
        }
        byte[] body = reply.json().getBytes(StandardCharsets.UTF_8);
        response.setContentType("application/json");
        response.setContentLength(body.length);
        response.getOutputStream().write(body, 0, isHead ? 0 : body.length);
    }
}
