package io.apiaccess.jdbc;

import io.apiaccess.counter.Counter;
import io.apiaccess.policy.Limit;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.StoreException;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * What a row says of its counter.
 *
 * @param id which one
 * @param held what it holds, in the form of a version
 * @param resets how often it was reset
 */
record CounterRow(CounterId id, byte[] held, int resets) {
    private static final byte VERSION = 1;
    private static final int LEAST_NUMBERS = 4;

    /** Returns the row of a counter. */
    static CounterRow of(CounterId id, Counter counter, int resets) {
        long[] held = counter.held();
        ByteBuffer bytes = ByteBuffer.allocate(1 + Long.BYTES * held.length).put(VERSION);
        for (long number : held) {
            bytes.putLong(number);
        }
        return new CounterRow(id, bytes.array(), resets);
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
