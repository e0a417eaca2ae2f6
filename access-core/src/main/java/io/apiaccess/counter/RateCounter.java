package io.apiaccess.counter;

import io.apiaccess.policy.Limit;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore.Reading;
import java.util.Arrays;

/**
 * A strict sliding window of merged stamps.
 *
 * <p>Implementation notes. Units are held in entries of a stamp and a number, oldest first. A unit taken at {@code e} lies
 * in an entry with stamp {@code s >= e}, since merging only raises a stamp, and is held while {@code time - s < period}.
 * So at an admission at {@code t} all units with {@code t - e < period} are counted, and the check leaves their sum at most
 * max; the last admission in any interval [a, a + period) has seen all others in it: never more than max.
 *
 * <p>An entry takes units for less than a grain of period / {@value #CLOSED} after it was opened, so a unit is held less
 * than period + grain, and with a request always waiting more than {@value #CLOSED} / ({@value #CLOSED} + 1) of max is
 * admitted in each period. Up to {@value #CLOSED} + 1 units the grain is 0, which is an exact log. Openings are at least a
 * grain apart, so there are at most {@value #CLOSED} + 1 entries. Differences of times are compared unsigned: any two longs
 * will do.
 */
final class RateCounter extends Counter {
    private static final int CLOSED = 64;
    private static final long[] NONE = {};

    private long period;
    private long grain;

    // The newest entry: opened at, stamp of its last unit, units. It is there if units > 0.
    private long first;
    private long last = Long.MIN_VALUE;
    private long units;

    // The entries before it: stamp at 2i, units at 2i + 1, from head, wrapping; a power of two long, or not there yet.
    private long[] ring = NONE;
    private int head;
    private int closed;

    RateCounter(LimitDemand demand) {
        super(demand);
    }

    @Override
    void adopt(Limit limit) {
        period = ((RateLimit) limit).period().toNanos();
        grain = limit.max() <= CLOSED + 1 ? 0 : (period - 1) / CLOSED + 1;
    }

    @Override
    void advance(Reading now) {
        time = Math.max(time, now.nanos());
        while (closed > 0 && isOver(ring[head])) {
            used -= ring[head + 1];
            head = head + 2 & ring.length - 1;
            closed--;
        }
        if (closed == 0 && units > 0 && isOver(last)) {
            used = 0;
            units = 0;
            ring = NONE;
            head = 0;
        }
    }

    @Override
    public void take(long cost) {
        if (cost == 0) {
            return;
        }
        boolean merges = time == last || Long.compareUnsigned(time - first, grain) < 0 || closed == CLOSED;
        if (units > 0 && merges) {
            units += cost;
        } else {
            if (units > 0) {
                close();
            }
            first = time;
            units = cost;
        }
        last = time;
        used += cost;
    }

    @Override
    long readyAt(long cost) {
        if (cost > max()) {
            return NEVER;
        }
        long left = used;
        for (int i = 0; i < closed; i++) {
            int entry = head + 2 * i & ring.length - 1;
            left -= ring[entry + 1];
            if (cost <= max() - left) {
                return free(ring[entry]);
            }
        }
        return free(last);
    }

    @Override
    long resetAt() {
        return used == 0 ? time : free(last);
    }

    @Override
    public long freeAt() {
        return free(last);
    }

    private boolean isOver(long stamp) {
        return Long.compareUnsigned(time - stamp, period) >= 0;
    }

    private long free(long stamp) {
        long at = stamp + period;
        return at < stamp ? NEVER : at;
    }

    private void close() {
        if (2 * closed == ring.length) {
            long[] larger = new long[Math.max(8, ring.length * 2)];
            for (int i = 0; i < 2 * closed; i++) {
                larger[i] = ring[head + i & ring.length - 1];
            }
            ring = larger;
            head = 0;
        }
        int entry = head + 2 * closed & ring.length - 1;
        ring[entry] = last;
        ring[entry + 1] = units;
        closed++;
    }

    @Override
    public long[] held() {
        long[] held = new long[4 + 2 * closed];
        held[0] = time;
        held[1] = first;
        held[2] = last;
        held[3] = units;
        for (int i = 0; i < 2 * closed; i++) {
            held[4 + i] = ring[head + i & ring.length - 1];
        }
        return held;
    }

    @Override
    void restore(long[] held) {
        first = held[1];
        last = held[2];
        units = held[3];
        used = units;
        closed = (held.length - 4) / 2;
        if (closed > 0) {
            ring = Arrays.copyOfRange(held, 4, 4 + Math.max(8, Integer.highestOneBit(4 * closed - 1)));
        }
        for (int i = 0; i < closed; i++) {
            used += ring[2 * i + 1];
        }
    }

    /**
     * {@inheritDoc} They are in the oldest entry whose stamp is not before they were taken, or in none any more once a
     * period has passed since.
     */
    @Override
    public void giveBack(long units, long since) {
        if (isOver(since)) {
            return;
        }
        for (int i = 0; i < closed; i++) {
            int entry = head + 2 * i & ring.length - 1;
            if (ring[entry] >= since) {
                long given = Math.min(units, ring[entry + 1]);
                ring[entry + 1] -= given;
                used -= given;
                return;
            }
        }
        if (last >= since) {
            long given = Math.min(units, this.units);
            this.units -= given;
            used -= given;
        }
    }
}
