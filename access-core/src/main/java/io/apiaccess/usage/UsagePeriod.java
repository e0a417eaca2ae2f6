package io.apiaccess.usage;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;

/**
 * The time that a report is about.
 *
 * @param from the first instant
 * @param to the instant after the last
 * @param zone whose hours, days and months the report goes by
 */
public record UsagePeriod(Instant from, Instant to, ZoneId zone) {
    /** Refuses a period that ends before it begins. */
    public UsagePeriod {
        Objects.requireNonNull(zone, "zone");
        if (to.isBefore(from)) {
            throw new IllegalArgumentException("period from `" + from + "` ends before that, at `" + to + "`");
        }
    }

    /** Returns a period in UTC. */
    public static UsagePeriod of(Instant from, Instant to) {
        return new UsagePeriod(from, to, ZoneOffset.UTC);
    }

    /** Returns a day of a zone. */
    public static UsagePeriod day(LocalDate day, ZoneId zone) {
        return days(day, day, zone);
    }

    /** Returns days of a zone, the last one included. */
    public static UsagePeriod days(LocalDate first, LocalDate last, ZoneId zone) {
        return new UsagePeriod(
                first.atStartOfDay(zone).toInstant(),
                last.plusDays(1).atStartOfDay(zone).toInstant(),
                zone);
    }

    /** Returns a month of a zone. */
    public static UsagePeriod month(YearMonth month, ZoneId zone) {
        return days(month.atDay(1), month.atEndOfMonth(), zone);
    }
}
