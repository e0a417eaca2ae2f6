package io.apiaccess.memory;

import io.apiaccess.decision.LimitState;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    private final Map<LimitScope, Map<String, Usage>> usages = new EnumMap<>(LimitScope.class);
    private final Usage[] shared = new Usage[SHARED];
    private final Floor floor = new Floor();
    private final Sweep sweep;
    private final AtomicInteger addresses = new AtomicInteger();
    private final int maxAddresses;

    /** Returns a store in which nothing was used. */
    public MemoryLimitStore() {
        this(MAX_ADDRESSES);
    }

    MemoryLimitStore(int maxAddresses) {
        this.maxAddresses = maxAddresses;
        for (LimitScope scope : LimitScope.values()) {
            usages.put(scope, new ConcurrentHashMap<>());
        }
        sweep = new Sweep(usages.values(), this::forgotten);
        for (int i = 0; i < SHARED; i++) {
            shared[i] = new Usage(LimitScope.ADDRESS, "shared " + i, of(LimitScope.ADDRESS), floor);
        }
    }

    /** {@inheritDoc} Here the list also remembers where the counters are. */
    @Override
    public List<LimitDemand> prepare(List<LimitDemand> demands) {
        return new Demands(this, demands);
    }

    @Override
    public List<LimitState> take(List<LimitDemand> demands, long cost, Reading now) {
        return step(demands, cost, now, true);
    }

    @Override
    public List<LimitState> peek(List<LimitDemand> demands, long cost, Reading now) {
        return step(demands, cost, now, false);
    }

    /** {@inheritDoc} An address that shares a counter frees it for all. Those who come later begin by the clock as it is. */
    @Override
    public void reset(LimitDemand demand) {
        LimitScope scope = demand.limit().scope();
        Usage own = of(scope).get(demand.subject());
        Usage usage = own == null && scope == LimitScope.ADDRESS ? common(demand.subject()) : own;
        floor.drop(demand.limit().kind());
        if (usage != null) {
            synchronized (usage) {
                usage.reset(demand);
            }
        }
    }

    @Override
    public boolean isInProcess() {
        return true;
    }

    /** Returns the number of subjects whose usage is kept. */
    int size() {
        return usages.values().stream().mapToInt(Map::size).sum();
    }

    private List<LimitState> step(List<LimitDemand> asked, long cost, Reading now, boolean takes) {
        Demands demands = asked instanceof Demands known && known.isOf(this) ? known : new Demands(this, asked);
        Step step = new Step(demands.all());
        Demands.Places places = demands.places();
        while (places == null || !step.run(places, cost, now, takes)) {
            places = new Demands.Places(usagesOf(demands, now));
            demands.remember(places);
        }
        return step;
    }

    private Usage[] usagesOf(Demands demands, Reading now) {
        Usage[] found = new Usage[demands.size()];
        for (int i = 0; i < found.length; i++) {
            LimitDemand demand = demands.get(i);
            found[i] = i > 0 && found[i - 1].isOf(demand)
                    ? found[i - 1]
                    : usage(demand.limit().scope(), demand.subject(), now);
        }
        return found;
    }

    private Usage usage(LimitScope scope, String subject, Reading now) {
        Usage usage = of(scope).get(subject);
        if (usage != null && !usage.isForgotten()) {
            return usage;
        }
        sweep.some(now);
        return scope == LimitScope.ADDRESS ? ofAddress(subject, now) : own(scope, subject);
    }

    // INVARIANT: an address takes from its shared usage or from its own, not from both: it gets its own under the lock
    // of the shared one and only while that holds nothing, and a step looks again under it whether it has none.
    private Usage ofAddress(String address, Reading now) {
        Usage common = common(address);
        synchronized (common) {
            if (of(LimitScope.ADDRESS).containsKey(address)) {
                return own(LimitScope.ADDRESS, address);
            }
            if (addresses.get() >= maxAddresses || !common.isIdle(now)) {
                return common;
            }
            common.raiseFloor();
            return own(LimitScope.ADDRESS, address);
        }
    }

    private Usage common(String address) {
        return shared[address.hashCode() & (SHARED - 1)];
    }

    private Usage own(LimitScope scope, String subject) {
        return of(scope).compute(subject, (same, usage) -> {
            if (usage != null && !usage.isForgotten()) {
                return usage;
            }
            if (usage == null && scope == LimitScope.ADDRESS) {
                addresses.incrementAndGet();
            }
            return new Usage(scope, subject, null, floor);
        });
    }

    private void forgotten(Usage usage) {
        if (of(usage.scope()).remove(usage.subject(), usage) && usage.scope() == LimitScope.ADDRESS) {
            addresses.decrementAndGet();
        }
    }

    private Map<String, Usage> of(LimitScope scope) {
        return Objects.requireNonNull(usages.get(scope));
    }
}
