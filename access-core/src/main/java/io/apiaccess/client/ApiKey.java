package io.apiaccess.client;

import io.apiaccess.check.Faults;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.KeyStatus;
import io.apiaccess.entity.KeyUse;
import io.apiaccess.entity.Transitions;
import io.apiaccess.entity.UniqueKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A secret of a profile by which it proves itself, kept as a digest only: an API key, or a client secret. Immutable.
 *
 * <p>In force from {@code notBefore} until before {@code expiresAt}, while it is enabled and not revoked.
 */
public final class ApiKey implements Entity<ApiKey> {
    /** The most keys of a profile, for either use, that are neither revoked nor expired. */
    public static final int MAX_LIVE = 20;

    /** How long a revoked or expired key is remembered; after that its text is unknown. */
    public static final Duration REMEMBERED = Duration.ofDays(90);

    private final KeyId id;
    private final long revision;
    private final ProfileId profile;
    private final KeyUse use;
    private final KeyDigest digest;
    private final String hint;
    private final boolean imported;
    private final @Nullable String label;
    private final KeyStatus status;
    private final Instant createdAt;
    private final @Nullable Instant notBefore;
    private final @Nullable Instant expiresAt;
    private final @Nullable Instant revokedAt;

    private ApiKey(Builder builder) {
        id = builder.id;
        revision = builder.revision;
        profile = builder.profile;
        use = builder.use;
        digest = builder.digest;
        hint = builder.hint;
        imported = builder.imported;
        label = builder.label;
        status = builder.status;
        createdAt = builder.createdAt;
        notBefore = builder.notBefore;
        expiresAt = builder.expiresAt;
        revokedAt = builder.revokedAt;
    }

    /**
     * Starts a key that is enabled; for management and for stores.
     *
     * @param id its identity
     * @param profile whose it is
     * @param digest what is kept of its text
     */
    public static Builder of(KeyId id, ProfileId profile, KeyDigest digest) {
        return new Builder(id, profile, digest);
    }

    /** Returns a builder that starts from this key, with its revision. */
    public Builder toBuilder() {
        Builder builder = new Builder(id, profile, digest);
        builder.revision = revision;
        builder.use = use;
        builder.hint = hint;
        builder.imported = imported;
        builder.label = label;
        builder.status = status;
        builder.createdAt = createdAt;
        builder.notBefore = notBefore;
        builder.expiresAt = expiresAt;
        builder.revokedAt = revokedAt;
        return builder;
    }

    /**
     * Returns this key in a state; itself if it is in it.
     *
     * @throws IllegalStateException if the transition table does not allow the move
     */
    public ApiKey withStatus(KeyStatus next, Instant now) {
        if (statusAt(now) == next) {
            return this;
        }
        Builder builder = toBuilder();
        builder.status = Transitions.move(name(), statusAt(now), next);
        builder.revokedAt = next == KeyStatus.REVOKED ? now : revokedAt;
        return new ApiKey(builder);
    }

    @Override
    public KeyId id() {
        return id;
    }

    @Override
    public long revision() {
        return revision;
    }

    @Override
    public ApiKey withRevision(long revision) {
        Builder builder = toBuilder();
        builder.revision = revision;
        return new ApiKey(builder);
    }

    @Override
    public Set<Id<?>> references() {
        return Set.of(profile);
    }

    @Override
    public Set<UniqueKey> uniqueKeys() {
        return Set.of(new UniqueKey("key digest", HexFormat.of().formatHex(digest.bytes())));
    }

    /** Returns the profile whose it is. */
    public ProfileId profile() {
        return profile;
    }

    /** Returns what it is for. */
    public KeyUse use() {
        return use;
    }

    /** Returns what is kept of its text. */
    public KeyDigest digest() {
        return digest;
    }

    /** Returns the last four characters of its text, or nothing known of an imported digest. */
    public String hint() {
        return hint;
    }

    /** Returns whether its text was made elsewhere. */
    public boolean isImported() {
        return imported;
    }

    /** Returns the words that say what it is for. */
    public Optional<String> label() {
        return Optional.ofNullable(label);
    }

    /** Returns the state that was set, without regard to times; for stores. */
    public KeyStatus status() {
        return status;
    }

    /** Returns the state it has at an instant: revoked also once the overlap of a refreshed key is over. */
    public KeyStatus statusAt(Instant now) {
        return isRevokedAt(now) ? KeyStatus.REVOKED : status;
    }

    /** Returns when it was made. */
    public Instant createdAt() {
        return createdAt;
    }

    /** Returns the first instant at which it is in force. */
    public Optional<Instant> notBefore() {
        return Optional.ofNullable(notBefore);
    }

    /** Returns the first instant at which it is no longer in force. */
    public Optional<Instant> expiresAt() {
        return Optional.ofNullable(expiresAt);
    }

