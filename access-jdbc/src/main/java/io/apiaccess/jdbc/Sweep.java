package io.apiaccess.jdbc;

import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What takes out of the database what is kept no longer, the audit record and what is gone: by the clock of the database, on a
 * thread of its own, and in pages with a transaction each, so that no change waits long for it or fails with it. Nodes that share
 * a database may all do it.
 */
final class Sweep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final int PAGES = 100;

    private final Connections connections;
    private final Dialect dialect;
    private final ScheduledExecutorService thread;

    Sweep(Connections connections, Dialect dialect) {
        this.connections = connections;
        this.dialect = dialect;
        thread = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread daemon = new Thread(work, "access-sweep");
            daemon.setDaemon(true);
            return daemon;
        });
        ScheduledFuture<?> unused =
                thread.scheduleWithFixedDelay(this::sweep, PAUSE.toMillis(), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void sweep() {
        sweep("the audit record", AuditRows.PAGE, this::auditPage);
        sweep("the record of what is gone", RemovalRows.PAGE, this::removalPage);
    }

    private static void sweep(String what, int full, IntSupplier page) {
        try {
            for (int pages = 0; pages < PAGES && page.getAsInt() == full; pages++) {
                LOG.debug("a page of {} is swept", what);
            }
        } catch (RuntimeException e) {
            LOG.warn("{} cannot be swept, and it is tried again in {}", what, PAUSE, e);
        }
    }

    /** Deletes the oldest entries of the audit record of those that are kept no longer, up to a page, and returns how many. */
    int auditPage() {
        try (Session session = Session.open(connections, Connection.TRANSACTION_READ_COMMITTED)) {
            int deleted = AuditRows.deleteOld(session.sql(), dialect);
            session.commitOrFail();
            return deleted;
        }
    }

    /** Deletes the oldest removals of those that are kept no longer, up to a page, alone among writers; returns how many. */
    int removalPage() {
        try (Session session = Session.open(connections, Connection.TRANSACTION_READ_COMMITTED)) {
            session.boundLocks(dialect);
            Writing.lock(session.sql());
            int deleted = RemovalRows.deleteOld(session.sql(), dialect);
            session.commitOrFail();
            return deleted;
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
