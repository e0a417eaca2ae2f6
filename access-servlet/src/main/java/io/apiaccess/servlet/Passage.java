package io.apiaccess.servlet;

import io.apiaccess.decision.Decision;
import io.apiaccess.request.Secret;
import org.jspecify.annotations.Nullable;

/**
 * That a request has been let through, kept with it so that no later dispatch of it decides again.
 *
 * @param decision the decision, or {@code null} for a preflight, which nobody decides
 * @param credential what the caller proved itself by, or {@code null} if nothing or if nobody is shown it
 */
record Passage(
        Decision.@Nullable Allowed decision, @Nullable Secret credential) {
    static final Passage PREFLIGHT = new Passage(null, null);
}
