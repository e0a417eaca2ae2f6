package io.apiaccess.spi;

import io.apiaccess.decision.Decision;
import java.time.Duration;

/**
 * Hears of every decision, and of requests for access tokens that are refused, as of denials without method and path.
 *
 * <p>It is called on the thread of the request, which waits for it, after all has been decided and counted; what it throws
 * is logged and changes nothing. A decision holds no secret, but its path may, if the application puts secrets into paths.
 */
@FunctionalInterface
public interface DecisionListener {
    /**
     * Hears of a decision.
     *
     * @param took how long it took
     */
    void decided(Decision decision, Duration took);
}
