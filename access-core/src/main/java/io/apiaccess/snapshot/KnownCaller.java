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
 * <p>It has the keys that lead to it, so that they can be led to what takes its place: the last that were entered, and no more
 * than a change should cost.
 *
 * <p>Implementation note. Ways are asked whether they are of the same state, so a lost write costs time and nothing else.
 */
final class KnownCaller {
    private static final int MAX_KEYS = 32;

    private final @Nullable AccessProfile profile;
    private final List<ApiKey> keys;
    private @Nullable Ways ways;

    /**
     * Returns one for whom nothing is worked out.
     *
     * @param keys those that lead to it, also while the profile is not there
     */
    KnownCaller(@Nullable AccessProfile profile, List<ApiKey> keys) {
        this.profile = profile;
        this.keys = keys;
    }

    KnownCaller withProfile(@Nullable AccessProfile other) {
        return new KnownCaller(other, keys);
    }

    /** Returns the key that has to make room for another, or {@code null}. */
    @Nullable ApiKey crowdedOut() {
        return keys.size() < MAX_KEYS ? null : keys.get(0);
    }

    KnownCaller withKey(ApiKey key) {
        return new KnownCaller(
                profile,
                Stream.concat(keys.stream().skip(keys.size() < MAX_KEYS ? 0 : 1), Stream.of(key))
                        .toList());
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
