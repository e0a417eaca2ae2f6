package io.apiaccess.engine;

import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.Client;
import io.apiaccess.client.ProfileId;
import io.apiaccess.client.ProfileTerms;
import io.apiaccess.decision.Caller;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.decision.Stage;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.request.RequestPath;
import io.apiaccess.snapshot.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One request on its way through the stages: what it is judged by, and what they have found. Not thread-safe. */
final class Case {
    final AccessRequest request;
    final @Nullable ProfileId assumed;
    final Snapshot snapshot;
    final Instant now;
    final Decision.Builder found;
    private final Trace trace;

    private @Nullable Holder holder;
    private @Nullable ProfileTerms terms;
    private @Nullable Target target;
    private @Nullable List<Policy> policies;
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
     * @param key the key that was offered; a proof that is assumed has none
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
        holder = new Holder(snapshot.get(profile.client()), profile, key);
        found.caller(new Caller(
                profile.client(), profile.id(), Optional.ofNullable(key).map(ApiKey::id)));
    }

    /** Returns whose credential it is, or {@code null} for a call without one. */
    @Nullable Holder holder() {
        return holder;
    }

    void terms(ProfileTerms inForce) {
        terms = inForce;
    }

    /** Returns the holder's terms in force, or {@code null} for a call without credential. */
    @Nullable ProfileTerms terms() {
        return terms;
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
    List<Policy> policies() {
        if (policies == null) {
            policies = new ArrayList<>(4);
            if (holder != null) {
                holder.client().policy().ifPresent(this::apply);
            }
            if (terms != null) {
                terms.policy().ifPresent(this::apply);
            }
            Target.Candidate reached = target().reached();
            if (reached != null) {
                if (reached.grant() != null) {
                    reached.grant()
                            .plan()
                            .ifPresent(plan -> apply(snapshot.get(plan).policy()));
                }
                reached.collection().policy().ifPresent(this::apply);
            }
        }
        return policies;
    }

    private void apply(PolicyId id) {
        Policy policy = snapshot.get(id);
        if (policies != null && !policies.contains(policy)) {
            policies.add(policy);
        }
    }
}
