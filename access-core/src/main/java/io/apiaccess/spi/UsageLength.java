package io.apiaccess.spi;

/** How finely the time of calls is kept: the longer ago, the coarser. */
public enum UsageLength {
    /** To the minute. */
    MINUTE,
    /** To the day of the retention's zone. */
    DAY,
    /** To the month of the retention's zone. */
    MONTH
}
