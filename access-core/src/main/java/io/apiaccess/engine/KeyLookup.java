package io.apiaccess.engine;

import io.apiaccess.client.ApiKey;
import io.apiaccess.entity.KeyStatus;
import io.apiaccess.key.KeyFormat;
import io.apiaccess.key.KeyHasher;
import io.apiaccess.snapshot.Snapshot;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Keys by their text. Thread-safe. */
final class KeyLookup {
    private final KeyFormat format;
    private final KeyHasher hasher;

    KeyLookup(KeyFormat format, KeyHasher hasher) {
        this.format = format;
        this.hasher = hasher;
    }

    boolean isOwn(String text) {
        return format.isOwn(text);
    }

    boolean isWellFormed(String text) {
        return format.isWellFormed(text);
    }

    /** Returns the key with a text that may be one, or {@code null}; it costs the same whether there is one or not. */
    @Nullable ApiKey find(Snapshot snapshot, String text) {
        if (!isOwn(text) && !snapshot.hasImportedKeys()) {
            return null;
        }
        if (!hasher.isPeppered()) {
            return snapshot.key(hasher.plain(text));
        }
        ApiKey found = null;
        for (var digest : hasher.candidates(hasher.sha256(text))) {
            ApiKey key = snapshot.key(digest);
            found = found == null ? key : found;
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
