package io.apiaccess.jdbc;

import io.apiaccess.policy.Limit;
import io.apiaccess.spi.LimitDemand;
import java.util.List;

/**
 * What is wanted of one counter in a transaction.
 *
 * @param id which counter
 * @param demand the demand that is answered
 * @param counted the limit by which the store counts: the demand's, or for units that may be used a while after they are
 *     taken one whose windows are longer by that while
 * @param ahead units to take ahead of the decision's if the decision passes, as far as they are left
 * @param back units taken earlier that will not be used
 */
record Wish(CounterId id, LimitDemand demand, Limit counted, long ahead, List<Returned> back) {
    /** Returns the wish to take what a decision costs and nothing else. */
    static Wish exact(LimitDemand demand) {
        return new Wish(CounterId.of(demand), demand, demand.limit(), 0, List.of());
    }

    /** Returns what the store counts for. */
    LimitDemand countedDemand() {
        return counted == demand.limit() ? demand : new LimitDemand(demand.policy(), counted, demand.subject());
    }

    /**
     * Units that come back.
     *
     * @param units how many
     * @param since the counter's time when they were taken
     * @param resets how often the counter had been reset then
     */
    record Returned(long units, long since, int resets) {}
}
