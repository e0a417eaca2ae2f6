package io.apiaccess.jdbc;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done beside decisions, on a thread of its own: units that were not given out in time go back, and rows of counters
 * that have held nothing for a while are deleted, a bounded number each time. Nodes that share a database may all do it.
 */
final class Housekeeping implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** How long rows stay that hold nothing: longer than a node may have read a floor that has been raised since. */
    private static final Duration MARGIN = Duration.ofMinutes(1);

    private static final int PAGE = 500;
    private static final int PAGES = 10;

    private final CounterTable table;
    private final Pots pots;
    private final ScheduledExecutorService thread;
    private @Nullable CounterId behind;
    private boolean failing;

    Housekeeping(CounterTable table, Pots pots) {
        this.table = table;
        this.pots = pots;
        thread = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread daemon = new Thread(work, "access-limits-housekeeping");
            daemon.setDaemon(true);
            return daemon;
        });
        ScheduledFuture<?> unused =
                thread.scheduleWithFixedDelay(this::keep, PAUSE.toMillis(), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Ends its thread. */
    @Override
    public void close() {
        // no interrupt: that closes the file of an embedded database
        thread.shutdown();
        try {
            if (!thread.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("a statement on counters does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void keep() {
        try {
            pots.tidy();
            sweep();
            failing = false;
        } catch (RuntimeException e) {
            if (!failing) {
                LOG.warn("the counters of limits cannot be swept, and it is tried again each second", e);
            }
            failing = true;
        }
    }

    /** Goes over some pages, as long as there is much to delete. */
    private void sweep() {
        for (int i = 0; i < PAGES; i++) {
            CounterTable.Sweep swept = table.sweep(behind, PAGE, MARGIN.toNanos());
            behind = swept.last();
            if (swept.deleted() < PAGE / 2) {
                return;
            }
        }
    }
}
