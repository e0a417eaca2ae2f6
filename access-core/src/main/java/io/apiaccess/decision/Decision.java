package io.apiaccess.decision;

import io.apiaccess.api.CollectionId;
import io.apiaccess.api.Route;
import io.apiaccess.check.Faults;
import io.apiaccess.jwt.Claims;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.request.CallerAddress;
import io.apiaccess.request.HttpMethod;
import io.apiaccess.request.RequestPath;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Whether a request may pass, and what determined that. Immutable; never holds a secret. */
public abstract sealed class Decision {
    private final AccessRequest request;
    private final @Nullable Instant at;
    private final long snapshotRevision;
    private final @Nullable Caller caller;
    private final @Nullable CollectionId collection;
    private final @Nullable Route route;
    private final Set<String> scopes;
    private final @Nullable Claims claims;
    private final List<LimitState> limits;
    private final @Nullable DenyReason wouldRefuse;
    private final boolean degraded;

    private Decision(Builder builder) {
        request = builder.request;
        at = builder.at;
        snapshotRevision = builder.snapshotRevision;
        caller = builder.caller;
        collection = builder.collection;
        route = builder.route;
        scopes = builder.scopes;
        claims = builder.claims;
        limits = builder.limits;
        wouldRefuse = builder.wouldRefuse;
        degraded = builder.degraded;
    }

    private Decision(Decision other, @Nullable Instant at) {
        request = other.request;
        this.at = at;
        snapshotRevision = other.snapshotRevision;
        caller = other.caller;
        collection = other.collection;
        route = other.route;
        scopes = other.scopes;
        claims = other.claims;
        limits = other.limits;
        wouldRefuse = other.wouldRefuse;
        degraded = other.degraded;
    }

    /** Starts a decision on a request, with nothing found yet. */
    public static Builder of(AccessRequest request) {
        return new Builder(request);
    }

    /** Returns a denial with nothing but its reason, for deciders of the application. */
    public static Denied denied(AccessRequest request, DenyReason reason) {
        return of(request).denied(reason);
    }

    /** Returns whether the request may pass. */
    public boolean isAllowed() {
        return this instanceof Allowed;
    }

    /** Returns the path that was judged, in canonical form. */
    public Optional<RequestPath> path() {
        return request.path();
    }

    /** Returns the address that was judged. */
    public Optional<CallerAddress> address() {
        return request.address();
    }

    /** Returns the method that was judged. */
    public Optional<HttpMethod> method() {
        return request.method();
    }

    /** Returns the units that the request takes of every limit by its own word, in place of its route's. */
    public OptionalLong cost() {
        return request.cost();
    }

    /**
     * Returns who called, as soon as the credential was known, also if it was refused later. A token that is not proven
     * – {@link DenyReason#INVALID_SIGNATURE} – only claims that.
     */
    public Optional<Caller> caller() {
        return Optional.ofNullable(caller);
    }

    /** Returns the collection of the deciding route. */
    public Optional<CollectionId> collection() {
        return Optional.ofNullable(collection);
    }

    /** Returns the deciding route, its template with the collection's base path. */
    public Optional<Route> route() {
        return Optional.ofNullable(route);
    }

    /**
     * Returns the scopes that the caller holds on the collection: those that its grant names, or all that the collection's
     * routes require; empty without a grant, or if the decision fell before.
     */
    public Set<String> scopes() {
        return scopes;
    }

    /**
     * Returns the claims of the token that was offered, as soon as it was proven. They are not to be logged: with
     * {@link io.apiaccess.jwt.ProfileClaim#workato()}, one of them may be an API key.
     */
    public Optional<Claims> claims() {
        return Optional.ofNullable(claims);
    }

    /** Returns the reading of the wall clock that was judged by, if it came to that. */
    public Optional<Instant> at() {
        return Optional.ofNullable(at);
    }

    /** Returns the same decision as one that fell at an instant, if no reading of the wall clock was judged by. */
    public Decision fallenAt(Instant now) {
        Objects.requireNonNull(now, "now");
        return at == null ? at(now) : this;
    }

    abstract Decision at(Instant now);

