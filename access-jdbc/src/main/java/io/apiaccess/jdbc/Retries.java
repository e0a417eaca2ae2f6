package io.apiaccess.jdbc;

import io.apiaccess.spi.StoreException;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How often, and after what pauses, work is done again that other transactions were in the way of. Immutable.
 *
 * @param dialect what says whether they were
 * @param attempts how often it is tried at most
 * @param pauseMillis about how long to wait before the second attempt; before each further one as much longer
 * @param reconnects whether it is tried a second time where the connection broke
 */
record Retries(Dialect dialect, int attempts, long pauseMillis, boolean reconnects) {
    private static final Logger LOG = LoggerFactory.getLogger(Retries.class);

    /**
     * Does some work, which leaves nothing behind when it fails.
     *
     * @throws StoreException if it fails for another reason, or again and again
     */
    <T> T run(Supplier<T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return work.get();
            } catch (StoreException e) {
                if (attempt >= attempts || !mayPass(e, attempt)) {
                    throw e;
                }
                LOG.debug("trying again", e);
                pause(pauseMillis * attempt);
            }
        }
    }

    private boolean mayPass(StoreException e, int attempt) {
        if (!(e.getCause() instanceof SQLException failed)) {
            return false;
        }
        boolean broken = failed.getSQLState() != null && failed.getSQLState().startsWith("08");
        return dialect.isConflict(failed) || (reconnects && broken && attempt == 1);
    }

    /** Waits about as long, so that two that met do not meet again. */
    static void pause(long millis) {
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(millis / 2, millis + 1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("interrupted", e);
        }
    }
}
