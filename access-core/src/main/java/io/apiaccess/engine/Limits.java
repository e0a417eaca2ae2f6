package io.apiaccess.engine;

import io.apiaccess.api.CollectionId;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.decision.LimitState;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.snapshot.Ways;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStates;
import io.apiaccess.spi.LimitStore.Reading;
import io.apiaccess.spi.LimitSubject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Stage 7: is there anything left of every limit? All are taken in one step, or none (L3). Thread-safe. */
public final class Limits {
    private final LimitGate store;
    private final LimitWatch watch;
    private final LongSupplier nanos;
    private final long origin;
    private final boolean remembers;

    /**
     * Returns the stage over a store.
     *
     * @param nanos the monotonic clock, which may begin anywhere and wrap
     * @param remembers whether what calls demand of this store is remembered in the snapshot, for one stage of all that share
     *     that
     */
    public Limits(LimitGate store, LimitWatch watch, LongSupplier nanos, boolean remembers) {
        this.remembers = remembers;
        this.store = store;
        this.watch = watch;
        this.nanos = nanos;
        this.origin = nanos.getAsLong();
    }

    /** Returns the two clocks as the store of limits is handed them. */
    public Reading reading(Instant now) {
        return new Reading(nanos.getAsLong() - origin, now);
    }

    LongSupplier clock() {
        return nanos;
    }

    @Nullable DenyReason check(Case it) {
        List<LimitDemand> demands = demands(it);
        if (demands.isEmpty()) {
            return null;
        }
        long cost = cost(it);
        Reading now = new Reading(it.nanos() - origin, it.now);
        LimitGate.Answer answer = it.takes() ? store.take(demands, cost, now) : store.peek(demands, cost, now);
        LimitState refusing = allFit(answer.states()) ? null : refusing(it, answer.states());
        it.limits(answer.states(), refusing, answer.degraded());
        if (!answer.degraded() && it.takes()) {
            watch.saw(it.caller(), demands, answer.states(), refusing, cost, now);
        }
        if (answer.closed()) {
            return DenyReason.UNAVAILABLE;
        }
        return refusing == null ? null : reason(refusing);
    }

    private static boolean allFit(List<LimitState> states) {
        return states instanceof LimitStates known && known.allFit();
    }

    /** Returns the limit that refuses, if one does, and notes what one in shadow would. */
    private static @Nullable LimitState refusing(Case it, List<LimitState> states) {
        LimitState refusing = null;
        for (LimitState state : states) {
            if (state.wouldRefuse()) {
                it.wouldRefuse(reason(state));
            } else if (state.refuses() && (refusing == null || isLater(state, refusing))) {
                refusing = state;
            }
        }
        return refusing;
    }

    private static long cost(Case it) {
        return it.request.cost().orElse(reached(it).route().cost());
    }

    private List<LimitDemand> demands(Case it) {
        List<LimitDemand> remembered = it.applied().demands();
        if (remembered != null) {
            return remembered;
        }
        List<LimitDemand> demands = new ArrayList<>(4);
        boolean alike = !it.isHeld() || !hasOverrides(it.ways());
        for (Policy policy : it.applied().policies()) {
            for (Limit limit : policy.limits()) {
                alike &= limit.scope() != LimitScope.ADDRESS && limit.scope() != LimitScope.KEY;
                if (limit.scope() != LimitScope.ADDRESS || it.address() != null) {
                    demands.add(demand(it, policy, limit));
                }
            }
        }
        if (!alike || !remembers) {
            return List.copyOf(demands);
        }
        List<LimitDemand> prepared = store.prepare(List.copyOf(demands));
        it.applied().remember(prepared);
        return prepared;
    }

    private static boolean hasOverrides(Ways ways) {
        return !ways.profile().overrides().all().isEmpty()
                || !ways.client().overrides().all().isEmpty();
    }

    private static LimitDemand demand(Case it, Policy policy, Limit limit) {
        return LimitDemand.of(policy.id(), overridden(it, policy.id(), limit), subject(it, limit));
    }

    /** Returns how the limits of a policy stand for a caller, those that can be told. */
    List<LimitState> peek(Case it, Policy policy) {
        boolean known = !it.target().candidates().isEmpty();
        List<LimitDemand> demands = policy.limits().stream()
                .filter(limit -> limit.scope() != LimitScope.ADDRESS || it.address() != null)
                .filter(limit -> known
                        || (limit.scope() != LimitScope.COLLECTION
                                && limit.scope() != LimitScope.PROFILE_AND_COLLECTION))
                .map(limit -> demand(it, policy, limit))
                .toList();
        return demands.isEmpty()
                ? List.of()
                : store.peek(demands, 1, new Reading(it.nanos() - origin, it.now))
                        .states();
    }

    /** Returns a limit with what the one whose usage it counts has in place of its units. */
    private static Limit overridden(Case it, PolicyId policy, Limit limit) {
        return switch (limit.scope()) {
            case PROFILE, KEY, PROFILE_AND_COLLECTION ->
                it.ways().profile().overrides().apply(policy, limit, it.now);
            case CLIENT -> it.ways().client().overrides().apply(policy, limit, it.now);
            case COLLECTION, ADDRESS, GLOBAL -> limit;
        };
    }

    private static DenyReason reason(LimitState refusing) {
        return switch (refusing.limit().kind()) {
            case RATE, BUCKET -> DenyReason.RATE_LIMITED;
            case QUOTA -> DenyReason.QUOTA_EXCEEDED;
        };
    }

    /** L4: of those that refuse, the one that frees latest counts, and the first of equals; never is later than all. */
    private static boolean isLater(LimitState state, LimitState than) {
        return waitOf(state).compareTo(waitOf(than)) > 0;
    }

    private static Duration waitOf(LimitState state) {
        return state.retryAfter().orElse(Duration.ofSeconds(Long.MAX_VALUE));
    }

    private static LimitSubject subject(Case it, Limit limit) {
        return switch (limit.scope()) {
            case PROFILE -> LimitSubject.of(profile(it));
            case CLIENT -> LimitSubject.of(it.ways().client().id());
            case KEY -> {
                ApiKey key = it.key();
                yield key == null ? LimitSubject.keyless(profile(it)) : LimitSubject.of(key.id());
            }
            case COLLECTION -> LimitSubject.of(collection(it));
            case PROFILE_AND_COLLECTION -> LimitSubject.of(profile(it), collection(it));
            case ADDRESS -> LimitSubject.of(Objects.requireNonNull(it.address(), "address"));
            case GLOBAL -> LimitSubject.everybody();
        };
    }

    private static Target.Candidate reached(Case it) {
        return it.target() instanceof Target.Candidate deciding
                ? deciding
                : it.target().candidates().get(0);
    }

    private static CollectionId collection(Case it) {
        return reached(it).collection().id();
    }

    private static ProfileId profile(Case it) {
        return it.ways().profile().id();
    }
}
