package io.apiaccess.usage;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;

/** How long the stretches are that a store tells apart, so that each lies in one stretch of a report. */
final class Steps {
    private static final int[] MINUTES = {24 * 60, 60, 30, 15};

    private Steps() {}

    /** Returns the longest step, in minutes since 1970-01-01T00:00Z, of which a period's units are multiples. */
    static int of(UsageUnit unit, UsagePeriod period) {
        if (unit == UsageUnit.MINUTE) {
            return 1;
        }
        for (int step : MINUTES) {
            if ((unit != UsageUnit.HOUR || step <= 60) && fits(step, period)) {
                return step;
            }
        }
        return 1;
    }

    private static boolean fits(int step, UsagePeriod period) {
        ZoneRules rules = period.zone().getRules();
        Instant at = period.from();
        if (!fits(step, rules.getOffset(at))) {
            return false;
        }
        ZoneOffsetTransition next = rules.nextTransition(at);
        while (next != null && next.getInstant().isBefore(period.to())) {
            if (!fits(step, next.getOffsetAfter())) {
                return false;
            }
            next = rules.nextTransition(next.getInstant());
        }
        return true;
    }

    private static boolean fits(int step, ZoneOffset offset) {
        return offset.getTotalSeconds() % (step * 60) == 0;
    }
}
