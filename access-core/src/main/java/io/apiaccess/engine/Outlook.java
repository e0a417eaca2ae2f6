package io.apiaccess.engine;

import io.apiaccess.client.ProfileId;
import io.apiaccess.client.ProfileTerms;
import io.apiaccess.decision.AppliedPolicy;
import io.apiaccess.decision.AppliedPolicy.Origin;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.snapshot.Snapshots;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What decisions would say of who calls what, by the stages themselves; nothing is taken. Thread-safe. */
public final class Outlook {
    private final Snapshots snapshots;
    private final InstantSource clock;
    private final Identify identify;
    private final Limits limits;

    /** Returns the outlook by the parts of a decider. */
    public Outlook(Snapshots snapshots, InstantSource clock, Identify identify, Limits limits) {
        this.snapshots = snapshots;
        this.clock = clock;
        this.identify = identify;
        this.limits = limits;
    }

    /**
     * Returns why a call may not be made, wherever it comes from, whenever and however often; nothing if it may.
     *
     * @param profile who calls, or {@code null} to go by the request
     */
    public Optional<DenyReason> objection(@Nullable ProfileId profile, AccessRequest request) {
        return objection(open(profile, request));
    }

    /** Returns the policies that a profile's call is held to, with how their limits stand. */
    public List<AppliedPolicy> policies(ProfileId profile, AccessRequest request) {
        Case it = open(profile, request);
        objection(it);
        return it.applied().policies().stream()
                .map(policy -> new AppliedPolicy(origin(it, policy.id()), policy, limits.peek(it, policy)))
                .toList();
    }

    private Case open(@Nullable ProfileId profile, AccessRequest request) {
        return new Case(request, profile, snapshots.current(), clock.instant(), limits.clock(), new Trace());
    }

    private Optional<DenyReason> objection(Case it) {
        DenyReason objection = Form.check(it);
        objection = objection == null ? identify.check(it) : objection;
        objection = objection == null ? Standing.check(it) : objection;
        return Optional.ofNullable(objection == null ? Authorize.check(it) : objection);
    }

    private static Origin origin(Case it, PolicyId policy) {
        Optional<PolicyId> searched = Optional.of(policy);
        if (it.isHeld() && it.ways().client().policy().equals(searched)) {
            return Origin.CLIENT;
        }
        ProfileTerms terms = it.ways().terms();
        if (terms != null && terms.policy().equals(searched)) {
            return Origin.PROFILE;
        }
        Target.Candidate reached = it.target().reached();
        boolean isOfPlan = reached != null
                && reached.reach().grant() != null
                && reached.reach()
                        .grant()
                        .plan()
                        .map(plan -> it.snapshot.get(plan).policy())
                        .equals(searched);
        return isOfPlan ? Origin.PLAN : Origin.COLLECTION;
    }
}
