package io.apiaccess.token;

import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.KeyDigest;
import io.apiaccess.client.ProfileId;
import io.apiaccess.client.TokenAuthentication;
import io.apiaccess.jwt.JwtKey;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Tokens whose signature was verified, by a digest of their whole text. Thread-safe.
 *
 * <p>What it saves is the reading and the signature, nothing else: which profile a token names, whether that is the one
 * that it was verified for, in the same revision and by the same proof, and what the claims hold, is asked every time. So it
 * hides no revocation and no change. It is bounded by entries and by characters, in two generations, the older of which goes
 * as a whole; only tokens that were proven come in.
 */
public final class TokenCache {
    private static final long MAX_CHARACTERS = 1 << 24;

    private final int maxEntries;
    private volatile Generation young = new Generation();
    private volatile Generation old = new Generation();

    /** Returns a cache of at most so many tokens; 0 remembers none. */
    public TokenCache(int maxEntries) {
        this.maxEntries = maxEntries;
    }

    /**
     * A token that was proven.
     *
     * @param token the token
     * @param key the key that verified it
     * @param profile the profile that it was verified for
     * @param revision the profile's revision then
     * @param by the proof in force then
     */
    public record Entry(CompactJws token, JwtKey key, ProfileId profile, long revision, TokenAuthentication by) {
        /** Returns whether it was verified for a profile in its present state, by the proof that is in force. */
        public boolean isFor(AccessProfile current, TokenAuthentication inForce) {
            return profile.equals(current.id()) && revision == current.revision() && by.equals(inForce);
        }
    }

    private static final class Generation {
        final ConcurrentHashMap<KeyDigest, Entry> entries = new ConcurrentHashMap<>();
        final AtomicLong characters = new AtomicLong();
    }

    /** Returns what is remembered of the token with a digest, or {@code null}. */
    public @Nullable Entry find(KeyDigest digest) {
        Entry entry = young.entries.get(digest);
        if (entry != null) {
            return entry;
        }
        Entry older = old.entries.get(digest);
        if (older != null) {
            put(digest, older);
        }
        return older;
    }

    /** Remembers a token that was proven. */
    public void put(KeyDigest digest, Entry entry) {
        if (maxEntries == 0) {
            return;
        }
        Generation generation = young;
        if (generation.entries.put(digest, entry) == null) {
            long characters = generation.characters.addAndGet(entry.token().signingInput().length);
            if (generation.entries.mappingCount() * 2 > maxEntries || characters * 2 > MAX_CHARACTERS) {
                rotate(generation);
            }
        }
    }

    /** Forgets a token. */
    public void remove(KeyDigest digest) {
        young.entries.remove(digest);
        old.entries.remove(digest);
    }

    /** Returns how many tokens are remembered. */
    long size() {
        return young.entries.mappingCount() + old.entries.mappingCount();
    }

    private synchronized void rotate(Generation full) {
        if (young == full) {
            old = full;
            young = new Generation();
        }
    }
}
