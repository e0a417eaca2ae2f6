package io.apiaccess.policy;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import io.apiaccess.policy.QuotaPeriod.Span;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.MonthDay;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the periods of a quota begin and end, through changes of clocks, short months, leap years and the ends of time. */
@Rule({"L1", "X5"})
class QuotaPeriodTest {
    private static final long SEED = Long.getLong("seed", 20_260_302);
    private static final Instant NOW = Instant.parse("2026-03-02T10:20:30Z");

    static Stream<QuotaPeriod> all() {
        return Stream.of(
                QuotaPeriod.hourly(),
                QuotaPeriod.daily(),
                QuotaPeriod.weekly(DayOfWeek.MONDAY),
                QuotaPeriod.weekly(DayOfWeek.SUNDAY).in(ZoneId.of("Pacific/Apia")),
                QuotaPeriod.monthly(1),
                QuotaPeriod.monthly(31).in(ZoneId.of("America/New_York")),
                QuotaPeriod.yearly(MonthDay.of(2, 29)),
                QuotaPeriod.yearly(MonthDay.of(7, 1)).in(ZoneId.of("Australia/Lord_Howe")),
                QuotaPeriod.hourly().in(ZoneId.of("Asia/Kolkata")),
                QuotaPeriod.every(Duration.ofNanos(1), Instant.EPOCH),
                QuotaPeriod.every(Duration.ofDays(30), NOW),
                QuotaPeriod.every(Duration.ofNanos(Long.MAX_VALUE), NOW));
    }

    @ParameterizedTest
    @CsvSource({
        "UTC, 2026-10-25T00:30:00Z, 2026-10-25T00:00:00Z, 2026-10-25T01:00:00Z",
        "UTC, 2026-10-25T00:00:00Z, 2026-10-25T00:00:00Z, 2026-10-25T01:00:00Z",
        "UTC, 2026-10-25T00:59:59.999999999Z, 2026-10-25T00:00:00Z, 2026-10-25T01:00:00Z",
        "UTC, 1969-12-31T23:59:59.999999999Z, 1969-12-31T23:00:00Z, 1970-01-01T00:00:00Z",
        "Europe/Paris, 2026-10-25T00:30:00Z, 2026-10-25T00:00:00Z, 2026-10-25T01:00:00Z",
        "Europe/Paris, 2026-10-25T00:59:59.999999999Z, 2026-10-25T00:00:00Z, 2026-10-25T01:00:00Z",
        "Europe/Paris, 2026-10-25T01:00:00Z, 2026-10-25T01:00:00Z, 2026-10-25T02:00:00Z",
        "Europe/Paris, 2026-10-25T01:30:00Z, 2026-10-25T01:00:00Z, 2026-10-25T02:00:00Z",
        "Europe/Paris, 2026-03-29T00:59:59Z, 2026-03-29T00:00:00Z, 2026-03-29T01:00:00Z",
        "Europe/Paris, 2026-03-29T01:00:00Z, 2026-03-29T01:00:00Z, 2026-03-29T02:00:00Z",
        "America/New_York, 2026-11-01T05:30:00Z, 2026-11-01T05:00:00Z, 2026-11-01T06:00:00Z",
        "America/New_York, 2026-11-01T06:30:00Z, 2026-11-01T06:00:00Z, 2026-11-01T07:00:00Z",
        "Asia/Kolkata, 2026-10-25T00:45:00Z, 2026-10-25T00:30:00Z, 2026-10-25T01:30:00Z",
        "Australia/Lord_Howe, 2026-04-04T14:45:00Z, 2026-04-04T14:00:00Z, 2026-04-04T15:00:00Z",
        "Australia/Lord_Howe, 2026-04-04T15:00:00Z, 2026-04-04T15:00:00Z, 2026-04-04T15:30:00Z",
        "Australia/Lord_Howe, 2026-04-04T15:29:59.999999999Z, 2026-04-04T15:00:00Z, 2026-04-04T15:30:00Z",
        "Australia/Lord_Howe, 2026-04-04T15:30:00Z, 2026-04-04T15:30:00Z, 2026-04-04T16:30:00Z",
        "Australia/Lord_Howe, 2026-10-03T15:00:00Z, 2026-10-03T14:30:00Z, 2026-10-03T15:30:00Z",
        "Australia/Lord_Howe, 2026-10-03T15:30:00Z, 2026-10-03T15:30:00Z, 2026-10-03T16:00:00Z",
        "Australia/Lord_Howe, 2026-10-03T16:00:00Z, 2026-10-03T16:00:00Z, 2026-10-03T17:00:00Z"
    })
    @Rule("trap 3")
    void cutsHoursAtEveryChangeOfTheOffset(ZoneId zone, Instant at, Instant start, Instant end) {
        assertEquals(new Span(start, end), QuotaPeriod.hourly().in(zone).at(at));
    }

