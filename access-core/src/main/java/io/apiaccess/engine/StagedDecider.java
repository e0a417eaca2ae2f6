package io.apiaccess.engine;

import io.apiaccess.client.KeyDigest;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.decision.Explanation;
import io.apiaccess.decision.Stage;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.snapshot.Snapshots;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The path of a decision: stage after stage, the first that refuses ends it. Thread-safe. */
public final class StagedDecider {
    private static final Logger LOG = LoggerFactory.getLogger(StagedDecider.class);

    private final Snapshots snapshots;
    private final InstantSource clock;
    private final Identify identify;
    private final Authenticate authenticate;
    private final Conditions conditions;
    private final Limits limits;
    private final KeyWatch watch;

    /** Returns a decider that reads snapshots and takes from limits. */
    public StagedDecider(
            Snapshots snapshots,
            InstantSource clock,
            Identify identify,
            Authenticate authenticate,
            Conditions conditions,
            Limits limits,
            KeyWatch watch) {
        this.snapshots = snapshots;
        this.clock = clock;
        this.identify = identify;
        this.authenticate = authenticate;
        this.conditions = conditions;
        this.limits = limits;
        this.watch = watch;
    }

    /** Decides, and takes what the call costs. Never throws: what cannot be decided is denied as unavailable. */
    public Decision decide(AccessRequest request) {
        return decide(request, null, Trace.NONE);
    }

    /**
     * Decides in words, and takes nothing.
     *
     * @param assumed the profile whose proof is taken for granted, or {@code null} to go by the request's credential
     */
    public Explanation explain(AccessRequest request, @Nullable ProfileId assumed) {
        Trace trace = new Trace();
        return new Explanation(decide(request, assumed, trace), trace.steps());
    }

    /**
     * Decides, taking a proof for granted however old the configuration is, and takes what the call costs.
     *
     * @param profile the profile whose proof it is, or {@code null} for a call without credential
     * @param key the key by which it was given, or {@code null}
     * @param scopes the scopes of the token by which it was given, or {@code null}
     */
    public Decision replay(
            AccessRequest request, @Nullable ProfileId profile, @Nullable KeyId key, @Nullable Set<String> scopes) {
        Case it = new Case(request, profile, snapshots.current(), clock.instant(), limits.clock(), Trace.NONE);
        it.present().assume(key, scopes);
        return stages(it);
    }

    private Decision decide(AccessRequest request, @Nullable ProfileId assumed, Trace trace) {
        Objects.requireNonNull(request, "request");
        Case it = null;
        try {
            boolean whole = snapshots.isWhole();
            it = new Case(request, assumed, snapshots.current(), clock.instant(), limits.clock(), trace);
            boolean stale = snapshots.isRemote() && snapshots.isStaleAt(it.nanos());
            if (!whole || stale || it.snapshot.lacksRoutes()) {
                return it.found().denied(DenyReason.UNAVAILABLE);
            }
            Decision decision = stages(it);
            if (it.takes() && decision instanceof Decision.Denied denied) {
                watch.saw(it, denied.reason());
            }
            return decision;
        } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
            LOG.error("denied as unavailable: {}", request, e);
            return (it == null ? Decision.of(request) : it.found()).denied(DenyReason.UNAVAILABLE);
        }
    }

    private Decision stages(Case it) {
        boolean passed = it.passes(Stage.FORM, Form.check(it))
                && it.passes(Stage.IDENTIFY, identify(it))
                && it.passes(Stage.AUTHENTICATE, authenticate.check(it))
                && it.passes(Stage.STATUS, Standing.check(it))
                && it.passes(Stage.ADDRESS, Origin.check(it))
                && it.passes(Stage.AUTHORIZE, Authorize.check(it))
                && it.passes(Stage.CONDITIONS, conditions.check(it))
                && it.passes(Stage.LIMITS, limits.check(it));
        return passed ? it.found().allowed() : it.found().denied(it.refusal());
    }

    /** Looks once more where a key may have been issued by another node (S8). */
    private @Nullable DenyReason identify(Case it) {
        DenyReason reason = identify.check(it);
        if (reason == DenyReason.UNKNOWN_CREDENTIAL && snapshots.isRemote()) {
            KeyDigest key = identify.ownCredential(it);
            if (key != null && snapshots.lookUp(key, it.snapshot.revision())) {
                it.judgeBy(snapshots.current());
                return identify.check(it);
            }
        }
        return reason;
    }
}
