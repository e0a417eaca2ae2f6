package io.apiaccess.policy;

import io.apiaccess.check.Faults;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.MonthDay;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Objects;

/**
 * A way to cut all time into periods that follow one another without a gap. Immutable.
 *
 * <p>Calendar periods are those of a zone, UTC unless given, through its changes of offset: a day lasts from its start to
 * the start of the next, an hour is cut at a change and never lasts longer than 60 minutes.
 */
public sealed interface QuotaPeriod {
    /** Returns each hour of the clock. */
    static QuotaPeriod hourly() {
        return new Hours(ZoneOffset.UTC);
    }

    /** Returns each calendar day. */
    static QuotaPeriod daily() {
        return new Dates(ChronoUnit.DAYS, DayOfWeek.MONDAY, MonthDay.of(1, 1), ZoneOffset.UTC);
    }

    /** Returns each week from a day. */
    static QuotaPeriod weekly(DayOfWeek first) {
        return new Dates(ChronoUnit.WEEKS, first, MonthDay.of(1, 1), ZoneOffset.UTC);
    }

    /** Returns each month from a day, 1 to 31; a month that is too short begins on its last day. */
    static QuotaPeriod monthly(int firstDay) {
        if (firstDay < 1 || firstDay > 31) {
            throw new IllegalArgumentException("day " + Faults.quote(firstDay) + " of a month is not 1 to 31");
        }
        return new Dates(ChronoUnit.MONTHS, DayOfWeek.MONDAY, MonthDay.of(1, firstDay), ZoneOffset.UTC);
    }

    /** Returns each year from a day; 29 February is 28 where there is none. */
    static QuotaPeriod yearly(MonthDay first) {
        return new Dates(ChronoUnit.YEARS, DayOfWeek.MONDAY, first, ZoneOffset.UTC);
    }

    /** Returns periods of one length, laid forwards and backwards from an instant. */
    static QuotaPeriod every(Duration length, Instant anchor) {
        return new Fixed(length, anchor);
    }

    /**
     * Returns the same periods of another zone's calendar.
     *
     * @throws IllegalArgumentException for periods of a fixed length, which have no calendar
     */
    QuotaPeriod in(ZoneId zone);

    /** Returns the period that an instant lies in; what lies beyond the calendar is one endless period. */
    Span at(Instant instant);

    /**
     * One period.
     *
     * @param start its first instant
     * @param end the first instant after it
     */
    record Span(Instant start, Instant end) {
        static final Span ENDLESS = new Span(Instant.MIN, Instant.MAX);
    }

    /**
     * Hours of the clock, cut where the offset changes.
     *
     * @param zone the zone whose clock counts
     */
    record Hours(ZoneId zone) implements QuotaPeriod {
        private static final int SECONDS = 3_600;

        @Override
        public QuotaPeriod in(ZoneId zone) {
            return new Hours(zone);
        }

        @Override
        public Span at(Instant instant) {
            try {
                ZoneRules rules = zone.getRules();
                long offset = rules.getOffset(instant).getTotalSeconds();
                long local = instant.getEpochSecond() + offset;
                Instant start = Instant.ofEpochSecond(Math.floorDiv(local, SECONDS) * SECONDS - offset);
                Instant end = start.plusSeconds(SECONDS);
                ZoneOffsetTransition before = rules.previousTransition(instant.plusNanos(1));
                ZoneOffsetTransition after = rules.nextTransition(instant);
                return new Span(
                        before != null && before.getInstant().isAfter(start) ? before.getInstant() : start,
                        after != null && after.getInstant().isBefore(end) ? after.getInstant() : end);
            } catch (DateTimeException | ArithmeticException beyondTheCalendar) {
                return Span.ENDLESS;
            }
        }

        @Override
        public String toString() {
            return "hour " + zone;
        }
    }

