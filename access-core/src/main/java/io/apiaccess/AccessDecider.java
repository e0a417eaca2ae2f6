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
 * AccessDecider guarded = request -> maintenance.isRunning()
 *         ? Decision.denied(request, DenyReason.REFUSED_BY_APPLICATION).retryAfter(Duration.ofMinutes(10))
 *         : access.decider().decide(request);
 * }</pre>
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
