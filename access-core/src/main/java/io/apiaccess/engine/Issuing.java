package io.apiaccess.engine;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.client.AccessToken;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.Grant;
import io.apiaccess.client.KeyDigest;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.TokenId;
import io.apiaccess.decision.Caller;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.entity.Entity;
import io.apiaccess.key.KeyFormat;
import io.apiaccess.key.KeyHasher;
import io.apiaccess.oauth.TokenAnswer;
import io.apiaccess.oauth.TokenAnswer.Issued;
import io.apiaccess.oauth.TokenAnswer.Refused;
import io.apiaccess.oauth.TokenRequest;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.request.Secret;
import io.apiaccess.snapshot.KnownKey;
import io.apiaccess.snapshot.Snapshots;
import io.apiaccess.spi.AccessStore;
import io.apiaccess.spi.AccessStore.Transaction;
import io.apiaccess.spi.LimitStore.Reading;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How access tokens come to be (RFC 6749 section 4.4): the stages of a decision up to ADDRESS say who may have one, and the
 * store takes it only if nothing of what they went by has changed meanwhile. Thread-safe.
 */
public final class Issuing {
    private static final Logger LOG = LoggerFactory.getLogger(Issuing.class);
    private static final int ATTEMPTS = 5;
    private static final long SWEEP_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int SWEPT_AT_ONCE = 1_000;
    /** So long a token is remembered after its end, for its reason. */
    private static final Duration REMEMBERED = Duration.ofMinutes(5);

    private final AccessStore store;
    private final Snapshots snapshots;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final long origin;
    private final AtomicLong sweptAt;
    private final KeyFormat format;
    private final KeyLookup secrets;
    private final KeyHasher hasher;
    private final SecureRandom random;
    private final FailedAttempts failures;
    private final TokenPace pace;
    private final KeyWatch watch;

    /** Returns an issuer of tokens for what is in a store. */
    public Issuing(
            AccessStore store,
            Snapshots snapshots,
            InstantSource clock,
            LongSupplier nanos,
            KeyFormat format,
            KeyHasher hasher,
            SecureRandom random,
            FailedAttempts failures,
            TokenPace pace,
            KeyWatch watch) {
        this.store = store;
        this.snapshots = snapshots;
        this.clock = clock;
        this.nanos = nanos;
        this.origin = nanos.getAsLong();
        this.sweptAt = new AtomicLong(origin);
        this.format = format.ofTokens();
        this.secrets = new KeyLookup(format, hasher);
        this.hasher = hasher;
        this.random = random;
        this.failures = failures;
        this.pace = pace;
        this.watch = watch;
    }

    /**
     * Issues a token or says why not. Never throws: what cannot be done now is refused as unavailable.
     *
     * @param refusals hears of a refusal as of a denied call that has neither method nor path
     */
    public TokenAnswer issue(TokenRequest request, Consumer<Decision> refusals) {
        Objects.requireNonNull(request, "request");
        try {
            long at = nanos.getAsLong();
            Reading now = new Reading(at - origin, clock.instant());
            if (!snapshots.isWhole() || (snapshots.isRemote() && snapshots.isStaleAt(at))) {
                refusals.accept(refusal(request).at(now.instant()).denied(DenyReason.UNAVAILABLE));
                return refused(DenyReason.UNAVAILABLE);
            }
            Optional<Duration> pause = failures.pause(request.address().orElse(null), now);
            if (pause.isPresent()) {
                refusals.accept(refusal(request).at(now.instant()).denied(DenyReason.TOO_MANY_FAILURES));
                return new Refused(DenyReason.TOO_MANY_FAILURES, pause);
            }
            TokenAnswer answer = answer(request, now, refusals);
            if (answer instanceof Refused refused && refused.error().equals("invalid_client")) {
                failures.count(request.address().orElse(null), now);
                if (failures.pause(request.address().orElse(null), now).isPresent()) {
                    LOG.warn("{}: too many of them do not prove themselves", request);
                }
            }
            sweep(now);
            return answer;
        } catch (RuntimeException | StackOverflowError | LinkageError e) {
            LOG.error("no token is issued: {}", request, e);
            refusals.accept(refusal(request).denied(DenyReason.UNAVAILABLE));
            return refused(DenyReason.UNAVAILABLE);
        }
    }