    /**
     * Days, weeks, months or years, from the start of a date to the start of another.
     *
     * @param unit which of them
     * @param weekday the first day of a week
     * @param anchor the first day of a year, its day also that of a month
     * @param zone the zone whose calendar counts
     */
    record Dates(ChronoUnit unit, DayOfWeek weekday, MonthDay anchor, ZoneId zone) implements QuotaPeriod {
        @Override
        public QuotaPeriod in(ZoneId zone) {
            return new Dates(unit, weekday, anchor, zone);
        }

        @Override
        public Span at(Instant instant) {
            try {
                LocalDate first = first(instant.atZone(zone).toLocalDate());
                Span span = from(first);
                // A clock that falls back across midnight shows a date that is over.
                return instant.isBefore(span.end) ? span : from(next(first));
            } catch (DateTimeException | ArithmeticException beyondTheCalendar) {
                return Span.ENDLESS;
            }
        }

        // A zone that skips a day starts it where the next one starts.
        private Span from(LocalDate first) {
            return new Span(
                    first.atStartOfDay(zone).toInstant(),
                    next(first).atStartOfDay(zone).toInstant());
        }

        private LocalDate first(LocalDate date) {
            return switch (unit) {
                case DAYS -> date;
                case WEEKS -> date.with(TemporalAdjusters.previousOrSame(weekday));
                case MONTHS -> {
                    LocalDate here = month(YearMonth.from(date));
                    yield here.isAfter(date) ? month(YearMonth.from(date).minusMonths(1)) : here;
                }
                default -> {
                    LocalDate here = anchor.atYear(date.getYear());
                    yield here.isAfter(date) ? anchor.atYear(date.getYear() - 1) : here;
                }
            };
        }

        private LocalDate next(LocalDate first) {
            return switch (unit) {
                case DAYS -> first.plusDays(1);
                case WEEKS -> first.plusWeeks(1);
                case MONTHS -> month(YearMonth.from(first).plusMonths(1));
                default -> anchor.atYear(first.getYear() + 1);
            };
        }

        private LocalDate month(YearMonth month) {
            return month.atDay(Math.min(anchor.getDayOfMonth(), month.lengthOfMonth()));
        }

        @Override
        public String toString() {
            return switch (unit) {
                case DAYS -> "day " + zone;
                case WEEKS -> "week from " + weekday + " " + zone;
                case MONTHS -> "month from day " + anchor.getDayOfMonth() + " " + zone;
                default -> "year from " + anchor + " " + zone;
            };
        }
    }

    /**
     * Periods of one length.
     *
     * @param length the length, 1 ns to 2^63−1 ns
     * @param anchor an instant at which one begins
     */
    record Fixed(Duration length, Instant anchor) implements QuotaPeriod {
        /** Refuses a length that is not positive or beyond 2^63−1 nanoseconds. */
        public Fixed {
            if (!RateLimit.isPeriod(length)) {
                throw new IllegalArgumentException(RateLimit.periodFault(length));
            }
            Objects.requireNonNull(anchor, "anchor");
        }

        @Override
        public QuotaPeriod in(ZoneId zone) {
            throw new IllegalArgumentException(
                    "a quota per " + Faults.quote(length) + " has no calendar and so no zone " + Faults.quote(zone));
        }

        @Override
        public Span at(Instant instant) {
            try {
                BigInteger since = nanos(Duration.between(anchor, instant)).mod(nanos(length));
                Instant start = instant.minusNanos(since.longValueExact());
                return new Span(start, start.plus(length));
            } catch (DateTimeException | ArithmeticException beyondTheCalendar) {
                return Span.ENDLESS;
            }
        }

        // A long holds the nanoseconds of 292 years only.
        private static BigInteger nanos(Duration duration) {
            return BigInteger.valueOf(duration.getSeconds())
                    .multiply(BigInteger.valueOf(1_000_000_000))
                    .add(BigInteger.valueOf(duration.getNano()));
        }

        @Override
        public String toString() {
            return length + " from " + anchor;
        }
    }
}
