package io.apiaccess.token;

import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.KeyDigest;
import io.apiaccess.client.ProfileId;
import io.apiaccess.client.TokenAuthentication;
import io.apiaccess.jwt.JwtKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tokens whose signature was verified, by a digest of their whole text. Thread-safe.
 *
 * <p>What it saves is the reading, the signature and what follows from the claims by the proof alone. Which profile a token
 * names, whether that is the one that it was verified for, in the same revision and by the same proof, and whether its times
 * and its certificate hold, is asked every time. So it hides no revocation and no change. It is bounded by entries and by what
 * they take, in two generations, the older of which goes as a whole; only tokens that were proven come in.
 */
public final class TokenCache {
    private static final int OBJECT = 64;

    private final Generations<Entry> entries;

    /** Returns a cache of at most so many tokens; 0 remembers none. */
    public TokenCache(int maxEntries) {
        entries = new Generations<>(maxEntries, TokenCache::weight);
    }

    /**
     * A token that was proven.
     *
     * @param token the token
     * @param key the key that verified it
     * @param profile the profile that it was verified for
     * @param revision the profile's revision then
     * @param by the proof in force then
     * @param scopes the scopes that it holds, or {@code null} if it says nothing of them
     */
    public record Entry(
            CompactJws token,
            JwtKey key,
            ProfileId profile,
            long revision,
            TokenAuthentication by,
            @Nullable Set<String> scopes) {
        /** Returns whether it was verified for a profile in its present state, by the proof that is in force. */
        public boolean isFor(AccessProfile current, TokenAuthentication inForce) {
            return profile.equals(current.id()) && revision == current.revision() && by.equals(inForce);
        }
    }

    /** Returns what is remembered of the token with a digest, or {@code null}. */
    public @Nullable Entry find(KeyDigest digest) {
        return entries.find(digest);
    }

    /** Remembers a token that was proven. */
    public void put(KeyDigest digest, Entry entry) {
        entries.put(digest, entry);
    }

    /** Forgets a token. */
    public void remove(KeyDigest digest) {
        entries.remove(digest);
    }

    /** Returns the characters of a token, with as many for each of its values and scopes as their objects take. */
    private static int weight(Entry entry) {
        int scopes = entry.scopes() == null ? 0 : entry.scopes().size();
        return entry.token().signingInput().length
                + OBJECT * (scopes + values(entry.token().claims().asMap()));
    }

    private static int values(@Nullable Object value) {
        int values = 1;
        if (value instanceof Map<?, ?> members) {
            for (Object member : members.values()) {
                values += values(member);
            }
        } else if (value instanceof List<?> elements) {
            for (Object element : elements) {
                values += values(element);
            }
        }
        return values;
    }

    /** Returns how many tokens are remembered. */
    long size() {
        return entries.size();
    }
}
