package io.apiaccess.counter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import io.apiaccess.Seed;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.QuotaPeriod;
import io.apiaccess.spi.LimitStore.Reading;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.MonthDay;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The usage of periods against a log of every admission, through changes of the offset and on clocks that jump. */
class QuotaCounterTest {
    private static final long SEED = Seed.of(QuotaCounterTest.class);
    private static final List<String> ZONES = List.of(
            "UTC",
            "Europe/Paris",
            "America/New_York",
            "Australia/Lord_Howe",
            "America/St_Johns",
            "America/Havana",
            "Asia/Kathmandu",
            "Pacific/Apia");

    private final QuotaCounter counter = new QuotaCounter(AdmissionLog.DEMAND);

    /** Periods, and what two instants have in common if they lie in the same one. */
    enum Cut {
        HOUR,
        DAY,
        WEEK,
        SUNDAY_WEEK,
        MONTH,
        MONTH_FROM_31,
        YEAR,
        YEAR_FROM_LEAP_DAY;

        private static final MonthDay LEAP_DAY = MonthDay.of(2, 29);

        QuotaPeriod in(ZoneId zone) {
            return period().in(zone);
        }

        Object label(ZonedDateTime at) {
            return switch (this) {
                case HOUR -> at.toLocalDateTime().truncatedTo(ChronoUnit.HOURS) + " " + at.getOffset();
                case DAY -> at.toLocalDate();
                case WEEK -> weekFrom(DayOfWeek.MONDAY, at);
                case SUNDAY_WEEK -> weekFrom(DayOfWeek.SUNDAY, at);
                case MONTH -> YearMonth.from(at);
                case MONTH_FROM_31 -> YearMonth.from(at.toLocalDate().plusDays(1));
                case YEAR -> at.getYear();
                case YEAR_FROM_LEAP_DAY ->
                    at.getYear() - (at.toLocalDate().isBefore(LEAP_DAY.atYear(at.getYear())) ? 1 : 0);
            };
        }

        private QuotaPeriod period() {
            return switch (this) {
                case HOUR -> QuotaPeriod.hourly();
                case DAY -> QuotaPeriod.daily();
                case WEEK -> QuotaPeriod.weekly(DayOfWeek.MONDAY);
                case SUNDAY_WEEK -> QuotaPeriod.weekly(DayOfWeek.SUNDAY);
                case MONTH -> QuotaPeriod.monthly(1);
                case MONTH_FROM_31 -> QuotaPeriod.monthly(31);
                case YEAR -> QuotaPeriod.yearly(MonthDay.of(1, 1));
                case YEAR_FROM_LEAP_DAY -> QuotaPeriod.yearly(LEAP_DAY);
            };
        }

        private static LocalDate weekFrom(DayOfWeek first, ZonedDateTime at) {
            return at.toLocalDate().with(TemporalAdjusters.previousOrSame(first));
        }
    }

