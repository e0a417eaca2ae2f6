package io.apiaccess.jdbc;

import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What takes entries out of the audit record that are kept no longer: by the clock of the database, on a thread of its own, and
 * in pages with a transaction each, so that no change waits for it or fails with it. Nodes that share a database may all do it.
 */
final class AuditSweep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditSweep.class);
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final int PAGES = 100;

    private final Connections connections;
    private final Dialect dialect;
    private final ScheduledExecutorService thread;

    AuditSweep(Connections connections, Dialect dialect) {
        this.connections = connections;
        this.dialect = dialect;
        thread = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread daemon = new Thread(work, "access-audit-sweep");
            daemon.setDaemon(true);
            return daemon;
        });
        ScheduledFuture<?> unused =
                thread.scheduleWithFixedDelay(this::sweep, PAUSE.toMillis(), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void sweep() {
        try {
            for (int page = 0; page < PAGES && sweepPage() == AuditRows.PAGE; page++) {
                LOG.debug("a page of the audit record is swept");
            }
        } catch (RuntimeException e) {
            LOG.warn("the audit record cannot be swept, and it is tried again in {}", PAUSE, e);
        }
    }

    /** Deletes the oldest entries of those that are kept no longer, up to a page, and returns how many. */
    int sweepPage() {
        try (Session session = Session.open(connections, Connection.TRANSACTION_READ_COMMITTED)) {
            int deleted = AuditRows.deleteOld(session.sql(), dialect);
            session.commitOrFail();
            return deleted;
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
