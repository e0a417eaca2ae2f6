package io.apiaccess.memory;

import io.apiaccess.spi.LimitDemand;
import java.util.HashMap;
import java.util.Map;

/** The counters of one subject, under one lock: that of the object itself. */
final class Usage {
    private final Map<LimitDemand.CounterId, Counter> counters = new HashMap<>(4);

    /** Returns the counter of a demand; to be called and used under the lock. */
    Counter counter(LimitDemand demand) {
        return counters.computeIfAbsent(demand.counter(), none -> Counter.of(demand.limit()));
    }

    void reset(LimitDemand demand) {
        counters.remove(demand.counter());
    }
}
