package io.apiaccess.policy;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Hours of the week in one zone: from a time of day until before another, on some days. Immutable.
 *
 * <p>An end that is not after the start lies on the next day, so equal ends are a whole day; the day that counts is the
 * one on which the window opens.
 *
 * @param days the days on which it opens, at least one
 * @param from the first time of day
 * @param until the time of day at which it is over
 * @param zone the zone whose clock counts
 */
public record TimeWindow(Set<DayOfWeek> days, LocalTime from, LocalTime until, ZoneId zone) {
    private static final int DAYS_AHEAD = 15;
    private static final Duration LOOK_AHEAD = Duration.ofDays(DAYS_AHEAD);

    /** Refuses a window that never opens. */
    public TimeWindow {
        if (days.isEmpty()) {
            throw new IllegalArgumentException(
                    "time window `" + from + "-" + until + "` has no day: name at least one");
        }
        days = Set.copyOf(days);
    }

    /** Returns a window on every day, in UTC. */
    public static TimeWindow daily(LocalTime from, LocalTime until) {
        return new TimeWindow(EnumSet.allOf(DayOfWeek.class), from, until, ZoneOffset.UTC);
    }

    /** Returns the same hours on these days only. */
    public TimeWindow on(DayOfWeek... days) {
        return new TimeWindow(Set.copyOf(Arrays.asList(days)), from, until, zone);
    }

    /** Returns the same hours of another zone's clock. */
    public TimeWindow in(ZoneId zone) {
        return new TimeWindow(days, from, until, zone);
    }

    /** Returns whether the window is open at an instant; beyond the calendar it is not. */
    public boolean contains(Instant instant) {
        try {
            return contains(instant.atZone(zone));
        } catch (DateTimeException beyondTheCalendar) {
            return false;
        }
    }

    /**
     * Returns the first instant after another at which the window opens; nothing if the calendar ends before.
     *
     * <p>A window opens where the clock comes to its start, or is set into it or past its start.
     */
    public Optional<Instant> opensAfter(Instant instant) {
        try {
            ZoneRules rules = zone.getRules();
            Stream<Instant> changes = Stream.iterate(
                            rules.nextTransition(instant),
                            change -> change != null && change.getInstant().isBefore(instant.plus(LOOK_AHEAD)),
                            change -> rules.nextTransition(change.getInstant()))
                    .map(ZoneOffsetTransition::getInstant);
            LocalDate today = instant.atZone(zone).toLocalDate();
            Stream<Instant> starts = IntStream.rangeClosed(-1, DAYS_AHEAD)
                    .mapToObj(today::plusDays)
                    .map(date -> date.atTime(from))
                    .flatMap(start -> rules.getValidOffsets(start).stream().map(start::toInstant));
            return Stream.concat(changes, starts)
                    .filter(opening -> opening.isAfter(instant) && contains(opening))
                    .min(Instant::compareTo);
        } catch (DateTimeException | ArithmeticException beyondTheCalendar) {
            return Optional.empty();
        }
    }

    private boolean contains(ZonedDateTime local) {
        LocalTime time = local.toLocalTime();
        DayOfWeek today = local.getDayOfWeek();
        boolean reached = !time.isBefore(from);
        boolean over = !time.isBefore(until);
        if (from.isBefore(until)) {
            return reached && !over && days.contains(today);
        }
        return reached ? days.contains(today) : !over && days.contains(today.minus(1));
    }

    @Override
    public String toString() {
        return from + "-" + until + " " + new TreeSet<>(days) + " " + zone;
    }
}
