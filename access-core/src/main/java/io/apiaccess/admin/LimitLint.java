package io.apiaccess.admin;

import io.apiaccess.check.Faults;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.QuotaPeriod;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.policy.TokenBucket;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Quotas that the rates beside them leave no way to reach. */
final class LimitLint {
    private static final Duration CLOCK_CHANGE = Duration.ofHours(2);

    private LimitLint() {}

    static List<String> unreachable(Policy policy) {
        List<String> found = new ArrayList<>();
        for (Limit limit : policy.limits()) {
            if (!(limit instanceof Quota quota)) {
                continue;
            }
            for (Limit rate : policy.limits()) {
                if (rate.kind() != Limit.Kind.QUOTA
                        && rate.isShadow() == quota.isShadow()
                        && bounding(quota.scope()).contains(rate.scope())) {
                    BigInteger most = most(rate, longest(quota.period()));
                    if (most.compareTo(BigInteger.valueOf(quota.max())) < 0) {
                        found.add("quota " + Faults.quote(quota.name()) + " of " + quota.max() + " per "
                                + quota.period() + " is never reached: " + Faults.quote(rate.name()) + " admits "
                                + most + " in that time");
                    }
                }
            }
        }
        return found;
    }

    /** Returns the scopes whose limits hold back whatever counts in another. */
    private static Set<LimitScope> bounding(LimitScope scope) {
        return switch (scope) {
            case KEY -> Set.of(LimitScope.KEY, LimitScope.PROFILE, LimitScope.CLIENT, LimitScope.GLOBAL);
            case PROFILE -> Set.of(LimitScope.PROFILE, LimitScope.CLIENT, LimitScope.GLOBAL);
            case PROFILE_AND_COLLECTION ->
                Set.of(
                        LimitScope.PROFILE_AND_COLLECTION,
                        LimitScope.PROFILE,
                        LimitScope.COLLECTION,
                        LimitScope.CLIENT,
                        LimitScope.GLOBAL);
            case CLIENT, COLLECTION, ADDRESS, GLOBAL -> Set.of(scope, LimitScope.GLOBAL);
        };
    }

    /** Returns the most that a rate admits in a time. */
    private static BigInteger most(Limit rate, Duration time) {
        if (rate instanceof RateLimit window) {
            BigInteger windows = ceiling(nanos(time), nanos(window.period()));
            return windows.multiply(BigInteger.valueOf(window.max()));
        }
        if (rate instanceof TokenBucket bucket) {
            return ceiling(nanos(time).multiply(BigInteger.valueOf(bucket.refill())), nanos(bucket.period()))
                    .add(BigInteger.valueOf(bucket.max()));
        }
        throw new IllegalArgumentException("no rate: " + rate);
    }

    /** Returns a time that no period is longer than. */
    private static Duration longest(QuotaPeriod period) {
        if (period instanceof QuotaPeriod.Fixed fixed) {
            return fixed.length();
        }
        if (period instanceof QuotaPeriod.Dates dates) {
            return CLOCK_CHANGE.plusDays(
                    switch (dates.unit()) {
                        case DAYS -> 1;
                        case WEEKS -> 7;
                        case MONTHS -> 31;
                        default -> 366;
                    });
        }
        return Duration.ofHours(1);
    }

    private static BigInteger ceiling(BigInteger dividend, BigInteger divisor) {
        BigInteger[] parts = dividend.divideAndRemainder(divisor);
        return parts[1].signum() == 0 ? parts[0] : parts[0].add(BigInteger.ONE);
    }

    private static BigInteger nanos(Duration duration) {
        return BigInteger.valueOf(duration.getSeconds())
                .multiply(BigInteger.valueOf(1_000_000_000))
                .add(BigInteger.valueOf(duration.getNano()));
    }
}
