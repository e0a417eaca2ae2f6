package io.apiaccess;

import static io.apiaccess.request.HttpMethod.GET;
import static io.apiaccess.request.HttpMethod.POST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.admin.IssuedKey;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Route;
import io.apiaccess.api.Visibility;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.Grant;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.decision.Explanation;
import io.apiaccess.decision.LimitState;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.request.AccessRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Limits end to end: whose counters a call takes from, what it costs, and what the decision says of them. */
class LimitsTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Acme acme = new Acme();

    @AfterEach
    void close() {
        acme.close();
    }

    @Test
    @Rule({"L1", "L4"})
    void admitsTwoCallsAMinuteAndSaysWhenToComeBack() {
        acme.hold(Policy.named("gold").limit(rate(2)));
        assertTrue(allows(acme.key));
        acme.time.pass(Duration.ofSeconds(20));
        assertTrue(allows(acme.key));
        acme.time.pass(Duration.ofSeconds(30));
        Decision decision = acme.decide(call(acme.key));
        assertEquals(DenyReason.RATE_LIMITED, Acme.reason(decision));
        assertEquals(Optional.of(Duration.ofSeconds(10)), decision.retryAfter());
        acme.time.pass(Duration.ofSeconds(10).minusNanos(1));
        assertFalse(allows(acme.key));
        acme.time.pass(Duration.ofNanos(1));
        assertTrue(allows(acme.key));
        assertFalse(allows(acme.key));
    }

    @Test
    @Rule({"L1", "L4"})
    void admitsAQuotaUntilItsPeriodEnds() {
        acme.hold(Policy.named("gold").limit(Quota.of(1).perDay()));
        assertTrue(allows(acme.key));
        Decision decision = acme.decide(call(acme.key));
        assertEquals(DenyReason.QUOTA_EXCEEDED, Acme.reason(decision));
        assertEquals(Optional.of(Duration.ofHours(14)), decision.retryAfter());
        acme.time.pass(Duration.ofHours(14));
        assertTrue(allows(acme.key));
    }

    @Test
    @Rule({"L2", "trap 1"})
    void theEndOfARatesPeriodDoesNotWipeTheCountOfTheDay() {
        acme.hold(Policy.named("gold").limit(rate(2)).limit(Quota.of(3).perDay()));
        int admitted = 0;
        for (int minute = 0; minute < 10; minute++) {
            for (int call = 0; call < 3; call++) {
                admitted += allows(acme.key) ? 1 : 0;
            }
            acme.time.pass(MINUTE);
        }
        assertEquals(3, admitted);
        assertEquals(List.of(2L, 0L), remaining(call(acme.key)));
    }

    @Test
    @Rule({"L4", "trap 2"})
    void whatRemainsIsNeverNegativeAndNoRefusedCallIsCounted() {
        acme.hold(Policy.named("gold").limit(rate(2)));
        List<Long> remaining = List.of(1L, 0L, 0L, 0L);
        for (long left : remaining) {
            assertEquals(left, acme.decide(call(acme.key)).limits().get(0).remaining());
        }
        acme.time.pass(MINUTE);
        assertEquals(List.of(2L), remaining(call(acme.key)));
    }

    @ParameterizedTest
    @CsvSource({
        "60, 60, 60, 60, 0",
        "30, 60, 60, 60, 1",
        "30, 30, 60, 60, 2",
        "30, 30, 30, 60, 3",
        "60, 30, 60, 30, 0",
        "30, 60, 30, 60, 1",
        "59, 58, 60, 57, 2"
    })
    @Rule({"L4", "trap 13"})
    void theLimitThatFreesLatestRefusesAndOfEqualsTheFirst(
            int client, int profile, int plan, int collection, int refusing) {
        List<Policy> policies = List.of(
                policy("client", seconds(client)),
                policy("profile", seconds(profile)),
                policy("plan", seconds(plan)),
                policy("collection", seconds(collection)));
        AccessRequest.Builder call = holdAtAllLevels(policies);
        assertTrue(acme.decide(call).isAllowed());
        var denied = assertInstanceOf(Decision.Denied.class, acme.decide(call));
        assertEquals(policies.stream().map(Policy::id).toList(), policiesOf(denied));
        assertTrue(denied.limits().stream().allMatch(LimitState::refuses));
        assertEquals(Optional.of(denied.limits().get(refusing)), denied.refusingLimit());
        assertEquals(
                Optional.of(Duration.ofSeconds(Math.max(Math.max(client, profile), Math.max(plan, collection)))),
                denied.retryAfter());
    }

    @Test
    @Rule("L4")
    void withinAPolicyTheLimitsAnswerInTheirDeclaredOrder() {
        acme.hold(Policy.named("gold")
                .limit(rate(1).named("z"))
                .limit(rate(1).named("a"))
                .limit(rate(5).named("m")));
        acme.decide(call(acme.key));
        var denied = assertInstanceOf(Decision.Denied.class, acme.decide(call(acme.key)));
        assertEquals(
                List.of("z", "a", "m"),
                denied.limits().stream().map(state -> state.limit().name()).toList());
        assertEquals("z", denied.refusingLimit().orElseThrow().limit().name());
        assertEquals(4, denied.limits().get(2).remaining());
    }

    @Test
    @Rule("L4")
    void theReasonIsThatOfTheLimitThatFreesLatest() {
        acme.hold(Policy.named("gold").limit(rate(1)).limit(Quota.of(2).perDay()));
        assertTrue(allows(acme.key));
        assertEquals(DenyReason.RATE_LIMITED, acme.reason(call(acme.key)));
        acme.time.pass(MINUTE);
        assertTrue(allows(acme.key));
        assertEquals(DenyReason.QUOTA_EXCEEDED, acme.reason(call(acme.key)));
        acme.time.set(Instant.parse("2026-03-02T23:59:59Z"));
        Decision late = acme.decide(call(acme.key));
        assertEquals(DenyReason.RATE_LIMITED, Acme.reason(late));
        assertEquals(Optional.of(MINUTE), late.retryAfter());
    }

    @Test
    @Rule({"L1", "L4", "X5"})
    void aLimitOfNothingFreesLaterThanAllOthers() {
        Policy gold = acme.hold(Policy.named("gold").limit(Quota.of(1).perYear()));
        assertTrue(allows(acme.key));
        acme.admin.update(gold.toBuilder().limit(rate(0)).build());
        var denied = assertInstanceOf(Decision.Denied.class, acme.decide(call(acme.key)));
        assertTrue(denied.limits().stream().allMatch(LimitState::refuses));
        assertEquals(DenyReason.RATE_LIMITED, denied.reason());
        assertEquals(Optional.empty(), denied.retryAfter());
    }

    @ParameterizedTest
    @CsvSource({"1, 9, 9, 9", "9, 1, 9, 9", "9, 9, 1, 9", "9, 9, 9, 1"})
    @Rule({"L3", "D6", "trap 13"})
    void thePoliciesOfAllLevelsAreEnforcedAndNoneChargedForAnother(int client, int profile, int plan, int collection) {
        AccessRequest.Builder call = holdAtAllLevels(List.of(
                policy("client", rate(client)),
                policy("profile", rate(profile)),
                policy("plan", rate(plan)),
                policy("collection", rate(collection))));
        assertTrue(acme.decide(call).isAllowed());
        for (int again = 0; again < 5; again++) {
            assertEquals(DenyReason.RATE_LIMITED, acme.reason(call));
        }
        assertEquals(List.of(client - 1L, profile - 1L, plan - 1L, collection - 1L), remaining(call));
    }

    @Test
    @Rule("L2")
    void onePolicyOnThreeProfilesCountsEach() {
        Policy gold = acme.hold(Policy.named("gold").limit(rate(1)));
        List<IssuedKey> keys = List.of(
                acme.key,
                key(profile("second", acme.acme.id(), gold.id())),
                key(profile("third", otherClient(), gold.id())));
        keys.forEach(key -> assertTrue(allows(key)));
        keys.forEach(key -> assertFalse(allows(key)));
    }

    @Test
    @Rule("L2")
    void aClientsLimitCountsAllItsProfilesTogether() {
        Policy gold = acme.hold(Policy.named("gold").limit(rate(1).scope(LimitScope.CLIENT)));
        IssuedKey sister = key(profile("sister", acme.acme.id(), gold.id()));
        IssuedKey stranger = key(profile("stranger", otherClient(), gold.id()));
        assertTrue(allows(acme.key));
        assertFalse(allows(sister));
        assertTrue(allows(stranger));
    }

    @Test
    @Rule({"L2", "X3"})
    void aKeysLimitStartsFreshWithEachKey() {
        acme.hold(Policy.named("gold").limit(rate(1).scope(LimitScope.KEY)));
        IssuedKey second = acme.admin.issueKey(acme.mobile.id());
        assertTrue(allows(acme.key));
        assertFalse(allows(acme.key));
        assertTrue(allows(second));
        assertTrue(allows(acme.admin.refreshKey(acme.key.id())));
    }

    @Test
    @Rule({"L2", "X3", "D8"})
    void withoutAKeyAKeysLimitCountsByProfile() {
        acme.hold(Policy.named("gold").limit(rate(1).scope(LimitScope.KEY)));
        assertTrue(allows(acme.key));
        Explanation explanation = acme.access.explain(
                acme.mobile.id(), Acme.request(GET, "/orders").build());
        assertTrue(explanation.decision().isAllowed(), explanation::toString);
        assertEquals(1, explanation.decision().limits().get(0).remaining());
    }

    @Test
    @Rule({"L2", "X5"})
    void aCollectionsLimitCountsAllItsCallersWhereverItHangs() {
        Policy gold = acme.hold(Policy.named("gold").limit(rate(1).scope(LimitScope.COLLECTION)));
        IssuedKey stranger = key(profile("stranger", otherClient(), gold.id()));
        grantInvoices();
        assertTrue(allows(acme.key));
        assertFalse(allows(stranger));
        assertTrue(acme.decide(call(acme.key, "/invoices")).isAllowed());
        assertFalse(acme.decide(call(acme.key, "/invoices")).isAllowed());
    }

    @Test
    @Rule("L2")
    void aLimitByProfileAndCollectionCountsEachPair() {
        Policy gold = acme.hold(Policy.named("gold").limit(rate(1).scope(LimitScope.PROFILE_AND_COLLECTION)));
        IssuedKey sister = key(profile("sister", acme.acme.id(), gold.id()));
        grantInvoices();
        assertTrue(allows(acme.key));
        assertFalse(allows(acme.key));
        assertTrue(allows(sister));
        assertTrue(acme.decide(call(acme.key, "/invoices")).isAllowed());
        assertFalse(acme.decide(call(acme.key, "/invoices")).isAllowed());
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "192.0.2.1, ::ffff:192.0.2.1, true",
        "2001:db8:1:2::1, 2001:db8:1:2:ffff:ffff:ffff:ffff, true",
        "2001:db8:1:2::1, 2001:db8:1:3::1, false",
        "2001:db8::1, 2001:0DB8:0:0:0:0:0:2, true",
        "::, 0.0.0.0, false"
    })
    @Rule("L2")
    void anAddressesLimitCountsWhatOneSubscriberHolds(String first, String second, boolean together) {
        Policy gold = policy("gold", rate(1).scope(LimitScope.ADDRESS));
        IssuedKey anywhere = key(profile("anywhere", acme.acme.id(), gold.id()));
        assertTrue(acme.decide(call(anywhere).from(first)).isAllowed());
        assertFalse(acme.decide(call(anywhere).from(first)).isAllowed());
        assertEquals(!together, acme.decide(call(anywhere).from(second)).isAllowed());
    }

    @Test
    @Rule({"L2", "trap 4"})
    void withoutAddressAnAddressesLimitDeniesAndSharesNoCounter() {
        Policy gold = policy("gold", rate(1).scope(LimitScope.ADDRESS));
        IssuedKey anywhere = key(profile("anywhere", acme.acme.id(), gold.id()));
        for (String none : new @Nullable String[] {null, "", "unknown", "192.0.2.1:80", "0300.0250.7.5"}) {
            assertEquals(DenyReason.ADDRESS_UNKNOWN, acme.reason(call(anywhere).from(none)));
        }
    }

    @Test
    @Rule("L2")
    void aGlobalLimitCountsAllCallsTogether() {
        Policy gold = acme.hold(Policy.named("gold").limit(rate(2).scope(LimitScope.GLOBAL)));
        IssuedKey stranger = key(profile("stranger", otherClient(), gold.id()));
        grantInvoices();
        assertTrue(allows(acme.key));
        assertTrue(acme.decide(call(acme.key, "/invoices")).isAllowed());
        assertFalse(allows(stranger));
    }

    @Test
    @Rule({"L2", "X5"})
    void theScopeOfALimitDoesNotDependOnWhereItsPolicyHangs() {
        holdCollection(policy("collection", rate(1), rate(3).named("client").scope(LimitScope.CLIENT)));
        IssuedKey sister = key(profile("sister", acme.acme.id(), null));
        IssuedKey stranger = key(profile("stranger", otherClient(), null));
        assertTrue(allows(acme.key));
        assertFalse(allows(acme.key));
        assertTrue(allows(sister));
        assertTrue(allows(stranger));
        assertEquals(List.of(0L, 1L), remaining(call(sister)));
        assertEquals(List.of(0L, 2L), remaining(call(stranger)));
    }

    @Test
    @Rule("X5")
    void aCounterReachedByTwoWaysIsTakenOnce() {
        Policy gold = acme.hold(Policy.named("gold").limit(rate(3)));
        holdClient(gold);
        holdCollection(gold);
        Decision decision = acme.decide(call(acme.key));
        assertEquals(List.of(gold.id()), policiesOf(decision));
        assertEquals(2, decision.limits().get(0).remaining());
    }

    @Test
    @Rule({"L4", "X5"})
    void aPolicyReachedByTwoWaysAnswersWhereItIsReachedFirst() {
        Policy shared = policy("shared", rate(9));
        Policy own = acme.hold(Policy.named("own").limit(rate(9)));
        holdClient(shared);
        holdCollection(shared);
        assertEquals(List.of(shared.id(), own.id()), policiesOf(acme.decide(call(acme.key))));
    }

    @ParameterizedTest
    @EnumSource
    @Rule({"L2", "X5"})
    void equalLimitsOfTwoPoliciesAreTwoCounters(LimitScope scope) {
        holdClient(policy("first", rate(9).scope(scope)));
        acme.hold(Policy.named("second").limit(rate(9).scope(scope)));
        assertTrue(allows(acme.key));
        assertEquals(List.of(8L, 8L), remaining(call(acme.key)));
    }

    @Test
    @Rule("L6")
    void aCallCostsWhatItsRouteCosts() {
        acme.hold(Policy.named("gold").limit(rate(10)));
        acme.admin.update(acme.orders.toBuilder()
                .clearRoutes()
                .route(Route.at("/orders", GET).cost(0))
                .route(Route.at("/orders", POST).cost(7))
                .build());
        assertTrue(allows(acme.key));
        assertTrue(acme.decide(POST, "/orders").isAllowed());
        assertEquals(List.of(3L), remaining(call(acme.key)));
        assertEquals(DenyReason.RATE_LIMITED, acme.reason(POST, "/orders"));
        assertTrue(allows(acme.key));
    }

    @Test
    @Rule({"L5", "L6"})
    void aRequestsCostReplacesThatOfItsRoute() {
        acme.hold(Policy.named("gold").limit(rate(Long.MAX_VALUE)));
        assertTrue(acme.decide(call(acme.key).cost(Long.MAX_VALUE - 1)).isAllowed());
        assertEquals(List.of(1L), remaining(call(acme.key)));
        assertEquals(DenyReason.RATE_LIMITED, acme.reason(call(acme.key).cost(2)));
        assertTrue(allows(acme.key));
        assertEquals(DenyReason.RATE_LIMITED, acme.reason(call(acme.key)));
        assertTrue(acme.decide(call(acme.key).cost(0)).isAllowed());
    }

    @Test
    @Rule("L6")
    void costNothingPassesEvenALimitOfNothing() {
        acme.hold(Policy.named("gold").limit(rate(0)).limit(Quota.of(0).perDay()));
        assertTrue(acme.decide(call(acme.key).cost(0)).isAllowed());
        assertFalse(allows(acme.key));
    }

    @Test
    @Rule({"L4", "X5"})
    void aCallThatCostsMoreThanTheLimitHasNoTimeToRetry() {
        acme.hold(Policy.named("gold").limit(rate(5)));
        Decision decision = acme.decide(call(acme.key).cost(6));
        assertEquals(DenyReason.RATE_LIMITED, Acme.reason(decision));
        assertEquals(Optional.empty(), decision.retryAfter());
    }

    @Test
    @Rule({"D8", "L6", "X5"})
    void explainingConsumesNothingAndShowsWhatRemainsBeforeTheCall() {
        acme.hold(Policy.named("gold").limit(rate(2)).limit(Quota.of(5).perDay()));
        assertTrue(allows(acme.key));
        for (int look = 0; look < 10; look++) {
            assertEquals(List.of(1L, 4L), remaining(call(acme.key)));
            assertEquals(
                    List.of(1L, 4L),
                    remaining(acme.access.explain(
                            acme.mobile.id(), Acme.request(GET, "/orders").build())));
        }
        assertTrue(allows(acme.key));
        Explanation refused = acme.access.explain(call(acme.key).build());
        assertEquals(DenyReason.RATE_LIMITED, Acme.reason(refused.decision()));
        assertEquals(Optional.of(MINUTE), refused.decision().retryAfter());
        assertEquals(List.of(0L, 3L), remaining(refused));
    }

    @Test
    @Rule({"D4", "L2"})
    void aPublicCollectionsLimitsCountCallersWithoutCredential() {
        publish(
                "Status",
                policy(
                        "public",
                        rate(1).named("address").scope(LimitScope.ADDRESS),
                        rate(3).named("all").scope(LimitScope.GLOBAL),
                        rate(9).named("status").scope(LimitScope.COLLECTION)));
        assertNull(acme.reason(anonymous("192.0.2.1")));
        assertEquals(DenyReason.RATE_LIMITED, acme.reason(anonymous("192.0.2.1")));
        assertNull(acme.reason(anonymous("192.0.2.2")));
        assertNull(acme.reason(anonymous("192.0.2.3")));
        assertEquals(DenyReason.RATE_LIMITED, acme.reason(anonymous("192.0.2.4")));
        assertEquals(List.of(1L, 0L, 6L), remaining(anonymous("192.0.2.4")));
    }

    @Test
    @Rule({"L2", "trap 4"})
    void aCallerWithoutCredentialAndAddressSharesNoCounter() {
        publish("Status", policy("public", rate(1).scope(LimitScope.ADDRESS)));
        assertEquals(DenyReason.ADDRESS_UNKNOWN, acme.reason(anonymous(null)));
        assertNull(acme.reason(anonymous("192.0.2.1")));
    }

    @Test
    @Rule({"D4", "L3"})
    void onAPublicCollectionAHolderIsHeldToTheOwnPoliciesToo() {
        Policy open = policy("public", rate(9).scope(LimitScope.GLOBAL));
        publish("Status", open);
        Policy ofClient = policy("client", rate(9).scope(LimitScope.CLIENT));
        holdClient(ofClient);
        Policy own = acme.hold(Policy.named("own").limit(rate(1)));
        Decision decision = acme.decide(call(acme.key, "/status"));
        assertEquals(List.of(ofClient.id(), own.id(), open.id()), policiesOf(decision));
        assertEquals(DenyReason.RATE_LIMITED, acme.reason(call(acme.key, "/status")));
        assertNull(acme.reason(anonymous("192.0.2.1")));
        assertEquals(List.of(8L, 0L, 7L), remaining(call(acme.key, "/status")));
    }

    @Test
    @Rule({"L6", "D12"})
    void aChangedNumberOrLengthKeepsWhatWasUsed() {
        Policy gold = acme.hold(Policy.named("gold").limit(rate(3)));
        allows(acme.key);
        allows(acme.key);
        gold = change(gold, rate(5));
        assertEquals(List.of(3L), remaining(call(acme.key)));
        gold = change(gold, rate(1));
        assertEquals(DenyReason.RATE_LIMITED, acme.reason(call(acme.key)));
        assertEquals(List.of(0L), remaining(call(acme.key)));
        gold = change(gold, RateLimit.of(5).per(Duration.ofHours(1)));
        acme.time.pass(MINUTE);
        assertEquals(List.of(3L), remaining(call(acme.key)));
        change(gold, rate(5));
        assertEquals(List.of(5L), remaining(call(acme.key)));
    }

    @Test
    @Rule("L2")
    void aLimitUnderAnotherNameOrInAnotherScopeStartsFresh() {
        Policy gold = acme.hold(Policy.named("gold").limit(rate(3)));
        allows(acme.key);
        gold = change(gold, rate(3).named("other"));
        assertEquals(List.of(3L), remaining(call(acme.key)));
        gold = change(gold, rate(3).scope(LimitScope.CLIENT));
        assertEquals(List.of(3L), remaining(call(acme.key)));
        change(gold, rate(3));
        assertEquals(List.of(2L), remaining(call(acme.key)));
    }

    @Test
    @Rule("L2")
    void aRenamedPolicyKeepsWhatWasUsed() {
        Policy gold = acme.hold(Policy.named("gold").limit(rate(3)));
        allows(acme.key);
        acme.admin.update(gold.toBuilder().name("platinum").build());
        assertEquals(List.of(2L), remaining(call(acme.key)));
    }

    @Test
    @Rule({"L5", "D7"})
    void ratesGoByTheMonotonicClockAndQuotasByTheWallClock() {
        acme.hold(Policy.named("gold").limit(rate(1)).limit(Quota.of(1).perHour()));
        assertTrue(allows(acme.key));
        acme.time.set(Instant.parse("2027-01-01T00:00:00Z"));
        assertEquals(List.of(0L, 1L), remaining(call(acme.key)));
        acme.time.setNanos(acme.time.getAsLong() + MINUTE.toNanos());
        assertTrue(allows(acme.key));
        acme.time.set(Instant.parse("2026-03-02T10:00:00Z"));
        acme.time.setNanos(acme.time.getAsLong() + MINUTE.toNanos());
        assertEquals(List.of(1L, 0L), remaining(call(acme.key)));
    }

    @ParameterizedTest
    @CsvSource({"9223372006854775807", "-9223372036854775808", "-30000000000", "0"})
    @Rule({"L5", "D7"})
    void theMonotonicClockMayBeginAnywhereAndWrap(long origin) {
        ManualTime clock = new ManualTime();
        clock.setNanos(origin);
        try (Acme fresh = new Acme(builder -> builder.monotonicClock(clock))) {
            fresh.hold(Policy.named("gold").limit(rate(1)));
            clock.setNanos(clock.getAsLong() + MINUTE.toNanos() / 2);
            assertNull(fresh.reason(GET, "/orders"));
            clock.setNanos(clock.getAsLong() + MINUTE.toNanos() - 1);
            assertEquals(DenyReason.RATE_LIMITED, fresh.reason(GET, "/orders"));
            clock.setNanos(clock.getAsLong() + 1);
            assertNull(fresh.reason(GET, "/orders"));
            assertEquals(DenyReason.RATE_LIMITED, fresh.reason(GET, "/orders"));
        }
    }

    @Test
    @Rule("D7")
    void readsEachClockOnceADecision() {
        AtomicInteger walls = new AtomicInteger();
        AtomicInteger monotonics = new AtomicInteger();
        ManualTime time = new ManualTime();
        try (Acme fresh = new Acme(builder -> builder.clock(() -> {
                    walls.incrementAndGet();
                    return time.instant();
                })
                .monotonicClock(() -> {
                    monotonics.incrementAndGet();
                    return time.getAsLong();
                }))) {
            fresh.hold(Policy.named("gold").limit(rate(1)).limit(Quota.of(1).perDay()));
            AccessRequest.Builder call = call(fresh.key);
            walls.set(0);
            monotonics.set(0);
            assertTrue(fresh.decide(call).isAllowed());
            assertEquals(1, walls.get());
            assertEquals(1, monotonics.get());
        }
    }

    @Test
    @Rule("trap 17")
    void aClockThatHangsHoldsNobodyElseUp() throws Exception {
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        ThreadLocal<Boolean> hangs = ThreadLocal.withInitial(() -> false);
        ManualTime time = new ManualTime();
        try (Acme fresh = new Acme(builder -> builder.monotonicClock(() -> {
            if (hangs.get()) {
                hanging.countDown();
                await(released);
            }
            return time.getAsLong();
        }))) {
            fresh.hold(Policy.named("gold").limit(rate(3)));
            CompletableFuture<Boolean> slow = CompletableFuture.supplyAsync(
                    () -> {
                        hangs.set(true);
                        try {
                            return fresh.decide(call(fresh.key)).isAllowed();
                        } finally {
                            hangs.remove();
                        }
                    },
                    LimitsTest::onAThreadOfItsOwn);
            await(hanging);
            CompletableFuture<Boolean> other = CompletableFuture.supplyAsync(
                    () -> fresh.decide(call(fresh.key)).isAllowed(), LimitsTest::onAThreadOfItsOwn);
            assertTrue(other.get(30, TimeUnit.SECONDS));
            released.countDown();
            assertTrue(slow.get(30, TimeUnit.SECONDS));
            assertEquals(0, fresh.decide(call(fresh.key)).limits().get(0).remaining());
        }
    }

    private static void onAThreadOfItsOwn(Runnable work) {
        new Thread(work).start();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RateLimit rate(long max) {
        return RateLimit.of(max).per(MINUTE);
    }

    private static RateLimit seconds(int seconds) {
        return RateLimit.of(1).per(Duration.ofSeconds(seconds));
    }

    private static AccessRequest.Builder call(IssuedKey key) {
        return call(key, "/orders");
    }

    private static AccessRequest.Builder call(IssuedKey key, String path) {
        return Acme.request(GET, path).apiKey(key.reveal());
    }

    private static AccessRequest.Builder anonymous(@Nullable String address) {
        return AccessRequest.of(GET, "/status").from(address);
    }

    private static List<Long> remaining(Explanation explanation) {
        return explanation.decision().limits().stream()
                .map(LimitState::remaining)
                .toList();
    }

    private static List<PolicyId> policiesOf(Decision decision) {
        return decision.limits().stream().map(LimitState::policy).toList();
    }

    private boolean allows(IssuedKey key) {
        return acme.decide(call(key)).isAllowed();
    }

    /** Returns what remains of all limits before a call. */
    private List<Long> remaining(AccessRequest.Builder call) {
        return remaining(acme.access.explain(call.build()));
    }

    private Policy policy(String name, Limit... limits) {
        Policy.Builder policy = Policy.named(name);
        List.of(limits).forEach(policy::limit);
        return acme.admin.create(policy.build());
    }

    private Policy change(Policy policy, Limit limit) {
        return acme.admin.update(policy.toBuilder().clearLimits().limit(limit).build());
    }

    private ClientId otherClient() {
        return acme.admin.create(Client.named("Globex").build()).id();
    }

    /** Adds a profile that may call the orders from anywhere. */
    private AccessProfile profile(String name, ClientId client, @Nullable PolicyId policy) {
        return acme.admin.create(AccessProfile.named(name, client)
                .grant(acme.orders.id())
                .policy(policy)
                .build());
    }

    private IssuedKey key(AccessProfile profile) {
        return acme.admin.issueKey(profile.id());
    }

    private void holdClient(Policy policy) {
        acme.admin.update(
                acme.admin.get(acme.acme.id()).toBuilder().policy(policy.id()).build());
    }

    private void holdCollection(Policy policy) {
        acme.admin.update(
                acme.admin.get(acme.orders.id()).toBuilder().policy(policy.id()).build());
    }

    private void publish(String name, Policy policy) {
        acme.admin.create(ApiCollection.named(name)
                .visibility(Visibility.PUBLIC)
                .route("/status", GET)
                .policy(policy.id())
                .build());
    }

    private void grantInvoices() {
        ApiCollection invoices = acme.admin.create(
                ApiCollection.named("Invoices").route("/invoices", GET).build());
        acme.admin.update(acme.admin.get(acme.mobile.id()).toBuilder()
                .grant(invoices.id())
                .build());
    }

    /** Sets the policies of client, profile, plan and collection, and returns a call that all of them apply to. */
    private AccessRequest.Builder holdAtAllLevels(List<Policy> policies) {
        Plan plan = acme.admin.create(Plan.named("silver", policies.get(2).id()).build());
        acme.admin.lock(plan.id());
        ApiCollection invoices = acme.admin.create(ApiCollection.named("Invoices")
                .route("/invoices", GET)
                .plan(plan.id())
                .policy(policies.get(3).id())
                .build());
        holdClient(policies.get(0));
        acme.admin.update(acme.admin.get(acme.mobile.id()).toBuilder()
                .policy(policies.get(1).id())
                .grant(Grant.of(invoices.id()).plan(plan.id()))
                .build());
        return call(acme.key, "/invoices");
    }
}