    @ParameterizedTest
    @EnumSource
    @Rule({"L1", "L4", "L5", "X5"})
    void decidesAsALogOfEveryAdmission(Cut cut) {
        for (int run = 0; run < 80; run++) {
            new Walk(cut, run).run(400);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Europe/Paris, HOUR, 2026-10-25T00:00:00Z, 2026-10-25T01:00:00Z",
        "Europe/Paris, HOUR, 2026-10-25T01:00:00Z, 2026-10-25T02:00:00Z",
        "Europe/Paris, HOUR, 2026-03-29T00:00:00Z, 2026-03-29T01:00:00Z",
        "Europe/Paris, HOUR, 2026-03-29T01:00:00Z, 2026-03-29T02:00:00Z",
        "America/New_York, HOUR, 2026-11-01T05:00:00Z, 2026-11-01T06:00:00Z",
        "America/New_York, HOUR, 2026-11-01T06:00:00Z, 2026-11-01T07:00:00Z",
        "Australia/Lord_Howe, HOUR, 2026-04-04T14:00:00Z, 2026-04-04T15:00:00Z",
        "Australia/Lord_Howe, HOUR, 2026-04-04T15:00:00Z, 2026-04-04T15:30:00Z",
        "Australia/Lord_Howe, HOUR, 2026-04-04T15:30:00Z, 2026-04-04T16:30:00Z",
        "Australia/Lord_Howe, HOUR, 2026-10-03T14:30:00Z, 2026-10-03T15:30:00Z",
        "Australia/Lord_Howe, HOUR, 2026-10-03T15:30:00Z, 2026-10-03T16:00:00Z",
        "Europe/Paris, DAY, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z",
        "Europe/Paris, DAY, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
        "America/New_York, DAY, 2026-03-08T05:00:00Z, 2026-03-09T04:00:00Z",
        "America/New_York, DAY, 2026-11-01T04:00:00Z, 2026-11-02T05:00:00Z",
        "Australia/Lord_Howe, DAY, 2026-04-04T13:00:00Z, 2026-04-05T13:30:00Z",
        "Australia/Lord_Howe, DAY, 2026-10-03T13:30:00Z, 2026-10-04T13:00:00Z",
        "America/Havana, DAY, 2026-03-08T05:00:00Z, 2026-03-09T04:00:00Z",
        "Europe/Paris, WEEK, 2026-10-18T22:00:00Z, 2026-10-25T23:00:00Z",
        "America/New_York, SUNDAY_WEEK, 2026-11-01T04:00:00Z, 2026-11-08T05:00:00Z",
        "Europe/Paris, MONTH, 2026-09-30T22:00:00Z, 2026-10-31T23:00:00Z",
        "UTC, MONTH_FROM_31, 2026-02-28T00:00:00Z, 2026-03-31T00:00:00Z",
        "UTC, MONTH_FROM_31, 2028-02-29T00:00:00Z, 2028-03-31T00:00:00Z",
        "UTC, YEAR_FROM_LEAP_DAY, 2027-02-28T00:00:00Z, 2028-02-29T00:00:00Z",
        "America/New_York, YEAR, 2026-01-01T05:00:00Z, 2027-01-01T05:00:00Z"
    })
    @Rule({"L1", "X5", "trap 3"})
    void aPeriodIsThatOfTheZonesCalendar(String zone, Cut cut, Instant start, Instant end) {
        Quota quota = Quota.of(1).per(cut.in(ZoneId.of(zone)));
        assertTrue(take(quota, start.minusNanos(1), 1));
        assertTrue(take(quota, start, 1));
        assertFalse(take(quota, end.minusNanos(1), 1));
        assertEquals(end, instant(counter.readyAt(1)));
        assertEquals(end, instant(counter.resetAt()));
        assertTrue(take(quota, end, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Pacific/Kiritimati", "Australia/Lord_Howe", "America/New_York"})
    @ResourceLock(Resources.TIME_ZONE)
    @Rule("trap 3")
    void theZoneOfTheMachineDoesNotCount(String machine) {
        TimeZone before = TimeZone.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone(machine));
            aPeriodIsThatOfTheZonesCalendar(
                    "UTC", Cut.DAY, Instant.parse("2026-10-25T00:00:00Z"), Instant.parse("2026-10-26T00:00:00Z"));
        } finally {
            TimeZone.setDefault(before);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PT1H30M, 1970-01-01T00:00:00Z, 2026-10-25T00:00:00Z, 2026-10-25T01:30:00Z",
        "P30D, 2026-03-15T12:00:00Z, 2026-02-13T12:00:00Z, 2026-03-15T12:00:00Z",
        "P30D, 2026-03-15T12:00:00Z, 2026-03-15T12:00:00Z, 2026-04-14T12:00:00Z",
        "P30D, 2026-03-15T12:00:00Z, 2025-12-15T12:00:00Z, 2026-01-14T12:00:00Z",
        "PT0.000000007S, 1970-01-01T00:00:00Z, 1970-01-01T00:00:00.000000007Z, 1970-01-01T00:00:00.000000014Z",
        "PT0.000000007S, 1970-01-01T00:00:00Z, 1969-12-31T23:59:59.999999993Z, 1970-01-01T00:00:00Z"
    })
    @Rule({"L1", "X5"})
    void periodsOfOneLengthAreLaidForwardsAndBackwardsFromTheirAnchor(
            Duration length, Instant anchor, Instant start, Instant end) {
        Quota quota = Quota.of(1).per(length, anchor);
        assertTrue(take(quota, start.minusNanos(1), 1));
        assertTrue(take(quota, start, 1));
        assertFalse(take(quota, end.minusNanos(1), 1));
        assertEquals(end, instant(counter.readyAt(1)));
        assertTrue(take(quota, end, 1));
    }

    @Test
    @Rule("L1")
    void aPeriodIsAbsoluteAndDoesNotSlide() {
        Quota quota = Quota.of(3).perHour();
        assertTrue(take(quota, Instant.parse("2026-03-02T10:59:59.999999999Z"), 3));
        assertTrue(take(quota, Instant.parse("2026-03-02T11:00:00Z"), 3));
        assertFalse(take(quota, Instant.parse("2026-03-02T11:59:59.999999999Z"), 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1000000000-01-01T00:00:00Z",
                "1677-09-21T00:12:43.145224192Z",
                "1677-09-21T00:12:46Z",
                "2262-04-11T23:47:14Z",
                "2262-04-11T23:47:16.854775807Z",
                "+1000000000-12-31T23:59:59.999999999Z"
            })
    @Rule("L5")
    void atTheEndsOfTimeNothingStartsAgain(Instant instant) {
        for (Cut cut : Cut.values()) {
            for (String zone : ZONES) {
                QuotaCounter fresh = new QuotaCounter(AdmissionLog.DEMAND);
                Quota quota = Quota.of(3).per(cut.in(ZoneId.of(zone)));
                int admitted = 0;
                for (int call = 0; call < 9; call++) {
                    admitted += take(fresh, quota, instant, 1) ? 1 : 0;
                }
                assertEquals(3, admitted, cut + " in " + zone + " at " + instant);
            }
        }
    }

    @Test
    @Rule("L6")
    void aChangedPeriodKeepsWhatWasUsed() {
        Instant noon = Instant.parse("2026-03-02T12:00:00Z");
        assertTrue(take(Quota.of(5).perDay(), noon, 4));
        for (Quota changed : List.of(
                Quota.of(5).perHour(),
                Quota.of(5).perMonth(),
                Quota.of(5).perDay().in(ZoneId.of("Europe/Paris")),
                Quota.of(5).per(Duration.ofMinutes(7)))) {
            assertFalse(take(changed, noon, 2), changed::toString);
            assertEquals(4, counter.used, changed::toString);
        }
    }

    @Test
    @Rule("L6")
    void aChangedPeriodEndsAndFreesAllUnits() {
        assertTrue(take(Quota.of(5).perDay(), Instant.parse("2026-03-02T12:00:00Z"), 5));
        assertFalse(take(Quota.of(5).perHour(), Instant.parse("2026-03-02T12:30:00Z"), 1));
        assertFalse(take(Quota.of(5).perHour(), Instant.parse("2026-03-02T12:59:59.999999999Z"), 1));
        assertTrue(take(Quota.of(5).perHour(), Instant.parse("2026-03-02T13:00:00Z"), 5));
    }

    @Test
    @Rule("L6")
    void whatWasUsedInAPeriodThatIsOverIsNotBroughtIntoAChangedOne() {
        assertTrue(take(Quota.of(5).perDay(), Instant.parse("2026-03-02T12:00:00Z"), 5));
        assertTrue(take(Quota.of(5).perHour(), Instant.parse("2026-03-04T12:00:00Z"), 5));
    }

    private boolean take(Quota quota, Instant reading, long cost) {
        return take(counter, quota, reading, cost);
    }

    private static boolean take(QuotaCounter counter, Quota quota, Instant reading, long cost) {
        counter.advance(new Reading(0, reading), quota);
        boolean fits = counter.fits(cost);
        if (fits) {
            counter.take(cost);
        }
        return fits;
    }

    private static Instant instant(long nanos) {
        return Instant.EPOCH.plusNanos(nanos);
    }

    /** One counter beside a log of what was taken in each period, on one random clock around a change of the offset. */
    private static final class Walk {
        private final String at;
        private final SplittableRandom random;
        private final QuotaCounter counter = new QuotaCounter(AdmissionLog.DEMAND);
        private final Map<Object, Long> log = new HashMap<>();
        private final Cut cut;
        private final ZoneId zone;
        private final Quota quota;
        private final long step;
        private Instant now;
        private Instant time = Instant.MIN;

        Walk(Cut cut, int run) {
            at = cut + ", seed " + SEED + " run " + run;
            random = new SplittableRandom(SEED + run);
            this.cut = cut;
            zone = ZoneId.of(ZONES.get(run % ZONES.size()));
            quota = Quota.of(random.nextInt(20)).per(cut.in(zone));
            QuotaPeriod.Span some = quota.period().at(Instant.parse("2026-06-15T12:34:56Z"));
            step = Duration.between(some.start(), some.end()).toNanos() / 15;
            Instant start = Instant.parse("2020-01-01T00:00:00Z").plusSeconds(random.nextInt(400_000_000));
            var change = zone.getRules().nextTransition(start);
            now = (change == null ? start : change.getInstant()).minusNanos(random.nextLong(50 * step));
        }

        void run(int steps) {
            for (int i = 0; i < steps; i++) {
                move();
                long cost = random.nextInt(4) == 0 ? random.nextLong(quota.max() + 3) : 1;
                long used = log.getOrDefault(label(time), 0L);
                counter.advance(new Reading(0, now), quota);
                boolean fits = counter.fits(cost);
                assertEquals(cost == 0 || cost <= quota.max() - used, fits, at);
                assertEquals(quota.max() - used, counter.remaining(), at);
                if (fits) {
                    counter.take(cost);
                    log.put(label(time), used + cost);
                }
                long ready = counter.readyAt(cost);
                assertEquals(cost > quota.max(), ready == Counter.NEVER, at);
                assertEquals(label(time), label(instant(counter.resetAt() - 1)), at);
                assertNotEquals(label(time), label(instant(counter.resetAt())), at);
            }
        }

        private void move() {
            now = switch (random.nextInt(10)) {
                case 0, 1, 2 -> now;
                case 3 -> now.minusNanos(random.nextLong(2 * step));
                case 4 ->
                    instant(counter.resetAt()).isAfter(time) && !log.isEmpty()
                            ? instant(counter.resetAt()).minusNanos(random.nextInt(2))
                            : now;
                default -> now.plusNanos(random.nextLong(step));
            };
            time = now.isAfter(time) ? now : time;
        }

        private Object label(Instant instant) {
            return cut.label(instant.atZone(zone));
        }
    }
}