    private TokenAnswer answer(TokenRequest request, Reading now, Consumer<Decision> refusals) {
        boolean paced = false;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Case it = caseOf(request, now.instant());
            DenyReason reason = judge(it, request);
            if (reason == DenyReason.UNKNOWN_CREDENTIAL && isElsewhere(it, request)) {
                it = caseOf(request, now.instant());
                reason = judge(it, request);
            }
            if (reason != null) {
                watch.saw(it, reason);
                return refused(it, request, reason, refusals);
            }
            Set<String> held = held(it);
            Set<String> asked = request.scope().map(Issuing::split).orElse(null);
            if (asked != null && !held.containsAll(asked)) {
                return refused(it, request, DenyReason.INSUFFICIENT_SCOPE, refusals);
            }
            Optional<Duration> pause =
                    paced ? Optional.empty() : pace.take(secretOf(it).id(), now);
            if (pause.isPresent()) {
                return new Refused(
                        refused(it, request, DenyReason.RATE_LIMITED, refusals).reason(), pause);
            }
            paced = true;
            Issued issued = issue(it, asked, asked == null ? held : asked);
            if (issued != null) {
                return issued;
            }
            snapshots.refresh();
        }
        throw new IllegalStateException("what is asked for changes too often");
    }

    /** Looks once more where a secret may have been issued by another node (S8). */
    private boolean isElsewhere(Case it, TokenRequest request) {
        KeyDigest secret = secrets.ownSecret(request.secret().reveal());
        return secret != null && snapshots.lookUp(secret, it.snapshot.revision());
    }

    private Case caseOf(TokenRequest request, Instant now) {
        // a path that no method takes: the policies of client and profile apply, and no route's
        AccessRequest call = AccessRequest.of(null, "/")
                .fromAddress(request.address().orElse(null))
                .fromCertificate(request.certificate().orElse(null))
                .build();
        return new Case(call, null, snapshots.current(), now, nanos, Trace.NONE);
    }

    /** Starts what is told of a refusal. */
    public static Decision.Builder refusal(TokenRequest request) {
        return Decision.of(subject(request));
    }

    /** Returns what a refusal is told of: no call, so it has neither method nor path. */
    private static AccessRequest subject(TokenRequest request) {
        return AccessRequest.of(null, null)
                .fromAddress(request.address().orElse(null))
                .build();
    }

    /** Judges as a decision would; until the secret is found, at the same cost for everybody. */
    private @Nullable DenyReason judge(Case it, TokenRequest request) {
        KnownKey secret = secrets.findClientSecret(it.snapshot, request.secret().reveal());
        boolean isTheirs =
                Secret.of(secret == null ? "" : secret.key().profile().value()).equals(Secret.of(request.clientId()));
        if (secret == null || !isTheirs || secret.key().isForgottenAt(it.now)) {
            return DenyReason.UNKNOWN_CREDENTIAL;
        }
        it.hold(secret);
        if (!it.isHeld()) {
            return Standing.check(it);
        }
        if (!it.takesIssued()) {
            return DenyReason.WRONG_METHOD;
        }
        if (!Authenticate.hasCertificate(it)) {
            return DenyReason.CERTIFICATE_MISMATCH;
        }
        DenyReason standing = Standing.check(it);
        return standing == null ? Origin.check(it) : standing;
    }

    /** Returns the scopes that the grants in force hold. */
    private static Set<String> held(Case it) {
        Set<String> held = new TreeSet<>();
        for (Grant grant : Objects.requireNonNull(it.ways().terms(), "terms").grants()) {
            ApiCollection collection = it.snapshot.get(grant.collection());
            held.addAll(grant.scopes().orElse(collection.scopes()));
        }
        return held;
    }

    /** Stores a new token, or returns {@code null} where something has changed since it was judged. */
    private @Nullable Issued issue(Case it, @Nullable Set<String> narrowed, Set<String> scopes) {
        ApiKey secret = secretOf(it);
        Secret text = format.generate(random);
        AccessToken token = AccessToken.issue(secret, hasher.seal(hasher.sha256(text.reveal())), narrowed, it.now);
        boolean taken = store.write(transaction -> {
            if (!isCurrent(transaction, secret)
                    || !isCurrent(transaction, it.ways().profile())
                    || !isCurrent(transaction, it.ways().client())) {
                return false;
            }
            makeRoom(transaction, secret.id());
            transaction.put(token);
            return true;
        });
        if (!taken) {
            return null;
        }
        snapshots.refresh();
        return new Issued(text, Duration.between(it.now, token.expiresAt()), scopes);
    }

    private static ApiKey secretOf(Case it) {
        return Objects.requireNonNull(it.key(), "key");
    }

    private static <E extends Entity<E>> boolean isCurrent(Transaction transaction, E judged) {
        return transaction
                .find(judged.id())
                .filter(current -> current.revision() == judged.revision())
                .isPresent();
    }

    /** Drops the oldest tokens of a secret where it has as many as it may. */
    private static void makeRoom(Transaction transaction, KeyId secret) {
        List<TokenId> kept = tokensOf(transaction, secret);
        kept.stream()
                .sorted()
                .limit(Math.max(0, kept.size() - AccessToken.MAX_PER_SECRET + 1))
                .forEach(transaction::remove);
    }

    private static List<TokenId> tokensOf(Transaction transaction, KeyId secret) {
        return transaction.referrersOf(secret).stream()
                .filter(TokenId.class::isInstance)
                .map(TokenId.class::cast)
                .toList();
    }

    /**
     * Drops tokens that have expired, some at a time: once a minute, and as long as there may be more with each request, so
     * that they go faster than they come.
     */
    private void sweep(Reading now) {
        long at = now.nanos() + origin;
        long last = sweptAt.get();
        if (at - last < SWEEP_NANOS || !sweptAt.compareAndSet(last, at)) {
            return;
        }
        Instant end = now.instant().minus(REMEMBERED);
        List<TokenId> expired = snapshots.current().tokensExpiredBefore(end, SWEPT_AT_ONCE);
        if (!expired.isEmpty()) {
            try {
                store.write(transaction -> {
                    expired.forEach(transaction::remove);
                    return expired;
                });
                snapshots.refresh();
                if (expired.size() == SWEPT_AT_ONCE) {
                    sweptAt.compareAndSet(at, last);
                }
            } catch (RuntimeException e) {
                LOG.warn("tokens that have expired could not be dropped", e);
            }
        }
    }

    private static Set<String> split(String scope) {
        return new TreeSet<>(List.of(scope.split(" ", -1)));
    }

    /** Says in the log why the owner of a secret gets no token, since the answer does not. */
    private static Refused refused(Case it, TokenRequest request, DenyReason reason, Consumer<Decision> refusals) {
        refusals.accept(it.found(subject(request)).denied(reason));
        Refused refused = refused(reason);
        if (refused.error().equals("invalid_client")) {
            LOG.debug("no token is issued from {}: {}", it.request.address().orElse(null), reason);
        } else {
            LOG.info(
                    "no token is issued to profile {}: {}",
                    Optional.ofNullable(it.caller()).map(Caller::profile).orElse(null),
                    reason);
        }
        return refused;
    }

    private static Refused refused(DenyReason reason) {
        return new Refused(reason, Optional.empty());
    }
}
