package io.apiaccess.counter;

import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.spi.LimitDemand;
import java.time.Duration;
import java.util.Arrays;

/** Every admission of one counter, in the counter's own time: the running maximum of the readings. Not thread-safe. */
final class AdmissionLog {
    /** What a counter under test is made for. */
    static final LimitDemand DEMAND =
            new LimitDemand(new PolicyId("gold"), RateLimit.of(1).per(Duration.ofMinutes(1)), "mobile");

    private long[] times = new long[1_024];
    private long[] units = new long[1_024];
    private int size;
    private int oldest;
    private long held;

    long time = Long.MIN_VALUE;

    void read(long reading) {
        time = Math.max(time, reading);
    }

    /** Returns the units taken in the last period, the present instant included; only for periods that do not change. */
    long held(long period) {
        while (oldest < size && isOver(times[oldest], period)) {
            held -= units[oldest++];
        }
        return held;
    }

    /** Returns the units taken in the last period by going through them all. */
    long sum(long period) {
        long sum = 0;
        for (int i = size - 1; i >= 0 && !isOver(times[i], period); i--) {
            sum = Math.addExact(sum, units[i]);
        }
        return sum;
    }

    void add(long cost) {
        held = Math.addExact(held, cost);
        if (size > 0 && times[size - 1] == time) {
            units[size - 1] += cost;
            return;
        }
        if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
            units = Arrays.copyOf(units, 2 * size);
        }
        times[size] = time;
        units[size++] = cost;
    }

    /** Returns the first time at which a cost fits into max if nothing else is taken; the end of time for never. */
    long readyAt(long cost, long max, long period) {
        if (cost > max) {
            return Long.MAX_VALUE;
        }
        long left = held(period);
        int next = oldest;
        while (cost > max - left) {
            left -= units[next++];
        }
        long last = times[next - 1];
        return last > Long.MAX_VALUE - period ? Long.MAX_VALUE : last + period;
    }

    /** Returns the most units in any half-open interval of a period's length, however laid. */
    long fullest(long period) {
        long most = 0;
        long sum = 0;
        int from = 0;
        for (int last = 0; last < size; last++) {
            while (Long.compareUnsigned(times[last] - times[from], period) >= 0) {
                sum -= units[from++];
            }
            sum = Math.addExact(sum, units[last]);
            most = Math.max(most, sum);
        }
        return most;
    }

    private boolean isOver(long taken, long period) {
        return Long.compareUnsigned(time - taken, period) >= 0;
    }
}
