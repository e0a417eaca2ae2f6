package io.apiaccess.spi;

import io.apiaccess.policy.QuotaPeriod;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * How long usage is kept how finely. What is older than one length is rolled up into the next: no call is ever counted in
 * two.
 *
 * @param minutes how long by the minute
 * @param days how long by the day
 * @param months how long by the month; after that it is forgotten, as is when a key was last used
 * @param zone whose days and months they are
 */
public record UsageRetention(Duration minutes, Duration days, Duration months, ZoneId zone) {
    /** Minutes for 8 days, days for 400, months for 3,653, in UTC. */
    public static final UsageRetention STANDARD =
            new UsageRetention(Duration.ofDays(8), Duration.ofDays(400), Duration.ofDays(3_653), ZoneOffset.UTC);

    private static final QuotaPeriod MINUTES = QuotaPeriod.every(Duration.ofMinutes(1), Instant.EPOCH);

    /** Refuses lengths that are not each longer than the one before, with minutes for two days at least. */
    public UsageRetention {
        if (minutes.compareTo(Duration.ofDays(2)) < 0 || days.compareTo(minutes) <= 0 || months.compareTo(days) <= 0) {
            throw new IllegalArgumentException("usage kept by the minute for `" + minutes + "`, by the day for `" + days
                    + "`, by the month for `" + months
                    + "`: needed are two days at least, then longer, then longer still");
        }
    }

    /** Returns the beginning of the stretch that an instant is kept as. */
    public Instant start(UsageLength length, Instant instant) {
        return span(length, instant).start();
    }

    /** Returns the stretch that an instant is kept as, in the zone. */
    public QuotaPeriod.Span span(UsageLength length, Instant instant) {
        return switch (length) {
            case MINUTE -> MINUTES.at(instant);
            case DAY -> QuotaPeriod.daily().in(zone).at(instant);
            case MONTH -> QuotaPeriod.monthly(1).in(zone).at(instant);
        };
    }

    /** Returns before when nothing is kept so finely any more: always the beginning of a stretch of the next length. */
    public Instant limit(UsageLength length, Instant now) {
        return switch (length) {
            case MINUTE -> start(UsageLength.DAY, now.minus(minutes));
            case DAY -> start(UsageLength.MONTH, now.minus(days));
            case MONTH -> start(UsageLength.MONTH, now.minus(months));
        };
    }
}
