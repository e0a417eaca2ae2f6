package io.apiaccess.spi;

import io.apiaccess.api.CollectionId;
import io.apiaccess.api.Route;
import io.apiaccess.decision.Caller;
import io.apiaccess.request.AccessRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A condition of the application's own, which policies name. It runs on the thread of the decision, so it must neither wait
 * nor forget that many ask at a time; one that throws denies the call as unavailable.
 */
@FunctionalInterface
public interface Condition {
    /** Returns whether a call may pass. */
    boolean isMet(Question question);

    /** Returns how long a call that may not pass has to wait, if waiting helps. */
    default Optional<Duration> retryAfter(Question question) {
        return Optional.empty();
    }

    /**
     * Refuses parameters that a policy cannot have, when it is saved.
     *
     * @throws IllegalArgumentException saying what is wrong with them and what would be right
     */
    default void validate(Map<String, String> parameters) {}

    /**
     * What is asked.
     *
     * @param parameters those of the policy
     * @param request the call
     * @param caller who calls, or nothing for a call without credential
     * @param collection the collection that is called
     * @param route the route, its template with the collection's base path
     * @param now the instant of the decision
     */
    record Question(
            Map<String, String> parameters,
            AccessRequest request,
            Optional<Caller> caller,
            CollectionId collection,
            Route route,
            Instant now) {}
}
