package io.apiaccess.keyset;

import io.apiaccess.jwt.JwtKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * One key set: when it was loaded, when that was last tried, and whether it is being tried. Thread-safe; nothing but
 * arithmetic happens under its lock.
 */
final class KeySet {
    /** How long a set counts without being asked for again. */
    static final long FRESH_NANOS = Duration.ofMinutes(5).toNanos();
    /** How long a set counts while nothing has failed. */
    static final long LIFE_NANOS = Duration.ofMinutes(10).toNanos();
    /** How long a set that could not be loaded again still counts. */
    static final long STALE_NANOS = Duration.ofHours(24).toNanos();
    /** The shortest time between two tries. */
    static final long PAUSE_NANOS = Duration.ofSeconds(30).toNanos();

    private static final int MAX_WAITING = 8;

    /** How many more may wait for a try: who calls is not known yet, and each holds a thread of the application. */
    final Semaphore places = new Semaphore(MAX_WAITING);

    private @Nullable List<JwtKey> keys;
    private long loadedAt;
    private boolean tried;
    private long triedAt;
    private boolean failed;
    private long failedAt;
    private @Nullable CompletableFuture<Void> running;

    /**
     * What is at hand.
     *
     * @param keys the keys to go by, or {@code null} if there are none, or newer ones are on their way
     * @param awaited the try to wait for, or {@code null} if no waiting helps
     * @param startedAt when a try was last begun
     * @param mustStart whether the caller has to start the try that is under way
     */
    record View(
            @Nullable List<JwtKey> keys,
            @Nullable CompletableFuture<Void> awaited,
            long startedAt,
            boolean mustStart) {}

    /** Returns what is at hand, and begins a try if one is due: by age, or for a key that is not there. */
    synchronized View view(long now, Optional<String> keyId) {
        List<JwtKey> current = current(now);
        boolean unknown = current != null
                && keyId.isPresent()
                && current.stream()
                        .noneMatch(key -> key.id().isEmpty() || key.id().equals(keyId));
        boolean due = current == null || unknown || now - loadedAt >= FRESH_NANOS;
        boolean starts = due && running == null && (!tried || now - triedAt >= PAUSE_NANOS);
        if (starts) {
            tried = true;
            triedAt = now;
            running = new CompletableFuture<>();
        }
        boolean old = current == null || (now - loadedAt >= LIFE_NANOS && !hasFailedLately(now));
        boolean newerComes = running != null && (old || unknown);
        return new View(newerComes ? null : current, old ? running : null, triedAt, starts);
    }

    /** A failure of long ago says nothing about an outage now. */
    private boolean hasFailedLately(long now) {
        return failed && now - failedAt < LIFE_NANOS;
    }

    /** Returns the keys that still count, or {@code null} if nothing is known, without beginning anything. */
    synchronized @Nullable List<JwtKey> current(long now) {
        return keys != null && now - loadedAt < STALE_NANOS ? keys : null;
    }

    /** Ends the try: with other keys, or after a failure with those that were there. */
    void done(@Nullable List<JwtKey> loaded, long now) {
        CompletableFuture<Void> ended;
        synchronized (this) {
            failed = loaded == null;
            failedAt = now;
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
