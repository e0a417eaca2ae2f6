package io.apiaccess.client;

import io.apiaccess.check.Faults;
import io.apiaccess.entity.Id;
import java.time.Instant;

/**
 * The identity of an access token that was issued here; ids sort by when tokens were issued.
 *
 * @param value 1 to 64 of {@code A-Z a-z 0-9 _ -}
 */
public record TokenId(String value) implements Id<AccessToken>, Comparable<TokenId> {
    /** Refuses what is not an id. */
    public TokenId {
        Faults.id("token", value);
    }

    /** Returns a new one for a token that is issued at an instant. */
    static TokenId at(Instant now) {
        return new TokenId(String.format("%012x-%s", Math.max(0, now.toEpochMilli()), Faults.randomId()));
    }

    @Override
    public int compareTo(TokenId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
