package io.apiaccess.snapshot;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that asks a store for changes again and again, each time after nearly the same time, so that many nodes spread,
 * and at once when it is woken. Thread-safe.
 */
final class Follower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
    private static final double JITTER = 0.1;

    private final Optional<Duration> interval;
    private final BooleanSupplier poll;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread = new Thread(this::run, "access-follower");
    private long asked;
    private long answered;
    private boolean closed;

    /**
     * Returns one that has not begun.
     *
     * @param poll asks once, and returns whether there was an answer
     */
    Follower(Optional<Duration> interval, BooleanSupplier poll) {
        this.interval = interval;
        this.poll = poll;
        thread.setDaemon(true);
    }

    Optional<Duration> interval() {
        return interval;
    }

    void start() {
        thread.start();
    }

    /** Lets the store be asked at once; returns what to wait for. */
    long wake() {
        lock.lock();
        try {
            asked++;
            changed.signalAll();
            return asked;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the store has answered a question that began after a wake, and returns whether it has. */
    boolean await(long wake, Duration budget) throws InterruptedException {
        long left = budget.toNanos();
        lock.lock();
        try {
            while (answered < wake && left > 0 && !closed) {
                left = changed.awaitNanos(left);
            }
            return answered >= wake;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        long serving = 0;
        while (true) {
            serving = next(serving);
            if (serving < 0) {
                return;
            }
            if (isAnswered()) {
                done(serving);
            }
        }
    }

    /** Asks, and survives also what an answer too large for the memory does. */
    private boolean isAnswered() {
        try {
            return poll.getAsBoolean();
        } catch (RuntimeException | Error e) {
            LOG.error("the store could not be followed, and it is asked again", e);
            return false;
        }
    }

    /** Waits until it is time to ask, and returns the newest wake that the question serves, or -1 at the end. */
    private long next(long served) {
        long left = interval.orElseThrow().toNanos();
        left = (long) (left * ThreadLocalRandom.current().nextDouble(1 - JITTER, 1 + JITTER));
        lock.lock();
        try {
            while (!closed && asked == served && left > 0) {
                left = changed.awaitNanos(left);
            }
            return closed ? -1 : asked;
        } catch (InterruptedException e) {
            return -1;
        } finally {
            lock.unlock();
        }
    }

    private void done(long serving) {
        lock.lock();
        try {
            answered = serving;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
