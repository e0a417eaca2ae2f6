package io.apiaccess;

import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.memory.MemoryAccessStore;
import io.apiaccess.spi.ChangeSet;
import io.apiaccess.spi.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A node's way to a store that several nodes share, which may be down, hang, lag behind, or hold what cannot be read. */
public final class RemoteStore extends ForwardingStore {
    private final Duration interval;
    private final Set<Id<?>> damaged = new HashSet<>();
    private final AtomicInteger questions = new AtomicInteger();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile boolean down;
    private volatile @Nullable ChangeSet answer;

    /** Returns a way that is asked as good as never in the background. */
    public RemoteStore(MemoryAccessStore shared) {
        this(shared, Duration.ofDays(1));
    }

    /** Returns a way that is asked in the background. */
    public RemoteStore(MemoryAccessStore shared, Duration interval) {
        super(shared);
        this.interval = interval;
    }

    /** Makes an entity unreadable. */
    public void damage(Id<?> id) {
        damaged.add(id);
    }

    /** Makes it fail, or answer again. */
    public void down(boolean isDown) {
        down = isDown;
    }

    /** Makes it hang until it is told otherwise. */
    public void hang() {
        gate = new CountDownLatch(1);
    }

    /** Ends the hanging. */
    public void goOn() {
        gate.countDown();
    }

    /** Makes it answer the same always, or the truth again. */
    public void answer(@Nullable ChangeSet always) {
        answer = always;
    }

    /** Returns how often it was asked for changes. */
    public int questions() {
        return questions.get();
    }

    @Override
    public ChangeSet changesSince(long revision) {
        questions.incrementAndGet();
        waitAtTheGate();
        if (down) {
            throw new StoreException("down");
        }
        ChangeSet told = answer;
        if (told != null) {
            return told;
        }
        ChangeSet changes = super.changesSince(damaged.isEmpty() ? revision : 0);
        List<Entity<?>> readable = new ArrayList<>(changes.put());
        readable.removeIf(entity -> damaged.contains(entity.id()));
        return new ChangeSet(
                changes.revision() + (damaged.isEmpty() ? 0 : 1),
                changes.complete(),
                readable,
                changes.removed(),
                Set.copyOf(damaged));
    }

    private void waitAtTheGate() {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new StoreException("interrupted", e);
        }
    }

    @Override
    public Optional<Duration> pollInterval() {
        return Optional.of(interval);
    }
}
