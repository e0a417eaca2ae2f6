package io.apiaccess.policy;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Hours of the week in one zone: from a time of day until before another, on some days. Immutable.
 *
 * <p>Equal ends are the whole day. An end before the start lies on the next day; the day that counts is the one on which
 * the window opens.
 *
 * @param days the days on which it opens, at least one
 * @param from the first time of day
 * @param until the time of day at which it is over
 * @param zone the zone whose clock counts
 */
public record TimeWindow(Set<DayOfWeek> days, LocalTime from, LocalTime until, ZoneId zone) {
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

    private boolean contains(ZonedDateTime local) {
        LocalTime time = local.toLocalTime();
        DayOfWeek today = local.getDayOfWeek();
        if (from.equals(until)) {
            return days.contains(today);
        }
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
