package io.apiaccess.snapshot;

import io.apiaccess.spi.AccessStore;
import io.apiaccess.spi.ChangeSet;
import java.util.Objects;

/** The newest snapshot of a store. Thread-safe: any thread may ask for it while another brings it up to date. */
public final class Snapshots {
    private final AccessStore store;
    private volatile Snapshot current = Snapshot.EMPTY;

    /** Loads everything that a store holds. */
    public Snapshots(AccessStore store) {
        this.store = Objects.requireNonNull(store, "store");
        refresh();
    }

    /** Returns the newest snapshot. */
    public Snapshot current() {
        return current;
    }

    /** Brings it up to date: when this returns, what the store held when it was called is in it. */
    public synchronized void refresh() {
        ChangeSet changes = store.changesSince(current.revision());
        if (changes.revision() != current.revision()) {
            current = (changes.complete() ? Snapshot.EMPTY : current).apply(changes);
        }
    }
}
