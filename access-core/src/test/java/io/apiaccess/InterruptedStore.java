package io.apiaccess;

import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.UniqueKey;
import io.apiaccess.memory.MemoryAccessStore;
import io.apiaccess.spi.StoreException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A store in memory in which something happens just before a write, which counts what writers ask, and which can be down. */
final class InterruptedStore extends ForwardingStore {
    /** Run before the next write, once. */
    @Nullable Runnable before;
    /** Run before every write that it does not make itself. */
    @Nullable Runnable always;

    volatile boolean down;
    final AtomicInteger questions = new AtomicInteger();
    private boolean interrupting;

    InterruptedStore() {
        super(new MemoryAccessStore());
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
        return super.write(transaction -> work.apply(new Counting(transaction)));
    }

    private final class Counting extends ForwardingTransaction {
        Counting(Transaction transaction) {
            super(transaction);
        }

        @Override
        public <E extends Entity<E>> Optional<E> find(Id<E> id) {
            questions.incrementAndGet();
            return super.find(id);
        }

        @Override
        public <E extends Entity<E>> List<E> list(Class<E> kind) {
            List<E> found = super.list(kind);
            questions.addAndGet(1 + found.size());
            return found;
        }

        @Override
        public Optional<Entity<?>> findBy(UniqueKey key) {
            questions.incrementAndGet();
            return super.findBy(key);
        }

        @Override
        public Set<Id<?>> referrersOf(Id<?> id) {
            Set<Id<?>> found = super.referrersOf(id);
            questions.addAndGet(1 + found.size());
            return found;
        }
    }
}
