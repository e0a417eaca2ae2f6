package io.apiaccess.spi;

import io.apiaccess.decision.LimitState;
import io.apiaccess.policy.Limit;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where usage of limits is counted.
 *
 * <p>All limits of a decision are taken in one call, so that a store can do it in one round trip. Implementations are
 * thread-safe and pass the contract test.
 */
public interface LimitStore extends AutoCloseable {
    /**
     * Returns demands that many calls will make in a form of which this store may take faster. It is called on the thread of a
     * decision, so it waits for nothing and throws nothing.
     *
     * @param demands the limits, each counter once
     * @return an immutable list of the same demands in the same order, which threads share and other stores may be handed; this
     *     one may be handed any other
     */
    default List<LimitDemand> prepare(List<LimitDemand> demands) {
        return demands;
    }

    /**
     * Takes units from every limit, or from none if one of them refuses: exact under contention, and never refused because
     * of another's unfinished attempt. A limit in shadow has no say: where the others let the call pass, it gives what it
     * has, or nothing if that is not enough.
     *
     * @param demands the limits, each counter once
     * @param cost the units, 0 to 2^63−1; 0 passes and takes nothing
     * @param now the caller's clocks; a store with clocks of its own goes by those
     * @return how each limit stands afterwards, in the order of the demands
     * @throws StoreException if the store cannot answer; the units may then have been charged
     */
    List<LimitState> take(List<LimitDemand> demands, long cost, Reading now);

    /**
     * Does what {@link #take} does if that takes no waiting for anything, and nothing if it would. A store outside the
     * process is asked this first, on the caller's thread.
     *
     * @return what {@code take} would, or nothing if it has to be asked
     */
    default Optional<List<LimitState>> takeAtOnce(List<LimitDemand> demands, long cost, Reading now) {
        return Optional.empty();
    }

    /**
     * Returns whether what is left of a limit may drop by more than a call takes, since others take units ahead that this
     * process hears of later.
     */
    default boolean jumps(Limit limit) {
        return false;
    }

    /** Returns how each limit stands, and whether it would refuse so many units, without taking any. */
    List<LimitState> peek(List<LimitDemand> demands, long cost, Reading now);

    /**
     * Forgets the usage of one limit by one subject, and how far its time has come.
     *
     * @throws StoreException if the store cannot answer
     */
    void reset(LimitDemand demand);

    /**
     * Returns whether it answers without waiting for anything. If not, it is called on a thread of the library, and the
     * decision waits no longer than its budget.
     */
    default boolean isInProcess() {
        return false;
    }

    @Override
    default void close() {}

    /**
     * The two clocks, read once for a decision.
     *
     * @param nanos the monotonic clock, in nanoseconds from anywhere
     * @param instant the wall clock
     */
    record Reading(long nanos, Instant instant) {}
}