    @ParameterizedTest
    @CsvSource({
        "UTC, 2026-03-29T12:00:00Z, 2026-03-29T00:00:00Z, 2026-03-30T00:00:00Z",
        "Europe/Paris, 2026-03-28T22:59:59.999999999Z, 2026-03-27T23:00:00Z, 2026-03-28T23:00:00Z",
        "Europe/Paris, 2026-03-28T23:00:00Z, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z",
        "Europe/Paris, 2026-10-25T12:00:00Z, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
        "America/New_York, 2026-03-08T12:00:00Z, 2026-03-08T05:00:00Z, 2026-03-09T04:00:00Z",
        "America/New_York, 2026-11-01T12:00:00Z, 2026-11-01T04:00:00Z, 2026-11-02T05:00:00Z",
        "Australia/Lord_Howe, 2026-04-04T20:00:00Z, 2026-04-04T13:00:00Z, 2026-04-05T13:30:00Z",
        "Australia/Lord_Howe, 2026-10-03T20:00:00Z, 2026-10-03T13:30:00Z, 2026-10-04T13:00:00Z",
        "America/Sao_Paulo, 2018-11-04T02:59:59Z, 2018-11-03T03:00:00Z, 2018-11-04T03:00:00Z",
        "America/Sao_Paulo, 2018-11-04T03:00:00Z, 2018-11-04T03:00:00Z, 2018-11-05T02:00:00Z",
        "Pacific/Apia, 2011-12-30T09:00:00Z, 2011-12-29T10:00:00Z, 2011-12-30T10:00:00Z",
        "Pacific/Apia, 2011-12-30T10:00:00Z, 2011-12-30T10:00:00Z, 2011-12-31T10:00:00Z",
        "America/St_Johns, 2006-10-29T02:29:59Z, 2006-10-28T02:30:00Z, 2006-10-29T02:30:00Z",
        "America/St_Johns, 2006-10-29T02:30:30Z, 2006-10-29T02:30:00Z, 2006-10-30T03:30:00Z",
        "America/St_Johns, 2006-10-29T02:45:00Z, 2006-10-29T02:30:00Z, 2006-10-30T03:30:00Z"
    })
    void lastsFromTheStartOfADayToTheStartOfTheNext(ZoneId zone, Instant at, Instant start, Instant end) {
        assertEquals(new Span(start, end), QuotaPeriod.daily().in(zone).at(at));
    }

