package io.apiaccess.memory;

import io.apiaccess.decision.LimitState;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Usage of limits in memory: it ends with the process. Thread-safe.
 *
 * <p>A step locks all its subjects in one order, the widely shared ones last, then asks every counter, then takes from all
 * or none: no deadlock, no undoing, nothing but arithmetic inside.
 *
 * <p>Memory is bounded whatever callers send: subjects with nothing held are forgotten, a few with each new one, and past
 * 1,000,000 addresses those that are new share counters with other newcomers, so that less is admitted, never more.
 */
public final class MemoryLimitStore implements LimitStore {
    private static final int MAX_ADDRESSES = 1_000_000;
    private static final int SHARED = 1_024;

    private final Map<Subject, Usage> usages = new ConcurrentHashMap<>();
    private final Usage[] shared = new Usage[SHARED];
    private final Floor floor = new Floor();
    private final Sweep sweep = new Sweep(usages, this::forgotten);
    private final AtomicInteger addresses = new AtomicInteger();
    private final int maxAddresses;

    /** Returns a store in which nothing was used. */
    public MemoryLimitStore() {
        this(MAX_ADDRESSES);
    }

    MemoryLimitStore(int maxAddresses) {
        this.maxAddresses = maxAddresses;
        for (int i = 0; i < SHARED; i++) {
            shared[i] = new Usage(new Subject(LimitScope.ADDRESS, "shared " + i), true, floor);
        }
    }

    @Override
    public List<LimitState> take(List<LimitDemand> demands, long cost, Reading now) {
        return step(demands, cost, now, true);
    }

    @Override
    public List<LimitState> peek(List<LimitDemand> demands, long cost, Reading now) {
        return step(demands, cost, now, false);
    }

    @Override
    public void reset(LimitDemand demand) {
        Usage usage = usages.get(Subject.of(demand));
        if (usage != null) {
            synchronized (usage) {
                usage.reset(demand);
            }
        }
    }

    /** Returns the number of subjects whose usage is kept. */
    int size() {
        return usages.size();
    }

    private List<LimitState> step(List<LimitDemand> demands, long cost, Reading now, boolean takes) {
        while (true) {
            Usage[] found = new Usage[demands.size()];
            for (int i = 0; i < found.length; i++) {
                found[i] = usage(Subject.of(demands.get(i)), now);
            }
            Usage[] locks = Arrays.stream(found).distinct().sorted().toArray(Usage[]::new);
            Step step = new Step(demands, found, cost, now, takes);
            if (locked(locks, 0, step)) {
                return step.states();
            }
        }
    }

    /** Runs a step under the locks of all its subjects, unless one of them is no longer the right one. */
    private boolean locked(Usage[] locks, int depth, Step step) {
        if (depth == locks.length) {
            return step.run(this::isCurrent);
        }
        synchronized (locks[depth]) {
            return locked(locks, depth + 1, step);
        }
    }

    /** Under the lock of a usage: is it still where the usage of a subject is kept? */
    private boolean isCurrent(LimitDemand demand, Usage usage) {
        return usage.isShared() ? !usages.containsKey(Subject.of(demand)) : !usage.isForgotten();
    }

    private Usage usage(Subject subject, Reading now) {
        Usage usage = usages.get(subject);
        if (usage != null && !usage.isForgotten()) {
            return usage;
        }
        sweep.some(now);
        return subject.scope() == LimitScope.ADDRESS ? ofAddress(subject, now) : own(subject);
    }

    // INVARIANT: an address takes from its shared usage or from its own, not from both: it gets its own under the lock
    // of
    // the shared one and only while that holds nothing, and a step looks again under that lock whether it has none.
    private Usage ofAddress(Subject subject, Reading now) {
        Usage common = shared[subject.hashCode() & SHARED - 1];
        synchronized (common) {
            if (usages.containsKey(subject)) {
                return own(subject);
            }
            if (addresses.get() >= maxAddresses || !common.isIdle(now)) {
                return common;
            }
            common.raiseFloor();
            return own(subject);
        }
    }

    private Usage own(Subject subject) {
        return usages.compute(subject, (same, usage) -> {
            if (usage != null && !usage.isForgotten()) {
                return usage;
            }
            if (usage == null && subject.scope() == LimitScope.ADDRESS) {
                addresses.incrementAndGet();
            }
            return new Usage(subject, false, floor);
        });
    }

    private void forgotten(Usage usage) {
        if (usages.remove(usage.subject(), usage) && usage.subject().scope() == LimitScope.ADDRESS) {
            addresses.decrementAndGet();
        }
    }
}
