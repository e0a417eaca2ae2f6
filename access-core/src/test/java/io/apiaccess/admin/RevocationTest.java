package io.apiaccess.admin;

import static io.apiaccess.decision.DenyReason.ADDRESS_BLOCKED;
import static io.apiaccess.decision.DenyReason.ADDRESS_NOT_ALLOWED;
import static io.apiaccess.decision.DenyReason.CLIENT_INACTIVE;
import static io.apiaccess.decision.DenyReason.CLIENT_RETIRED;
import static io.apiaccess.decision.DenyReason.COLLECTION_INACTIVE;
import static io.apiaccess.decision.DenyReason.INSUFFICIENT_SCOPE;
import static io.apiaccess.decision.DenyReason.KEY_DISABLED;
import static io.apiaccess.decision.DenyReason.NOT_GRANTED;
import static io.apiaccess.decision.DenyReason.NO_SUCH_ROUTE;
import static io.apiaccess.decision.DenyReason.OUTSIDE_TIME_WINDOW;
import static io.apiaccess.decision.DenyReason.PROFILE_INACTIVE;
import static io.apiaccess.decision.DenyReason.PROFILE_RETIRED;
import static io.apiaccess.decision.DenyReason.QUOTA_EXCEEDED;
import static io.apiaccess.decision.DenyReason.RATE_LIMITED;
import static io.apiaccess.decision.DenyReason.REVOKED_CREDENTIAL;
import static io.apiaccess.decision.DenyReason.ROUTE_INACTIVE;
import static io.apiaccess.decision.DenyReason.UNKNOWN_CREDENTIAL;
import static io.apiaccess.request.HttpMethod.GET;
import static io.apiaccess.request.HttpMethod.POST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.AccessDecider;
import io.apiaccess.Acme;
import io.apiaccess.Rule;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Route;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.client.Grant;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.policy.AddressRules;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.policy.TimeWindow;
import io.apiaccess.request.AccessRequest;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is taken away is gone from the next decision on, whoever decides meanwhile. */
@Rule({"D12", "trap 15"})
class RevocationTest {
    private final Acme acme = new Acme();
    private final AccessAdmin admin = acme.admin;

    @AfterEach
    void close() {
        acme.close();
    }

