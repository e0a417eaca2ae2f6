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
 * Events on their way to listeners, each of which hears of them on a thread of its own, so that a slow one holds up no
 * other. Thread-safe; adding never waits.
 *
 * <p>Closing delivers what waits; it waits a second for all of that, and lets listeners that hang go.
 */
public final class EventQueue implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventQueue.class);
    private static final int MAX_WAITING = 10_000;
    private static final long MAX_CLOSING_MILLIS = 1_000;

    private final List<Line> lines;
    private final LongAdder dropped = new LongAdder();

    /** Returns a queue to listeners; without any it has no thread. */
    public EventQueue(List<AccessEvents> listeners) {
        lines = listeners.stream().map(Line::new).toList();
    }

    /** Starts to deliver. */
    public void start() {
        lines.forEach(line -> line.thread.start());
    }

    /** Returns whether anybody listens. */
    public boolean isHeard() {
        return !lines.isEmpty();
    }

    /** Adds an event; a listener that has too many waiting does not hear of it. */
    public void add(Consumer<AccessEvents> event) {
        for (Line line : lines) {
            if (!line.waiting.offer(event)) {
                drop();
            }
        }
    }

    /** Counts an event that finds no room. */
    void drop() {
        if (dropped.sum() == 0) {
            LOG.warn("a listener is slower than events come, and what finds its queue full is dropped");
        }
        dropped.increment();
    }

    /** Returns how many events wait, of all listeners together. */
    public int waiting() {
        return lines.stream().mapToInt(line -> line.waiting.size()).sum();
    }

    /** Returns how many events were dropped, once for each listener that did not hear of one. */
    public long dropped() {
        return dropped.sum();
    }

    @Override
    public void close() {
        lines.forEach(Line::finish);
        lines.forEach(line -> line.await(Math.max(1, MAX_CLOSING_MILLIS / lines.size())));
        lines.forEach(line -> line.abandoned = true);
    }

    /** What waits for one listener, and the thread on which it hears of that. */
    private static final class Line {
        private final AccessEvents listener;
        private final BlockingQueue<Consumer<AccessEvents>> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
        private final Thread thread = new Thread(this::deliver, "access-events");
        private volatile boolean closing;
        private volatile boolean abandoned;

        Line(AccessEvents listener) {
            this.listener = listener;
            thread.setDaemon(true);
        }

        /** Has the thread end once nothing waits. */
        void finish() {
            closing = true;
            if (!waiting.offer(told -> {})) {
                LOG.debug("the queue is full when it closes, so its thread is awake");
            }
        }

        /** Waits for the thread to end. */
        void await(long millis) {
            try {
                if (Thread.currentThread() != thread) {
                    thread.join(millis);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void deliver() {
            try {
                while (!abandoned && !(closing && waiting.isEmpty())) {
                    tell(waiting.take());
                }
            } catch (InterruptedException e) {
                LOG.warn("the thread of a listener was interrupted, and it is told nothing any more");
            }
        }

        private void tell(Consumer<AccessEvents> event) {
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
