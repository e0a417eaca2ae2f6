package io.apiaccess.count;

import io.apiaccess.client.ProfileId;
import io.apiaccess.memory.MemoryUsageStore;
import io.apiaccess.spi.LastUse;
import io.apiaccess.spi.StoreException;
import io.apiaccess.spi.UsageBatch;
import io.apiaccess.spi.UsageQuery;
import io.apiaccess.spi.UsageRetention;
import io.apiaccess.spi.UsageStore;
import io.apiaccess.spi.UsageSum;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A store of usage that fails, hangs or loses its answer as it is told. Thread-safe. */
public final class FlakyUsageStore implements UsageStore {
    /** How it behaves. */
    public enum Mode {
        /** As it should. */
        SOUND,
        /** It refuses without having done anything. */
        DOWN,
        /** It does what it is asked, and the answer is lost. */
        ANSWER_LOST,
        /** It refuses once without having done anything, and is sound then. */
        DOWN_ONCE,
        /** What it is made of does not load. */
        BROKEN,
        /** It counts, and does not roll up. */
        NOT_ROLLING_UP,
        /** It does not come back until it is let go. */
        HANGING
    }

    private final UsageStore sound = new MemoryUsageStore();
    private volatile CountDownLatch gate = new CountDownLatch(1);
    private volatile Mode mode = Mode.SOUND;

    /** Sets how it behaves from now on; one that hangs is let go. */
    public void mode(Mode next) {
        if (mode == Mode.HANGING) {
            gate.countDown();
        }
        if (next == Mode.HANGING) {
            gate = new CountDownLatch(1);
        }
        mode = next;
    }

    @Override
    public void add(UsageBatch batch) {
        switch (mode) {
            case DOWN -> throw new StoreException("down");
            case ANSWER_LOST -> {
                sound.add(batch);
                throw new StoreException("connection lost");
            }
            case HANGING -> {
                await(gate);
                sound.add(batch);
            }
            case DOWN_ONCE -> {
                mode = Mode.SOUND;
                throw new StoreException("down once");
            }
            case BROKEN -> throw new NoClassDefFoundError("broken");
            case SOUND, NOT_ROLLING_UP -> sound.add(batch);
        }
    }

    private static void await(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new StoreException("interrupted", e);
        }
    }

    @Override
    public List<UsageSum> sums(UsageQuery query) {
        return sound.sums(query);
    }

    @Override
    public List<LastUse> lastUses(ProfileId profile) {
        return sound.lastUses(profile);
    }

    @Override
    public List<LastUse> lastUsesSince(Instant since) {
        return sound.lastUsesSince(since);
    }

    @Override
    public void rollUp(UsageRetention retention, Instant now) {
        if (mode == Mode.NOT_ROLLING_UP) {
            throw new StoreException("too much");
        }
        sound.rollUp(retention, now);
    }
}
