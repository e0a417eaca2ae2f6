package io.apiaccess;

import io.apiaccess.decision.Decision;
import io.apiaccess.spi.DecisionListener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners of decisions; what they throw is counted, and logged the first time. Thread-safe. */
final class Telling {
    private static final Logger LOG = LoggerFactory.getLogger(AccessControl.class);

    private final List<DecisionListener> listeners;
    private final LongAdder failed = new LongAdder();

    Telling(List<DecisionListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    boolean isHeard() {
        return !listeners.isEmpty();
    }

    void tell(Decision decision, long tookNanos) {
        Duration took = Duration.ofNanos(Math.max(0, tookNanos));
        for (DecisionListener listener : listeners) {
            try {
                listener.decided(decision, took);
            } catch (Throwable e) {
                if (failed.sum() == 0) {
                    LOG.warn(
                            "a listener to decisions failed, and decisions go on; further failures are only counted",
                            e);
                }
                failed.increment();
            }
        }
    }

    long failed() {
        return failed.sum();
    }
}
