package io.apiaccess.keyset;

import io.apiaccess.jwt.JwtKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One key set: when it was loaded, when that was last tried, and whether it is being tried. Thread-safe; nothing but
 * arithmetic happens under its lock.
 */
final class KeySet {
    /** How long a set counts as fresh. */
    static final long LIFE_NANOS = Duration.ofMinutes(10).toNanos();
    /** How long a set that could not be loaded again still counts. */
    static final long STALE_NANOS = Duration.ofHours(24).toNanos();
    /** The shortest time between two tries. */
    static final long PAUSE_NANOS = Duration.ofSeconds(30).toNanos();

    private @Nullable List<JwtKey> keys;
    private long loadedAt;
    private boolean tried;
    private long triedAt;
    private @Nullable CompletableFuture<Void> running;

    /**
     * What is at hand.
     *
     * @param keys the keys, or {@code null} if there are none that still count
     * @param complete whether the key that was asked for is among them, or nothing newer is on its way
     * @param running the try that is under way, or {@code null}
     * @param mustStart whether the caller has to start it
     */
    record View(
            @Nullable List<JwtKey> keys,
            boolean complete,
            @Nullable CompletableFuture<Void> running,
            boolean mustStart) {}

    /** Returns what is at hand, and begins a try if one is due: by age, or for a key that is not there. */
    synchronized View view(long now, Optional<String> keyId) {
        List<JwtKey> current = current(now);
        boolean unknown = current != null
                && keyId.isPresent()
                && current.stream()
                        .noneMatch(key -> key.id().isEmpty() || key.id().equals(keyId));
        boolean due = current == null || unknown || now - loadedAt >= LIFE_NANOS;
        boolean starts = due && running == null && (!tried || now - triedAt >= PAUSE_NANOS);
        if (starts) {
            tried = true;
            triedAt = now;
            running = new CompletableFuture<>();
        }
        return new View(current, !unknown || running == null, running, starts);
    }

    /** Returns the keys that still count, or {@code null} if nothing is known, without beginning anything. */
    synchronized @Nullable List<JwtKey> current(long now) {
        return keys != null && now - loadedAt < STALE_NANOS ? keys : null;
    }

    /** Ends the try: with other keys, or after a failure with those that were there. */
    void done(@Nullable List<JwtKey> loaded, long now) {
        CompletableFuture<Void> ended;
        synchronized (this) {
            if (loaded != null) {
                keys = loaded;
                loadedAt = now;
            }
            ended = running;
            running = null;
        }
        if (ended != null) {
            ended.complete(null);
        }
    }
}
