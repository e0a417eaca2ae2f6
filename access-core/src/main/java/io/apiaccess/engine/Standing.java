package io.apiaccess.engine;

import io.apiaccess.client.ApiKey;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.entity.KeyStatus;
import io.apiaccess.entity.Status;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Stage 3: are key, profile and client in force? Each is a switch of its own, and all must be on (D11). */
final class Standing {
    private Standing() {}

    static @Nullable DenyReason check(Case it) {
        ApiKey unreadable = it.unreadable();
        if (unreadable != null) {
            DenyReason ofKey = ofKey(unreadable, it.now);
            return ofKey == null ? DenyReason.PROFILE_UNREADABLE : ofKey;
        }
        Case.Holder holder = it.holder();
        if (holder == null) {
            return null;
        }
        DenyReason ofKey = holder.key() == null ? null : ofKey(holder.key(), it.now);
        if (ofKey != null) {
            return ofKey;
        }
        if (!it.snapshot.isReadable(holder.profile().id())) {
            return DenyReason.PROFILE_UNREADABLE;
        }
        if (it.ways().terms() == null) {
            return DenyReason.PROFILE_NOT_REGISTERED;
        }
        DenyReason ofProfile = of(holder.profile().status(), DenyReason.PROFILE_RETIRED, DenyReason.PROFILE_INACTIVE);
        return ofProfile != null
                ? ofProfile
                : of(holder.client().status(), DenyReason.CLIENT_RETIRED, DenyReason.CLIENT_INACTIVE);
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

    private static @Nullable DenyReason of(Status status, DenyReason retired, DenyReason inactive) {
        return switch (status) {
            case ACTIVE -> null;
            case RETIRED -> retired;
            case INACTIVE -> inactive;
        };
    }
}
