package io.apiaccess.snapshot;

import io.apiaccess.client.KeyDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Questions to the store for keys that the snapshot does not know (S8): each at most once a second, at most 100 a second
 * altogether, many at a time in one question. Thread-safe.
 */
final class LookUps {
    private static final Duration BUDGET = Duration.ofMillis(50);
    private static final int PER_SECOND = 100;
    private static final long SECOND = 1_000_000_000;

    private final Follower follower;
    private final LongSupplier nanos;
    private final Map<KeyDigest, Long> recent = new HashMap<>();
    private long made;
    private long refused;

    LookUps(Follower follower, LongSupplier nanos) {
        this.follower = follower;
        this.nanos = nanos;
    }

    /** Returns whether the store has answered since. */
    boolean ask(KeyDigest key) {
        if (!enters(key, nanos.getAsLong())) {
            return false;
        }
        try {
            return follower.await(follower.wake(), BUDGET);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    synchronized long made() {
        return made;
    }

    synchronized long refused() {
        return refused;
    }

    private synchronized boolean enters(KeyDigest key, long now) {
        recent.values().removeIf(at -> now - at >= SECOND);
        if (recent.containsKey(key)) {
            return false;
        }
        if (recent.size() >= PER_SECOND) {
            refused++;
            return false;
        }
        recent.put(key, now);
        made++;
        return true;
    }
}
