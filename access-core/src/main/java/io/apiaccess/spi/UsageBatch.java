package io.apiaccess.spi;

import java.util.List;

/**
 * Counts that are added to a store at once.
 *
 * @param node the process that counted, by a random id of its own
 * @param number 1 for a node's first batch, and one more for each that follows; one that is tried again keeps its number
 * @param counts the counts
 */
public record UsageBatch(String node, long number, List<UsageCount> counts) {
    /** Copies the counts. */
    public UsageBatch {
        counts = List.copyOf(counts);
    }
}
