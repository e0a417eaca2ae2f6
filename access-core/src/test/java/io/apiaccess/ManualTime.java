package io.apiaccess;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** Both clocks of a test, which move only when told. Thread-safe. */
public final class ManualTime implements InstantSource, LongSupplier {
    private volatile Instant instant = Instant.parse("2026-03-02T10:00:00Z");
    private volatile long nanos = 1_000_000;

    @Override
    public Instant instant() {
        return instant;
    }

    @Override
    public long getAsLong() {
        return nanos;
    }

    /** Moves both clocks ahead. */
    public synchronized ManualTime pass(Duration time) {
        instant = instant.plus(time);
        nanos += time.toNanos();
        return this;
    }

    /** Sets the wall clock alone. */
    public void set(Instant instant) {
        this.instant = instant;
    }

    /** Sets the monotonic clock alone. */
    public void setNanos(long nanos) {
        this.nanos = nanos;
    }
}
