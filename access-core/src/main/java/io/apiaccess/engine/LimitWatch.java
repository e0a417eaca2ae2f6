package io.apiaccess.engine;

import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.Caller;
import io.apiaccess.decision.LimitState;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.Quota;
import io.apiaccess.spi.AccessEvents.QuotaReached;
import io.apiaccess.spi.AccessEvents.RateLimited;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore.Reading;
import io.apiaccess.spi.LimitSubject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Sees what decisions come to at their limits, and tells of it what an owner may want to act on, once (L9). Thread-safe. */
public final class LimitWatch {
    private static final int[] PERCENTS = {80, 90, 100};
    private static final long QUIET = Duration.ofMinutes(5).toNanos();
    private static final long BETWEEN_SWEEPS = Duration.ofMinutes(1).toNanos();
    private static final int MAX_REACHED = 100_000;

    private final EventQueue events;
    private final Predicate<Limit> jumps;
    private final Set<Reached> reached = ConcurrentHashMap.newKeySet();
    private final Map<Optional<ProfileId>, Long> refusedAt = new ConcurrentHashMap<>();
    private final AtomicLong sweptAt = new AtomicLong();
    private final AtomicLong endedAt = new AtomicLong();

    /**
     * Returns a watch that tells those who listen to a queue.
     *
     * @param jumps whether what is left of a limit may drop by more than a call takes
     */
    public LimitWatch(EventQueue events, Predicate<Limit> jumps) {
        this.events = events;
        this.jumps = jumps;
    }

    void saw(
            @Nullable Caller named,
            List<LimitDemand> demands,
            List<LimitState> states,
            @Nullable LimitState refusing,
            long cost,
            Reading now) {
        if (!events.isHeard()) {
            return;
        }
        Optional<Caller> caller = Optional.ofNullable(named);
        if (refusing == null) {
            for (int i = 0; i < states.size(); i++) {
                taken(caller, demands.get(i), states.get(i), cost, now);
            }
        } else if (!(refusing.limit() instanceof Quota)) {
            refused(caller, refusing, now);
        }
    }

    private void taken(Optional<Caller> caller, LimitDemand demand, LimitState state, long cost, Reading now) {
        if (!(state.limit() instanceof Quota quota) || quota.isShadow()) {
            return;
        }
        boolean jumping = cost > 0 && jumps.test(quota);
        for (int percent : PERCENTS) {
            long rest = rest(quota.max(), percent);
            boolean reachedIt = state.remaining() <= rest && (jumping || state.remaining() > rest - cost);
            if (reachedIt && isFirst(demand, state, percent, jumping, now)) {
                LimitSubject subject = new LimitSubject(quota.scope(), demand.subject());
                long used = quota.max() - state.remaining();
                Instant end = state.resetAt().orElseThrow();
                events.add(listener -> listener.quotaReached(
                        new QuotaReached(demand.policy(), quota, subject, percent, used, end, caller)));
            }
        }
    }

    /** Returns the most units left at which a part of all is used. */
    private static long rest(long max, int percent) {
        return switch (percent) {
            case 80 -> max / 5;
            case 90 -> max / 10;
            default -> 0;
        };
    }

    /** Returns whether a quota has not come so far in its period: it may come there again after a change or a reset. */
    private boolean isFirst(LimitDemand demand, LimitState state, int percent, boolean jumping, Reading now) {
        Instant end = state.resetAt().orElseThrow();
        Reached it = new Reached(demand.policy(), demand.limit().name(), demand.subject(), percent, end);
        if (reached.contains(it)) {
            return false;
        }
        if (reached.size() >= MAX_REACHED) {
            forgetEndedPeriods(now);
        }
        if (reached.size() < MAX_REACHED) {
            return reached.add(it);
        }
        // every call past a part would be told of, and of exact limits one is
        if (jumping) {
            events.drop();
        }
        return !jumping;
    }

    /** Looks over all once in a while: whatever calls come, they do not each pay for it. */
    private void forgetEndedPeriods(Reading now) {
        long last = endedAt.get();
        if (now.nanos() - last >= BETWEEN_SWEEPS && endedAt.compareAndSet(last, now.nanos())) {
            reached.removeIf(old -> !old.end.isAfter(now.instant()));
        }
    }

    private void refused(Optional<Caller> caller, LimitState refusing, Reading now) {
        forgetQuietRefusals(now.nanos());
        Optional<ProfileId> profile = caller.map(Caller::profile);
        Long last = refusedAt.putIfAbsent(profile, now.nanos());
        boolean first = last == null || (now.nanos() - last >= QUIET && refusedAt.replace(profile, last, now.nanos()));
        if (first) {
            RateLimited event =
                    new RateLimited(refusing.policy(), refusing.limit().name(), caller, now.instant());
            events.add(listener -> listener.rateLimited(event));
        }
    }

    /** Looks over all once in a while, so that those refused in the last ten minutes are there at most. */
    private void forgetQuietRefusals(long now) {
        long last = sweptAt.get();
        if (now - last >= QUIET && sweptAt.compareAndSet(last, now)) {
            refusedAt.values().removeIf(at -> now - at >= QUIET);
        }
    }

    private record Reached(PolicyId policy, String limit, String subject, int percent, Instant end) {}
}
