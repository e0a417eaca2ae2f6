package io.apiaccess.policy;

import static java.time.DayOfWeek.FRIDAY;
import static java.time.DayOfWeek.MONDAY;
import static java.time.DayOfWeek.SUNDAY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a window is open: from its start until before its end, on the days on which it opens. */
@Rule("X6")
class TimeWindowTest {
    private static final long SEED = Long.getLong("seed", 20_260_302);
    private static final ZoneId PARIS = ZoneId.of("Europe/Paris");

    @ParameterizedTest
    @CsvSource({
        "2026-03-02T08:59:59.999999999Z, false",
        "2026-03-02T09:00:00Z, true",
        "2026-03-02T16:59:59.999999999Z, true",
        "2026-03-02T17:00:00Z, false",
        "2026-03-08T12:00:00Z, true"
    })
    void isOpenFromItsStartUntilBeforeItsEndEveryDayInUtc(Instant instant, boolean open) {
        assertEquals(open, daily("09:00", "17:00").contains(instant));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-06T21:59:59Z, false",
        "2026-03-06T22:00:00Z, true",
        "2026-03-07T05:59:59.999999999Z, true",
        "2026-03-07T06:00:00Z, false",
        "2026-03-06T03:00:00Z, false",
        "2026-03-07T23:00:00Z, false"
    })
    void reachesIntoTheNextDayFromTheDayOnWhichItOpens(Instant instant, boolean open) {
        assertEquals(open, daily("22:00", "06:00").on(FRIDAY).contains(instant));
    }

    @ParameterizedTest
    @ValueSource(strings = {"00:00", "09:00", "23:59:59.999999999"})
    void isOpenTheWholeDayIfItsEndsAreEqual(LocalTime end) {
        TimeWindow window = TimeWindow.daily(end, end);
        assertTrue(window.contains(Instant.parse("2026-03-02T00:00:00Z")));
        assertTrue(window.contains(Instant.parse("2026-03-02T09:00:00Z")));
        assertTrue(window.contains(Instant.parse("2026-03-02T23:59:59.999999999Z")));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-06T08:59:59.999999999Z, false",
        "2026-03-06T09:00:00Z, true",
        "2026-03-07T08:59:59.999999999Z, true",
        "2026-03-07T09:00:00Z, false"
    })
    void aWholeDayBelongsToTheDayOnWhichItStarts(Instant instant, boolean open) {
        assertEquals(open, daily("09:00", "09:00").on(FRIDAY).contains(instant));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-02T08:00:00Z, 2026-03-02T09:00:00Z",
        "2026-03-02T09:00:00Z, 2026-03-03T09:00:00Z",
        "2026-03-02T17:00:00Z, 2026-03-03T09:00:00Z",
        "2026-03-06T17:00:00Z, 2026-03-09T09:00:00Z"
    })
    void opensNextAtItsStartOnOneOfItsDays(Instant instant, Instant opening) {
        TimeWindow workdays = new TimeWindow(
                EnumSet.range(MONDAY, FRIDAY), LocalTime.of(9, 0), LocalTime.of(17, 0), ZoneId.of("UTC"));
        assertEquals(Optional.of(opening), workdays.opensAfter(instant));
    }

    @Test
    void opensWhereTheClockIsSetPastItsStart() {
        TimeWindow window = daily("02:30", "04:00").in(PARIS);
        assertEquals(
                Optional.of(Instant.parse("2026-03-29T01:00:00Z")),
                window.opensAfter(Instant.parse("2026-03-28T12:00:00Z")));
        assertEquals(
                Optional.of(Instant.parse("2026-10-25T01:30:00Z")),
                daily("02:30", "03:00").in(PARIS).opensAfter(Instant.parse("2026-10-25T01:00:00Z")));
        assertEquals(Optional.empty(), window.opensAfter(Instant.MAX));
    }

    @Test
    void isClosedFromAnInstantUntilItOpensNext() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 300; i++) {
            TimeWindow window = new TimeWindow(
                    EnumSet.of(DayOfWeek.of(random.nextInt(1, 8)), DayOfWeek.of(random.nextInt(1, 8))),
                    LocalTime.of(random.nextInt(24), random.nextInt(2) * 30),
                    LocalTime.of(random.nextInt(24), random.nextInt(2) * 30),
                    random.nextBoolean() ? PARIS : ZoneId.of("Australia/Lord_Howe"));
            Instant start =
                    Instant.parse("2026-01-01T00:00:00Z").plus(Duration.ofMinutes(15L * random.nextInt(30_000)));
            if (window.contains(start)) {
                continue;
            }
            Instant opening = window.opensAfter(start).orElseThrow();
            for (Instant at = start; at.isBefore(opening); at = at.plus(Duration.ofMinutes(15))) {
                assertFalse(window.contains(at), "seed " + SEED + ": " + window + " at " + at);
            }
            assertTrue(window.contains(opening), "seed " + SEED + ": " + window + " at " + opening);
        }
    }

    @Test
    void isOpenUntilMidnight() {
        TimeWindow window = daily("18:00", "00:00").on(SUNDAY);
        assertTrue(window.contains(Instant.parse("2026-03-08T23:59:59.999999999Z")));
        assertFalse(window.contains(Instant.parse("2026-03-09T00:00:00Z")));
        assertFalse(window.contains(Instant.parse("2026-03-08T17:59:59Z")));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-15T07:59:59Z, false",
        "2026-01-15T08:00:00Z, true",
        "2026-07-15T07:00:00Z, true",
        "2026-07-15T15:00:00Z, false",
        "2026-01-15T15:30:00Z, true"
    })
    void followsTheClockOfItsZone(Instant instant, boolean open) {
        assertEquals(open, daily("09:00", "17:00").in(PARIS).contains(instant));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-10-25T00:29:59Z, false",
        "2026-10-25T00:30:00Z, true",
        "2026-10-25T01:00:00Z, false",
        "2026-10-25T01:30:00Z, true",
        "2026-10-25T02:00:00Z, false",
        "2026-03-29T00:59:59Z, false",
        "2026-03-29T01:00:00Z, false"
    })
    void isOpenWheneverTheClockShowsItsHours(Instant instant, boolean open) {
        assertEquals(open, daily("02:30", "03:00").in(PARIS).contains(instant));
    }

    @Test
    void refusesToOpenOnNoDay() {
        Refusal.of(() -> daily("09:00", "17:00").on(), "time window", "`09:00-17:00`", "at least one");
        Refusal.of(
                () -> new TimeWindow(Set.of(), LocalTime.NOON, LocalTime.MIDNIGHT, PARIS),
                "time window",
                "`12:00-00:00`");
    }

    @Test
    void takesADayThatIsNamedTwice() {
        assertEquals(daily("09:00", "17:00").on(MONDAY), daily("09:00", "17:00").on(MONDAY, MONDAY));
    }

    @ParameterizedTest
    @CsvSource({"-1000000000-01-01T00:00:00Z", "+1000000000-12-31T23:59:59.999999999Z"})
    @Rule("L5")
    void isClosedBeyondTheCalendar(Instant instant) {
        assertFalse(daily("00:00", "00:00").contains(instant));
        assertFalse(daily("22:00", "06:00").in(ZoneId.of("Pacific/Kiritimati")).contains(instant));
    }

    @Test
    void isOpenWhenOneOfItsDaysSaysSo() {
        SplittableRandom random = new SplittableRandom(SEED);
        List<ZoneId> zones = List.of(
                ZoneId.of("UTC"),
                PARIS,
                ZoneId.of("America/New_York"),
                ZoneId.of("Australia/Lord_Howe"),
                ZoneId.of("Asia/Kolkata"));
        int open = 0;
        for (int i = 0; i < 10_000; i++) {
            Set<DayOfWeek> days = EnumSet.of(DayOfWeek.of(random.nextInt(1, 8)), DayOfWeek.of(random.nextInt(1, 8)));
            LocalTime from = LocalTime.of(random.nextInt(24), random.nextInt(4) * 15);
            LocalTime until = LocalTime.of(random.nextInt(24), random.nextInt(4) * 15);
            ZoneId zone = zones.get(random.nextInt(zones.size()));
            TimeWindow window = new TimeWindow(days, from, until, zone);
            Instant instant = Instant.parse("2026-03-01T00:00:00Z")
                    .plus(Duration.ofMinutes(15L * random.nextInt(4 * 24 * 300)))
                    .minusNanos(random.nextInt(2));
            boolean expected = isOpen(window, instant.atZone(zone).toLocalDateTime());
            assertEquals(expected, window.contains(instant), () -> "seed " + SEED + ": " + window + " at " + instant);
            open += expected ? 1 : 0;
        }
        assertTrue(open > 1_000 && open < 9_000, "open " + open);
    }

    private static boolean isOpen(TimeWindow window, LocalDateTime local) {
        LocalDate today = local.toLocalDate();
        return List.of(today.minusDays(1), today).stream()
                .filter(day -> window.days().contains(day.getDayOfWeek()))
                .anyMatch(day -> {
                    LocalDate last = window.from().isBefore(window.until()) ? day : day.plusDays(1);
                    return !local.isBefore(day.atTime(window.from())) && local.isBefore(last.atTime(window.until()));
                });
    }

    private static TimeWindow daily(String from, String until) {
        return TimeWindow.daily(LocalTime.parse(from), LocalTime.parse(until));
    }
}
