package io.apiaccess.bench;

import io.apiaccess.spi.AccessStore;
import io.apiaccess.spi.AuditEntry;
import io.apiaccess.spi.AuditQuery;
import io.apiaccess.spi.ChangeSet;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Another store, of which is known when it last answered with a change. Thread-safe. */
final class WatchedStore implements AccessStore {
    private final AccessStore store;
    private volatile long answeredAt;

    WatchedStore(AccessStore store) {
        this.store = store;
    }

    /** Returns what the monotonic clock read when changes had been read from the store. */
    long answeredAt() {
        return answeredAt;
    }

    @Override
    public ChangeSet changesSince(long revision) {
        ChangeSet changes = store.changesSince(revision);
        if (changes.revision() != revision) {
            answeredAt = System.nanoTime();
        }
        return changes;
    }

    @Override
    public <T> T read(Function<? super View, T> work) {
        return store.read(work);
    }

    @Override
    public <T> T write(Function<? super Transaction, T> work) {
        return store.write(work);
    }

    @Override
    public List<AuditEntry> audit(int limit) {
        return store.audit(limit);
    }

    @Override
    public List<AuditEntry> audit(AuditQuery query) {
        return store.audit(query);
    }

    @Override
    public Optional<Duration> pollInterval() {
        return store.pollInterval();
    }

    @Override
    public void onChange(Runnable heard) {
        store.onChange(heard);
    }

    @Override
    public void close() {
        store.close();
    }
}
