package io.apiaccess.policy;

import io.apiaccess.check.Faults;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.MonthDay;
import java.time.ZoneId;
import java.util.Objects;

/**
 * An allowance for a period: at most {@code max} units in each of the periods that follow one another without a gap.
 *
 * <p>Time is the wall clock's. Written {@code Quota.of(1_000_000).perMonth()}, {@code Quota.of(50).per(Duration.ofDays(30))}.
 *
 * @param terms its name, {@code quota} unless given, and what else is no number
 * @param max the units, 0 to 2^63−1
 * @param period the periods
 */
public record Quota(LimitTerms terms, long max, QuotaPeriod period) implements Limit {
    /** Refuses a negative number of units. */
    public Quota {
        Faults faults = new Faults();
        faults.name("name", terms.name());
        faults.require(max >= 0, "units " + Faults.quote(max) + " are below 0");
        faults.throwIfAny("quota", terms.name());
        Objects.requireNonNull(period, "period");
    }

    /** Starts a quota of so many units. */
    public static Per of(long max) {
        return period -> new Quota(LimitTerms.of("quota"), max, period);
    }

    @Override
    public Quota with(LimitTerms terms) {
        return new Quota(terms, max, period);
    }

    @Override
    public Quota named(String name) {
        return with(terms.named(name));
    }

    @Override
    public Quota scope(LimitScope scope) {
        return with(terms.scope(scope));
    }

    @Override
    public Quota shadow() {
        return with(terms.inShadow());
    }

    @Override
    public Quota onFailure(FailureMode mode) {
        return with(terms.onFailure(mode));
    }

    @Override
    public Quota max(long max) {
        return new Quota(terms, max, period);
    }

    /** Returns the same quota with its calendar in another zone. */
    public Quota in(ZoneId zone) {
        return new Quota(terms, max, period.in(zone));
    }

    @Override
    public Kind kind() {
        return Kind.QUOTA;
    }

    @Override
    public String toString() {
        return name() + " " + max + " per " + period + " and " + terms;
    }

    /** Units that wait for their period. */
    @FunctionalInterface
    public interface Per {
        /** Returns the quota of those periods. */
        Quota per(QuotaPeriod period);

        /** Returns the quota of each hour, in UTC. */
        default Quota perHour() {
            return per(QuotaPeriod.hourly());
        }

        /** Returns the quota of each calendar day, in UTC. */
        default Quota perDay() {
            return per(QuotaPeriod.daily());
        }

        /** Returns the quota of each week from Monday, in UTC. */
        default Quota perWeek() {
            return perWeek(DayOfWeek.MONDAY);
        }

        /** Returns the quota of each week from that day, in UTC. */
        default Quota perWeek(DayOfWeek first) {
            return per(QuotaPeriod.weekly(first));
        }

        /** Returns the quota of each calendar month, in UTC. */
        default Quota perMonth() {
            return perMonth(1);
        }

        /** Returns the quota of each month from that day, 1 to 31, in UTC; a month without it begins on its last. */
        default Quota perMonth(int firstDay) {
            return per(QuotaPeriod.monthly(firstDay));
        }

        /** Returns the quota of each calendar year, in UTC. */
        default Quota perYear() {
            return perYear(MonthDay.of(1, 1));
        }

        /** Returns the quota of each year from that day, in UTC; 29 February is 28 where there is none. */
        default Quota perYear(MonthDay first) {
            return per(QuotaPeriod.yearly(first));
        }

        /** Returns the quota of periods of that length, laid from 1970-01-01T00:00Z. */
        default Quota per(Duration length) {
            return per(length, Instant.EPOCH);
        }

        /** Returns the quota of periods of that length, laid forwards and backwards from an instant. */
        default Quota per(Duration length, Instant anchor) {
            return per(QuotaPeriod.every(length, anchor));
        }
    }
}
