package io.apiaccess.introspect;

import java.time.Duration;

/** At most 50 beginnings in any half-open second. Thread-safe; nothing but arithmetic happens under its lock. */
final class Pace {
    private static final int PER_SECOND = 50;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /** When the last ones began, the oldest at {@link #next}. */
    private final long[] begun = new long[PER_SECOND];

    private int next;
    private long count;

    /** Returns whether one may begin now, and counts it if so. */
    synchronized boolean enters(long now) {
        if (count >= PER_SECOND && now - begun[next] < SECOND) {
            return false;
        }
        begun[next] = now;
        next = (next + 1) % PER_SECOND;
        count++;
        return true;
    }
}
