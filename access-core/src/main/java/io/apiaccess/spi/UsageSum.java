package io.apiaccess.spi;

import java.time.Instant;

/**
 * Calls that a query does not tell apart.
 *
 * @param start the beginning of their stretch of time; of all time, 1970-01-01T00:00Z
 * @param length how finely their time is kept
 * @param key what they have in common of what was asked for
 * @param allowed how many were allowed
 * @param denied how many were denied
 */
public record UsageSum(Instant start, UsageLength length, UsageKey key, long allowed, long denied) {}
