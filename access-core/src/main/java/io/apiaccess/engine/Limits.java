package io.apiaccess.engine;

import io.apiaccess.api.CollectionId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.decision.LimitState;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.Policy;
import io.apiaccess.request.CallerAddress;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Stage 7: is there anything left of every limit? All are taken in one step, or none (L3). Thread-safe. */
public final class Limits {
    private final LimitStore store;
    private final LongSupplier nanos;
    private final long origin;

    /** Returns the stage over a store, with the monotonic clock, which may begin anywhere and wrap. */
    public Limits(LimitStore store, LongSupplier nanos) {
        this.store = store;
        this.nanos = nanos;
        this.origin = nanos.getAsLong();
    }

    @Nullable DenyReason check(Case it) {
        List<LimitDemand> demands = demands(it);
        if (demands.isEmpty()) {
            return null;
        }
        long cost =
                it.request.cost().orElse(it.target().candidates().get(0).route().cost());
        LimitStore.Reading reading = new LimitStore.Reading(nanos.getAsLong() - origin, it.now);
        List<LimitState> states = it.takes() ? store.take(demands, cost, reading) : store.peek(demands, cost, reading);
        LimitState refusing = latest(states);
        it.found.limits(states, refusing);
        if (refusing == null) {
            return null;
        }
        return switch (refusing.limit().kind()) {
            case RATE, BUCKET -> DenyReason.RATE_LIMITED;
            case QUOTA -> DenyReason.QUOTA_EXCEEDED;
        };
    }

    private static List<LimitDemand> demands(Case it) {
        List<LimitDemand> demands = new ArrayList<>(4);
        for (Policy policy : it.policies()) {
            for (Limit limit : policy.limits()) {
                demands.add(new LimitDemand(policy.id(), limit, subject(it, limit)));
            }
        }
        return demands;
    }

    /** Returns the refusing limit that frees latest, the first of equals; one that never frees is later than all (L4). */
    private static @Nullable LimitState latest(List<LimitState> states) {
        LimitState latest = null;
        for (LimitState state : states) {
            if (state.refuses() && (latest == null || waitOf(state).compareTo(waitOf(latest)) > 0)) {
                latest = state;
            }
        }
        return latest;
    }

    private static Duration waitOf(LimitState state) {
        return state.retryAfter().orElse(Duration.ofSeconds(Long.MAX_VALUE));
    }

    /** Returns whose counter it is; no two scopes share one, since the scope is part of the limit. */
    private static String subject(Case it, Limit limit) {
        CollectionId collection = it.target().candidates().get(0).collection().id();
        return switch (limit.scope()) {
            case PROFILE -> profile(it).value();
            case CLIENT -> holder(it).client().id().value();
            case KEY -> {
                var key = holder(it).key();
                yield key == null ? "profile/" + profile(it) : key.id().value();
            }
            case COLLECTION -> collection.value();
            case PROFILE_AND_COLLECTION -> profile(it) + "/" + collection;
            case ADDRESS ->
                it.request.address().map(CallerAddress::network).orElseThrow().toString();
            case GLOBAL -> "";
        };
    }

    private static ProfileId profile(Case it) {
        return holder(it).profile().id();
    }

    private static Case.Holder holder(Case it) {
        return Objects.requireNonNull(it.holder(), "holder");
    }
}
