package io.apiaccess.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import io.apiaccess.decision.LimitState;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store of limits does, wherever it keeps usage. */
@Rule("S1")
public abstract class LimitStoreContract extends LimitStoreFixture {
    private static final long MOST = Long.MAX_VALUE;
    private static final Duration TICK = Duration.ofNanos(1);

    /** Returns how many random decisions are waited for. */
    protected int rounds() {
        return Integer.getInteger("limits.rounds", 200);
    }

    @ParameterizedTest
    @EnumSource
    @Rule({"L1", "L4", "trap 2"})
    void admitsTheUnitsOfALimitAndNoMore(Limit.Kind kind) {
        LimitDemand demand = demand(limit(kind, 3));
        assertEquals(List.of(2L, 1L, 0L, 0L, 0L), remainingOfTakes(5, demand));
        assertFalse(takes(1, demand));
    }

    @ParameterizedTest
    @EnumSource
    @Rule({"D6", "trap 2"})
    void countsNoRefusedCall(Limit.Kind kind) {
        LimitDemand demand = demand(limit(kind, 5));
        assertTrue(takes(3, demand));
        IntStream.range(0, 100).forEach(call -> assertFalse(takes(3, demand)));
        assertTrue(takes(2, demand));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1",
        "0, 9223372036854775807",
        "1, 2",
        "5, 9223372036854775807",
        "9223372036854775806, 9223372036854775807"
    })
    @Rule({"L4", "X5"})
    void whatNeverFitsIsRefusedWithoutATimeToRetry(long max, long cost) {
        for (Limit.Kind kind : Limit.Kind.values()) {
            LimitState state = take(cost, demand(limit(kind, max)));
            assertTrue(state.refuses(), state::toString);
            assertEquals(Optional.empty(), state.retryAfter());
            assertEquals(max, state.remaining());
        }
    }

    @ParameterizedTest
    @EnumSource
    @Rule({"L4", "L5"})
    void countsUpToTheGreatestNumber(Limit.Kind kind) {
        LimitDemand demand = demand(limit(kind, MOST));
        assertEquals(1, take(MOST - 1, demand).remaining());
        assertFalse(takes(2, demand));
        assertFalse(takes(MOST, demand));
        assertEquals(0, take(1, demand).remaining());
        assertFalse(takes(1, demand));
        assertFalse(takes(MOST, demand));
        time.pass(MINUTE);
        assertEquals(0, take(MOST, demand).remaining());
    }

    @Test
    @Rule("L5")
    void holdsUnitsForTheLongestTime() {
        LimitDemand rate = demand(RateLimit.of(1).per(Duration.ofNanos(MOST)));
        LimitDemand quota = demand(Quota.of(1).per(Duration.ofNanos(MOST)));
        assertTrue(takes(1, rate, quota));
        time.pass(Duration.ofDays(80 * 365));
        assertFalse(takes(1, rate));
        assertFalse(takes(1, quota));
    }

    @ParameterizedTest
    @EnumSource
    @Rule("L6")
    void costNothingPassesAndTakesNothing(Limit.Kind kind) {
        LimitDemand never = demand(renamed(limit(kind, 0), "never"));
        LimitDemand spent = demand(limit(kind, 1));
        assertTrue(takes(1, spent));
        List<LimitState> states = store.take(List.of(never, spent), 0, now());
        assertEquals(List.of(0L, 0L), states.stream().map(LimitState::remaining).toList());
        assertTrue(states.stream().noneMatch(LimitState::refuses));
        time.pass(MINUTE);
        assertEquals(1, take(0, spent).remaining());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BUCKET")
    @Rule("L6")
    void costNothingHoldsNothingAnyLonger(Limit.Kind kind) {
        LimitDemand demand = demand(limit(kind, 100));
        takes(99, demand);
        time.pass(Duration.ofSeconds(50));
        assertEquals(Duration.ofSeconds(10), take(0, demand).resetAfter());
        assertEquals(Optional.of(Duration.ofSeconds(10)), take(2, demand).retryAfter());
        time.pass(Duration.ofSeconds(10));
        assertTrue(takes(100, demand));
    }

    @ParameterizedTest
    @EnumSource
    @Rule({"L6", "D8", "X5"})
    void peekShowsWhatIsLeftBeforeTheCallAndTakesNothing(Limit.Kind kind) {
        LimitDemand demand = demand(limit(kind, 3));
        takes(1, demand);
        IntStream.range(0, 10).forEach(look -> assertEquals(2, peek(1, demand).remaining()));
        assertFalse(peek(2, demand).refuses());
        assertTrue(peek(3, demand).refuses());
        assertEquals(1, take(1, demand).remaining());
    }

    @ParameterizedTest
    @EnumSource
    @Rule("L6")
    void peekSaysWhatTakingWouldSay(Limit.Kind kind) {
        LimitDemand demand = demand(limit(kind, 3));
        takes(2, demand);
        time.pass(Duration.ofSeconds(7));
        LimitState seen = peek(2, demand);
        assertEquals(seen, take(2, demand));
        assertTrue(seen.refuses());
    }

    @ParameterizedTest
    @EnumSource
    @Rule("D10")
    void aLimitInShadowHasNoSayAndTakesWhatItHas(Limit.Kind kind) {
        LimitDemand enforced = demand(limit(kind, 3));
        LimitDemand shadow = demand(renamed(limit(kind, 2), "tried").shadow());
        List<Long> left = new ArrayList<>();
        for (int call = 0; call < 4; call++) {
            List<LimitState> states = store.take(List.of(shadow, enforced), 1, now());
            assertEquals(call == 3, states.get(1).refuses());
            assertFalse(states.get(0).refuses());
            assertEquals(call >= 2, states.get(0).wouldRefuse());
            left.add(states.get(0).remaining());
        }
        assertEquals(List.of(1L, 0L, 0L, 0L), left);
        assertEquals(0, peek(1, enforced).remaining());
    }

    @ParameterizedTest
    @EnumSource
    @Rule("D10")
    void aLimitInShadowTakesNothingWhereAnotherRefuses(Limit.Kind kind) {
        LimitDemand never = demand(limit(kind, 0));
        LimitDemand shadow = demand(renamed(limit(kind, 2), "tried").shadow());
        assertFalse(takes(1, shadow, never));
        assertFalse(takes(1, never, shadow));
        assertEquals(2, peek(1, shadow).remaining());
    }

    @ParameterizedTest
    @EnumSource
    @Rule({"D10", "L2"})
    void aLimitInShadowCountsByItself(Limit.Kind kind) {
        LimitDemand enforced = demand(limit(kind, 2));
        LimitDemand shadow = demand(limit(kind, 2).shadow());
        assertTrue(takes(2, enforced));
        assertEquals(2, peek(1, shadow).remaining());
        assertTrue(takes(1, shadow));
        assertEquals(0, peek(1, enforced).remaining());
        assertEquals(1, peek(1, shadow).remaining());
    }

    @ParameterizedTest
    @EnumSource
    @Rule("L5")
    void aResetForgetsWhatOneSubjectUsedOfOneLimit(Limit.Kind kind) {
        LimitDemand spent = demand(limit(kind, 2));
        LimitDemand other = demand(renamed(limit(kind, 2), "other"));
        LimitDemand stranger = new LimitDemand(GOLD, spent.limit(), "stranger");
        assertTrue(takes(2, spent, other, stranger));
        store.reset(spent);
        assertEquals(2, peek(1, spent).remaining());
        assertEquals(0, peek(1, other).remaining());
        assertEquals(0, peek(1, stranger).remaining());
    }

    @Test
    @Rule({"L4", "L5"})
    void aQuotaIsWaitedForByTheClockThatHasFallenBack() {
        LimitDemand spent = demand(Quota.of(1).perDay());
        Instant noon = Instant.parse("2026-03-02T12:00:00Z");
        time.set(noon);
        assertTrue(takes(1, spent));
        time.set(noon.minus(Duration.ofHours(1)));
        LimitState refused = take(1, spent);
        assertEquals(Optional.of(Duration.ofHours(13)), refused.retryAfter());
        assertEquals(Optional.of(Instant.parse("2026-03-03T00:00:00Z")), refused.resetAt());
    }

    @Test
    @Rule("L3")
    void asManyCountersOfOneSubjectAsThereAreLimitsAreTakenTogether() {
        LimitDemand[] all = IntStream.range(0, 40)
                .mapToObj(i -> demand(RateLimit.of(2).per(MINUTE).named("limit " + i)))
                .toArray(LimitDemand[]::new);
        assertTrue(takes(1, all));
        time.pass(MINUTE.plus(MINUTE));
        assertTrue(takes(1, Arrays.copyOf(all, 20)));
        assertTrue(takes(1, all));
        assertEquals(
                List.of(0L, 1L),
                List.of(peek(1, all[0]).remaining(), peek(1, all[39]).remaining()));
        assertFalse(takes(1, all));
    }

    @Test
    @Rule("L6")
    void nothingDemandedIsNothingTaken() {
        assertEquals(List.of(), store.take(List.of(), 1, now()));
        assertEquals(List.of(), store.peek(List.of(), 1, now()));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    @Rule({"L3", "D6", "trap 13"})
    void takesFromEveryLimitOfADecisionOrFromNone(int spent) {
        List<LimitDemand> all = allOfADecision();
        assertTrue(takes(1, all.get(spent)));
        List<LimitState> refused = store.take(all, 2, now());
        for (int i = 0; i < all.size(); i++) {
            assertEquals(i == spent, refused.get(i).refuses(), refused.get(i)::toString);
            assertEquals(i == spent ? 1 : 2, refused.get(i).remaining(), refused.get(i)::toString);
            assertEquals(refused.get(i).remaining(), peek(1, all.get(i)).remaining());
        }
        assertTrue(takes(1, all.toArray(LimitDemand[]::new)));
    }

    @Test
    @Rule("L4")
    void answersForEveryLimitInTheOrderOfTheDemands() {
        List<LimitDemand> all = new ArrayList<>(allOfADecision());
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 20; round++) {
            all.sort(Comparator.comparingInt(demand -> random.nextInt()));
            List<LimitState> states = round % 2 == 0 ? store.take(all, 3, now()) : store.peek(all, 1, now());
            assertEquals(
                    all.stream().map(LimitDemand::limit).toList(),
                    states.stream().map(LimitState::limit).toList());
            assertEquals(
                    all.stream().map(LimitDemand::policy).toList(),
                    states.stream().map(LimitState::policy).toList());
        }
    }

    @ParameterizedTest
    @CsvSource({"RATE, 59999999989", "QUOTA, 59999999982"})
    @Rule({"L1", "L4"})
    void saysToTheNanosecondWhenACallWouldFit(Limit.Kind kind, long nanos) {
        LimitDemand demand = demand(limit(kind, 5));
        takes(3, demand);
        time.pass(Duration.ofNanos(7));
        takes(2, demand);
        time.pass(Duration.ofNanos(11));
        assertEquals(Optional.of(Duration.ofNanos(nanos)), take(4, demand).retryAfter());
        time.pass(Duration.ofNanos(nanos - 1));
        assertEquals(Optional.of(TICK), take(4, demand).retryAfter());
        time.pass(TICK);
        assertTrue(takes(4, demand));
    }

    @Test
    @Rule({"L3", "L4"})
    void aDecisionFitsWhenTheLatestOfItsLimitsSaysAndNotBefore() {
        int waited = 0;
        for (int round = 0; round < rounds(); round++) {
            String at = "seed " + SEED + " round " + round;
            SplittableRandom random = new SplittableRandom(SEED + round);
            LimitDemand[] all = IntStream.range(0, 1 + random.nextInt(6))
                    .mapToObj(i -> randomDemand(random, "limit " + i, at))
                    .toArray(LimitDemand[]::new);
            for (int call = 0; call < 100; call++) {
                takes(random.nextInt(3), all[random.nextInt(all.length)]);
                time.pass(Duration.ofNanos(random.nextInt(4) == 0 ? random.nextLong(1_000_000) : 0));
            }
            long cost = 1L + random.nextInt(3);
            Optional<Duration> wait = latest(store.take(Arrays.asList(all), cost, now()));
            if (wait.isPresent()) {
                waited++;
                time.pass(wait.get().minus(TICK));
                assertFalse(takes(cost, all), at);
                time.pass(TICK);
                assertTrue(takes(cost, all), at);
            }
        }
        assertTrue(waited > 10, "only " + waited + " rounds had to wait, seed " + SEED);
    }

    @Test
    @Rule("L4")
    void aRateNeverMakesWaitLongerThanItsPeriod() {
        SplittableRandom random = new SplittableRandom(SEED);
        LimitDemand demand = demand(RateLimit.of(100).per(MINUTE));
        for (int call = 0; call < 15 * rounds(); call++) {
            take(1 + random.nextInt(100), demand)
                    .retryAfter()
                    .ifPresent(
                            wait -> assertTrue(wait.compareTo(MINUTE) <= 0 && !wait.isZero(), wait + ", seed " + SEED));
            time.pass(Duration.ofMillis(random.nextInt(900)));
        }
    }

    @Test
    @Rule("L4")
    void saysWhenAllUnitsAreFreeAgain() {
        LimitDemand rate = demand(RateLimit.of(5).per(MINUTE));
        LimitDemand quota = demand(Quota.of(5).perHour());
        takes(1, rate, quota);
        time.pass(Duration.ofSeconds(40));
        takes(1, rate, quota);
        time.pass(Duration.ofSeconds(10));
        assertEquals(Duration.ofSeconds(50), peek(1, rate).resetAfter());
        assertEquals(Optional.empty(), peek(1, rate).resetAt());
        assertEquals(Duration.ofSeconds(3_550), peek(1, quota).resetAfter());
        assertEquals(
                Optional.of(Instant.parse("2026-03-02T11:00:00Z")),
                peek(1, quota).resetAt());
        time.pass(Duration.ofSeconds(50));
        assertEquals(5, peek(1, rate).remaining());
        assertEquals(3, peek(1, quota).remaining());
    }

    @ParameterizedTest
    @CsvSource({"rate, quota", "limit, limit"})
    @Rule({"L2", "trap 1"})
    void aRateAndAQuotaOfOnePolicyAreTwoCounters(String rateName, String quotaName) {
        LimitDemand rate = demand(RateLimit.of(2).per(Duration.ofSeconds(1)).named(rateName));
        LimitDemand quota = demand(Quota.of(5).perDay().named(quotaName));
        int admitted = 0;
        for (int second = 0; second < 20; second++) {
            for (int call = 0; call < 3; call++) {
                admitted += takes(1, rate, quota) ? 1 : 0;
            }
            time.pass(Duration.ofSeconds(1));
        }
        assertEquals(5, admitted);
        assertEquals(2, peek(1, rate).remaining());
        assertEquals(0, peek(1, quota).remaining());
    }

    static Stream<LimitDemand> othersThanTheMobilesRate() {
        RateLimit rate = RateLimit.of(1).per(MINUTE);
        return Stream.of(
                new LimitDemand(new PolicyId("Gold"), rate, "mobile"),
                new LimitDemand(GOLD, rate.named("Rate"), "mobile"),
                new LimitDemand(GOLD, rate.named("räte"), "mobile"),
                new LimitDemand(GOLD, rate.named("rate 𝄞"), "mobile"),
                new LimitDemand(GOLD, rate.named("x".repeat(200)), "mobile"),
                new LimitDemand(GOLD, Quota.of(1).per(MINUTE).named("rate"), "mobile"),
                new LimitDemand(GOLD, rate.scope(LimitScope.CLIENT), "mobile"),
                new LimitDemand(GOLD, rate, "Mobile"),
                new LimitDemand(GOLD, rate, "mobile "),
                new LimitDemand(GOLD, rate, "mobil"),
                new LimitDemand(GOLD, rate, ""),
                new LimitDemand(GOLD, rate, "x".repeat(129)));
    }

    @ParameterizedTest
    @MethodSource("othersThanTheMobilesRate")
    @Rule("L2")
    void aCounterIsOfOnePolicyNameKindScopeAndSubject(LimitDemand other) {
        LimitDemand mobile = new LimitDemand(GOLD, RateLimit.of(1).per(MINUTE), "mobile");
        assertTrue(takes(1, mobile));
        assertTrue(takes(1, other));
        assertFalse(takes(1, mobile));
        assertFalse(takes(1, other));
    }

    @Test
    @Rule("L2")
    void onePolicyOnThreeProfilesIsThreeCounters() {
        Limit limit = limit(Limit.Kind.RATE, 2);
        for (String profile : List.of("p1", "p2", "p3")) {
            assertEquals(List.of(1L, 0L, 0L), remainingOfTakes(3, new LimitDemand(GOLD, limit, profile)));
        }
    }

    @Test
    @Rule("L2")
    void scopesNeverShareThoughTheirSubjectsAreSpelledAlike() {
        LimitDemand[] alike = Arrays.stream(LimitScope.values())
                .map(scope -> new LimitDemand(GOLD, RateLimit.of(1).per(MINUTE).scope(scope), "a/b"))
                .toArray(LimitDemand[]::new);
        assertTrue(takes(1, alike));
        for (LimitDemand demand : alike) {
            assertFalse(takes(1, demand), demand::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", ":", "|", ",", " ", "-", "_", "#", "::", "\\", "'", "{", "%"})
    @Rule("L2")
    void namesAndSubjectsDoNotRunIntoOneAnother(String separator) {
        RateLimit rate = RateLimit.of(1).per(MINUTE);
        assertTrue(takes(
                1,
                new LimitDemand(GOLD, rate.named("a"), "b" + separator + "c"),
                new LimitDemand(GOLD, rate.named("a" + separator + "b"), "c"),
                new LimitDemand(GOLD, rate.named("a" + separator + "PROFILE"), "b" + separator + "c"),
                new LimitDemand(GOLD, rate.named("a"), "PROFILE" + separator + "b" + separator + "c")));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BUCKET")
    @Rule("L6")
    void aChangedNumberKeepsWhatWasUsed(Limit.Kind kind) {
        assertTrue(takes(4, demand(limit(kind, 5))));
        assertEquals(6, peek(1, demand(limit(kind, 10))).remaining());
        LimitState lowered = take(1, demand(limit(kind, 3)));
        assertTrue(lowered.refuses());
        assertEquals(0, lowered.remaining());
        assertEquals(Optional.of(MINUTE), lowered.retryAfter());
        assertTrue(takes(0, demand(limit(kind, 3))));
        assertEquals(Optional.empty(), take(1, demand(limit(kind, 0))).retryAfter());
        assertEquals(0, take(1, demand(limit(kind, 5))).remaining());
        time.pass(MINUTE);
        assertEquals(2, take(1, demand(limit(kind, 3))).remaining());
    }

    @Test
    @Rule("L6")
    void aChangedLengthKeepsWhatWasUsed() {
        takes(4, demand(RateLimit.of(5).per(MINUTE)));
        takes(4, demand(Quota.of(5).perDay()));
        assertEquals(
                1, peek(1, demand(RateLimit.of(5).per(Duration.ofHours(1)))).remaining());
        assertEquals(
                1, peek(1, demand(RateLimit.of(5).per(Duration.ofSeconds(1)))).remaining());
        assertEquals(1, peek(1, demand(Quota.of(5).perHour())).remaining());
        assertEquals(1, peek(1, demand(Quota.of(5).perMonth())).remaining());
    }

    @Test
    @Rule("L6")
    void aShorterRateCountsFromWhenItsUnitsWereTaken() {
        takes(2, demand(RateLimit.of(2).per(MINUTE)));
        LimitDemand shorter = demand(RateLimit.of(2).per(Duration.ofSeconds(10)));
        time.pass(Duration.ofSeconds(10).minus(TICK));
        assertFalse(takes(1, shorter));
        time.pass(TICK);
        assertTrue(takes(2, shorter));
    }

    @Test
    @Rule("L6")
    void aLongerRateHoldsWhatItStillKnows() {
        takes(2, demand(RateLimit.of(2).per(Duration.ofSeconds(10))));
        LimitDemand longer = demand(RateLimit.of(2).per(MINUTE));
        time.pass(Duration.ofSeconds(9));
        assertFalse(takes(1, longer));
        time.pass(Duration.ofSeconds(51).minus(TICK));
        assertFalse(takes(1, longer));
        time.pass(TICK);
        assertTrue(takes(2, longer));
    }

    @Test
    @Rule("L5")
    void aRateGoesByTheMonotonicClockAlone() {
        LimitDemand rate = demand(RateLimit.of(1).per(MINUTE));
        takes(1, rate);
        time.set(Instant.parse("2036-01-01T00:00:00Z"));
        assertFalse(takes(1, rate));
        time.setNanos(time.getAsLong() + MINUTE.toNanos());
        assertTrue(takes(1, rate));
    }

    @Test
    @Rule("L5")
    void aQuotaGoesByTheWallClockAlone() {
        LimitDemand quota = demand(Quota.of(1).per(MINUTE));
        takes(1, quota);
        time.setNanos(time.getAsLong() + Duration.ofDays(1).toNanos());
        assertFalse(takes(1, quota));
        time.set(time.instant().plus(MINUTE));
        assertTrue(takes(1, quota));
    }

    @ParameterizedTest
    @EnumSource
    @Rule("L5")
    void timeStandsStillWhileTheClocksHaveFallenBack(Limit.Kind kind) {
        LimitDemand demand = demand(limit(kind, 2));
        time.pass(MINUTE.multipliedBy(10));
        takes(1, demand);
        LimitState before = take(1, demand);
        time.pass(MINUTE.multipliedBy(-5));
        assertFalse(takes(1, demand));
        assertEquals(before.time(), peek(1, demand).time());
        time.pass(MINUTE.multipliedBy(5));
        assertFalse(takes(1, demand));
        assertEquals(before.time(), peek(1, demand).time());
        time.pass(MINUTE);
        assertTrue(takes(2, demand));
    }

    @ParameterizedTest
    @EnumSource
    @Rule({"L5", "trap 22"})
    void aClockThatFallsBackBeforeASpentTimeRevivesNothing(Limit.Kind kind) {
        LimitDemand demand = demand(limit(kind, 2));
        takes(2, demand);
        time.pass(MINUTE);
        assertEquals(2, peek(1, demand).remaining());
        time.pass(MINUTE.negated());
        assertTrue(takes(2, demand));
        assertFalse(takes(1, demand));
        time.pass(MINUTE);
        assertFalse(takes(1, demand));
        time.pass(MINUTE);
        assertTrue(takes(2, demand));
    }

    @ParameterizedTest
    @CsvSource({
        "-9223372036854775808, -1000000000-01-01T00:00:00Z",
        "-1, 1969-12-31T23:59:59.999999999Z",
        "0, 1970-01-01T00:00:00Z",
        "9223372036854775807, +1000000000-12-31T23:59:59.999999999Z"
    })
    @Rule("L5")
    void noClockThrowsOrAdmitsMore(long nanos, Instant instant) {
        List<LimitDemand> all = List.of(
                demand(RateLimit.of(3).per(TICK).named("short")),
                demand(RateLimit.of(3).per(Duration.ofNanos(MOST)).named("long")),
                demand(Quota.of(3).perHour().named("hour")),
                demand(Quota.of(3).perYear().named("year")),
                demand(Quota.of(3).per(TICK).named("tick")),
                demand(Quota.of(3).per(Duration.ofNanos(MOST), Instant.MAX).named("age")));
        time.setNanos(nanos);
        time.set(instant);
        for (LimitDemand demand : all) {
            assertEquals(List.of(2L, 1L, 0L, 0L, 0L), remainingOfTakes(5, demand), demand::toString);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Rule("L5")
    void resettingForgetsTheUsageOfOneLimitByOneSubject(Limit.Kind kind) {
        LimitDemand spent = demand(limit(kind, 1));
        List<LimitDemand> others = List.of(
                demand(renamed(limit(kind, 1), "other")),
                new LimitDemand(new PolicyId("silver"), spent.limit(), spent.subject()),
                new LimitDemand(GOLD, spent.limit(), "other"),
                new LimitDemand(GOLD, scoped(spent.limit(), LimitScope.KEY), spent.subject()));
        takes(1, spent);
        others.forEach(other -> takes(1, other));
        store.reset(spent);
        others.forEach(other -> assertFalse(takes(1, other), other::toString));
        assertTrue(takes(1, spent));
        assertFalse(takes(1, spent));
    }

    @ParameterizedTest
    @EnumSource
    @Rule("L5")
    void resettingFreesACounterThatAWrongClockHasFrozen(Limit.Kind kind) {
        LimitDemand demand = demand(limit(kind, 1));
        time.pass(Duration.ofDays(365));
        takes(1, demand);
        time.pass(Duration.ofDays(-365));
        assertFalse(takes(1, demand));
        store.reset(demand);
        assertTrue(takes(1, demand));
        time.pass(MINUTE);
        assertTrue(takes(1, demand));
    }

    @Test
    @Rule("L5")
    void resettingWhatWasNeverUsedDoesNothing() {
        LimitDemand demand = demand(RateLimit.of(1).per(MINUTE));
        store.reset(demand);
        assertEquals(1, peek(1, demand).remaining());
    }

    @ParameterizedTest
    @EnumSource
    @Rule("trap 22")
    void aSpentCounterStaysSpentWhoeverElseCalls(Limit.Kind kind) {
        LimitDemand spent = new LimitDemand(GOLD, scoped(limit(kind, 1), LimitScope.ADDRESS), "192.0.2.1");
        takes(1, spent);
        IntStream.range(0, 1_000).forEach(i -> takes(1, new LimitDemand(GOLD, spent.limit(), "198.51.100." + i)));
        assertFalse(takes(1, spent));
    }

    /** Returns the limits of client, profile, plan and collection, all of 2 units, over four subjects. */
    private static List<LimitDemand> allOfADecision() {
        PolicyId silver = new PolicyId("silver");
        RateLimit rate = RateLimit.of(2).per(MINUTE);
        Quota quota = Quota.of(2).perDay();
        return List.of(
                new LimitDemand(GOLD, rate.scope(LimitScope.CLIENT), "acme"),
                new LimitDemand(GOLD, quota.scope(LimitScope.CLIENT), "acme"),
                new LimitDemand(silver, rate, "mobile"),
                new LimitDemand(silver, quota, "mobile"),
                new LimitDemand(silver, quota.named("plan"), "mobile"),
                new LimitDemand(silver, rate.named("key").scope(LimitScope.KEY), "key"),
                new LimitDemand(silver, rate.named("all").scope(LimitScope.COLLECTION), "orders"),
                new LimitDemand(silver, rate.named("world").scope(LimitScope.GLOBAL), ""));
    }

    private static Optional<Duration> latest(List<LimitState> states) {
        List<LimitState> refusing = states.stream().filter(LimitState::refuses).toList();
        return refusing.stream().anyMatch(state -> state.retryAfter().isEmpty())
                ? Optional.empty()
                : refusing.stream()
                        .flatMap(state -> state.retryAfter().stream())
                        .max(Comparator.naturalOrder());
    }

    private List<Long> remainingOfTakes(int calls, LimitDemand demand) {
        return IntStream.range(0, calls)
                .mapToObj(call -> take(1, demand).remaining())
                .toList();
    }
}
