package io.apiaccess.engine;

import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.Authentication;
import io.apiaccess.client.CertificateCondition;
import io.apiaccess.client.Client;
import io.apiaccess.client.ProfileId;
import io.apiaccess.client.ProfileTerms;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.decision.Stage;
import io.apiaccess.jwt.JwtKey;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.request.RequestPath;
import io.apiaccess.snapshot.Applied;
import io.apiaccess.snapshot.Snapshot;
import io.apiaccess.snapshot.Ways;
import io.apiaccess.token.ClaimCheck;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One request on its way through the stages: what it is judged by, and what they have found. Not thread-safe. */
final class Case {
    final AccessRequest request;
    final @Nullable ProfileId assumed;
    final Snapshot snapshot;
    final Instant now;
    final Decision.Builder found;
    private final Trace trace;

    private @Nullable Ways ways;
    private @Nullable Holder holder;
    private Tokens.@Nullable Offered offered;
    private @Nullable String malformed;
    private @Nullable JwtKey provenBy;
    private ClaimCheck.@Nullable Fault claimFault;
    private @Nullable Set<String> scopes;
    private @Nullable Target target;
    private @Nullable Applied applied;
    private @Nullable DenyReason refusal;

    Case(
            AccessRequest request,
            @Nullable ProfileId assumed,
            Snapshot snapshot,
            Instant now,
            Decision.Builder found,
            Trace trace) {
        this.request = request;
        this.assumed = assumed;
        this.snapshot = snapshot;
        this.now = now;
        this.found = found.snapshotRevision(snapshot.revision());
        this.trace = trace;
    }

    /**
     * Who the credential belongs to.
     *
     * @param key the key that was offered; a token, or a proof that is assumed, has none
     */
    record Holder(
            Client client, AccessProfile profile, @Nullable ApiKey key) {}

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

    void hold(AccessProfile profile, @Nullable ApiKey key) {
        ways = snapshot.ways(profile);
        holder = new Holder(ways.client(), profile, key);
        found.caller(ways.caller(key));
    }

    /** Returns what follows from the configuration for the holder, or for callers without credential. */
    Ways ways() {
        if (ways == null) {
            ways = snapshot.waysOfNobody();
        }
        return ways;
    }

    /** Returns whose credential it is, or {@code null} for a call without one. */
    @Nullable Holder holder() {
        return holder;
    }

    /**
     * Returns how a profile proves itself: by its terms in force, or while none are by those that wait, which cannot open
     * anything.
     */
    Authentication authentication(AccessProfile profile) {
        return provisional(profile).authentication();
    }

    /** Returns with what certificate a profile must call, by the same terms, or {@code null}. */
    @Nullable CertificateCondition certificate(AccessProfile profile) {
        return provisional(profile).certificate().orElse(null);
    }

    void offer(Tokens.Offered token) {
        offered = token;
    }

    /** Returns the token that was offered, or {@code null}. */
    Tokens.@Nullable Offered offered() {
        return offered;
    }

    void malformed(String fault) {
        malformed = fault;
    }

    /** Returns what is wrong with the form of the token, or {@code null}. */
    @Nullable String malformed() {
        return malformed;
    }

    void proven(JwtKey key, ClaimCheck.@Nullable Fault fault) {
        provenBy = key;
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

    void scopes(Set<String> ofToken) {
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
            applied = reached == null ? ways().anywhere() : reached.reach().applied();
        }
        return applied;
    }

    private ProfileTerms provisional(AccessProfile profile) {
        ProfileTerms inForce = snapshot.ways(profile).terms();
        return inForce == null ? profile.terms() : inForce;
    }
}
