package io.apiaccess.spi;

import java.util.Optional;

/** How finely the time of calls is kept: the longer ago, the coarser. */
public enum UsageLength {
    /** To the minute. */
    MINUTE,
    /** To the day of the retention's zone. */
    DAY,
    /** To the month of the retention's zone. */
    MONTH;

    /** Returns how time is kept that is older, if it is kept at all. */
    public Optional<UsageLength> next() {
        return switch (this) {
            case MINUTE -> Optional.of(DAY);
            case DAY -> Optional.of(MONTH);
            case MONTH -> Optional.empty();
        };
    }
}
