package io.apiaccess.jdbc;

import io.apiaccess.decision.LimitState;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.spi.LimitDemand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The units that this node has taken ahead, and decisions that take from them instead of from the store. Thread-safe.
 *
 * <p>A decision takes from pots what they have, and asks the store in one transaction for the rest, with something on top for
 * the decisions that come. If the store refuses, or does not answer, what came from pots goes back.
 */
final class Pots {
    /** Past so many, counters that are new have none: their units are taken one by one. */
    private static final int MANY = 100_000;

    /** How many rows are returned to in one transaction. */
    private static final int RETURNED_AT_ONCE = 50;

    private final CounterTable table;
    private final LongSupplier nanos;
    private final Map<Key, Pot> pots = new ConcurrentHashMap<>();

    Pots(CounterTable table, LongSupplier nanos) {
        this.table = table;
        this.nanos = nanos;
    }

    /** Which counter, without a digest. */
    private record Key(String policy, String name, Limit.Kind kind, boolean shadow, LimitScope scope, String subject) {
        static Key of(LimitDemand demand) {
            Limit limit = demand.limit();
            return new Key(
                    demand.policy().value(),
                    limit.name(),
                    limit.kind(),
                    limit.isShadow(),
                    limit.scope(),
                    demand.subject());
        }
    }

    /** Units of one demand that were taken out of a pot. */
    private record Reserved(Pot pot, Pot.@Nullable Lease lease) {}

    /** Takes from pots alone, or refuses for all that the store has refused, or returns nothing if it has to be asked. */
    Optional<List<LimitState>> takeAtOnce(List<LimitDemand> demands, long cost) {
        long now = nanos.getAsLong();
        List<Reserved> reserved = new ArrayList<>(demands.size());
        boolean refused = false;
        for (LimitDemand demand : demands) {
            Pot pot = Pot.length(demand.limit()) == 0 ? null : pots.get(Key.of(demand));
            Pot.Lease lease = pot == null || !pot.isFor(demand.limit()) ? null : pot.reserve(cost, now);
            if (pot == null || (lease == null && !(pot.isFor(demand.limit()) && pot.refuses(cost, now)))) {
                undo(reserved, cost);
                return Optional.empty();
            }
            reserved.add(new Reserved(pot, lease));
            refused |= lease == null && !demand.limit().isShadow();
        }
        if (refused) {
            undo(reserved, cost);
        }
        List<LimitState> states = new ArrayList<>(demands.size());
        for (int i = 0; i < demands.size(); i++) {
            Reserved from = reserved.get(i);
            states.add(from.pot().state(demands.get(i), from.lease() != null, now));
        }
        return Optional.of(states);
    }

    /** Takes from pots what they have and from the store the rest, or nothing from either. */
    List<LimitState> take(List<LimitDemand> demands, long cost) {
        long sent = nanos.getAsLong();
        List<@Nullable Pot> own = new ArrayList<>(demands.size());
        List<@Nullable Pot> asked = new ArrayList<>();
        List<Reserved> reserved = new ArrayList<>(demands.size());
        List<Wish> wishes = new ArrayList<>(demands.size());
        for (LimitDemand demand : demands) {
            Pot pot = pot(demand, sent);
            Pot.Lease lease = pot == null ? null : pot.reserve(cost, sent);
            if (pot != null && lease != null) {
                reserved.add(new Reserved(pot, lease));
                own.add(pot);
            } else {
                wishes.add(pot == null ? exact(demand) : pot.wish(demand, cost, sent));
                asked.add(pot);
                own.add(null);
            }
        }
        List<Taken> taken = ask(wishes, cost, reserved);
        for (int i = 0; i < taken.size(); i++) {
            Pot pot = asked.get(i);
            if (pot != null) {
                pot.note(taken.get(i), cost, sent);
            }
        }
        if (taken.stream().anyMatch(answer -> answer.state().refuses())) {
            undo(reserved, cost);
        }
        return states(demands, own, asked, taken);
    }

    /** Looks at the store and at what is in the pots. */
    List<LimitState> peek(List<LimitDemand> demands, long cost) {
        List<Taken> seen = table.peek(demands.stream().map(Pots::exact).toList(), cost);
        long now = nanos.getAsLong();
        List<LimitState> states = new ArrayList<>(demands.size());
        for (int i = 0; i < demands.size(); i++) {
            Pot pot = pots.get(Key.of(demands.get(i)));
            states.add(seen.get(i).state(pot == null ? 0 : pot.atHand(now)));
        }
        return states;
    }

    /** Forgets what is at hand of a counter. */
    void forget(LimitDemand demand) {
        pots.remove(Key.of(demand));
    }

    /** Returns to the store what was not given out in time, and forgets counters that nobody asks for. */
    void tidy() {
        long now = nanos.getAsLong();
        List<Wish> returns = new ArrayList<>();
        pots.values().removeIf(pot -> {
            List<Wish.Returned> over = pot.over(now);
            if (!over.isEmpty()) {
                returns.add(pot.returning(over));
            }
            return pot.isIdle(now);
        });
        giveBack(returns);
    }

    /** Returns all to the store. */
    void returnAll() {
        List<Wish> returns = new ArrayList<>();
        for (Pot pot : pots.values()) {
            List<Wish.Returned> all = pot.all();
            if (!all.isEmpty()) {
                returns.add(pot.returning(all));
            }
        }
        pots.clear();
        giveBack(returns);
    }

    private void giveBack(List<Wish> returns) {
        for (int from = 0; from < returns.size(); from += RETURNED_AT_ONCE) {
            table.giveBack(returns.subList(from, Math.min(returns.size(), from + RETURNED_AT_ONCE)));
        }
    }

    private List<Taken> ask(List<Wish> wishes, long cost, List<Reserved> reserved) {
        try {
            return wishes.isEmpty() ? List.of() : table.take(wishes, cost);
        } catch (RuntimeException e) {
            undo(reserved, cost);
            throw e;
        }
    }

    private List<LimitState> states(
            List<LimitDemand> demands, List<@Nullable Pot> own, List<@Nullable Pot> asked, List<Taken> taken) {
        long now = nanos.getAsLong();
        List<LimitState> states = new ArrayList<>(demands.size());
        int next = 0;
        for (int i = 0; i < demands.size(); i++) {
            Pot pot = own.get(i);
            if (pot == null) {
                Pot filled = asked.get(next);
                states.add(taken.get(next++).state(filled == null ? 0 : filled.atHand(now)));
            } else {
                states.add(pot.state(demands.get(i), true, now));
            }
        }
        return states;
    }

    private @Nullable Pot pot(LimitDemand demand, long now) {
        if (Pot.length(demand.limit()) == 0) {
            return null;
        }
        Key key = Key.of(demand);
        Pot pot = pots.get(key);
        if (pot != null && pot.isFor(demand.limit())) {
            return pot;
        }
        if (pot == null && pots.size() >= MANY) {
            return null;
        }
        // What is at hand of a limit that has changed is not given out any more.
        return pots.compute(
                key, (same, other) -> other != null && other.isFor(demand.limit()) ? other : new Pot(demand, now));
    }

    private static Wish exact(LimitDemand demand) {
        return new Wish(CounterId.of(demand), demand, Pot.counted(demand.limit()), 0, List.of());
    }

    private static void undo(List<Reserved> reserved, long cost) {
        for (Reserved each : reserved) {
            if (each.lease() != null) {
                each.pot().undo(each.lease(), cost);
            }
        }
    }
}
