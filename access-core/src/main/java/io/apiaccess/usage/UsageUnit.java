package io.apiaccess.usage;

import io.apiaccess.policy.QuotaPeriod;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/** A stretch of time that a report has a row for. */
public enum UsageUnit {
    /** A minute. */
    MINUTE,
    /** An hour of the clock, cut where the zone's offset changes. */
    HOUR,
    /** A day. */
    DAY,
    /** A month. */
    MONTH;

    /** Returns the stretches in a zone. */
    QuotaPeriod in(ZoneId zone) {
        return switch (this) {
            case MINUTE -> QuotaPeriod.every(Duration.ofMinutes(1), Instant.EPOCH);
            case HOUR -> QuotaPeriod.hourly().in(zone);
            case DAY -> QuotaPeriod.daily().in(zone);
            case MONTH -> QuotaPeriod.monthly(1).in(zone);
        };
    }
}
