package io.apiaccess;

import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.UniqueKey;
import io.apiaccess.spi.AccessStore;
import io.apiaccess.spi.AuditEntry;
import io.apiaccess.spi.AuditQuery;
import io.apiaccess.spi.ChangeSet;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** A store that hands all on to another, for tests that change or watch a part of that. */
public class ForwardingStore implements AccessStore {
    private final AccessStore store;

    /** Returns a store that hands all on to another. */
    protected ForwardingStore(AccessStore store) {
        this.store = store;
    }

    @Override
    public ChangeSet changesSince(long revision) {
        return store.changesSince(revision);
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

    /** A view that hands on what it cannot do by its other questions. */
    protected static class ForwardingView implements View {
        private final View view;

        /** Returns a view that asks another. */
        protected ForwardingView(View view) {
            this.view = view;
        }

        @Override
        public long revision() {
            return view.revision();
        }

        @Override
        public <E extends Entity<E>> Optional<E> find(Id<E> id) {
            return view.find(id);
        }

        @Override
        public <E extends Entity<E>> List<E> list(Class<E> kind) {
            return view.list(kind);
        }

        @Override
        public boolean isRemovedSince(Id<?> id, long revision) {
            return view.isRemovedSince(id, revision);
        }

        @Override
        public Optional<Entity<?>> findBy(UniqueKey key) {
            return view.findBy(key);
        }

        @Override
        public Set<Id<?>> referrersOf(Id<?> id) {
            return view.referrersOf(id);
        }
    }

    /** A transaction that hands on what it cannot do by its other questions. */
    protected static class ForwardingTransaction extends ForwardingView implements Transaction {
        private final Transaction transaction;

        /** Returns a transaction that asks and changes another. */
        protected ForwardingTransaction(Transaction transaction) {
            super(transaction);
            this.transaction = transaction;
        }

        @Override
        public <E extends Entity<E>> E put(E entity) {
            return transaction.put(entity);
        }

        @Override
        public void remove(Id<?> id) {
            transaction.remove(id);
        }

        @Override
        public void record(AuditEntry entry) {
            transaction.record(entry);
        }
    }
}
