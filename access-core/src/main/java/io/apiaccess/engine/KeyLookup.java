package io.apiaccess.engine;

import io.apiaccess.client.AccessToken;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.KeyDigest;
import io.apiaccess.entity.KeyStatus;
import io.apiaccess.key.KeyFormat;
import io.apiaccess.key.KeyHasher;
import io.apiaccess.snapshot.KnownKey;
import io.apiaccess.snapshot.Snapshot;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Keys, client secrets and access tokens by their text, each apart from the others. Thread-safe. */
final class KeyLookup {
    private final KeyFormat format;
    private final KeyFormat secretFormat;
    private final KeyFormat tokenFormat;
    private final KeyHasher hasher;

    KeyLookup(KeyFormat format, KeyHasher hasher) {
        this.format = format;
        this.secretFormat = format.ofSecrets();
        this.tokenFormat = format.ofTokens();
        this.hasher = hasher;
    }

    boolean isOwn(String text) {
        return format.isOwn(text);
    }

    /** Returns whether a text claims to be a client secret, which no call takes. */
    boolean isSecret(String text) {
        return secretFormat.isOwn(text);
    }

    /** Returns whether a text claims to be an access token that was issued here. */
    boolean isToken(String text) {
        return tokenFormat.isOwn(text);
    }

    boolean isWellFormedToken(String text) {
        return tokenFormat.isWellFormed(text);
    }

    /** Returns what a text of the own form is kept as, a key's or a token's, or {@code null} for any other. */
    @Nullable KeyDigest own(String text) {
        return format.isWellFormed(text) || isWellFormedToken(text) ? seal(hasher.plain(text)) : null;
    }

    /** Returns what a text is kept as that has the form of a client secret, or {@code null}. */
    @Nullable KeyDigest ownSecret(String text) {
        return secretFormat.isWellFormed(text) ? seal(hasher.plain(text)) : null;
    }

    /** Returns the SHA-256 of a text that a key may have, or {@code null} for one that no key has. */
    @Nullable KeyDigest plain(String text) {
        if (isOwn(text)) {
            return hasher.plain(text, format);
        }
        return KeyFormat.isForeign(text) ? hasher.plain(text) : null;
    }

    /** Returns the key whose text has a SHA-256, or {@code null}; it costs the same whether there is one or not. */
    @Nullable KnownKey find(Snapshot snapshot, KeyDigest plain) {
        return search(snapshot::key, plain);
    }

    /** Returns the client secret with any text, or {@code null}; it costs the same whether there is one or not. */
    @Nullable KnownKey findClientSecret(Snapshot snapshot, String text) {
        KnownKey found = search(snapshot::clientSecret, hasher.plain(text));
        return secretFormat.isWellFormed(text) ? found : null;
    }

    /** Returns the access token with a text that may be one, or {@code null}. */
    @Nullable AccessToken findToken(Snapshot snapshot, String text) {
        return search(snapshot::token, hasher.plain(text));
    }

    private KeyDigest seal(KeyDigest plain) {
        return hasher.seal(plain.bytes());
    }

    private <T> @Nullable T search(Function<KeyDigest, @Nullable T> holder, KeyDigest plain) {
        if (!hasher.isPeppered()) {
            return holder.apply(plain);
        }
        T found = null;
        for (KeyDigest digest : hasher.candidates(plain.bytes())) {
            T one = holder.apply(digest);
            found = found == null ? one : found;
        }
        return found;
    }

    /** Returns the key with any text, if it is in force. */
    @Nullable ApiKey findInForce(Snapshot snapshot, String text, Instant now) {
        KeyDigest plain = plain(text);
        KnownKey known = plain == null ? null : find(snapshot, plain);
        ApiKey key = known == null ? null : known.key();
        boolean inForce = key != null
                && key.statusAt(now) == KeyStatus.ENABLED
                && !key.isExpiredAt(now)
                && !key.isBeforeStart(now);
        return inForce ? key : null;
    }
}
