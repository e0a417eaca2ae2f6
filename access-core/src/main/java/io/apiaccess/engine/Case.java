package io.apiaccess.engine;

import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.AccessToken;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.Authentication;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.OAuth2;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.decision.Stage;
import io.apiaccess.jwt.JwtKey;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.request.RequestPath;
import io.apiaccess.snapshot.Applied;
import io.apiaccess.snapshot.KnownKey;
import io.apiaccess.snapshot.Snapshot;
import io.apiaccess.snapshot.Ways;
import io.apiaccess.token.ClaimCheck;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One request on its way through the stages: what it is judged by, and what they have found. Not thread-safe. */
final class Case {
    final AccessRequest request;
    final @Nullable ProfileId assumed;
    Snapshot snapshot;
    final Instant now;
    final Decision.Builder found;
    private final LongSupplier clock;
    private final Trace trace;

    private boolean isRead;
    private long nanos;
    private @Nullable Ways ways;
    private boolean isHeld;
    private @Nullable KnownKey key;
    private Tokens.@Nullable Offered offered;
    private @Nullable AccessToken issued;
    private Introspected.@Nullable Active active;
    private @Nullable String malformed;
    private @Nullable JwtKey provenBy;
    private ClaimCheck.@Nullable Fault claimFault;
    private @Nullable Set<String> scopes;
    private @Nullable KeyId assumedKey;
    private @Nullable Target target;
    private @Nullable Applied applied;
    private @Nullable DenyReason refusal;

    Case(
            AccessRequest request,
            @Nullable ProfileId assumed,
            Snapshot snapshot,
            Instant now,
            LongSupplier clock,
            Decision.Builder found,
            Trace trace) {
        this.request = request;
        this.assumed = assumed;
        this.snapshot = snapshot;
        this.now = now;
        this.clock = clock;
        this.found = found.at(now).snapshotRevision(snapshot.revision());
        this.trace = trace;
    }

    /** Goes over to a newer snapshot; nothing of the older one may have been held. */
    void judgeBy(Snapshot newer) {
        snapshot = newer;
        ways = null;
        target = null;
        found.snapshotRevision(newer.revision());
    }

    /** Returns the monotonic clock's one reading, which is made when it is first asked for (D7). */
    long nanos() {
        if (!isRead) {
            isRead = true;
            nanos = clock.getAsLong();
        }
        return nanos;
    }

    /** Notes how a stage ended, and returns whether the next may follow. */
    boolean passes(Stage stage, @Nullable DenyReason reason) {
        refusal = reason;
        trace.note(stage, reason, this);
        return reason == null;
    }

    DenyReason refusal() {
        return Objects.requireNonNull(refusal, "refusal");
    }

    /** Nothing is taken for an explanation. */
    boolean takes() {
        return trace == Trace.NONE;
    }

    RequestPath path() {
        return request.path().orElseThrow();
    }

    /** Holds a profile that is there with its client, by no key. */
    void hold(ProfileId profile) {
        Ways of = Objects.requireNonNull(snapshot.ways(profile), "ways");
        hold(of);
        found.caller(of.caller());
    }

    /** Holds the profile of a key, or only the key where the profile or its client cannot be read. */
    void hold(KnownKey offered) {
        key = offered;
        Ways of = offered.ways(snapshot);
        if (of != null) {
            hold(of);
            found.caller(offered.caller(of));
        }
    }

    private void hold(Ways of) {
        ways = of;
        isHeld = true;
    }

    /** Returns whether it is known, and can be read, whose credential it is; else there is none, or nobody's. */
    boolean isHeld() {
        return isHeld;
    }

    /**
     * Returns the key that was offered, or the client secret that the token was issued for; {@code null} for any other token
     * and a proof that is assumed without one.
     */
    @Nullable ApiKey key() {
        return key == null ? null : key.key();
    }

    /** Returns what follows from the configuration for the holder, or for callers without credential. */
    Ways ways() {
        if (ways == null) {
            ways = snapshot.waysOfNobody();
        }
        return ways;
    }

    /** Returns a profile that is there with its client, or {@code null}. */
    @Nullable AccessProfile whole(ProfileId id) {
        Ways of = snapshot.ways(id);
        return of == null ? null : of.profile();
    }

    /** Takes for granted also by which key and with which of a token's scopes the profile has proven itself. */
    void assume(@Nullable KeyId key, @Nullable Set<String> ofToken) {
        assumedKey = key;
        scopes = ofToken;
    }

    /** Returns the key by which the assumed profile has proven itself, or {@code null}. */
    @Nullable KeyId assumedKey() {
        return assumedKey;
    }

    /** Returns how a profile proves itself that is there with its client. */
    Authentication authentication(ProfileId profile) {
        return Objects.requireNonNull(snapshot.ways(profile), "ways").authentication();
    }

    /**
     * Returns whether tokens that were issued here count for the holder. Another kind of proof takes them away at once, as it
     * does keys of tokens, also while it waits for its registration (M3).
     */
    boolean takesIssued() {
        return ways().authentication() instanceof OAuth2
                && ways().profile().terms().authentication() instanceof OAuth2;
    }

    void offer(Tokens.Offered token) {
        offered = token;
    }

    /** Returns the token that was offered, or {@code null}. */
    Tokens.@Nullable Offered offered() {
        return offered;
    }

    void offer(AccessToken token) {
        issued = token;
    }

    /** Returns the token that was offered and issued here, or {@code null}. */
    @Nullable AccessToken issued() {
        return issued;
    }

    void offer(Introspected.Active token) {
        active = token;
    }

    /** Returns the token of others that was offered and is active, or {@code null}. */
    Introspected.@Nullable Active active() {
        return active;
    }

    void malformed(String fault) {
        malformed = fault;
    }

    /** Returns what is wrong with the token itself, or {@code null}. */
    @Nullable String malformed() {
        return malformed;
    }

    void proven(JwtKey key, ClaimCheck.@Nullable Fault fault) {
        provenBy = key;
        claimFault = fault;
    }

    void claimFault(ClaimCheck.@Nullable Fault fault) {
        claimFault = fault;
    }

    /** Returns the key that has verified the token, or {@code null}. */
    @Nullable JwtKey provenBy() {
        return provenBy;
    }

    /** Returns what is wrong with the token's claims, or {@code null}. */
    ClaimCheck.@Nullable Fault claimFault() {
        return claimFault;
    }

    void scopes(@Nullable Set<String> ofToken) {
        scopes = ofToken;
    }

    /** Returns the scopes that the token holds, or {@code null} if there is none or it says nothing of them. */
    @Nullable Set<String> scopes() {
        return scopes;
    }

    /** Returns what the path and method lead to. */
    Target target() {
        if (target == null) {
            target = Target.of(this);
        }
        return target;
    }

    /**
     * Returns the policies that apply, in the order client, profile, plan, collection, each once: the first two to every
     * call of the holder, the others where the deciding route may be called.
     */
    Applied applied() {
        if (applied == null) {
            Target.Candidate reached = target().reached();
            applied = reached == null
                    ? ways().anywhere(snapshot)
                    : reached.reach().applied();
        }
        return applied;
    }
}
