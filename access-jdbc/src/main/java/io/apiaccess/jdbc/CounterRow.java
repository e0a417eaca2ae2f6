package io.apiaccess.jdbc;

import io.apiaccess.counter.Counter;
import io.apiaccess.policy.Limit;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.StoreException;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** What a row says of its counter: what that holds, in the form of a version. Immutable. */
final class CounterRow {
    private static final byte VERSION = 1;
    private static final int LEAST_NUMBERS = 4;

    private final CounterId id;
    private final byte[] held;
    private final int resets;

    private CounterRow(CounterId id, byte[] held, int resets) {
        this.id = id;
        this.held = held;
        this.resets = resets;
    }

    /** Returns the row that was read. */
    static CounterRow of(CounterId id, byte[] held, int resets) {
        return new CounterRow(id, held.clone(), resets);
    }

    /** Returns the row of a counter. */
    static CounterRow of(CounterId id, Counter counter, int resets) {
        long[] held = counter.held();
        ByteBuffer bytes = ByteBuffer.allocate(1 + Long.BYTES * held.length).put(VERSION);
        for (long number : held) {
            bytes.putLong(number);
        }
        return new CounterRow(id, bytes.array(), resets);
    }

    CounterId id() {
        return id;
    }

    byte[] held() {
        return held.clone();
    }

    /** Returns how often the counter was reset. */
    int resets() {
        return resets;
    }

    /**
     * Returns the counter that the row is of, as a limit now counts.
     *
     * @throws StoreException if the row is damaged
     */
    Counter counter(LimitDemand demand) {
        int numbers = (held.length - 1) / Long.BYTES;
        boolean whole = held.length == 1 + Long.BYTES * numbers && held[0] == VERSION;
        boolean fits = demand.limit().kind() == Limit.Kind.RATE
                ? numbers >= LEAST_NUMBERS && numbers % 2 == 0
                : numbers == LEAST_NUMBERS;
        if (!whole || !fits) {
            throw new StoreException("the row of counter " + id + " cannot be read: `"
                    + HexFormat.of().formatHex(held) + "`");
        }
        long[] read = new long[numbers];
        ByteBuffer.wrap(held, 1, held.length - 1).asLongBuffer().get(read);
        return Counter.restored(demand, read);
    }
}
