package io.apiaccess.client;

import io.apiaccess.api.Scopes;
import io.apiaccess.check.Faults;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.UniqueKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An access token that was issued here for a client secret (RFC 6749 section 4.4), kept as a digest only. Immutable.
 *
 * <p>It has no state of its own: beside its end, it is in force as long as its secret and the profile that has it are.
 */
public final class AccessToken implements Entity<AccessToken> {
    /** How long it is in force; less if its secret ends before. */
    public static final Duration LIFETIME = Duration.ofHours(1);

    /** The most that are kept of one secret: the oldest makes room for a new one. */
    public static final int MAX_PER_SECRET = 1_000;

    private final TokenId id;
    private final long revision;
    private final KeyId secret;
    private final KeyDigest digest;
    private final @Nullable Set<String> scopes;
    private final Instant issuedAt;
    private final Instant expiresAt;

    private AccessToken(
            TokenId id,
            long revision,
            KeyId secret,
            KeyDigest digest,
            @Nullable Set<String> scopes,
            Instant issuedAt,
            Instant expiresAt) {
        this.id = Objects.requireNonNull(id, "id");
        this.revision = revision;
        this.secret = Objects.requireNonNull(secret, "secret");
        this.digest = Objects.requireNonNull(digest, "digest");
        this.scopes = scopes == null ? null : Collections.unmodifiableSet(new TreeSet<>(scopes));
        this.issuedAt = issuedAt;
        this.expiresAt = expiresAt;
    }

    /**
     * Returns a token that is issued now.
     *
     * @param secret whose holder asks for it
     * @param digest what is kept of its text
     * @param scopes those it is narrowed to, or {@code null} if it holds what the grants do
     */
    public static AccessToken issue(ApiKey secret, KeyDigest digest, @Nullable Set<String> scopes, Instant now) {
        Instant end = Stream.of(secret.expiresAt(), secret.revokedAt())
                .flatMap(Optional::stream)
                .reduce(now.plus(LIFETIME), (one, other) -> one.isBefore(other) ? one : other);
        return of(TokenId.at(now), secret.id(), digest, scopes, now, end);
    }

    /**
     * Returns a token as it was stored; for stores.
     *
     * @throws IllegalArgumentException naming everything that is wrong with it
     */
    public static AccessToken of(
            TokenId id,
            KeyId secret,
            KeyDigest digest,
            @Nullable Set<String> scopes,
            Instant issuedAt,
            Instant expiresAt) {
        Faults faults = new Faults();
        faults.require(
                issuedAt.isBefore(expiresAt),
                "it expires at " + Faults.quote(expiresAt) + ", not after " + Faults.quote(issuedAt)
                        + ", at which it was issued");
        if (scopes != null) {
            scopes.forEach(scope -> faults.require(Scopes.isScope(scope), Scopes.fault(scope)));
        }
        faults.throwIfAny("access token", id.value());
        return new AccessToken(id, 0, secret, digest, scopes, issuedAt, expiresAt);
    }

    @Override
    public TokenId id() {
        return id;
    }

    @Override
    public long revision() {
        return revision;
    }

    @Override
    public AccessToken withRevision(long revision) {
        return new AccessToken(id, revision, secret, digest, scopes, issuedAt, expiresAt);
    }

    @Override
    public Set<Id<?>> references() {
        return Set.of(secret);
    }

    @Override
    public Set<UniqueKey> uniqueKeys() {
        return Set.of(new UniqueKey("token digest", HexFormat.of().formatHex(digest.bytes())));
    }

    /** Returns the client secret that it was issued for. */
    public KeyId secret() {
        return secret;
    }

    /** Returns what is kept of its text. */
    public KeyDigest digest() {
        return digest;
    }

    /** Returns the scopes that it is narrowed to, or nothing if it holds what the grants do. */
    public Optional<Set<String>> scopes() {
        return Optional.ofNullable(scopes);
    }

    /** Returns when it was issued. */
    public Instant issuedAt() {
        return issuedAt;
    }

    /** Returns the first instant at which it is no longer in force. */
    public Instant expiresAt() {
        return expiresAt;
    }

    /** Returns whether an instant is past its last. */
    public boolean isExpiredAt(Instant now) {
        return !now.isBefore(expiresAt);
    }

    @Override
    public String toString() {
        return "access token `" + id + "` for client secret " + secret + ": scopes "
                + (scopes == null ? "of the grants" : scopes) + ", issued " + issuedAt + ", expires " + expiresAt;
    }
}
