package io.apiaccess.token;

import io.apiaccess.client.KeyDigest;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered by the digest of a token's whole text, bounded by entries and by characters, in two generations, the
 * older of which goes as a whole. Thread-safe.
 *
 * @param <V> what is remembered
 */
public final class Generations<V> {
    private static final long MAX_CHARACTERS = 1 << 24;

    private final int maxEntries;
    private final ToIntFunction<V> size;
    private volatile Generation<V> young = new Generation<>();
    private volatile Generation<V> old = new Generation<>();

    /**
     * Returns a memory with nothing in it.
     *
     * @param maxEntries the most that are remembered; 0 remembers none
     * @param size how many characters one takes
     */
    public Generations(int maxEntries, ToIntFunction<V> size) {
        this.maxEntries = maxEntries;
        this.size = size;
    }

    private static final class Generation<V> {
        final ConcurrentHashMap<KeyDigest, V> entries = new ConcurrentHashMap<>();
        final AtomicLong characters = new AtomicLong();
    }

    /** Returns what is remembered of the token with a digest, or {@code null}. */
    public @Nullable V find(KeyDigest digest) {
        V entry = young.entries.get(digest);
        if (entry != null) {
            return entry;
        }
        V older = old.entries.get(digest);
        if (older != null) {
            put(digest, older);
        }
        return older;
    }

    /** Remembers something of a token. */
    public void put(KeyDigest digest, V entry) {
        if (maxEntries == 0) {
            return;
        }
        Generation<V> generation = young;
        V last = generation.entries.put(digest, entry);
        int more = size.applyAsInt(entry) - (last == null ? 0 : size.applyAsInt(last));
        long characters = generation.characters.addAndGet(more);
        if (generation.entries.mappingCount() * 2 > maxEntries || characters * 2 > MAX_CHARACTERS) {
            rotate(generation);
        }
    }

    /** Forgets what is remembered of a token. */
    public void remove(KeyDigest digest) {
        young.entries.remove(digest);
        old.entries.remove(digest);
    }

    /** Returns how much is remembered. */
    long size() {
        return young.entries.mappingCount() + old.entries.mappingCount();
    }

    private synchronized void rotate(Generation<V> full) {
        if (young == full) {
            old = full;
            young = new Generation<>();
        }
    }
}
