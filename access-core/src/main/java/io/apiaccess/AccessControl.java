package io.apiaccess;

import io.apiaccess.admin.AccessAdmin;
import io.apiaccess.admin.AdminParts;
import io.apiaccess.check.Faults;
import io.apiaccess.client.ProfileId;
import io.apiaccess.count.UsageMeter;
import io.apiaccess.count.UsageWriter;
import io.apiaccess.decision.AppliedPolicy;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.decision.Explanation;
import io.apiaccess.engine.Authenticate;
import io.apiaccess.engine.Conditions;
import io.apiaccess.engine.EventQueue;
import io.apiaccess.engine.FailedAttempts;
import io.apiaccess.engine.Identify;
import io.apiaccess.engine.Issuing;
import io.apiaccess.engine.KeyWatch;
import io.apiaccess.engine.LimitGate;
import io.apiaccess.engine.LimitWatch;
import io.apiaccess.engine.Limits;
import io.apiaccess.engine.Outlook;
import io.apiaccess.engine.StagedDecider;
import io.apiaccess.engine.TokenPace;
import io.apiaccess.engine.Tokens;
import io.apiaccess.introspect.Introspection;
import io.apiaccess.introspect.IntrospectionEndpoint;
import io.apiaccess.jwt.ProfileClaim;
import io.apiaccess.key.KeyFormat;
import io.apiaccess.key.KeyHasher;
import io.apiaccess.keyset.ClientFetcher;
import io.apiaccess.keyset.HttpsFetcher;
import io.apiaccess.keyset.KeySets;
import io.apiaccess.keyset.Outbound;
import io.apiaccess.log.Replay;
import io.apiaccess.log.ReplayReport;
import io.apiaccess.memory.MemoryAccessStore;
import io.apiaccess.memory.MemoryLimitStore;
import io.apiaccess.memory.MemoryUsageStore;
import io.apiaccess.oauth.TokenAnswer;
import io.apiaccess.oauth.TokenRequest;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.snapshot.Snapshots;
import io.apiaccess.spi.AccessEvents;
import io.apiaccess.spi.AccessEvents.Store;
import io.apiaccess.spi.AccessStore;
import io.apiaccess.spi.Actor;
import io.apiaccess.spi.Condition;
import io.apiaccess.spi.DecisionListener;
import io.apiaccess.spi.LimitStore;
import io.apiaccess.spi.StoreHealth;
import io.apiaccess.spi.UsageRetention;
import io.apiaccess.spi.UsageStore;
import io.apiaccess.token.Places;
import io.apiaccess.token.TokenCache;
import io.apiaccess.usage.UsageReports;
import java.net.http.HttpClient;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one object that an application keeps: it wires a store, the limits and the clocks to a decider and to the management
 * of what is decided by. Thread-safe.
 *
 * <p>After {@link #close()} every decision is a denial as unavailable.
 */
public final class AccessControl implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AccessControl.class);
    private static final Duration REPLAY_BUDGET = Duration.ofSeconds(2);
    private static final Duration USAGE_INTERVAL = Duration.ofSeconds(1);

    private final AccessStore store;
    private final LimitStore limitStore;
    private final InstantSource clock;
    private final Conditions conditions;
    private final AdminParts adminParts;
    private final Snapshots snapshots;
    private final LimitGate limits;
    private final EventQueue events;
    private final StagedDecider decider;
    private final Issuing issuing;
    private final KeySets keySets;
    private final UsageStore usageStore;
    private final UsageRetention usageRetention;
    private final UsageMeter usageMeter;
    private final UsageWriter usageWriter;
    private final Limits limitStage;
    private final Identify identify;
    private final Authenticate authenticate;
    private final KeyWatch keyWatch;
    private final Telling telling;
    private final LongSupplier nanos;
    private final Lookout lookout;
    private final @Nullable Introspection introspection;
    private volatile boolean closed;

    private AccessControl(Builder builder) {
        store = builder.store;
        limitStore = builder.limitStore;
        clock = builder.clock;
        KeyFormat format = new KeyFormat(builder.keyPrefix);
        KeyHasher hasher = new KeyHasher(builder.peppers);
        snapshots = new Snapshots(store, builder.nanos, builder.maxStaleness, builder.conditions.keySet());
        Outbound fetcher = builder.fetcher();
        keySets = KeySets.create(fetcher, builder.nanos, builder.fetchTimeout);
        introspection = builder.introspection == null
                ? null
                : Introspection.create(
                        builder.introspection, fetcher, builder.nanos, builder.fetchTimeout, builder.tokenCache);
        Tokens tokens = new Tokens(
                new Places(builder.profileClaim, builder.profileClaims),
                format,
                hasher,
                new TokenCache(builder.tokenCache),
                keySets);
        events = new EventQueue(builder.listeners);
        limits = new LimitGate(
                limitStore, new MemoryLimitStore(), builder.limitBudget, answers -> tell(Store.LIMITS, answers));
        limitStage = new Limits(limits, new LimitWatch(events, limitStore::jumps), builder.nanos, true);
        identify = new Identify(format, hasher, tokens, introspection);
        authenticate = new Authenticate(tokens);
        conditions = new Conditions(builder.conditions);
        keyWatch = new KeyWatch(events);
        decider = new StagedDecider(snapshots, clock, identify, authenticate, conditions, limitStage, keyWatch);
        usageStore = builder.usageStore;
        usageRetention = builder.usageRetention;
        usageMeter = new UsageMeter(builder.usageCounts);
        usageWriter = new UsageWriter(
                usageMeter, usageStore, usageRetention, clock, USAGE_INTERVAL, answers -> tell(Store.USAGE, answers));
        telling = new Telling(builder.decisionListeners);
        nanos = builder.nanos;
        lookout = new Lookout(events, snapshots, store, usage(), clock, builder.expiryNotice, builder.unusedAfter);
        issuing = new Issuing(
                store,
                snapshots,
                clock,
                builder.nanos,
                format,
                hasher,
                builder.random,
                new FailedAttempts(new MemoryLimitStore(), builder.tokenFailures),
                new TokenPace(new MemoryLimitStore(), builder.tokensPerMinute),
                keyWatch);
        adminParts = new AdminParts(
                store,
                limitStore,
                clock,
                format,
                hasher,
                builder.random,
                builder.conditions,
                outlook(new Outlook(snapshots, clock, identify, limitStage)),
                snapshots::published,
                snapshots::refresh);
        events.start();
        usageWriter.start();
        snapshots.start();
        lookout.start();
    }

    private static AdminParts.Outlook outlook(Outlook outlook) {
        return new AdminParts.Outlook() {
            @Override
            public Optional<DenyReason> objection(@Nullable ProfileId profile, AccessRequest request) {
                return outlook.objection(profile, request);
            }

            @Override
            public List<AppliedPolicy> policies(ProfileId profile, AccessRequest request) {
                return outlook.policies(profile, request);
            }
        };
    }

    /** Returns one that keeps everything in memory: what is in it, and what was used, ends with the process. */
    public static AccessControl inMemory() {
        return builder().build();
    }

    /** Starts one that keeps everything in memory unless told otherwise. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the decider. */
    public AccessDecider decider() {
        return this::decide;
    }

    /**
     * Returns the decider with the application's own around it, whose answers are those that are counted and told to
     * listeners. Where that throws or returns {@code null}, the answer is a denial as unavailable.
     *
     * @param wrapping makes the application's decider of the one that goes by the rules
     */
    public AccessDecider decider(UnaryOperator<AccessDecider> wrapping) {
        AccessDecider wrapped = Objects.requireNonNull(wrapping.apply(this::judge), "wrapped decider");
        return request -> decide(request, wrapped);
    }

    /** Returns the issuer of access tokens to profiles that prove themselves by OAuth 2.0. */
    public TokenIssuer tokens() {
        return this::issue;
    }

    /** Returns the management, its changes being recorded as those of {@code admin}. */
    public AccessAdmin admin() {
        return admin("admin");
    }

    /** Returns the management, its changes being recorded as those of an actor who may do everything. */
    public AccessAdmin admin(String actor) {
        requireName(actor);
        return adminFor(Actor.fullAdmin(actor));
    }

    /** Returns the management by an actor, who sees and changes what the application lets them. */
    public AccessAdmin adminFor(Actor actor) {
        requireName(actor.name());
        return new AccessAdmin(adminParts, actor);
    }

    /** Returns the reports on who used what. */
    public UsageReports usage() {
        return new UsageReports(
                usageStore,
                store,
                demands -> limitStore.peek(demands, 0, limitStage.reading(clock.instant())),
                usageRetention,
                clock,
                usageWriter::flush);
    }

    /** Returns how it is. */
    public Health health() {
        StoreHealth ofStore = snapshots.health();
        UsageMeter.Totals calls = usageMeter.totals();
        return new Health(
                ofStore.revision(),
                ofStore.age(),
                ofStore.up(),
                ofStore.stale(),
                ofStore.unreadable(),
                !limits.isFailing(),
                !usageWriter.isFailing(),
                calls.allowed(),
                calls.denied(),
                calls.unavailable(),
                events.waiting(),
                events.dropped(),
                usageMeter.cells(),
                usageWriter.waiting(),
                usageMeter.unsorted(),
                usageMeter.dropped(),
                telling.failed());
    }

    /**
     * Judges recorded decisions by the configuration of this object, as if it were then, and takes nothing of its limits:
     * those begin unused at the first line.
     *
     * @param lines the lines of a {@link io.apiaccess.log.DecisionLog}, in their order
     */
    public ReplayReport replay(Stream<String> lines) {
        try (LimitGate unused =
                new LimitGate(new MemoryLimitStore(), new MemoryLimitStore(), REPLAY_BUDGET, answers -> {})) {
            RecordedTime then = new RecordedTime();
            Limits ofThen =
                    new Limits(unused, new LimitWatch(new EventQueue(List.of()), limit -> false), then::nanos, false);
            StagedDecider judge =
                    new StagedDecider(snapshots, then, identify, authenticate, conditions, ofThen, keyWatch);
            return new Replay((request, at, profile, key, scopes) -> {
                        then.set(at);
                        return judge.replay(request, profile, key, scopes);
                    })
                    .run(lines);
        }
    }

    private static void requireName(String actor) {
        Faults faults = new Faults();
        faults.name("name", actor);
        faults.throwIfAny("actor", actor);
    }

    /**
     * Decides in words and consumes nothing: the same code, with what every stage compared and found. It may fetch keys and
     * ask the introspection endpoint, as a decision does, and what that answers is remembered.
     */
    public Explanation explain(AccessRequest request) {
        Objects.requireNonNull(request, "request");
        return closed ? unavailable(request) : decider.explain(request, null);
    }

    /**
     * Decides in words as if a profile had proven itself, whatever the request offers; consumes nothing.
     *
     * @throws io.apiaccess.admin.NotFoundException if the id names no profile
     */
    public Explanation explain(ProfileId profile, AccessRequest request) {
        Objects.requireNonNull(request, "request");
        return closed
                ? unavailable(request)
                : decider.explain(request, admin().get(profile).id());
    }

    /**
     * Brings this node up to date with its store: when this returns, what others had changed when it was called is decided
     * by. Without this call that happens in the background.
     *
     * @throws io.apiaccess.spi.StoreException if the store cannot answer
     */
    public void refreshNow() {
        snapshots.refresh();
    }

    /** Returns how long ago the store confirmed what is decided by; nothing for a store in this process. */
    public Duration snapshotAge() {
        return snapshots.age();
    }

    /** Returns how this node stands to its store. */
    public StoreHealth storeHealth() {
        return snapshots.health();
    }

    /**
     * Ends it, writes what was counted, for five seconds at most, delivers the events that wait, for a second at most, and
     * closes its stores.
     */
    @Override
    public void close() {
        try (store;
                snapshots;
                limits;
                usageStore;
                events;
                keySets;
                introspection;
                usageWriter;
                lookout) {
            closed = true;
        }
    }

    private Decision decide(AccessRequest request) {
        Objects.requireNonNull(request, "request");
        long start = telling.isHeard() ? nanos.getAsLong() : 0;
        Decision decision = judge(request);
        count(decision, start);
        return decision;
    }

    private Decision decide(AccessRequest request, AccessDecider wrapped) {
        Objects.requireNonNull(request, "request");
        long start = telling.isHeard() ? nanos.getAsLong() : 0;
        Decision decision = dated(askedOf(wrapped, request));
        count(decision, start);
        return decision;
    }

    private static Decision askedOf(AccessDecider wrapped, AccessRequest request) {
        try {
            return Objects.requireNonNull(wrapped.decide(request), "decision");
        } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
            LOG.error("denied as unavailable, since the application's decider failed: {}", request, e);
            return Decision.denied(request, DenyReason.UNAVAILABLE);
        }
    }

    private Decision judge(AccessRequest request) {
        return closed ? dated(Decision.denied(request, DenyReason.UNAVAILABLE)) : decider.decide(request);
    }

    /** What no rule was asked about falls now, if the clock can be read. */
    private Decision dated(Decision decision) {
        try {
            return decision.at().isPresent() ? decision : decision.fallenAt(clock.instant());
        } catch (RuntimeException e) {
            LOG.error("the clock fails", e);
            return decision;
        }
    }

    private void count(Decision decision, long start) {
        decision.tell(usageMeter);
        if (telling.isHeard()) {
            telling.tell(decision, nanos.getAsLong() - start);
        }
    }

    private void tell(Store store, boolean answers) {
        Lookout.tell(events, store, answers, clock.instant());
    }

    private TokenAnswer issue(TokenRequest request) {
        Objects.requireNonNull(request, "request");
        long start = telling.isHeard() ? nanos.getAsLong() : 0;
        if (closed) {
            count(dated(Issuing.refusal(request).denied(DenyReason.UNAVAILABLE)), start);
            return new TokenAnswer.Refused(DenyReason.UNAVAILABLE, Optional.empty());
        }
        return issuing.issue(request, refusal -> count(dated(refusal), start));
    }

    private static Explanation unavailable(AccessRequest request) {
        return new Explanation(Decision.denied(request, DenyReason.UNAVAILABLE), List.of());
    }

    /** Builds the one object. Not thread-safe. */
    public static final class Builder {
        private static final Duration MAX_NOTICE = Duration.ofDays(3_653);
        private static final Duration MIN_FETCH = Duration.ofMillis(100);
        private static final Duration MAX_FETCH = Duration.ofSeconds(10);

        private final Faults refused = new Faults();
        private final List<KeyHasher.Pepper> peppers = new ArrayList<>();
        private AccessStore store = new MemoryAccessStore();
        private LimitStore limitStore = new MemoryLimitStore();
        private InstantSource clock = InstantSource.system();
        private LongSupplier nanos = System::nanoTime;
        private SecureRandom random = new SecureRandom();
        private final List<AccessEvents> listeners = new ArrayList<>();
        private Duration maxStaleness = Duration.ofMinutes(15);
        private Duration limitBudget = Duration.ofMillis(50);
        private String keyPrefix = KeyFormat.DEFAULT_PREFIX;
        private final Map<String, ProfileClaim> profileClaims = new HashMap<>();
        private @Nullable ProfileClaim profileClaim;
        private int tokenCache = 10_000;
        private final Map<String, Condition> conditions = new HashMap<>();
        private final Set<String> fetchHosts = new HashSet<>();
        private boolean fetchFromLoopback;
        private Duration fetchTimeout = Duration.ofSeconds(2);
        private UsageStore usageStore = new MemoryUsageStore();
        private UsageRetention usageRetention = UsageRetention.STANDARD;
        private int usageCounts = 100_000;
        private final List<DecisionListener> decisionListeners = new ArrayList<>();
        private Duration expiryNotice = Duration.ofDays(14);
        private Duration unusedAfter = Duration.ofDays(90);
        private long tokenFailures = 30;
        private long tokensPerMinute = 100;
        private @Nullable IntrospectionEndpoint introspection;
        private @Nullable HttpClient httpClient;

        private Builder() {}

        /** Sets where clients, profiles, collections, policies, plans and keys are kept. */
        public Builder store(AccessStore store) {
            this.store = Objects.requireNonNull(store, "store");
            return this;
        }

        /** Sets where usage of limits is counted. */
        public Builder limitStore(LimitStore limitStore) {
            this.limitStore = Objects.requireNonNull(limitStore, "limitStore");
            return this;
        }

        /** Sets where it is kept who used what. */
        public Builder usageStore(UsageStore usageStore) {
            this.usageStore = Objects.requireNonNull(usageStore, "usageStore");
            return this;
        }

        /** Sets how long usage is kept how finely, {@link UsageRetention#STANDARD} unless given. */
        public Builder usageRetention(UsageRetention retention) {
            usageRetention = Objects.requireNonNull(retention, "retention");
            return this;
        }

        /**
         * Sets how many different counts wait for the store of usage at most, 100,000 unless given: each is for the calls
         * of a minute by one profile and key on one route with one outcome. What comes while there is no room is counted
         * by its outcome alone.
         */
        public Builder usageCounts(int counts) {
            refused.require(counts >= 0, "usage counts of " + Faults.quote(counts) + " is below 0");
            usageCounts = counts;
            return this;
        }

        /**
         * Sets how long a decision waits for a store of limits outside the process, 50 ms unless given; after that each
         * limit goes by its failure mode.
         */
        public Builder limitBudget(Duration budget) {
            refused.require(
                    budget.compareTo(Duration.ZERO) > 0 && budget.compareTo(Duration.ofMinutes(1)) <= 0,
                    "limit budget " + Faults.quote(budget) + " is not more than 0 and at most a minute");
            limitBudget = budget;
            return this;
        }

        /** Adds a listener to what an owner may want to act on. */
        public Builder events(AccessEvents listener) {
            listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * Sets how long decisions go by what a store outside the process no longer confirms, 15 minutes unless given; after
         * that every decision is a denial as unavailable.
         */
        public Builder maxStaleness(Duration time) {
            refused.require(
                    time.compareTo(Duration.ZERO) > 0 && time.compareTo(Duration.ofDays(365)) <= 0,
                    "staleness " + Faults.quote(time) + " is not more than 0 and at most 365 days");
            maxStaleness = time;
            return this;
        }

        /** Adds a listener to all decisions, such as a {@link io.apiaccess.log.DecisionLog}. */
        public Builder decisions(DecisionListener listener) {
            decisionListeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /** Sets how long ahead listeners hear of a key's end, 14 days unless given. */
        public Builder expiryNotice(Duration ahead) {
            refused.require(
                    !ahead.isNegative() && ahead.compareTo(MAX_NOTICE) <= 0,
                    "expiry notice " + Faults.quote(ahead) + " is not 0 to 3,653 days");
            expiryNotice = ahead;
            return this;
        }

        /** Sets after how long without use listeners hear of a profile or key, 90 days unless given. */
        public Builder unusedAfter(Duration time) {
            refused.require(
                    time.compareTo(Duration.ZERO) > 0 && time.compareTo(MAX_NOTICE) <= 0,
                    "unused after " + Faults.quote(time) + " is not over 0 to 3,653 days");
            unusedAfter = time;
            return this;
        }

        /** Sets the wall clock: for the times of keys, time windows and quotas. */
        public Builder clock(InstantSource clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /** Sets the monotonic clock, in nanoseconds from anywhere: for rates. */
        public Builder monotonicClock(LongSupplier nanos) {
            this.nanos = Objects.requireNonNull(nanos, "nanos");
            return this;
        }

        /** Sets where new keys come from. */
        public Builder random(SecureRandom random) {
            this.random = Objects.requireNonNull(random, "random");
            return this;
        }

        /** Sets the prefix of new keys, {@code [a-z][a-z0-9]{0,15}}, {@code ak} unless given. */
        public Builder keyPrefix(String prefix) {
            refused.gather(() -> new KeyFormat(prefix));
            keyPrefix = prefix;
            return this;
        }

        /**
         * Adds a secret that goes into the digests of keys, so that a stolen store cannot be searched. New keys take the
         * one that was added first; the others are for keys that were made with them.
         *
         * @param id 1 to 64 of {@code A-Z a-z 0-9 _ -}, kept with each digest
         * @param secret at least 32 bytes
         */
        public Builder pepper(String id, byte[] secret) {
            refused.gather(() -> peppers.add(new KeyHasher.Pepper(id, secret)));
            return this;
        }

        /**
         * Registers a condition of the application's own, so that policies can name it.
         *
         * @param name 1 to 64 of {@code A-Z a-z 0-9 _ -}
         */
        public Builder condition(String name, Condition condition) {
            refused.require(
                    Faults.isId(name),
                    "condition name " + Faults.quote(name) + " is not 1 to 64 characters of A-Z, a-z, 0-9, _ and -");
            refused.require(
                    conditions.put(name, Objects.requireNonNull(condition, "condition")) == null,
                    "condition " + Faults.quote(name) + " is registered twice");
            return this;
        }

        /**
         * Sets where all tokens name their profile. Unless given, those for profiles by {@code Jwt} name it by {@code sub},
         * then by the header's {@code kid}; those for OAuth 2.0 and OpenID Connect by {@code client_id}, then by {@code azp},
         * then by {@code sub}.
         */
        public Builder profileClaim(ProfileClaim places) {
            profileClaim = Objects.requireNonNull(places, "places");
            return this;
        }

        /** Sets where tokens of one issuer name their profile. */
        public Builder profileClaim(String issuer, ProfileClaim places) {
            profileClaims.put(Objects.requireNonNull(issuer, "issuer"), Objects.requireNonNull(places, "places"));
            return this;
        }

        /**
         * Sets how many tokens are remembered whose signature was verified, 10,000 unless given; 0 remembers none. What
         * they say is asked of the configuration and the clock each time all the same.
         */
        public Builder tokenCache(int tokens) {
            refused.require(tokens >= 0, "token cache of " + Faults.quote(tokens) + " tokens is below 0");
            tokenCache = tokens;
            return this;
        }

        /**
         * Lets key sets be fetched from a host wherever its address leads, also into this network; others must be at
         * public addresses.
         *
         * @param host as it stands in the address of the key set
         */
        public Builder fetchHost(String host) {
            fetchHosts.add(Objects.requireNonNull(host, "host"));
            return this;
        }

        /** Sets whether key sets may be fetched over plain http from {@code 127.0.0.1} and {@code [::1]}; off unless set. */
        public Builder fetchFromLoopback(boolean allowed) {
            fetchFromLoopback = allowed;
            return this;
        }

        /**
         * Sets how long a fetch of a key set and a question to the introspection endpoint may take, and a decision waits for
         * either, 2 seconds unless given: 100 milliseconds to 10 seconds. What waits holds a thread of the application.
         */
        public Builder fetchTimeout(Duration time) {
            refused.require(
                    time.compareTo(MIN_FETCH) >= 0 && time.compareTo(MAX_FETCH) <= 0,
                    "fetch timeout " + Faults.quote(time) + " is not 100 ms to 10 s");
            fetchTimeout = time;
            return this;
        }

        /**
         * Sets the endpoint that is asked about Bearer tokens that are neither signed nor issued here (RFC 7662), for profiles
         * of OAuth 2.0 that take what it calls active; none is asked unless set. A token is asked about once in a minute at
         * most, and one that is not active once in five seconds.
         *
         * @param url https with a host, without user and fragment; like a key set, at a public address unless its host is
         *     listed by {@link #fetchHost}
         * @param clientId as whom to ask
         * @param clientSecret what proves that
         */
        public Builder introspection(String url, String clientId, String clientSecret) {
            refused.gather(() -> introspection = IntrospectionEndpoint.of(url, clientId, clientSecret));
            return this;
        }

        /**
         * Sets how many requests for access tokens that do not prove themselves may come from one address, or one /64 of
         * IPv6, in any minute, 30 unless given; after that none from there is looked at until a minute is over, beyond those
         * that are under way. 0 sets no limit: behind a proxy that is not listed, all callers have one address.
         */
        public Builder tokenFailures(int perMinute) {
            refused.require(perMinute >= 0, "token failures " + Faults.quote(perMinute) + " a minute are below 0");
            tokenFailures = perMinute;
            return this;
        }

        /**
         * Sets how many access tokens one client secret gets from this process in any minute, 100 unless given; 0 sets no
         * limit. A token lives an hour and serves any number of calls, so that one machine needs few.
         */
        public Builder tokensPerMinute(int tokens) {
            refused.require(tokens >= 0, "tokens per minute " + Faults.quote(tokens) + " are below 0");
            tokensPerMinute = tokens;
            return this;
        }

        /**
         * Sets the client by which key sets are fetched and the introspection endpoint is asked, for a proxy or a trust of its
         * own; it stays open at the end. Fetches are held to the same rules as without it, but for one: between this library's look at the address of a host and
         * the client's connection the client looks the name up again, and where it goes by a proxy, the proxy looks it up.
         *
         * @param client one that follows no redirects
         */
        public Builder httpClient(HttpClient client) {
            refused.require(
                    client.followRedirects() == HttpClient.Redirect.NEVER,
                    "http client follows redirects, " + Faults.quote(client.followRedirects()) + ": `NEVER` is needed");
            httpClient = client;
            return this;
        }

        private Outbound fetcher() {
            return httpClient == null
                    ? new HttpsFetcher(
                            fetchHosts,
                            fetchFromLoopback,
                            (SSLSocketFactory) SSLSocketFactory.getDefault(),
                            fetchTimeout)
                    : new ClientFetcher(httpClient, fetchHosts, fetchFromLoopback, fetchTimeout);
        }

        /**
         * Returns the object, with all that the store holds loaded.
         *
         * @throws IllegalArgumentException naming everything that is wrong with the settings
         * @throws io.apiaccess.spi.StoreException if the store cannot answer
         */
        public AccessControl build() {
            refused.throwIfAny("access control", "builder");
            return new AccessControl(this);
        }
    }
}
