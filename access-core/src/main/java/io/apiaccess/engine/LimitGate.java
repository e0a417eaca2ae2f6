package io.apiaccess.engine;

import io.apiaccess.decision.LimitState;
import io.apiaccess.policy.FailureMode;
import io.apiaccess.policy.Limit;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore;
import io.apiaccess.spi.LimitStore.Reading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to the store of limits, behind which it may fail: an answer comes within the budget, of the store or, for as long
 * as that cannot, of what each limit says (L8). Thread-safe.
 *
 * <p>A store outside the process is called on threads of the gate, so that a decision can leave a call that does not come
 * back. What such a call does later is not undone: the units may have been charged. A call that has not begun when the
 * budget is spent never does.
 */
public final class LimitGate implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LimitGate.class);
    private static final int MAX_CALLS = 64;

    private final LimitStore store;
    private final LimitStore local;
    private final long budgetNanos;
    private final ThreadPoolExecutor calls;
    private final AtomicBoolean failing = new AtomicBoolean();
    private final Consumer<Boolean> answers;

    /**
     * Returns the way to a store.
     *
     * @param local where this process counts by itself while the store fails
     * @param budget how long a decision waits for the store
     * @param answers hears when the store begins to fail, {@code false}, and when it answers again; it must not wait
     */
    public LimitGate(LimitStore store, LimitStore local, Duration budget, Consumer<Boolean> answers) {
        this.answers = answers;
        this.store = store;
        this.local = local;
        this.budgetNanos = budget.toNanos();
        this.calls = new ThreadPoolExecutor(
                MAX_CALLS, MAX_CALLS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "access-limits");
                    thread.setDaemon(true);
                    return thread;
                });
        this.calls.allowCoreThreadTimeOut(true);
    }

    /**
     * How the limits of a decision stand.
     *
     * @param states of each limit that was asked, in the order of the demands
     * @param closed whether a limit is closed while the store fails; then nothing was taken
     * @param degraded whether the store failed
     */
    record Answer(List<LimitState> states, boolean closed, boolean degraded) {}

    /** Returns demands that many calls will make in the form that the store takes fastest of. */
    List<LimitDemand> prepare(List<LimitDemand> demands) {
        return store.prepare(demands);
    }

    /** Takes units from all limits or none. */
    Answer take(List<LimitDemand> demands, long cost, Reading now) {
        if (!store.isInProcess()) {
            Optional<List<LimitState>> states = store.takeAtOnce(demands, cost, now);
            if (states.isPresent()) {
                return new Answer(states.get(), false, false);
            }
        }
        return ask(LimitStore::take, demands, cost, now);
    }

    /** Looks at limits without taking. */
    Answer peek(List<LimitDemand> demands, long cost, Reading now) {
        return ask(LimitStore::peek, demands, cost, now);
    }

    /** Returns whether the store failed when it was last asked. */
    public boolean isFailing() {
        return failing.get();
    }

    @Override
    public void close() {
        calls.shutdown();
        try (local) {
            store.close();
        }
    }

    private Answer ask(Question question, List<LimitDemand> demands, long cost, Reading now) {
        try {
            List<LimitState> states = store.isInProcess()
                    ? question.ask(store, demands, cost, now)
                    : within(() -> question.ask(store, demands, cost, now));
            if (failing.get() && failing.compareAndSet(true, false)) {
                LOG.info("the store of limits answers again");
                answers.accept(true);
            }
            return new Answer(states, false, false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return without(question, demands, cost, now);
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            if (failing.compareAndSet(false, true)) {
                LOG.error(
                        "the store of limits fails, and each limit goes by its failure mode until it answers again", e);
                answers.accept(false);
            }
            return without(question, demands, cost, now);
        }
    }

    private List<LimitState> within(Callable<List<LimitState>> call)
            throws InterruptedException, ExecutionException, TimeoutException {
        FutureTask<List<LimitState>> task = new FutureTask<>(call);
        calls.execute(task);
        try {
            return task.get(budgetNanos, TimeUnit.NANOSECONDS);
        } finally {
            // no interrupt: that closes the file of an embedded database
            if (task.cancel(false)) {
                calls.remove(task);
            }
        }
    }

    private Answer without(Question question, List<LimitDemand> demands, long cost, Reading now) {
        List<LimitDemand> shares = new ArrayList<>();
        for (LimitDemand demand : demands) {
            Limit limit = demand.limit();
            if (limit.isShadow()) {
                continue;
            }
            FailureMode mode = limit.terms().failureMode();
            if (mode instanceof FailureMode.Closed) {
                return new Answer(List.of(), true, true);
            }
            if (mode instanceof FailureMode.Local share) {
                shares.add(new LimitDemand(demand.policy(), limit.share(share), demand.subject()));
            }
        }
        return new Answer(question.ask(local, shares, cost, now), false, true);
    }

    @FunctionalInterface
    private interface Question {
        List<LimitState> ask(LimitStore store, List<LimitDemand> demands, long cost, Reading now);
    }
}
