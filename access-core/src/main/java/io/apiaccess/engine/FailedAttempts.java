package io.apiaccess.engine;

import io.apiaccess.decision.LimitState;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.request.CallerAddress;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore;
import io.apiaccess.spi.LimitStore.Reading;
import io.apiaccess.spi.LimitSubject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Attempts that have failed, counted by where they came from: an IPv4 address, an IPv6 /64, or together those without
 * address. Never by whom they named, since strangers could lock a client out then. Thread-safe; as bounded as limits by
 * address are (L7).
 */
public final class FailedAttempts {
    private static final PolicyId POLICY = new PolicyId("failed-attempts");

    private final LimitStore counters;
    private final RateLimit limit;

    /**
     * Returns a count that has begun with nothing.
     *
     * @param counters where to count, in this process
     * @param max the most that may fail in any minute; 0 counts nothing and takes any number
     */
    public FailedAttempts(LimitStore counters, long max) {
        this.counters = counters;
        limit = RateLimit.of(max).per(Duration.ofMinutes(1)).scope(LimitScope.ADDRESS);
    }

    /** Returns how long no attempt from an address is looked at, or nothing if one is. */
    Optional<Duration> pause(@Nullable CallerAddress from, Reading now) {
        if (limit.max() == 0) {
            return Optional.empty();
        }
        LimitState state = counters.peek(demands(from), 1, now).get(0);
        return state.refuses() ? Optional.of(state.retryAfter().orElse(limit.period())) : Optional.empty();
    }

    /** Counts one that has failed. */
    void count(@Nullable CallerAddress from, Reading now) {
        if (limit.max() > 0) {
            counters.take(demands(from), 1, now);
        }
    }

    private List<LimitDemand> demands(@Nullable CallerAddress from) {
        return List.of(
                from == null
                        ? new LimitDemand(POLICY, limit, "")
                        : LimitDemand.of(POLICY, limit, LimitSubject.of(from)));
    }
}
