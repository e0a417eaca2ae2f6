package io.apiaccess.counter;

import io.apiaccess.policy.Limit;
import io.apiaccess.policy.TokenBucket;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore.Reading;
import java.math.BigInteger;

/**
 * A token bucket, in exact arithmetic.
 *
 * <p>Implementation notes. Counted are the units taken out and not yet flowed back, and the part of the next unit that has
 * flowed back, in period-ths: after d nanoseconds d × refill period-ths more. Nothing is ever rounded, so the bucket does not
 * drift. Products that a long cannot hold are made in big numbers, which takes a long pause at a high rate.
 */
final class BucketCounter extends Counter {
    private long fullSince = Long.MIN_VALUE;
    private long part;
    private long refill;
    private long period;

    BucketCounter(LimitDemand demand) {
        super(demand);
    }

    @Override
    void adopt(Limit limit) {
        TokenBucket bucket = (TokenBucket) limit;
        refill = bucket.refill();
        period = bucket.period().toNanos();
        part = Math.min(part, period - 1);
    }

    @Override
    void advance(Reading now) {
        if (now.nanos() > time) {
            flow(now.nanos() - time);
            time = now.nanos();
        }
    }

    @Override
    public void take(long cost) {
        used += cost;
    }

    @Override
    long readyAt(long cost) {
        return cost > max() ? NEVER : flowed(cost - (max() - used));
    }

    @Override
    long resetAt() {
        return flowed(used);
    }

    @Override
    public long freeAt() {
        return used == 0 ? fullSince : flowed(used);
    }

    /** Lets flow what flows in so many nanoseconds, an unsigned number; a full bucket stays full. */
    private void flow(long nanos) {
        if (used == 0) {
            return;
        }
        fullSince = flowed(used);
        long parts = nanos * refill + part;
        if (nanos >= 0 && fitsLong(nanos, refill) && parts >= 0) {
            drain(Math.min(used, parts / period), parts % period);
            return;
        }
        BigInteger[] flowed = unsigned(nanos)
                .multiply(BigInteger.valueOf(refill))
                .add(BigInteger.valueOf(part))
                .divideAndRemainder(BigInteger.valueOf(period));
        drain(flowed[0].min(BigInteger.valueOf(used)).longValue(), flowed[1].longValue());
    }

    private void drain(long units, long rest) {
        used -= units;
        part = used == 0 ? 0 : rest;
    }

    /** Returns the time at which so many units will have flowed back, or {@link #NEVER} if a long cannot hold it. */
    private long flowed(long units) {
        if (units <= 0) {
            return time;
        }
        if (fitsLong(units, period)) {
            long at = time + (units * period - part - 1) / refill + 1;
            return at < time ? NEVER : at;
        }
        BigInteger at = BigInteger.valueOf(units)
                .multiply(BigInteger.valueOf(period))
                .subtract(BigInteger.valueOf(part + 1))
                .divide(BigInteger.valueOf(refill))
                .add(BigInteger.valueOf(time))
                .add(BigInteger.ONE);
        return at.bitLength() > 63 ? NEVER : at.longValue();
    }

    private static boolean fitsLong(long some, long others) {
        return Math.multiplyHigh(some, others) == 0 && some * others >= 0;
    }

    private static BigInteger unsigned(long value) {
        BigInteger low = BigInteger.valueOf(value & Long.MAX_VALUE);
        return value < 0 ? low.setBit(63) : low;
    }

    @Override
    public long[] held() {
        return new long[] {time, used, part, fullSince};
    }

    @Override
    void restore(long[] held) {
        used = held[1];
        part = Math.min(held[2], period - 1);
        fullSince = held[3];
    }

    /** {@inheritDoc} What has flowed back since was never theirs: all that is left of them is given. */
    @Override
    public void giveBack(long units, long since) {
        used -= Math.min(units, used);
        part = used == 0 ? 0 : part;
    }
}