    @ParameterizedTest
    @CsvSource({
        "MONDAY, UTC, 2026-03-02T00:00:00Z, 2026-03-02T00:00:00Z, 2026-03-09T00:00:00Z",
        "MONDAY, UTC, 2026-03-01T23:59:59.999999999Z, 2026-02-23T00:00:00Z, 2026-03-02T00:00:00Z",
        "SUNDAY, UTC, 2026-03-01T23:59:59.999999999Z, 2026-03-01T00:00:00Z, 2026-03-08T00:00:00Z",
        "THURSDAY, UTC, 1969-12-31T12:00:00Z, 1969-12-25T00:00:00Z, 1970-01-01T00:00:00Z",
        "MONDAY, Europe/Paris, 2026-03-29T12:00:00Z, 2026-03-22T23:00:00Z, 2026-03-29T22:00:00Z",
        "MONDAY, Europe/Paris, 2026-10-25T12:00:00Z, 2026-10-18T22:00:00Z, 2026-10-25T23:00:00Z"
    })
    void lastsAWeekFromItsDay(DayOfWeek first, ZoneId zone, Instant at, Instant start, Instant end) {
        assertEquals(new Span(start, end), QuotaPeriod.weekly(first).in(zone).at(at));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 2025-12-31T23:59:59.999999999Z, 2025-12-01, 2026-01-01",
        "1, 2026-01-01T00:00:00Z, 2026-01-01, 2026-02-01",
        "15, 2026-03-14T23:59:59Z, 2026-02-15, 2026-03-15",
        "28, 2026-02-28T00:00:00Z, 2026-02-28, 2026-03-28",
        "29, 2026-02-28T00:00:00Z, 2026-02-28, 2026-03-29",
        "29, 2024-02-28T23:00:00Z, 2024-01-29, 2024-02-29",
        "30, 2026-02-27T23:00:00Z, 2026-01-30, 2026-02-28",
        "30, 2026-02-28T00:00:00Z, 2026-02-28, 2026-03-30",
        "30, 2026-03-29T00:00:00Z, 2026-02-28, 2026-03-30",
        "31, 2026-01-30T00:00:00Z, 2025-12-31, 2026-01-31",
        "31, 2026-02-15T00:00:00Z, 2026-01-31, 2026-02-28",
        "31, 2026-02-28T00:00:00Z, 2026-02-28, 2026-03-31",
        "31, 2024-02-28T00:00:00Z, 2024-01-31, 2024-02-29",
        "31, 2026-04-29T23:59:59Z, 2026-03-31, 2026-04-30",
        "31, 2026-04-30T00:00:00Z, 2026-04-30, 2026-05-31"
    })
    void beginsAMonthOnItsDayOrTheLastThereIs(int first, Instant at, LocalDate start, LocalDate end) {
        assertEquals(span(start, end), QuotaPeriod.monthly(first).at(at));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 2026-03-02T00:00:00Z, 2026-01-01, 2027-01-01",
        "7, 1, 2026-06-30T23:59:59.999999999Z, 2025-07-01, 2026-07-01",
        "12, 31, 2026-12-31T00:00:00Z, 2026-12-31, 2027-12-31",
        "2, 29, 2026-02-27T23:59:59Z, 2025-02-28, 2026-02-28",
        "2, 29, 2026-02-28T00:00:00Z, 2026-02-28, 2027-02-28",
        "2, 29, 2027-12-31T00:00:00Z, 2027-02-28, 2028-02-29",
        "2, 29, 2028-02-28T23:59:59Z, 2027-02-28, 2028-02-29",
        "2, 29, 2028-02-29T00:00:00Z, 2028-02-29, 2029-02-28",
        "2, 29, 1900-02-28T00:00:00Z, 1900-02-28, 1901-02-28",
        "2, 29, 2000-02-28T00:00:00Z, 1999-02-28, 2000-02-29"
    })
    void beginsAYearOnItsDayAndOn28FebruaryWhereThereIsNo29(
            int month, int day, Instant at, LocalDate start, LocalDate end) {
        assertEquals(
                span(start, end), QuotaPeriod.yearly(MonthDay.of(month, day)).at(at));
    }

    @ParameterizedTest
    @CsvSource({
        "PT1H, 1970-01-01T00:00:00Z, 1969-12-31T23:59:59.999999999Z, 1969-12-31T23:00:00Z, 1970-01-01T00:00:00Z",
        "PT1H, 1970-01-01T00:00:00Z, 1969-12-31T23:00:00Z, 1969-12-31T23:00:00Z, 1970-01-01T00:00:00Z",
        "PT168H, 2026-03-02T10:00:00Z, 2026-03-02T09:59:59.999999999Z, 2026-02-23T10:00:00Z, 2026-03-02T10:00:00Z",
        "PT168H, 2026-03-02T10:00:00Z, 2026-03-02T10:00:00Z, 2026-03-02T10:00:00Z, 2026-03-09T10:00:00Z",
        "PT0.000000001S, 1970-01-01T00:00:00Z, 2026-03-02T10:00:00.000000007Z, 2026-03-02T10:00:00.000000007Z, 2026-03-02T10:00:00.000000008Z",
        "PT0.000000001S, 1970-01-01T00:00:00Z, 9999-12-31T00:00:00Z, 9999-12-31T00:00:00Z, 9999-12-31T00:00:00.000000001Z",
        "PT0.000000007S, -100000-01-01T00:00:00Z, -100000-01-01T00:00:00.000000013Z, -100000-01-01T00:00:00.000000007Z, -100000-01-01T00:00:00.000000014Z"
    })
    void liesForwardsAndBackwardsFromAnAnchor(Duration length, Instant anchor, Instant at, Instant start, Instant end) {
        assertEquals(new Span(start, end), QuotaPeriod.every(length, anchor).at(at));
    }

    @Test
    void liesWhereBigIntegersSay() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 5_000; i++) {
            Duration length = Duration.ofNanos(random.nextLong(Long.MAX_VALUE >>> random.nextInt(62)) + 1);
            Instant anchor = any(random);
            Instant at = any(random);
            Span span = QuotaPeriod.every(length, anchor).at(at);
            BigInteger offset = nanos(at).subtract(nanos(anchor)).mod(nanos(length));
            assertEquals(
                    nanos(at).subtract(offset),
                    nanos(span.start()),
                    () -> "seed " + SEED + ": " + length + " from " + anchor + " at " + at);
            assertEquals(length, Duration.between(span.start(), span.end()));
        }
    }

    @Test
    @Rule("trap 3")
    void cutsTheTimeOfEveryZoneWithoutGapOrOverlap() {
        int zones = 0;
        for (ZoneId zone : zonesThatChange()) {
            List<QuotaPeriod> periods = List.of(
                    QuotaPeriod.hourly().in(zone),
                    QuotaPeriod.daily().in(zone),
                    QuotaPeriod.weekly(DayOfWeek.SUNDAY).in(zone),
                    QuotaPeriod.monthly(30).in(zone));
            for (Instant change : changes(zone)) {
                for (int minutes : new int[] {-61, 0, 31, 181}) {
                    periods.forEach(period -> assertLiesIn(period, change.plus(Duration.ofMinutes(minutes))));
                }
            }
            zones++;
        }
        assertTrue(zones > 150, "zones " + zones);
    }

    @Test
    @Rule("trap 3")
    void cutsTheHoursOfEveryZoneAtItsChangesAndToNoMoreThan60Minutes() {
        for (ZoneId zone : zonesThatChange()) {
            QuotaPeriod hours = QuotaPeriod.hourly().in(zone);
            for (Instant change : changes(zone)) {
                Span before = hours.at(change.minusNanos(1));
                Span after = hours.at(change);
                assertEquals(change, before.end(), () -> "hour " + zone);
                assertEquals(change, after.start(), () -> "hour " + zone);
                assertTrue(Duration.between(before.start(), change).toMinutes() <= 60, () -> before + " " + zone);
                assertTrue(Duration.between(change, after.end()).toMinutes() <= 60, () -> after + " " + zone);
            }
        }
    }

    @Test
    void isLaidByTheZonesCalendarDayByDay() {
        SplittableRandom random = new SplittableRandom(SEED);
        List<ZoneId> zones = List.of(
                ZoneOffset.UTC,
                ZoneId.of("Europe/Paris"),
                ZoneId.of("America/New_York"),
                ZoneId.of("Australia/Lord_Howe"));
        for (int i = 0; i < 5_000; i++) {
            ZoneId zone = zones.get(random.nextInt(zones.size()));
            Instant at = Instant.ofEpochSecond(
                    random.nextLong(-2_000_000_000, 6_000_000_000L), random.nextInt(1_000_000_000));
            int first = random.nextInt(1, 32);
            LocalDate today = at.atZone(zone).toLocalDate();
            LocalDate start = today;
            while (start.getDayOfMonth()
                    != Math.min(first, YearMonth.from(start).lengthOfMonth())) {
                start = start.minusDays(1);
            }
            LocalDate end = today.plusDays(1);
            while (end.getDayOfMonth() != Math.min(first, YearMonth.from(end).lengthOfMonth())) {
                end = end.plusDays(1);
            }
            assertEquals(
                    new Span(
                            start.atStartOfDay(zone).toInstant(),
                            end.atStartOfDay(zone).toInstant()),
                    QuotaPeriod.monthly(first).in(zone).at(at),
                    () -> "seed " + SEED + ": day " + first + " " + zone + " at " + at);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    @Rule("L5")
    void holdsEveryInstantUpToTheEndsOfTime(QuotaPeriod period) {
        for (Instant at : List.of(
                Instant.MIN,
                Instant.MIN.plusNanos(1),
                Instant.MIN.plus(Duration.ofDays(800)),
                Instant.parse("-100000-01-01T00:00:00Z"),
                Instant.EPOCH,
                NOW,
                Instant.parse("+100000-01-01T00:00:00Z"),
                Instant.MAX.minus(Duration.ofDays(800)),
                Instant.MAX.minusNanos(1),
                Instant.MAX)) {
            Span span = period.at(at);
            assertAll(
                    () -> assertFalse(at.isBefore(span.start()), period + " at " + at + ": " + span),
                    () -> assertFalse(at.isAfter(span.end()), period + " at " + at + ": " + span),
                    () -> assertTrue(span.start().isBefore(span.end()), period + " at " + at + ": " + span));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 32, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void refusesADayThatNoMonthHas(int day) {
        Refusal.of(() -> QuotaPeriod.monthly(day), "day", "`" + day + "`", "1 to 31");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT-0.000000001S", "PT2562047H47M16.854775808S"})
    void refusesALengthThatIsNone(Duration length) {
        Refusal.of(() -> QuotaPeriod.every(length, NOW), "period", "`" + length + "`", "1 ns");
    }

    @Test
    void refusesAZoneForAFixedLength() {
        Refusal.of(
                () -> QuotaPeriod.every(Duration.ofDays(30), NOW).in(ZoneId.of("Europe/Paris")),
                "`PT720H`",
                "`Europe/Paris`");
    }

    private static List<ZoneId> zonesThatChange() {
        Set<ZoneRules> seen = new HashSet<>();
        return new TreeSet<>(ZoneId.getAvailableZoneIds())
                .stream()
                        .map(ZoneId::of)
                        .filter(zone ->
                                seen.add(zone.getRules()) && !changes(zone).isEmpty())
                        .toList();
    }

    private static List<Instant> changes(ZoneId zone) {
        List<Instant> changes = new ArrayList<>();
        Instant until = Instant.parse("2031-01-01T00:00:00Z");
        ZoneOffsetTransition next = zone.getRules().nextTransition(Instant.parse("2000-01-01T00:00:00Z"));
        while (next != null && next.getInstant().isBefore(until)) {
            changes.add(next.getInstant());
            next = zone.getRules().nextTransition(next.getInstant());
        }
        return changes;
    }

    private static void assertLiesIn(QuotaPeriod period, Instant at) {
        Span span = period.at(at);
        boolean lies = !at.isBefore(span.start())
                && at.isBefore(span.end())
                && span.equals(period.at(span.start()))
                && span.equals(period.at(span.end().minusNanos(1)))
                && span.end().equals(period.at(span.end()).start());
        assertTrue(lies, () -> period + " at " + at + ": " + span + ", then " + period.at(span.end()));
    }

    private static Instant any(SplittableRandom random) {
        long seconds = random.nextInt(4) == 0
                ? random.nextLong(-20_000_000_000_000_000L, 20_000_000_000_000_000L)
                : random.nextLong(-4_000_000_000L, 8_000_000_000L);
        return Instant.ofEpochSecond(seconds, random.nextInt(1_000_000_000));
    }

    private static BigInteger nanos(Instant instant) {
        return BigInteger.valueOf(instant.getEpochSecond())
                .multiply(BigInteger.valueOf(1_000_000_000))
                .add(BigInteger.valueOf(instant.getNano()));
    }

    private static BigInteger nanos(Duration duration) {
        return BigInteger.valueOf(duration.toNanos());
    }

    private static Span span(LocalDate start, LocalDate end) {
        return new Span(
                start.atStartOfDay(ZoneOffset.UTC).toInstant(),
                end.atStartOfDay(ZoneOffset.UTC).toInstant());
    }
}
