package io.apiaccess;

import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.UniqueKey;
import io.apiaccess.memory.MemoryAccessStore;
import io.apiaccess.spi.AccessStore;
import io.apiaccess.spi.AuditEntry;
import io.apiaccess.spi.ChangeSet;
import io.apiaccess.spi.StoreException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A store in memory in which something happens just before a write, which counts what writers ask, and which can be down. */
final class InterruptedStore implements AccessStore {
    /** Run before the next write, once. */
    @Nullable Runnable before;
    /** Run before every write that it does not make itself. */
    @Nullable Runnable always;

    volatile boolean down;
    final AtomicInteger questions = new AtomicInteger();
    private boolean interrupting;
    private final MemoryAccessStore store = new MemoryAccessStore();

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
        if (down) {
            throw new StoreException("down");
        }
        Runnable next = before;
        before = null;
        if (next != null) {
            next.run();
        }
        if (always != null && !interrupting) {
            interrupting = true;
            always.run();
            interrupting = false;
        }
        return store.write(transaction -> work.apply(new Counting(transaction)));
    }

    @Override
    public List<AuditEntry> audit(int limit) {
        return store.audit(limit);
    }

    private final class Counting implements Transaction {
        private final Transaction transaction;

        Counting(Transaction transaction) {
            this.transaction = transaction;
        }

        @Override
        public long revision() {
            return transaction.revision();
        }

        @Override
        public <E extends Entity<E>> Optional<E> find(Id<E> id) {
            questions.incrementAndGet();
            return transaction.find(id);
        }

        @Override
        public <E extends Entity<E>> List<E> list(Class<E> kind) {
            List<E> found = transaction.list(kind);
            questions.addAndGet(1 + found.size());
            return found;
        }

        @Override
        public boolean isRemovedSince(Id<?> id, long revision) {
            return transaction.isRemovedSince(id, revision);
        }

        @Override
        public Optional<Entity<?>> findBy(UniqueKey key) {
            questions.incrementAndGet();
            return transaction.findBy(key);
        }

        @Override
        public Set<Id<?>> referrersOf(Id<?> id) {
            Set<Id<?>> found = transaction.referrersOf(id);
            questions.addAndGet(1 + found.size());
            return found;
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
