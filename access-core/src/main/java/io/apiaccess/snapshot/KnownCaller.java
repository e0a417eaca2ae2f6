package io.apiaccess.snapshot;

import io.apiaccess.client.AccessProfile;
import org.jspecify.annotations.Nullable;

/**
 * Who may call, a profile or callers without one, with the ways that were worked out for the last state of what profiles share.
 * Thread-safe.
 *
 * <p>Implementation note. Ways are asked whether they are of the same state, so a lost write costs time and nothing else.
 */
final class KnownCaller {
    private final @Nullable AccessProfile profile;
    private @Nullable Ways ways;

    KnownCaller(@Nullable AccessProfile profile) {
        this.profile = profile;
    }

    Ways ways(Snapshot snapshot) {
        Ways last = ways;
        if (last == null || !last.isOf(snapshot.state())) {
            last = new Ways(snapshot, profile);
            ways = last;
        }
        return last;
    }
}
