package io.apiaccess.policy;

import io.apiaccess.check.Faults;
import java.math.BigInteger;
import java.time.Duration;

/**
 * A rate that lets bursts through: a bucket that holds {@code max} units, full at first, into which {@code refill} units flow
 * evenly in each {@code period}. At most {@code max + refill × w / period} units pass in any time w.
 *
 * <p>Time is monotonic. Written {@code RateLimit.bucket(20).refill(100, Duration.ofMinutes(1))}.
 *
 * @param terms its name, {@code rate} unless given, and what else is no number
 * @param max the units that the bucket holds, 0 to 2^63−1
 * @param refill the units that flow in, 1 to 2^63−1
 * @param period the time in which they do, 1 ns to 2^63−1 ns
 */
public record TokenBucket(LimitTerms terms, long max, long refill, Duration period) implements Limit {
    /** Refuses a negative capacity, a refill below 1, and a period that is not positive or beyond 2^63−1 nanoseconds. */
    public TokenBucket {
        Faults faults = new Faults();
        faults.name("name", terms.name());
        faults.require(max >= 0, "capacity " + Faults.quote(max) + " is below 0");
        faults.require(refill > 0, "refill " + Faults.quote(refill) + " is below 1");
        faults.require(RateLimit.isPeriod(period), RateLimit.periodFault(period));
        faults.throwIfAny("token bucket", terms.name());
    }

    @Override
    public TokenBucket with(LimitTerms terms) {
        return new TokenBucket(terms, max, refill, period);
    }

    @Override
    public TokenBucket named(String name) {
        return with(terms.named(name));
    }

    @Override
    public TokenBucket scope(LimitScope scope) {
        return with(terms.scope(scope));
    }

    @Override
    public TokenBucket shadow() {
        return with(terms.inShadow());
    }

    @Override
    public TokenBucket onFailure(FailureMode mode) {
        return with(terms.onFailure(mode));
    }

    @Override
    public TokenBucket max(long max) {
        return new TokenBucket(terms, max, refill, period);
    }

    /** Returns a bucket with its share of both, the capacity and what flows in; a rate that has no such numbers is a lower one. */
    @Override
    public TokenBucket share(FailureMode.Local share) {
        BigInteger units = BigInteger.valueOf(refill).multiply(BigInteger.valueOf(share.part()));
        BigInteger nanos = BigInteger.valueOf(period.toNanos()).multiply(BigInteger.valueOf(share.parts()));
        BigInteger common = units.gcd(nanos);
        units = units.divide(common);
        nanos = nanos.divide(common);
        int excess = Math.max(0, Math.max(units.bitLength(), nanos.bitLength()) - Long.SIZE + 1);
        long flow = units.shiftRight(excess).longValueExact();
        long time = nanos.shiftRight(excess).longValueExact();
        return flow == 0
                ? new TokenBucket(terms, share.of(max), 1, Duration.ofNanos(Long.MAX_VALUE))
                : new TokenBucket(terms, share.of(max), flow, Duration.ofNanos(excess == 0 ? time : time + 1));
    }

    @Override
    public Kind kind() {
        return Kind.BUCKET;
    }

    @Override
    public String toString() {
        return name() + " " + max + " refilled by " + refill + " per " + period + " and " + terms;
    }

    /** A capacity that waits for its refill. */
    @FunctionalInterface
    public interface Refill {
        /** Returns the bucket into which so many units flow evenly in each period. */
        TokenBucket refill(long units, Duration period);
    }
}
