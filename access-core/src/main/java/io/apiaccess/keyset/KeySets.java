package io.apiaccess.keyset;

import io.apiaccess.jwt.JwtKey;
import io.apiaccess.jwt.KeySource;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key sets of issuers by their address, all fetched off the request's thread. Thread-safe.
 *
 * <p>A set is loaded again in the background from five minutes on, counts for ten, and for 24 hours if that fails. A key id
 * that is not in it makes it load again, but no address is asked more than once in 30 seconds, whatever tokens say. A set of
 * which nothing is known, or that is older than ten minutes with no failure since, is waited for, by a few, within a budget
 * that begins with the fetch; where that is over, an old set counts.
 */
public final class KeySets implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeySets.class);
    private static final int THREADS = 4;
    private static final int QUEUE = 1_000;
    private static final long IDLE_SECONDS = 30;

    private final Fetcher fetcher;
    private final LongSupplier nanos;
    private final Duration budget;
    private final Executor executor;
    private final Runnable end;
    private final ConcurrentHashMap<KeySource, KeySet> sets = new ConcurrentHashMap<>();

    /**
     * Returns them, with nothing loaded.
     *
     * @param nanos the monotonic clock, for the age of sets
     * @param budget how long a decision waits for a set of which nothing is known
     */
    public static KeySets create(Fetcher fetcher, LongSupplier nanos, Duration budget) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(QUEUE), task -> {
                    Thread thread = new Thread(task, "access-control-key-sets");
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return new KeySets(fetcher, nanos, budget, pool, () -> {
            pool.shutdownNow();
            fetcher.close();
        });
    }

    KeySets(Fetcher fetcher, LongSupplier nanos, Duration budget, Executor executor, Runnable end) {
        this.fetcher = fetcher;
        this.nanos = nanos;
        this.budget = budget;
        this.executor = executor;
        this.end = end;
    }

    /**
     * Returns the keys at an address.
     *
     * @param keyId the key that is needed, if that is known
     * @throws UnavailableException if there are none, or the key that is needed may be among those on their way
     */
    public List<JwtKey> find(KeySource source, Optional<String> keyId) throws UnavailableException {
        KeySet set = sets.computeIfAbsent(source, none -> new KeySet());
        long now = nanos.getAsLong();
        KeySet.View view = set.view(now, keyId);
        if (view.mustStart()) {
            start(source, set);
        }
        List<JwtKey> keys = view.keys();
        if (keys != null) {
            return keys;
        }
        if (view.awaited() == null) {
            throw new UnavailableException("key set is on its way or was not to be had a moment ago");
        }
        await(set.places, view.awaited(), budget.toNanos() - (now - view.startedAt()));
        List<JwtKey> loaded = set.current(nanos.getAsLong());
        if (loaded == null) {
            throw new UnavailableException("key set was not to be had in time");
        }
        return loaded;
    }

    @Override
    public void close() {
        end.run();
    }

    private void start(KeySource source, KeySet set) {
        boolean started = false;
        try {
            executor.execute(() -> load(source, set));
            started = true;
        } catch (RejectedExecutionException e) {
            LOG.warn("key set of {} is not loaded: no thread is free, or it is closed", source);
        } finally {
            // also where no thread can be had for lack of memory: what is never ended is never tried again
            if (!started) {
                set.done(null, nanos.getAsLong());
            }
        }
    }

    private void load(KeySource source, KeySet set) {
        List<JwtKey> loaded = null;
        try {
            String text = fetcher.fetch(source.url(), false);
            if (source.issuer().isPresent()) {
                URI url = Metadata.jwksUri(text, source.issuer().get());
                text = fetcher.fetch(url, !Metadata.isOfSameHost(url, source.url()));
            }
            loaded = JwtKey.readJwkSet(text);
        } catch (IOException | RuntimeException e) {
            LOG.warn("key set of {} could not be loaded: {}", source, e.toString());
        } finally {
            set.done(loaded, nanos.getAsLong());
        }
    }

    private static void await(Semaphore places, Future<Void> running, long nanosLeft) throws UnavailableException {
        if (!places.tryAcquire()) {
            throw new UnavailableException("key set is on its way, and enough decisions wait for it");
        }
        try {
            running.get(nanosLeft, TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.debug("a decision goes on with what it has of a key set", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while a key set was on its way");
        } finally {
            places.release();
        }
    }
}
