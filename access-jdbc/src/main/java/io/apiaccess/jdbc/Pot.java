package io.apiaccess.jdbc;

import io.apiaccess.counter.Counter;
import io.apiaccess.decision.LimitState;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.spi.LimitDemand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Units of one counter that this node has taken ahead, to give out by itself. Thread-safe.
 *
 * <p>Implementation notes. Units taken at g may be given out until g + lease, by this node's monotonic clock from before the
 * request for them was sent, less a thousandth for clocks that run at different speeds. The store counts a rate with windows
 * that are longer by the lease: what is given out within any period was taken within period + lease, which is never more than
 * max. A quota's lease ends with its period. Who dies with units at hand leaves them counted; nobody gives them out.
 */
final class Pot {
    private static final long LEAST_UNITS = 500;
    private static final long LEAST_PERIOD = Duration.ofSeconds(10).toNanos();
    private static final long LONGEST_LEASE = Duration.ofSeconds(5).toNanos();
    private static final int LEASES_IN_PERIOD = 32;
    private static final int BATCHES = 100;
    private static final int MANY = 8;
    private static final int DRIFT = 1_000;

    private final CounterId id;
    private final LimitDemand demand;
    private final long length;
    private final List<Lease> leases = new ArrayList<>();

    private @Nullable Taken said;
    private long saidAt;
    private boolean refusing;
    private long refusedCost;
    private long refusedUntil;

    // What was asked for in this half of a lease, and in the one before.
    private long turn;
    private long asked;
    private long askedBefore;

    Pot(LimitDemand demand, long now) {
        this.id = CounterId.of(demand);
        this.demand = demand;
        this.length = length(demand.limit());
        this.turn = now;
    }

    /**
     * Returns how long units of a limit may be given out after they were taken, in nanoseconds, or 0 if the limit is too small
     * or its time too short for that to be worth it. What of a token bucket is taken ahead would flow back meanwhile.
     */
    static long length(Limit limit) {
        if (limit.max() < LEAST_UNITS) {
            return 0;
        }
        if (limit instanceof RateLimit rate) {
            long period = rate.period().toNanos();
            // the longer windows have to fit a long, too
            boolean fits = period >= LEAST_PERIOD && period <= Long.MAX_VALUE - LONGEST_LEASE;
            return fits ? Math.min(period / LEASES_IN_PERIOD, LONGEST_LEASE) : 0;
        }
        return limit instanceof Quota ? LONGEST_LEASE : 0;
    }

    /** Returns the limit by which the store counts what may be given out later. */
    static Limit counted(Limit limit) {
        return limit instanceof RateLimit rate
                ? new RateLimit(rate.terms(), rate.max(), rate.period().plusNanos(length(rate)))
                : limit;
    }

    /** Units that are given out until a time. */
    static final class Lease {
        private final long since;
        private final int resets;
        private final long until;
        private long units;

        private Lease(long units, long since, int resets, long until) {
            this.units = units;
            this.since = since;
            this.resets = resets;
            this.until = until;
        }
    }

    /** Returns whether it was filled for the same numbers. */
    boolean isFor(Limit limit) {
        Limit own = demand.limit();
        return own == limit || (own.max() == limit.max() && period(own).equals(period(limit)));
    }

    private static Object period(Limit limit) {
        if (limit instanceof RateLimit rate) {
            return rate.period();
        }
        return limit instanceof Quota quota ? quota.period() : limit;
    }

    /** Takes units out of it, or returns nothing if it has too few. */
    synchronized @Nullable Lease reserve(long cost, long now) {
        turn(now);
        for (Lease lease : leases) {
            if (lease.units >= cost && lease.until - now > 0) {
                lease.units -= cost;
                ask(cost);
                return lease;
            }
        }
        return null;
    }

    /** Puts units back that were reserved. */
    synchronized void undo(Lease lease, long cost) {
        lease.units += cost;
        asked -= Math.min(asked, cost);
    }

    /** Returns whether the store has just refused as much, and would again. */
    synchronized boolean refuses(long cost, long now) {
        return refusing && cost >= refusedCost && refusedUntil - now > 0;
    }

    /** Returns what to ask the store for, beside what a decision costs. */
    synchronized Wish wish(LimitDemand demand, long cost, long now) {
        turn(now);
        long ahead = Math.min(demand.limit().max() / BATCHES, Math.max(asked, askedBefore));
        ask(cost);
        return new Wish(id, demand, counted(demand.limit()), ahead, over(now));
    }

    /** Notes what the store has said and puts in what was taken ahead. */
    synchronized void note(Taken taken, long cost, long sent) {
        said = taken;
        saidAt = sent;
        refusing = !taken.fits();
        if (refusing) {
            refusedCost = cost;
            refusedUntil = sent + Math.min(taken.waitNanos(), length / 2);
        }
        if (taken.ahead() > 0) {
            long usable = demand.limit() instanceof Quota ? Math.min(length, taken.resetNanos()) : length;
            leases.add(new Lease(taken.ahead(), taken.time(), taken.resets(), sent + usable - usable / DRIFT - 1));
        }
    }

    /** Returns how the limit stands without asking the store. */
    synchronized LimitState state(LimitDemand demand, boolean fits, long now) {
        Taken last = said;
        if (last == null) {
            throw new IllegalStateException("the store has said nothing");
        }
        long passed = now - saidAt;
        long waiting = last.waitNanos() == Counter.NEVER ? Counter.NEVER : Math.max(1, last.waitNanos() - passed);
        return new Taken(
                        demand,
                        last.remaining(),
                        fits ? Counter.FITS : waiting,
                        Math.max(0, last.resetNanos() - passed),
                        last.time() + passed,
                        0,
                        last.resets())
                .state(atHand(now));
    }

    /** Returns the units that it has. */
    synchronized long atHand(long now) {
        return leases.stream()
                .filter(lease -> lease.until - now > 0)
                .mapToLong(lease -> lease.units)
                .sum();
    }

    /** Takes out what cannot be given out any more, to be returned to the store. */
    synchronized List<Wish.Returned> over(long now) {
        return out(lease -> lease.until - now <= 0 || leases.size() > MANY);
    }

    /** Takes out all, to be returned to the store. */
    synchronized List<Wish.Returned> all() {
        return out(lease -> true);
    }

    /** Returns the wish to return units and take none. */
    Wish returning(List<Wish.Returned> back) {
        return new Wish(id, demand, counted(demand.limit()), 0, back);
    }

    /** Returns whether nobody has asked for a while, and nothing is in it. */
    synchronized boolean isIdle(long now) {
        return leases.isEmpty() && now - turn > 2 * length;
    }

    private List<Wish.Returned> out(Predicate<Lease> which) {
        List<Wish.Returned> out = new ArrayList<>();
        for (int i = 0; i < leases.size(); i++) {
            Lease lease = leases.get(i);
            if (which.test(lease)) {
                leases.remove(i--);
                if (lease.units > 0) {
                    out.add(new Wish.Returned(lease.units, lease.since, lease.resets));
                }
            }
        }
        return out;
    }

    private void ask(long cost) {
        asked += Math.min(cost, Long.MAX_VALUE - asked);
    }

    private void turn(long now) {
        long half = length / 2;
        long passed = now - turn;
        if (passed >= half) {
            askedBefore = passed < length ? asked : 0;
            asked = 0;
            turn = now;
        }
    }
}
