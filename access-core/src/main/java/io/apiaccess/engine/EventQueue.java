package io.apiaccess.engine;

import io.apiaccess.spi.AccessEvents;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events on their way to listeners, which hear of them on the one thread of the queue. Thread-safe; adding never waits.
 *
 * <p>Closing delivers what is in the queue; it waits a second for that, and lets a listener that hangs go.
 */
public final class EventQueue implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventQueue.class);
    private static final int MAX_WAITING = 10_000;
    private static final long MAX_CLOSING_MILLIS = 1_000;

    private final List<AccessEvents> listeners;
    private final BlockingQueue<Consumer<AccessEvents>> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final LongAdder dropped = new LongAdder();
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean abandoned;

    /** Returns a queue to listeners; without any it has no thread. */
    public EventQueue(List<AccessEvents> listeners) {
        this.listeners = List.copyOf(listeners);
        thread = new Thread(this::deliver, "access-events");
        thread.setDaemon(true);
    }

    /** Starts to deliver. */
    public void start() {
        if (isHeard()) {
            thread.start();
        }
    }

    /** Returns whether anybody listens. */
    public boolean isHeard() {
        return !listeners.isEmpty();
    }

    /** Adds an event, or drops it if the queue is full or nobody listens. */
    public void add(Consumer<AccessEvents> event) {
        if (isHeard() && !waiting.offer(event)) {
            drop();
        }
    }

    /** Counts an event that finds no room. */
    void drop() {
        if (dropped.sum() == 0) {
            LOG.warn("listeners are slower than events come, and what finds the queue full is dropped");
        }
        dropped.increment();
    }

    /** Returns how many events wait. */
    public int waiting() {
        return waiting.size();
    }

    /** Returns how many events were dropped. */
    public long dropped() {
        return dropped.sum();
    }

    @Override
    public void close() {
        if (!thread.isAlive() || Thread.currentThread() == thread) {
            abandoned = true;
            return;
        }
        closing = true;
        if (!waiting.offer(listener -> {})) {
            LOG.debug("the queue is full when it closes, so its thread is awake");
        }
        try {
            thread.join(MAX_CLOSING_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        abandoned = true;
    }

    private void deliver() {
        try {
            while (!abandoned && !(closing && waiting.isEmpty())) {
                tell(waiting.take());
            }
        } catch (InterruptedException e) {
            LOG.warn("the thread of the events was interrupted, and nothing is told any more");
        }
    }

    private void tell(Consumer<AccessEvents> event) {
        for (AccessEvents listener : listeners) {
            try {
                event.accept(listener);
            } catch (Throwable e) {
                LOG.warn("a listener failed, and the next event goes on", e);
            }
            // whatever it has set on this thread, the thread is not its own
            Thread.interrupted();
        }
    }
}