    /** Returns the revision of the configuration that was judged by. */
    public long snapshotRevision() {
        return snapshotRevision;
    }

    /**
     * Returns how every enforced limit that applies stands, in the order client, profile, plan, collection; empty if the
     * decision fell before them. Those that are left out while their store fails are not among them.
     */
    public List<LimitState> limits() {
        return inShadow(false);
    }

    /** Returns how every limit in shadow that applies stands, in the same order; none of it is for the caller's eyes. */
    public List<LimitState> shadowLimits() {
        return inShadow(true);
    }

    /** Returns the first reason why a policy or limit in shadow would have refused the request, if one would. */
    public Optional<DenyReason> wouldRefuse() {
        return Optional.ofNullable(wouldRefuse);
    }

    /** Returns whether it fell without the store of limits, as the limits say for when that cannot answer. */
    public boolean isDegraded() {
        return degraded;
    }

    /** Returns after how long the same request would fit; nothing for an allowed one, or if time will not help. */
    public Optional<Duration> retryAfter() {
        return Optional.empty();
    }

    /** Hands over what it came to, without making anything for it: for those that read every decision. */
    public void tell(Reader reader) {
        DenyReason reason = this instanceof Denied denied ? denied.reason : null;
        reader.read(at, caller, collection, route, reason);
    }

    /** Reads decisions, all of them, on their threads. */
    @FunctionalInterface
    public interface Reader {
        /** Reads what a decision came to; what is {@code null} does not apply, the reason to one that is allowed. */
        void read(
                @Nullable Instant at,
                @Nullable Caller caller,
                @Nullable CollectionId collection,
                @Nullable Route route,
                @Nullable DenyReason reason);
    }

    private List<LimitState> inShadow(boolean shadow) {
        return limits.stream()
                .filter(state -> state.limit().isShadow() == shadow)
                .toList();
    }

    String ground() {
        return request.method().map(HttpMethod::name).orElse("no method") + " "
                + path().map(Faults::quote).orElse("(path not canonical)") + " from "
                + address().map(CallerAddress::toString).orElse("(no usable address)")
                + caller().map(who -> " by profile " + who.profile()).orElse(" by nobody known")
                + route().map(there -> " on " + there).orElse("")
                + wouldRefuse()
                        .map(reason -> ", in shadow it would be " + reason)
                        .orElse("")
                + (degraded ? ", degraded" : "");
    }

    /** The request may pass. */
    public static final class Allowed extends Decision {
        private Allowed(Builder builder) {
            super(builder);
        }

        private Allowed(Allowed other, Instant at) {
            super(other, at);
        }

        /**
         * Returns a denial with all that this has found, for deciders of the application that refuse what the rules let pass.
         * What the call took of limits stays taken.
         */
        public Denied refused(DenyReason reason) {
            return new Denied(this, reason);
        }

        @Override
        Decision at(Instant now) {
            return new Allowed(this, now);
        }

        @Override
        public String toString() {
            return "Allowed: " + ground();
        }
    }

    /** The request may not pass. */
    public static final class Denied extends Decision {
        private final DenyReason reason;
        private final @Nullable LimitState refusingLimit;
        private final Set<HttpMethod> allowedMethods;
        private final @Nullable Duration retryAfter;

        private Denied(Builder builder, DenyReason reason) {
            super(builder);
            this.reason = Objects.requireNonNull(reason, "reason");
            refusingLimit = builder.refusingLimit;
            allowedMethods = builder.allowedMethods;
            retryAfter = refusingLimit == null
                    ? builder.retryAfter
                    : refusingLimit.retryAfter().orElse(null);
        }

        private Denied(Denied other, @Nullable Instant at, @Nullable Duration retryAfter) {
            super(other, at);
            reason = other.reason;
            refusingLimit = other.refusingLimit;
            allowedMethods = other.allowedMethods;
            this.retryAfter = retryAfter;
        }

        private Denied(Allowed other, DenyReason reason) {
            super(other, ((Decision) other).at);
            this.reason = Objects.requireNonNull(reason, "reason");
            refusingLimit = null;
            allowedMethods = Set.of();
            retryAfter = null;
        }

