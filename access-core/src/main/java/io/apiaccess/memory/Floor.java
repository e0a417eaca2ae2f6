package io.apiaccess.memory;

import io.apiaccess.counter.Counter;
import io.apiaccess.policy.Limit;
import io.apiaccess.spi.LimitStore.Reading;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The times at which forgotten counters had come to hold nothing: a new counter begins no earlier, so that a clock that falls
 * back revives none. Thread-safe.
 */
final class Floor {
    private final AtomicLong monotonic = new AtomicLong(Long.MIN_VALUE);
    private final AtomicLong wall = new AtomicLong(Long.MIN_VALUE);

    long of(Limit.Kind kind) {
        return clock(kind).get();
    }

    Reading reading() {
        return new Reading(monotonic.get(), Counter.instant(wall.get()));
    }

    /** Gives it up: after a wrong clock, for whoever comes next. */
    void drop(Limit.Kind kind) {
        clock(kind).set(Long.MIN_VALUE);
    }

    void raise(Limit.Kind kind, long time) {
        clock(kind).accumulateAndGet(time, Math::max);
    }

    private AtomicLong clock(Limit.Kind kind) {
        return kind == Limit.Kind.QUOTA ? wall : monotonic;
    }
}
