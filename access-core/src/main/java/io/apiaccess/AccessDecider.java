package io.apiaccess;

import io.apiaccess.decision.Decision;
import io.apiaccess.request.AccessRequest;

/**
 * The one question: may this request pass?
 *
 * <p>Applications may implement or wrap it. An implementation is thread-safe, never throws for anything that a caller can
 * send, and answers with {@link Decision#denied} where it refuses itself:
 *
 * <pre>{@code
 * AccessDecider guarded = access.decider(rules -> request -> maintenance.isRunning()
 *         ? Decision.denied(request, DenyReason.REFUSED_BY_APPLICATION).retryAfter(Duration.ofMinutes(10))
 *         : rules.decide(request));
 * }</pre>
 *
 * <p>Wrapped that way, what the application refuses is in usage and in the log of decisions; around what
 * {@link AccessControl#decider()} returns, only what the rules say is.
 */
@FunctionalInterface
public interface AccessDecider {
    /**
     * Decides, and takes from the limits what the call costs if it may pass.
     *
     * @throws NullPointerException for a {@code null} request, and for nothing else
     */
    Decision decide(AccessRequest request);
}