        @Override
        Decision at(Instant now) {
            return new Denied(this, now, retryAfter);
        }

        /** Returns why. */
        public DenyReason reason() {
            return reason;
        }

        @Override
        public Optional<Duration> retryAfter() {
            return Optional.ofNullable(retryAfter);
        }

        /** Returns the same denial with a time after which to try again. */
        public Denied retryAfter(Duration wait) {
            return new Denied(this, ((Decision) this).at, Objects.requireNonNull(wait, "wait"));
        }

        /** Returns the limit that refused: of all that did, the one that frees latest. */
        public Optional<LimitState> refusingLimit() {
            return Optional.ofNullable(refusingLimit);
        }

        /** Returns the methods that the path would take, if the reason is {@link DenyReason#METHOD_NOT_ALLOWED}. */
        public Set<HttpMethod> allowedMethods() {
            return allowedMethods;
        }

        @Override
        public String toString() {
            return "Denied " + reason + ": " + ground()
                    + retryAfter().map(wait -> ", retry in " + wait).orElse("");
        }
    }

    /** Collects what determines a decision. Not thread-safe; to be used for one decision. */
    public static final class Builder {
        private final AccessRequest request;
        private @Nullable Instant at;
        private long snapshotRevision;
        private @Nullable Caller caller;
        private @Nullable CollectionId collection;
        private @Nullable Route route;
        private Set<String> scopes = Set.of();
        private @Nullable Claims claims;
        private List<LimitState> limits = List.of();
        private @Nullable DenyReason wouldRefuse;
        private boolean degraded;
        private @Nullable LimitState refusingLimit;
        private @Nullable Duration retryAfter;
        private Set<HttpMethod> allowedMethods = Set.of();

        private Builder(AccessRequest request) {
            this.request = Objects.requireNonNull(request, "request");
        }

        /** Sets the reading of the wall clock that is judged by. */
        public Builder at(Instant now) {
            at = now;
            return this;
        }

        /** Sets the revision of the configuration that is judged by. */
        public Builder snapshotRevision(long revision) {
            snapshotRevision = revision;
            return this;
        }

        /** Sets who called; {@code null} means nobody known. */
        public Builder caller(@Nullable Caller caller) {
            this.caller = caller;
            return this;
        }

        /** Sets the deciding route. */
        public Builder route(CollectionId collection, Route route) {
            this.collection = collection;
            this.route = route;
            return this;
        }

        /** Sets the claims of the token that has proven the caller; {@code null} means there is none. */
        public Builder claims(@Nullable Claims claims) {
            this.claims = claims;
            return this;
        }

        /** Sets the scopes that the caller holds on the collection. */
        public Builder scopes(Set<String> scopes) {
            this.scopes = Set.copyOf(scopes);
            return this;
        }

        /**
         * Sets how the limits stand, those in shadow too, and which refused if any did.
         *
         * @param all a list that nobody changes any more: it is kept as it is
         */
        public Builder limits(List<LimitState> all, @Nullable LimitState refusing) {
            limits = all;
            refusingLimit = refusing;
            return this;
        }

        /** Sets why a policy or limit in shadow would refuse, unless one would for an earlier reason. */
        public Builder wouldRefuse(DenyReason reason) {
            wouldRefuse = wouldRefuse == null ? reason : wouldRefuse;
            return this;
        }

        /** Sets after how long a denial for another reason than a limit would no longer fall, if that is known. */
        public Builder retryAfter(@Nullable Duration wait) {
            retryAfter = wait;
            return this;
        }

        /** Says that it falls without the store of limits. */
        public Builder degraded() {
            degraded = true;
            return this;
        }

        /** Sets the methods that the path would take. */
        public Builder allowedMethods(Set<HttpMethod> methods) {
            allowedMethods = Collections.unmodifiableSet(new TreeSet<>(methods));
            return this;
        }

        /** Returns the decision that the request may pass. */
        public Allowed allowed() {
            return new Allowed(this);
        }

        /** Returns the decision that it may not. */
        public Denied denied(DenyReason reason) {
            return new Denied(this, reason);
        }
    }
}
