package io.apiaccess.snapshot;

import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ApiKey;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who may call, a profile or callers without one, with the ways that were worked out for the last state of what profiles share.
 * Thread-safe.
 *
 * <p>Implementation note. Ways are asked whether they are of the same state, so a lost write costs time and nothing else.
 */
final class KnownCaller {
    private final @Nullable AccessProfile profile;
    private final List<ApiKey> keys;
    private @Nullable Ways ways;

    /**
     * Returns one for whom nothing is worked out.
     *
     * @param keys those that name the profile, also while it is not there
     */
    KnownCaller(@Nullable AccessProfile profile, List<ApiKey> keys) {
        this.profile = profile;
        this.keys = keys;
    }

    KnownCaller withProfile(@Nullable AccessProfile other) {
        return new KnownCaller(other, keys);
    }

    KnownCaller withKey(ApiKey key) {
        return new KnownCaller(
                profile, Stream.concat(keys.stream(), Stream.of(key)).toList());
    }

    KnownCaller withoutKey(ApiKey key) {
        return new KnownCaller(
                profile,
                keys.stream().filter(kept -> !kept.id().equals(key.id())).toList());
    }

    List<ApiKey> keys() {
        return keys;
    }

    /** Returns whether neither the profile nor a key of it is there. */
    boolean isNone() {
        return profile == null && keys.isEmpty();
    }

    /** Returns what follows for the profile, or {@code null} if it or its client is not there. */
    @Nullable Ways waysOfProfile(Snapshot snapshot) {
        Ways known = profile == null ? null : ways(snapshot);
        return known == null || known.isWhole() ? known : null;
    }

    /** Returns what follows for the profile, or for callers without one. */
    Ways ways(Snapshot snapshot) {
        Ways last = ways;
        if (last == null || !last.isOf(snapshot.state())) {
            last = new Ways(snapshot, profile);
            ways = last;
        }
        return last;
    }
}
