package io.apiaccess.engine;

import io.apiaccess.client.KeyId;
import io.apiaccess.decision.LimitState;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore;
import io.apiaccess.spi.LimitStore.Reading;
import io.apiaccess.spi.LimitSubject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How fast access tokens are issued by one client secret: each is a write, and a line that every node reads. Thread-safe;
 * what goes by another secret is never held up.
 */
public final class TokenPace {
    private static final PolicyId POLICY = new PolicyId("issued-tokens");

    private final LimitStore counters;
    private final RateLimit limit;

    /**
     * Returns one that has issued nothing.
     *
     * @param counters where to count, in this process
     * @param max the most tokens that a secret gets in any minute; 0 counts nothing and issues any number
     */
    public TokenPace(LimitStore counters, long max) {
        this.counters = counters;
        limit = RateLimit.of(max).per(Duration.ofMinutes(1)).scope(LimitScope.KEY);
    }

    /** Counts a token, or returns how long none is issued. */
    Optional<Duration> take(KeyId secret, Reading now) {
        if (limit.max() == 0) {
            return Optional.empty();
        }
        LimitState state = counters.take(List.of(LimitDemand.of(POLICY, limit, LimitSubject.of(secret))), 1, now)
                .get(0);
        return state.refuses() ? Optional.of(state.retryAfter().orElse(limit.period())) : Optional.empty();
    }
}
