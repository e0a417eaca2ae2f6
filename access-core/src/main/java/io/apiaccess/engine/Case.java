package io.apiaccess.engine;

import io.apiaccess.client.ApiKey;
import io.apiaccess.client.OAuth2;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.Caller;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.decision.LimitState;
import io.apiaccess.decision.Stage;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.request.CallerAddress;
import io.apiaccess.request.HttpMethod;
import io.apiaccess.request.RequestPath;
import io.apiaccess.snapshot.Applied;
import io.apiaccess.snapshot.KnownKey;
import io.apiaccess.snapshot.Snapshot;
import io.apiaccess.snapshot.Ways;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through the stages: what it is judged by, and what they have found. It reads the request itself, which
 * makes nothing. Not thread-safe.
 */
final class Case implements AccessRequest.Reader {
    final AccessRequest request;
    final @Nullable ProfileId assumed;
    Snapshot snapshot;
    final Instant now;
    private final LongSupplier clock;
    private final Trace trace;

    private @Nullable HttpMethod method;
    private @Nullable RequestPath path;
    private @Nullable CallerAddress address;
    private boolean isRead;
    private long nanos;
    private @Nullable Ways ways;
    private boolean isHeld;
    private @Nullable KnownKey key;
    private Presented presented = Presented.NOTHING;
    private @Nullable Target target;
    private Target.@Nullable Candidate deciding;
    private Set<String> scopes = Set.of();
    private Set<HttpMethod> allowedMethods = Set.of();
    private List<LimitState> limits = List.of();
    private @Nullable LimitState refusing;
    private boolean isDegraded;
    private @Nullable DenyReason wouldRefuse;
    private @Nullable Duration retryAfter;
    private @Nullable DenyReason refusal;

    Case(
            AccessRequest request,
            @Nullable ProfileId assumed,
            Snapshot snapshot,
            Instant now,
            LongSupplier clock,
            Trace trace) {
        this.request = request;
        this.assumed = assumed;
        this.snapshot = snapshot;
        this.now = now;
        this.clock = clock;
        this.trace = trace;
        request.tell(this);
    }

    /** Goes over to a newer snapshot; nothing of the older one may have been held. */
    void judgeBy(Snapshot newer) {
        snapshot = newer;
        ways = null;
        target = null;
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

    @Override
    public void read(
            @Nullable HttpMethod itsMethod, @Nullable RequestPath itsPath, @Nullable CallerAddress itsAddress) {
        method = itsMethod;
        path = itsPath;
        address = itsAddress;
    }

    @Nullable HttpMethod method() {
        return method;
    }

    boolean hasPath() {
        return path != null;
    }

    RequestPath path() {
        return Objects.requireNonNull(path, "path");
    }

    @Nullable CallerAddress address() {
        return address;
    }

    /** Holds the profile of a key, or only the key where the profile or its client cannot be read. */
    void hold(KnownKey offered) {
        key = offered;
        Ways of = offered.ways(snapshot);
        if (of != null) {
            hold(of);
        }
    }

    /** Holds the profile of ways, by no key. */
    void hold(Ways of) {
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

    /**
     * Returns whether tokens that were issued here count for the holder. Another kind of proof takes them away at once, as it
     * does keys of tokens, also while it waits for its registration (M3).
     */
    boolean takesIssued() {
        return ways().authentication() instanceof OAuth2
                && ways().profile().terms().authentication() instanceof OAuth2;
    }

    /** Returns what is presented beside a key, to be read. */
    Presented presented() {
        return presented;
    }

    /** Returns what is presented beside a key, to be added to. */
    @SuppressWarnings("ReferenceEquality") // there is one nothing
    Presented present() {
        if (presented == Presented.NOTHING) {
            presented = new Presented();
        }
        return presented;
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
        Target.Candidate reached = target().reached();
        return reached == null ? ways().anywhere(snapshot) : reached.reach().applied();
    }

    /** Notes the deciding route. */
    void decidedBy(Target.Candidate route) {
        deciding = route;
    }

    /** Notes the scopes that the holder has on the collection. */
    void scopes(Set<String> held) {
        scopes = held;
    }

    /** Notes the methods that the path would take. */
    void allowedMethods(Set<HttpMethod> methods) {
        allowedMethods = methods;
    }

    /** Notes how the limits stand, which refused if any did, and whether their store failed. */
    void limits(List<LimitState> states, @Nullable LimitState which, boolean degraded) {
        limits = states;
        refusing = which;
        isDegraded = degraded;
    }

    /** Returns how the limits stand, as far as that is known. */
    List<LimitState> limits() {
        return limits;
    }

    /** Notes why a policy or limit in shadow would refuse, unless one would for an earlier reason. */
    void wouldRefuse(DenyReason reason) {
        wouldRefuse = wouldRefuse == null ? reason : wouldRefuse;
    }

    /** Notes after how long a refusal for another reason than a limit would no longer fall, if that is known. */
    void retryAfter(@Nullable Duration wait) {
        retryAfter = wait;
    }

    /** Returns who calls, as far as that is known, or {@code null}. */
    @Nullable Caller caller() {
        if (!isHeld) {
            return null;
        }
        return key == null ? ways().caller() : key.caller(ways());
    }

    /** Starts the decision with all that was found. */
    Decision.Builder found() {
        return found(request);
    }

    /** Starts the decision with all that was found, on a request that stands for this one. */
    Decision.Builder found(AccessRequest told) {
        Decision.Builder found = Decision.of(told)
                .at(now)
                .snapshotRevision(snapshot.revision())
                .caller(caller())
                .claims(presented.claims())
                .scopes(scopes)
                .limits(limits, refusing)
                .retryAfter(retryAfter);
        if (!allowedMethods.isEmpty()) {
            found.allowedMethods(allowedMethods);
        }
        if (deciding != null) {
            found.route(deciding.collection().id(), deciding.route());
        }
        if (wouldRefuse != null) {
            found.wouldRefuse(wouldRefuse);
        }
        return isDegraded ? found.degraded() : found;
    }
}
