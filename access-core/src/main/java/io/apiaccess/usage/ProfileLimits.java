package io.apiaccess.usage;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.CollectionId;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.Client;
import io.apiaccess.client.Grant;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.client.ProfileTerms;
import io.apiaccess.decision.LimitState;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.spi.AccessStore;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitSubject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;

/** All limits that a profile can be held to, with whose usage they count. Not thread-safe. */
final class ProfileLimits {
    private final AccessStore.View view;
    private final AccessProfile profile;
    private final Client client;
    private final List<ApiKey> keys;
    private final Instant now;
    private final Map<LimitDemand, LimitSubject> demands = new LinkedHashMap<>();

    ProfileLimits(AccessStore.View view, ProfileId id, Instant now) {
        this.view = view;
        this.now = now;
        profile = view.find(id).orElseThrow(() -> new NoSuchElementException("profile `" + id + "` names nothing"));
        client = view.find(profile.client()).orElseThrow();
        keys = view.referrersOf(id).stream()
                .filter(KeyId.class::isInstance)
                .map(KeyId.class::cast)
                .flatMap(key -> view.find(key).stream())
                .filter(key -> key.isLiveAt(now))
                .toList();
        collect();
    }

    List<LimitUsage> read(LimitReadings readings) {
        List<LimitDemand> asked = List.copyOf(demands.keySet());
        List<LimitState> states = readings.peek(asked);
        List<LimitUsage> usages = new ArrayList<>(asked.size());
        for (int i = 0; i < asked.size(); i++) {
            usages.add(usage(asked.get(i), states.get(i)));
        }
        return usages;
    }

    private LimitUsage usage(LimitDemand demand, LimitState state) {
        long left = state.remaining();
        return new LimitUsage(
                demand.policy(),
                demand.limit(),
                Objects.requireNonNull(demands.get(demand)),
                Math.max(0, demand.limit().max() - left),
                left,
                state.resetAfter());
    }

    private void collect() {
        ProfileTerms terms = profile.inForce(client.registration()).orElse(profile.terms());
        client.policy().ifPresent(policy -> add(policy, Optional.empty()));
        terms.policy().ifPresent(policy -> add(policy, Optional.empty()));
        for (Grant grant : terms.grants()) {
            Optional<CollectionId> collection = Optional.of(grant.collection());
            // INVARIANT (like a decision): policies of client and profile count by collection too
            client.policy().ifPresent(policy -> add(policy, collection));
            terms.policy().ifPresent(policy -> add(policy, collection));
            grant.plan().flatMap(view::find).map(Plan::policy).ifPresent(policy -> add(policy, collection));
            view.find(grant.collection()).flatMap(ApiCollection::policy).ifPresent(policy -> add(policy, collection));
        }
    }

    private void add(PolicyId id, Optional<CollectionId> collection) {
        Policy policy = view.find(id).orElseThrow();
        for (Limit limit : policy.limits()) {
            for (LimitSubject subject : subjects(limit, collection)) {
                demands.putIfAbsent(LimitDemand.of(id, overridden(id, limit), subject), subject);
            }
        }
    }

    private List<LimitSubject> subjects(Limit limit, Optional<CollectionId> collection) {
        return switch (limit.scope()) {
            case PROFILE -> List.of(LimitSubject.of(profile.id()));
            case CLIENT -> List.of(LimitSubject.of(client.id()));
            case KEY ->
                keys.isEmpty()
                        ? List.of(LimitSubject.keyless(profile.id()))
                        : keys.stream().map(key -> LimitSubject.of(key.id())).toList();
            case COLLECTION -> collection.map(LimitSubject::of).stream().toList();
            case PROFILE_AND_COLLECTION ->
                collection.map(on -> LimitSubject.of(profile.id(), on)).stream().toList();
            case ADDRESS -> List.of();
            case GLOBAL -> List.of(LimitSubject.everybody());
        };
    }

    private Limit overridden(PolicyId policy, Limit limit) {
        return switch (limit.scope()) {
            case PROFILE, KEY, PROFILE_AND_COLLECTION -> profile.overrides().apply(policy, limit, now);
            case CLIENT -> client.overrides().apply(policy, limit, now);
            case COLLECTION, ADDRESS, GLOBAL -> limit;
        };
    }
}
