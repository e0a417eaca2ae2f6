package io.apiaccess.usage;

import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.entity.Status;
import io.apiaccess.spi.AccessStore;
import io.apiaccess.spi.LastUse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The profiles and keys that nobody has used since an instant; when they were used last is not looked for. */
final class UnusedSearch {
    private final AccessStore.View view;
    private final Instant now;
    private final Instant since;
    private final long then;

    /**
     * Returns one.
     *
     * @param then the store's revision at that instant, as far as that is known
     */
    UnusedSearch(AccessStore.View view, Instant now, Instant since, long then) {
        this.view = view;
        this.now = now;
        this.since = since;
        this.then = then;
    }

    List<Unused> find(List<LastUse> recent) {
        Set<ProfileId> usedProfiles = new HashSet<>();
        Set<KeyId> usedKeys = new HashSet<>();
        for (LastUse use : recent) {
            usedProfiles.add(use.profile());
            use.key().ifPresent(usedKeys::add);
        }
        Map<ProfileId, List<ApiKey>> keys = new HashMap<>();
        view.list(ApiKey.class, damaged -> {})
                .forEach(key -> keys.computeIfAbsent(key.profile(), none -> new ArrayList<>())
                        .add(key));
        List<Unused> unused = new ArrayList<>();
        for (AccessProfile profile : view.list(AccessProfile.class, damaged -> {})) {
            List<ApiKey> ofProfile = keys.getOrDefault(profile.id(), List.of());
            Optional<Instant> first = ofProfile.stream().map(ApiKey::createdAt).min(Comparator.naturalOrder());
            boolean isOld = first.map(issued -> !issued.isAfter(since)).orElse(profile.revision() <= then);
            if (profile.status() != Status.ACTIVE) {
                continue;
            }
            if (isOld && !usedProfiles.contains(profile.id())) {
                unused.add(of(profile, Optional.empty()));
            }
            ofProfile.stream()
                    .filter(key ->
                            key.isInForceAt(now) && !key.createdAt().isAfter(since) && !usedKeys.contains(key.id()))
                    .forEach(key -> unused.add(of(profile, Optional.of(key.id()))));
        }
        return unused;
    }

    private static Unused of(AccessProfile profile, Optional<KeyId> key) {
        return new Unused(profile.client(), profile.id(), key, Optional.empty());
    }
}
