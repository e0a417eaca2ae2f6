package io.apiaccess.memory;

import io.apiaccess.spi.LimitStore.Reading;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Goes round all usages, a few at a time, and forgets those that hold nothing. Thread-safe; never waits. */
final class Sweep {
    /** More than one for each new subject, so that the round is made before twice as many are there. */
    private static final int AT_A_TIME = 4;

    private final List<Map<String, Usage>> usages;
    private final Consumer<Usage> forgotten;
    private final ReentrantLock turn = new ReentrantLock();
    private Iterator<Usage> round = Collections.emptyIterator();
    private int scope;

    Sweep(Collection<Map<String, Usage>> usages, Consumer<Usage> forgotten) {
        this.usages = List.copyOf(usages);
        this.forgotten = forgotten;
    }

    void some(Reading now) {
        if (!turn.tryLock()) {
            return;
        }
        try {
            for (int i = 0; i < AT_A_TIME; i++) {
                if (round.hasNext()) {
                    visit(round.next(), now);
                } else {
                    scope = (scope + 1) % usages.size();
                    round = usages.get(scope).values().iterator();
                }
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
