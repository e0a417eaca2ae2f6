package io.apiaccess.memory;

import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitDemand.CounterId;
import io.apiaccess.spi.LimitStore.Reading;
import java.util.HashMap;
import java.util.Map;

/** The counters of one subject, under one lock: that of the object itself. Ordered as its subject. */
final class Usage implements Comparable<Usage> {
    private final Subject subject;
    private final boolean shared;
    private final Floor floor;
    private final Map<CounterId, Counter> counters = new HashMap<>(4);
    private volatile boolean forgotten;

    Usage(Subject subject, boolean shared, Floor floor) {
        this.subject = subject;
        this.shared = shared;
        this.floor = floor;
    }

    Subject subject() {
        return subject;
    }

    /** Returns whether it is one for many subjects that came too late for one of their own. */
    boolean isShared() {
        return shared;
    }

    /** Returns whether it has been taken out of use; what was looked up before is to be looked up again. */
    boolean isForgotten() {
        return forgotten;
    }

    /** Returns the counter of a demand; under the lock. A shared one may get subjects back that were forgotten since. */
    Counter counter(LimitDemand demand) {
        Counter counter = counters.computeIfAbsent(demand.counter(), id -> Counter.of(id.kind(), floor.of(id.kind())));
        if (shared) {
            counter.time = Math.max(counter.time, floor.of(demand.limit().kind()));
        }
        return counter;
    }

    /** Forgets what one limit holds, also how far its time has come; under the lock. */
    void reset(LimitDemand demand) {
        counters.put(demand.counter(), Counter.of(demand.limit().kind(), Long.MIN_VALUE));
    }

    /** Returns whether no counter holds anything; under the lock. */
    boolean isIdle(Reading now) {
        return counters.entrySet().stream()
                .allMatch(entry ->
                        entry.getValue().freeAt() <= Counter.time(entry.getKey().kind(), now));
    }

    /**
     * Takes it out of use, if no counter holds anything; under the lock. One without a counter is new, and somebody is on
     * the way to take from it.
     */
    boolean forget(Reading now) {
        if (!forgotten && !counters.isEmpty() && isIdle(now)) {
            raiseFloor();
            forgotten = true;
        }
        return forgotten;
    }

    /** Lets new counters begin where these had come to hold nothing; under the lock. */
    void raiseFloor() {
        counters.forEach((id, counter) -> floor.raise(id.kind(), counter.freeAt()));
    }

    @Override
    public int compareTo(Usage other) {
        return subject.compareTo(other.subject);
    }
}