    /** Returns when it was revoked or, in the overlap after a refresh, will be. */
    public Optional<Instant> revokedAt() {
        return Optional.ofNullable(revokedAt);
    }

    /** Returns whether an instant is before its first. */
    public boolean isBeforeStart(Instant now) {
        return notBefore != null && now.isBefore(notBefore);
    }

    /** Returns whether an instant is past its last. */
    public boolean isExpiredAt(Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }

    /** Returns whether it is neither revoked nor expired: it counts toward the most a profile may have. */
    public boolean isLiveAt(Instant now) {
        return statusAt(now) != KeyStatus.REVOKED && !isExpiredAt(now);
    }

    /** Returns whether it opens anything at an instant. */
    public boolean isInForceAt(Instant now) {
        return isLiveAt(now) && statusAt(now) == KeyStatus.ENABLED && !isBeforeStart(now);
    }

    /** Returns whether it ended so long ago that its text is as good as unknown. */
    public boolean isForgottenAt(Instant now) {
        return isForgotten(revokedAt, now) || isForgotten(expiresAt, now);
    }

    @Override
    public String toString() {
        return name() + " …" + hint + " of profile " + profile + ": " + status + (imported ? ", imported" : "")
                + ", label " + Faults.quote(label) + ", created " + createdAt + ", not before " + notBefore
                + ", expires "
                + expiresAt + ", revoked " + revokedAt;
    }

    private String name() {
        return (use == KeyUse.TOKENS ? "client secret " : "key ") + Faults.quote(id);
    }

    private static boolean isForgotten(@Nullable Instant end, Instant now) {
        return end != null && Duration.between(end, now).compareTo(REMEMBERED) >= 0;
    }

    private boolean isRevokedAt(Instant now) {
        return revokedAt != null && !now.isBefore(revokedAt);
    }

    /** Builds a key; what is wrong with it is said at once by {@link #build()}. Not thread-safe. */
    public static final class Builder {
        private final KeyId id;
        private final ProfileId profile;
        private final KeyDigest digest;
        private long revision;
        private KeyUse use = KeyUse.CALLS;
        private String hint = "";
        private boolean imported;
        private @Nullable String label;
        private KeyStatus status = KeyStatus.ENABLED;
        private Instant createdAt = Instant.EPOCH;
        private @Nullable Instant notBefore;
        private @Nullable Instant expiresAt;
        private @Nullable Instant revokedAt;

        private Builder(KeyId id, ProfileId profile, KeyDigest digest) {
            this.id = Objects.requireNonNull(id, "id");
            this.profile = Objects.requireNonNull(profile, "profile");
            this.digest = Objects.requireNonNull(digest, "digest");
        }

        /** Sets what it is for, calls unless given. */
        public Builder use(KeyUse use) {
            this.use = Objects.requireNonNull(use, "use");
            return this;
        }

        /** Sets the last characters of its text, at most four. */
        public Builder hint(String hint) {
            this.hint = hint;
            return this;
        }

        /** Sets whether its text was made elsewhere. */
        public Builder imported(boolean imported) {
            this.imported = imported;
            return this;
        }

        /** Sets what it is for: 1 to 200 characters. */
        public Builder label(@Nullable String label) {
            this.label = label;
            return this;
        }

        /** Sets its state. */
        public Builder status(KeyStatus status) {
            this.status = status;
            return this;
        }

        /** Sets when it was made. */
        public Builder createdAt(Instant createdAt) {
            this.createdAt = createdAt;
            return this;
        }

        /** Sets the first instant at which it is in force. */
        public Builder notBefore(@Nullable Instant notBefore) {
            this.notBefore = notBefore;
            return this;
        }

        /** Sets the first instant at which it is no longer in force. */
        public Builder expiresAt(@Nullable Instant expiresAt) {
            this.expiresAt = expiresAt;
            return this;
        }

        /** Sets when it was or will be revoked. */
        public Builder revokedAt(@Nullable Instant revokedAt) {
            this.revokedAt = revokedAt;
            return this;
        }

        /**
         * Returns the key.
         *
         * @throws IllegalArgumentException naming everything that is wrong with it
         */
        public ApiKey build() {
            Faults faults = new Faults();
            faults.optionalName("label", label);
            faults.require(use == KeyUse.CALLS || !imported, "it is imported, and client secrets are made here");
            faults.require(hint.length() <= 4, "hint is longer than 4 characters");
            faults.require(
                    notBefore == null || expiresAt == null || notBefore.isBefore(expiresAt),
                    "it expires at " + Faults.quote(expiresAt) + ", not after " + Faults.quote(notBefore)
                            + ", from which it is in force");
            faults.require(
                    expiresAt == null || createdAt.isBefore(expiresAt),
                    "it expires at " + Faults.quote(expiresAt) + ", not after " + Faults.quote(createdAt)
                            + ", at which it was made");
            faults.throwIfAny("key", id.value());
            return new ApiKey(this);
        }
    }
}
