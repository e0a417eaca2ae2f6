package io.apiaccess.usage;

import io.apiaccess.spi.UsageKey;
import java.time.Instant;

/**
 * Calls that a report does not tell apart.
 *
 * @param start the beginning of their stretch of time, or of the period
 * @param key what they have in common of what the report tells apart
 * @param allowed how many were allowed
 * @param denied how many were denied
 */
public record UsageRow(Instant start, UsageKey key, long allowed, long denied) {
    /** Returns how many there were. */
    public long calls() {
        return allowed + denied;
    }
}
