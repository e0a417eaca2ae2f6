package io.apiaccess.servlet;

import io.apiaccess.AccessDecider;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.request.Credential;
import io.apiaccess.request.HttpMethod;
import io.apiaccess.request.Secret;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a request goes through: asked about once, let on without its credential, or answered. Thread-safe. */
final class Gate {
    private static final Logger LOG = LoggerFactory.getLogger(AccessFilter.class);
    private static final AtomicLong GATES = new AtomicLong();

    private final AccessDecider decider;
    private final CredentialPlaces places;
    private final ForwardedWalk walk;
    private final Denials denials;
    private final LogContext logContext;
    private final @Nullable String forwardAs;
    private final boolean passesPreflight;
    /** Each gate decides for itself, however many stand in one chain. */
    private final String passedBefore = Passage.class.getName() + "." + GATES.incrementAndGet();

    Gate(
            AccessDecider decider,
            CredentialPlaces places,
            ForwardedWalk walk,
            Denials denials,
            LogContext logContext,
            @Nullable String forwardAs,
            boolean passesPreflight) {
        this.decider = decider;
        this.places = places;
        this.walk = walk;
        this.denials = denials;
        this.logContext = logContext;
        this.forwardAs = forwardAs;
        this.passesPreflight = passesPreflight;
    }

    /** The application's turn, with what has to be undone after it. */
    private record Turn(AdmittedRequest request, LogContext.Entered entered) {}

    void pass(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Turn turn = turn(request, response);
        if (turn == null) {
            return;
        }
        try {
            chain.doFilter(turn.request(), response);
        } finally {
            turn.entered().leave();
        }
    }

    /** Returns the application's turn, or {@code null} if the request has been answered. Nothing a part throws gets on. */
    private @Nullable Turn turn(HttpServletRequest request, HttpServletResponse response) {
        try {
            Passage passage =
                    request.getAttribute(passedBefore) instanceof Passage earlier ? earlier : decide(request, response);
            return passage == null
                    ? null
                    : new Turn(
                            new AdmittedRequest(request, response, places, forwardAs, passedBefore, passage),
                            logContext.enter(passage.decision()));
        } catch (OutOfMemoryError e) {
            throw e;
        } catch (Throwable e) {
            LOG.error("denied as unavailable", e);
            answerUnavailable(request, response);
            return null;
        }
    }

    private @Nullable Passage decide(HttpServletRequest request, HttpServletResponse response) {
        AccessRequest.Builder builder = AccessRequest.of(method(request), DispatchedPath.of(request))
                .fromAddress(walk.caller(request).orElse(null))
                .certificate(HandshakeCertificate.of(request));
        places.offer(request, builder);
        AccessRequest asked = builder.build();
        if (passesPreflight && asked.path().isPresent() && asked.credentials().isEmpty() && isPreflight(request)) {
            keep(Passage.PREFLIGHT, request);
            return Passage.PREFLIGHT;
        }
        Decision decision = decider.decide(asked);
        if (decision.isAllowed() && asked.path().isEmpty()) {
            // What would run is not what was judged, whatever a decider of the application makes of it.
            decision = Decision.denied(asked, DenyReason.PATH_NOT_CANONICAL);
        }
        if (decision instanceof Decision.Denied denied) {
            denials.answer(denied, new BareRequest(request, places), response);
            return null;
        }
        Decision.Allowed allowed = (Decision.Allowed) decision;
        denials.limits().set(allowed, response);
        Passage passage = new Passage(allowed, forwardAs == null ? null : credential(asked.credentials()));
        keep(passage, request);
        return passage;
    }

    /** What is decided of a part does not hold for the page around it: the part's own request knows, and nothing else. */
    private void keep(Passage passage, HttpServletRequest request) {
        DispatcherType type = request.getDispatcherType();
        if (type != DispatcherType.INCLUDE && type != DispatcherType.FORWARD) {
            request.setAttribute(passedBefore, passage);
            request.setAttribute(AccessFilter.DECISION, passage.decision());
        }
    }

    private static @Nullable Secret credential(List<Credential> credentials) {
        return credentials.isEmpty() ? null : credentials.get(0).secret();
    }

    private static @Nullable HttpMethod method(HttpServletRequest request) {
        try {
            return HttpMethod.of(request.getMethod());
        } catch (IllegalArgumentException noToken) {
            return null;
        }
    }

    /** A CORS preflight, as the Fetch standard has browsers send it. */
    private static boolean isPreflight(HttpServletRequest request) {
        return request.getMethod().equals(HttpMethod.OPTIONS.name())
                && request.getHeader("Origin") != null
                && request.getHeader("Access-Control-Request-Method") != null;
    }

    private void answerUnavailable(HttpServletRequest request, HttpServletResponse response) {
        try {
            if (Denials.mayAnswer(request, response)) {
                response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            }
            AccessRequest unknown = AccessRequest.of(null, null).build();
            denials.plain().answer(Decision.denied(unknown, DenyReason.UNAVAILABLE), request, response);
        } catch (OutOfMemoryError e) {
            throw e;
        } catch (Throwable e) {
            LOG.error("no answer could be sent", e);
        }
    }
}
