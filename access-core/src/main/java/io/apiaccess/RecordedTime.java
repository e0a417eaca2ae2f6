package io.apiaccess;

import java.time.Instant;
import java.time.InstantSource;

/** Both clocks of decisions that are judged again, as they were then. Not thread-safe. */
final class RecordedTime implements InstantSource {
    private static final long NANOS = 1_000_000_000;

    private Instant then = Instant.EPOCH;

    void set(Instant instant) {
        then = instant;
    }

    @Override
    public Instant instant() {
        return then;
    }

    /** Returns the monotonic clock, which wraps. */
    long nanos() {
        return then.getEpochSecond() * NANOS + then.getNano();
    }
}