    static Stream<Arguments> revocations() {
        return Stream.of(
                taken("revoked key", REVOKED_CREDENTIAL, it -> it.admin.revokeKey(it.acme.key.id())),
                taken("refreshed key", REVOKED_CREDENTIAL, it -> it.admin.refreshKey(it.acme.key.id())),
                taken("disabled key", KEY_DISABLED, it -> it.admin.disableKey(it.acme.key.id())),
                taken("inactive profile", PROFILE_INACTIVE, it -> it.admin.deactivate(it.acme.mobile.id())),
                taken("retired profile", PROFILE_RETIRED, it -> it.admin.retire(it.acme.mobile.id())),
                taken("inactive client", CLIENT_INACTIVE, it -> it.admin.deactivate(it.acme.acme.id())),
                taken("retired client", CLIENT_RETIRED, it -> it.admin.retire(it.acme.acme.id())),
                taken("inactive collection", COLLECTION_INACTIVE, it -> it.admin.deactivate(it.acme.orders.id())),
                taken("retired collection", NO_SUCH_ROUTE, it -> it.admin.retire(it.acme.orders.id())),
                taken("inactive route", ROUTE_INACTIVE, it -> it.admin.deactivateRoute(it.acme.orders.id(), "/orders")),
                taken(
                        "broken contract",
                        NOT_GRANTED,
                        it -> it.admin.update(it.acme.mobile.toBuilder()
                                .withoutGrant(it.acme.orders.id())
                                .build())),
                taken("blocked address", ADDRESS_BLOCKED, edit(it -> it.blockFrom(Acme.INSIDE))),
                taken("narrowed addresses", ADDRESS_NOT_ALLOWED, edit(it -> it.addresses(AddressRules.none()))),
                taken("scopes", INSUFFICIENT_SCOPE, it -> {
                    it.admin.update(it.acme.orders.toBuilder()
                            .clearRoutes()
                            .route(Route.at("/orders", POST).scopes("write"))
                            .build());
                    assertNull(it.acme.reason(POST, "/orders"));
                    return it.regrant(Grant.of(it.acme.orders.id()).scopes("read"));
                }),
                taken(
                        "exception",
                        NOT_GRANTED,
                        it -> it.regrant(Grant.of(it.acme.orders.id()).except(POST, "/orders"))),
                taken(
                        "read-only",
                        NOT_GRANTED,
                        it -> it.regrant(Grant.of(it.acme.orders.id()).readOnly())),
                taken(
                        "rate limit",
                        RATE_LIMITED,
                        policy(it -> it.limit(RateLimit.of(0).per(Duration.ofDays(1))))),
                taken("quota", QUOTA_EXCEEDED, policy(it -> it.limit(Quota.of(0).perMonth()))),
                taken(
                        "time window",
                        OUTSIDE_TIME_WINDOW,
                        policy(it -> it.during(TimeWindow.daily(LocalTime.of(1, 0), LocalTime.of(2, 0))))),
                taken("blocked by a policy", ADDRESS_BLOCKED, policy(it -> it.blockFrom(Acme.INSIDE))),
                taken("deleted profile", UNKNOWN_CREDENTIAL, it -> {
                    it.admin.delete(it.acme.mobile.id(), true);
                    return it;
                }),
                taken("deleted client", UNKNOWN_CREDENTIAL, it -> {
                    it.admin.delete(it.acme.acme.id(), true);
                    return it;
                }),
                taken("deleted collection", NO_SUCH_ROUTE, it -> {
                    it.admin.delete(it.acme.orders.id(), true);
                    return it;
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("revocations")
    void theNextDecisionSees(String what, DenyReason reason, Function<RevocationTest, Object> change) {
        AccessRequest request =
                Acme.request(POST, "/orders").apiKey(acme.key.reveal()).build();
        AccessDecider decider = acme.access.decider();
        assertNull(Acme.reason(decider.decide(request)), what);
        assertNotNull(change.apply(this));
        assertEquals(reason, Acme.reason(decider.decide(request)), what);
    }

    @Test
    void theNextDecisionSeesAlsoWhatAnotherActorTakesAway() {
        acme.access.admin("another actor").deactivate(acme.mobile.id());
        assertEquals(PROFILE_INACTIVE, acme.reason(GET, "/orders/1"));
    }

    @Test
    void aRevokedKeyNeverPassesOnceItsRevocationHasReturned() throws Exception {
        Queue<String> live = new ConcurrentLinkedQueue<>();
        Set<String> revoked = ConcurrentHashMap.newKeySet();
        AtomicInteger working = new AtomicInteger(2);
        Callable<List<String>> administrator = () -> {
            try {
                AccessProfile own = admin.create(AccessProfile.named(
                                "of thread " + Thread.currentThread().getId(), acme.acme.id())
                        .grant(acme.orders.id())
                        .build());
                for (int i = 0; i < 300; i++) {
                    IssuedKey key = admin.issueKey(own.id());
                    live.add(key.reveal());
                    if (i % 3 == 0) {
                        IssuedKey fresh = admin.refreshKey(key.id());
                        revoked.add(key.reveal());
                        key = fresh;
                        live.add(key.reveal());
                    }
                    admin.revokeKey(key.id());
                    revoked.add(key.reveal());
                }
                return List.of();
            } finally {
                working.decrementAndGet();
            }
        };
        Callable<List<String>> caller = () -> {
            List<String> faults = new ArrayList<>();
            while (working.get() > 0 || !live.isEmpty()) {
                String key = live.poll();
                for (int i = 0; key != null && i < 4; i++) {
                    boolean wasRevoked = revoked.contains(key);
                    DenyReason reason = use(key);
                    if (wasRevoked ? reason != REVOKED_CREDENTIAL : reason != null && reason != REVOKED_CREDENTIAL) {
                        faults.add(wasRevoked + " " + reason);
                    }
                }
            }
            return faults;
        };
        assertEquals(
                List.of(List.of(), List.of(), List.of(), List.of()),
                together(List.of(administrator, administrator, caller, caller)));
        assertEquals(800, revoked.size());
        revoked.forEach(key -> assertEquals(REVOKED_CREDENTIAL, use(key)));
    }

    @Test
    @Rule("D1")
    void decidesWithoutAFaultWhileEverythingIsChanged() throws Exception {
        AtomicInteger working = new AtomicInteger(2);
        Set<DenyReason> allowedToHappen =
                Set.of(UNKNOWN_CREDENTIAL, NO_SUCH_ROUTE, NOT_GRANTED, CLIENT_INACTIVE, RATE_LIMITED);
        Queue<String> keys = new ConcurrentLinkedQueue<>(List.of(acme.key.reveal()));
        Callable<List<String>> administrator = () -> {
            try {
                IntStream.range(0, 60).forEach(i -> buildAndTearDown(i, keys));
                return List.of();
            } finally {
                working.decrementAndGet();
            }
        };
        Callable<List<String>> caller = () -> {
            List<String> faults = new ArrayList<>();
            while (working.get() > 0) {
                for (String key : keys) {
                    DenyReason reason = acme.reason(Acme.request(
                                    ThreadLocalRandom.current().nextBoolean() ? GET : POST,
                                    ThreadLocalRandom.current().nextBoolean() ? "/orders" : "/extra/1")
                            .apiKey(key));
                    if (reason != null && !allowedToHappen.contains(reason)) {
                        faults.add(reason.toString());
                    }
                }
            }
            return faults;
        };
        assertEquals(
                List.of(List.of(), List.of(), List.of(), List.of()),
                together(List.of(administrator, administrator, caller, caller)));
        assertNull(acme.reason(GET, "/orders/1"));
    }

    @Test
    void givesOutTwentyKeysHoweverManyAskAtOnce() throws Exception {
        Callable<Integer> asker = () -> {
            int issued = 0;
            for (int i = 0; i < 15; i++) {
                try {
                    keep(admin.issueKey(acme.mobile.id()));
                    issued++;
                } catch (IllegalStateException full) {
                    assertTrue(String.valueOf(full.getMessage()).contains("20"), full::getMessage);
                }
            }
            return issued;
        };
        List<Integer> issued = together(List.of(asker, asker, asker));
        assertEquals(19, issued.stream().mapToInt(Integer::intValue).sum());
        assertEquals(20, admin.listKeys(acme.mobile.id()).size());
    }

    @Test
    void letsOneOfTwoUpdatesOfTheSameStateThrough() throws Exception {
        Callable<Integer> editor = () -> {
            int won = 0;
            for (int i = 0; i < 100; i++) {
                AccessProfile read = admin.get(acme.mobile.id());
                int count = Integer.parseInt(read.version().orElse("0"));
                try {
                    admin.update(read.toBuilder()
                            .version(Integer.toString(count + 1))
                            .build());
                    won++;
                } catch (StaleRevisionException lost) {
                    assertTrue(lost.given() < lost.current());
                }
            }
            return won;
        };
        int won = together(List.of(editor, editor, editor)).stream()
                .mapToInt(Integer::intValue)
                .sum();
        assertEquals(
                Integer.toString(won), admin.get(acme.mobile.id()).version().orElseThrow());
    }

    /** Adds a client with all it needs, uses it and deletes it. */
    private void buildAndTearDown(int round, Queue<String> keys) {
        String name = Thread.currentThread().getId() + " " + round;
        Policy policy = admin.create(Policy.named(name)
                .limit(RateLimit.of(1_000_000).per(Duration.ofSeconds(1)))
                .build());
        ApiCollection extra = admin.create(ApiCollection.named(name)
                .basePath("/extra/" + Thread.currentThread().getId())
                .build());
        Client client = admin.create(Client.named(name).policy(policy.id()).build());
        AccessProfile profile = admin.create(AccessProfile.named(name, client.id())
                .grant(extra.id())
                .grant(acme.orders.id())
                .build());
        IssuedKey key = admin.issueKey(profile.id());
        keys.add(key.reveal());
        assertNull(use(key.reveal()));
        admin.deactivate(client.id());
        admin.delete(extra.id(), true);
        admin.delete(client.id(), true);
        admin.delete(policy.id());
        assertEquals(UNKNOWN_CREDENTIAL, use(key.reveal()));
        if (round % 8 != 0) {
            keys.remove(key.reveal());
        }
    }

    private static void keep(IssuedKey key) {
        assertTrue(key.reveal().startsWith("ak_"));
    }

    private @Nullable DenyReason use(String key) {
        return acme.reason(Acme.request(GET, "/orders/1").apiKey(key));
    }

    private AccessProfile regrant(Grant grant) {
        return admin.update(acme.mobile.toBuilder()
                .withoutGrant(grant.collection())
                .grant(grant)
                .build());
    }

    private static <T> List<T> together(List<Callable<T>> tasks) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> done : threads.invokeAll(tasks)) {
                results.add(done.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    private static Arguments taken(String what, DenyReason reason, Function<RevocationTest, Object> change) {
        return Arguments.of(what, reason, change);
    }

    private static Function<RevocationTest, Object> edit(UnaryOperator<AccessProfile.Builder> change) {
        return it -> it.admin.update(change.apply(it.acme.mobile.toBuilder()).build());
    }

    private static Function<RevocationTest, Object> policy(UnaryOperator<Policy.Builder> change) {
        return it -> it.acme.hold(change.apply(Policy.named("Closed")));
    }
}
