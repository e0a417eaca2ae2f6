package io.apiaccess.count;

import io.apiaccess.check.Faults;
import io.apiaccess.spi.UsageBatch;
import io.apiaccess.spi.UsageCount;
import io.apiaccess.spi.UsageRetention;
import io.apiaccess.spi.UsageStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of counts to the store, on a thread of its own, each second. Thread-safe.
 *
 * <p>While the store fails or hangs, what it was given waits to be tried again, and decisions go on being counted by the
 * meter within its bounds. Closing waits five seconds for the last counts, and drops those that the store does not take.
 */
public final class UsageWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UsageWriter.class);
    private static final int MAX_BATCH = 10_000;
    private static final long MAX_CLOSING_MILLIS = 5_000;
    private static final Duration BETWEEN_ROLL_UPS = Duration.ofHours(1);
    private static final Duration AFTER_FAILED_ROLL_UP = Duration.ofMinutes(1);

    private final UsageMeter meter;
    private final UsageStore store;
    private final UsageRetention retention;
    private final InstantSource clock;
    private final long intervalMillis;
    private final Consumer<Boolean> answers;
    private final String node = Faults.randomId();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private List<UsageCount> waiting = List.of();
    private long number;
    private volatile boolean failing;
    private volatile int waitingCounts;
    private volatile boolean abandoned;
    private @Nullable Instant rolledUpAt;

    /**
     * Returns a writer.
     *
     * @param interval how often it writes
     * @param answers hears on the writer's thread when the store begins to fail, {@code false}, and when it answers again
     */
    public UsageWriter(
            UsageMeter meter,
            UsageStore store,
            UsageRetention retention,
            InstantSource clock,
            Duration interval,
            Consumer<Boolean> answers) {
        this.meter = meter;
        this.store = store;
        this.retention = retention;
        this.clock = clock;
        this.intervalMillis = interval.toMillis();
        this.answers = answers;
        thread = new Thread(this::run, "access-usage");
        thread.setDaemon(true);
    }

    /** Starts to write. */
    public void start() {
        thread.start();
    }

    /** Writes what was counted before it was called, and returns whether the store took it. */
    public synchronized boolean flush() {
        try {
            if (waiting.isEmpty()) {
                keep(meter.collect());
            } else {
                write();
                keep(meter.collect());
            }
            write();
            rollUp();
            answered(true, null);
            return true;
        } catch (Throwable e) {
            answered(false, e);
            return false;
        }
    }

    /** Returns how many counts wait for the store, without those still in the meter. */
    public int waiting() {
        return waitingCounts;
    }

    /** Returns whether the store failed when it was last asked. */
    public boolean isFailing() {
        return failing;
    }

    @Override
    public void close() {
        closing.countDown();
        if (!isEndAwaited()) {
            // INVARIANT (no loss): whoever ends a thread that closes does not end the writing of what was counted
            isEndAwaited();
            Thread.currentThread().interrupt();
        }
        abandoned = true;
        if (thread.isAlive()) {
            LOG.warn("the store of usage does not answer, and what was not written is dropped");
        }
    }

    /** Waits for the last writing, and returns whether nobody interrupted that. */
    private boolean isEndAwaited() {
        try {
            thread.join(MAX_CLOSING_MILLIS);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private void run() {
        try {
            while (!closing.await(intervalMillis, TimeUnit.MILLISECONDS)) {
                flush();
            }
        } catch (InterruptedException e) {
            LOG.debug("the thread of usage was interrupted, and writes for the last time");
        }
        finish();
    }

    /** What the store does not take now is dropped; one failure, as of a connection that had died, is none. */
    private synchronized void finish() {
        boolean taken = flushAtLast();
        List<UsageCount> last = meter.close();
        if (taken && !abandoned) {
            keep(last);
            taken = flushAtLast();
            last = List.of();
        }
        long lost = calls(waiting) + calls(last);
        if (lost > 0) {
            meter.drop(lost);
            LOG.warn("the store of usage fails as it closes, and {} counted calls are dropped", lost);
        }
        keep(List.of());
    }

    private boolean flushAtLast() {
        boolean taken = flush();
        return taken || flush();
    }

    private void keep(List<UsageCount> counts) {
        waiting = counts;
        waitingCounts = counts.size();
    }

    private void write() {
        while (!waiting.isEmpty()) {
            int size = Math.min(MAX_BATCH, waiting.size());
            // INVARIANT (same number, same counts): a batch that failed is tried again as it was
            store.add(new UsageBatch(node, number + 1, waiting.subList(0, size)));
            number++;
            keep(waiting.subList(size, waiting.size()));
        }
    }

    private void rollUp() {
        Instant now = clock.instant();
        Instant last = rolledUpAt;
        if (last == null || now.isBefore(last) || !now.isBefore(last.plus(BETWEEN_ROLL_UPS))) {
            try {
                store.rollUp(retention, now);
                rolledUpAt = now;
            } catch (RuntimeException e) {
                // all counts are written: only their summing up waits
                rolledUpAt = now.minus(BETWEEN_ROLL_UPS).plus(AFTER_FAILED_ROLL_UP);
                LOG.warn("the store of usage has not rolled up, and is asked again in {}", AFTER_FAILED_ROLL_UP, e);
            }
        }
    }

    private void answered(boolean answers, @Nullable Throwable cause) {
        if (failing != answers) {
            return;
        }
        failing = !answers;
        if (failing) {
            LOG.error("the store of usage fails, and counts wait until it answers again", cause);
        } else {
            LOG.info("the store of usage answers again");
        }
        this.answers.accept(answers);
    }

    private static long calls(List<UsageCount> counts) {
        return counts.stream().mapToLong(UsageCount::calls).sum();
    }
}
