package io.apiaccess.engine;

import io.apiaccess.client.ApiKey;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.entity.KeyStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Stage 3: are key, profile and client in force? Each is a switch of its own, and all must be on (D11). */
final class Standing {
    private Standing() {}

    static @Nullable DenyReason check(Case it) {
        ApiKey key = it.key();
        DenyReason ofKey = key == null ? null : ofKey(key, it.now);
        if (ofKey != null) {
            return ofKey;
        }
        if (it.isHeld()) {
            return it.ways().standing();
        }
        // a key whose profile or client is not there, or nobody
        return key == null ? null : DenyReason.PROFILE_UNREADABLE;
    }

    /** Returns what is against a key itself, or {@code null}. */
    static @Nullable DenyReason ofKey(ApiKey key, Instant now) {
        KeyStatus status = key.statusAt(now);
        if (status == KeyStatus.REVOKED) {
            return DenyReason.REVOKED_CREDENTIAL;
        }
        if (status == KeyStatus.DISABLED) {
            return DenyReason.KEY_DISABLED;
        }
        if (key.isExpiredAt(now)) {
            return DenyReason.EXPIRED_CREDENTIAL;
        }
        return key.isBeforeStart(now) ? DenyReason.CREDENTIAL_NOT_YET_VALID : null;
    }
}
