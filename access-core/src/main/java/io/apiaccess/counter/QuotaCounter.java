package io.apiaccess.counter;

import io.apiaccess.policy.Limit;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.QuotaPeriod;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore.Reading;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The usage in the present period of a quota. A changed period keeps what was used in the one that it cuts short, until the
 * new one ends.
 */
final class QuotaCounter extends Counter {
    private @Nullable QuotaPeriod period;
    private boolean changed;
    private long start = Long.MIN_VALUE;
    private long end = Long.MIN_VALUE;

    QuotaCounter(LimitDemand demand) {
        super(demand);
    }

    @Override
    void adopt(Limit limit) {
        QuotaPeriod next = ((Quota) limit).period();
        changed |= !next.equals(period);
        period = next;
    }

    @Override
    void advance(Reading now) {
        time = Math.max(time, nanos(now.instant()));
        if (time < end && !changed) {
            return;
        }
        QuotaPeriod.Span span = Objects.requireNonNull(period).at(instant(time));
        long next = nanos(span.start());
        // At the end of time a period has no later one, and must not start again.
        if (next > start && (!changed || next >= end)) {
            used = 0;
        }
        changed = false;
        start = next;
        end = nanos(span.end());
    }

    @Override
    public void take(long cost) {
        used += cost;
    }

    @Override
    long readyAt(long cost) {
        return cost > max() ? NEVER : end;
    }

    @Override
    long resetAt() {
        return end;
    }

    @Override
    public long freeAt() {
        return used == 0 ? start : end;
    }

    @Override
    public long[] held() {
        return new long[] {time, used, start, end};
    }

    /** {@inheritDoc} Whether its periods are still the same is not known, and does not matter: they adjoin. */
    @Override
    void restore(long[] held) {
        used = held[1];
        start = held[2];
        end = held[3];
    }

    @Override
    public void giveBack(long units, long since) {
        if (since >= start) {
            used -= Math.min(units, used);
        }
    }
}
