package io.apiaccess.engine;

import io.apiaccess.client.AccessToken;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.KeyDigest;
import io.apiaccess.entity.KeyStatus;
import io.apiaccess.key.KeyFormat;
import io.apiaccess.key.KeyHasher;
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

    boolean isWellFormed(String text) {
        return format.isWellFormed(text);
    }

    /** Returns what a text is kept as. */
    KeyDigest digest(String text) {
        return hasher.seal(hasher.sha256(text));
    }

    /** Returns what a text is kept as that has the form of a client secret, or {@code null}. */
    @Nullable KeyDigest ownSecret(String text) {
        return secretFormat.isWellFormed(text) ? digest(text) : null;
    }

    /** Returns the key with a text that may be one, or {@code null}; it costs the same whether there is one or not. */
    @Nullable ApiKey find(Snapshot snapshot, String text) {
        return isOwn(text) || snapshot.hasImportedKeys() ? search(snapshot::key, text) : null;
    }

    /** Returns the client secret with any text, or {@code null}; it costs the same whether there is one or not. */
    @Nullable ApiKey findClientSecret(Snapshot snapshot, String text) {
        ApiKey found = search(snapshot::clientSecret, text);
        return secretFormat.isWellFormed(text) ? found : null;
    }

    /** Returns the access token with a text that may be one, or {@code null}. */
    @Nullable AccessToken findToken(Snapshot snapshot, String text) {
        return search(snapshot::token, text);
    }

    private <T> @Nullable T search(Function<KeyDigest, @Nullable T> holder, String text) {
        if (!hasher.isPeppered()) {
            return holder.apply(hasher.plain(text));
        }
        T found = null;
        for (KeyDigest digest : hasher.candidates(hasher.sha256(text))) {
            T one = holder.apply(digest);
            found = found == null ? one : found;
        }
        return found;
    }

    /** Returns the key with any text, if it is in force. */
    @Nullable ApiKey findInForce(Snapshot snapshot, String text, Instant now) {
        if (isOwn(text) ? !isWellFormed(text) : !KeyFormat.isForeign(text)) {
            return null;
        }
        ApiKey key = find(snapshot, text);
        boolean inForce = key != null
                && key.statusAt(now) == KeyStatus.ENABLED
                && !key.isExpiredAt(now)
                && !key.isBeforeStart(now);
        return inForce ? key : null;
    }
}
