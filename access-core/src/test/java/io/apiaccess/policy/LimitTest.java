package io.apiaccess.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.MonthDay;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What rate limits and quotas may say, and what they say unless told otherwise. */
class LimitTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    @Rule("L2")
    void countsByProfileUnderItsKindsNameUnlessTold() {
        Limit rate = RateLimit.of(2).per(MINUTE);
        Limit quota = Quota.of(2).perDay();
        assertEquals("rate", rate.name());
        assertEquals("quota", quota.name());
        assertEquals(LimitScope.PROFILE, rate.scope());
        assertEquals(LimitScope.PROFILE, quota.scope());
        assertEquals(Limit.Kind.RATE, rate.kind());
        assertEquals(Limit.Kind.QUOTA, quota.kind());
    }

    @Test
    @Rule({"L1", "L2"})
    void holdsACapacityThatIsRefilled() {
        TokenBucket bucket = RateLimit.bucket(20).refill(100, MINUTE);
        assertEquals(new TokenBucket(LimitTerms.of("rate"), 20, 100, MINUTE), bucket);
        assertEquals(20, bucket.max());
        assertEquals(
                new TokenBucket(LimitTerms.of("burst").scope(LimitScope.KEY), 20, 100, MINUTE),
                bucket.named("burst").scope(LimitScope.KEY));
        assertEquals(
                Long.MAX_VALUE,
                RateLimit.bucket(Long.MAX_VALUE).refill(Long.MAX_VALUE, MINUTE).max());
        assertEquals(0, RateLimit.bucket(0).refill(1, MINUTE).max());
    }

    @Test
    void tellsAllFaultsOfABucketAtOnce() {
        String message = Refusal.of(
                () -> new TokenBucket(LimitTerms.of(""), -7, 0, Duration.ZERO),
                "token bucket ``",
                "name is missing",
                "capacity `-7`",
                "refill `0`",
                "`PT0S`");
        assertEquals(4, message.split("; ").length, message);
    }

    @Test
    void keepsEverythingElseWhenOneThingIsSet() {
        RateLimit rate = RateLimit.of(2).per(MINUTE).named("burst").scope(LimitScope.KEY);
        assertEquals(new RateLimit(LimitTerms.of("burst").scope(LimitScope.KEY), 2, MINUTE), rate);
        Quota quota = Quota.of(3)
                .perMonth(15)
                .scope(LimitScope.CLIENT)
                .named("monthly")
                .in(ZoneId.of("Europe/Paris"));
        assertEquals(
                new Quota(
                        LimitTerms.of("monthly").scope(LimitScope.CLIENT),
                        3,
                        QuotaPeriod.monthly(15).in(ZoneId.of("Europe/Paris"))),
                quota);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, Long.MAX_VALUE})
    @Rule({"L1", "L5"})
    void takesFromNoUnitToTheMost(long units) {
        assertEquals(units, RateLimit.of(units).per(Duration.ofNanos(1)).max());
        assertEquals(
                units, RateLimit.of(units).per(Duration.ofNanos(Long.MAX_VALUE)).max());
        assertEquals(units, Quota.of(units).perHour().max());
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE})
    void refusesFewerUnitsThanNone(long units) {
        Refusal.of(() -> RateLimit.of(units).per(MINUTE), "rate limit `rate`", "units", "`" + units + "`", "below 0");
        Refusal.of(() -> Quota.of(units).perDay(), "quota `quota`", "units", "`" + units + "`", "below 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT2562047H47M16.854775808S", "PT2562047788015215H30M7.999999999S"})
    void refusesAPeriodThatIsNoneOrTooLong(Duration period) {
        Refusal.of(() -> RateLimit.of(1).per(period), "rate limit `rate`", "period", "`" + period + "`", "1 ns");
        Refusal.of(() -> Quota.of(1).per(period), "period", "`" + period + "`", "1 ns");
    }

    @Test
    void refusesAWrongName() {
        Refusal.of(() -> RateLimit.of(1).per(MINUTE).named("a\nb"), "rate limit", "name `a\\u000ab`", "control");
        Refusal.of(() -> Quota.of(1).perDay().named(""), "quota ``", "name is missing");
    }

    @Test
    void tellsAllFaultsOfARateLimitAtOnce() {
        String message = Refusal.of(
                () -> new RateLimit(LimitTerms.of(" x"), -7, Duration.ZERO), "` x`", "white space", "`-7`", "`PT0S`");
        assertEquals(3, message.split("; ").length, message);
    }

    @Test
    @Rule("X5")
    void laysPeriodsInUtcFromMondayFromTheFirstAndFrom1970UnlessTold() {
        assertEquals(Quota.of(1).perWeek(DayOfWeek.MONDAY), Quota.of(1).perWeek());
        assertNotEquals(Quota.of(1).perWeek(DayOfWeek.SUNDAY), Quota.of(1).perWeek());
        assertEquals(Quota.of(1).perMonth(1), Quota.of(1).perMonth());
        assertEquals(Quota.of(1).perYear(MonthDay.of(1, 1)), Quota.of(1).perYear());
        assertEquals(Quota.of(1).per(MINUTE, Instant.EPOCH), Quota.of(1).per(MINUTE));
        Instant now = Instant.parse("2026-03-02T10:20:30Z");
        assertEquals(
                Instant.parse("2026-03-02T00:00:00Z"),
                Quota.of(1).perDay().period().at(now).start());
        assertEquals(
                Instant.parse("2026-03-02T10:00:00Z"),
                Quota.of(1).perHour().period().at(now).start());
        assertEquals(
                Instant.parse("2026-01-01T00:00:00Z"),
                Quota.of(1).perYear().period().at(now).start());
    }

    @Test
    void refusesAZoneWithoutACalendar() {
        Refusal.of(
                () -> Quota.of(1).per(Duration.ofDays(1)).in(ZoneId.of("Asia/Tokyo")),
                "quota",
                "`PT24H`",
                "`Asia/Tokyo`");
    }
}
