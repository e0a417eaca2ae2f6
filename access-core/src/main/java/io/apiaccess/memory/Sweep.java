package io.apiaccess.memory;

import io.apiaccess.spi.LimitStore.Reading;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Goes round all usages, a few at a time, and forgets those that hold nothing. Thread-safe; never waits. */
final class Sweep {
    /** More than one for each new subject, so that the round is made before twice as many are there. */
    private static final int AT_A_TIME = 4;

    private final Map<Subject, Usage> usages;
    private final Consumer<Usage> forgotten;
    private final ReentrantLock turn = new ReentrantLock();
    private Iterator<Usage> round = Collections.emptyIterator();

    Sweep(Map<Subject, Usage> usages, Consumer<Usage> forgotten) {
        this.usages = usages;
        this.forgotten = forgotten;
    }

    void some(Reading now) {
        if (!turn.tryLock()) {
            return;
        }
        try {
            if (!round.hasNext()) {
                round = usages.values().iterator();
            }
            for (int i = 0; i < AT_A_TIME && round.hasNext(); i++) {
                visit(round.next(), now);
            }
        } finally {
            turn.unlock();
        }
    }

    private void visit(Usage usage, Reading now) {
        boolean done;
        synchronized (usage) {
            done = usage.forget(now);
        }
        if (done) {
            forgotten.accept(usage);
        }
    }
}
