package io.apiaccess.spi;

import io.apiaccess.client.ProfileId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where it is kept who used what.
 *
 * <p>Only threads of the library and those that ask for reports call it, never a decision. Implementations are thread-safe
 * and pass the contract test.
 */
public interface UsageStore extends AutoCloseable {
    /**
     * Adds counts, all or none; a batch that its node has added already is ignored, so that one whose outcome is not known
     * can be tried again.
     *
     * @throws StoreException if the store cannot answer
     */
    void add(UsageBatch batch);

    /**
     * Returns sums of calls, in no order. Calls that are kept by the day or the month count at its beginning, in a stretch
     * of their own beginning there.
     *
     * @throws StoreException if the store cannot answer
     */
    List<UsageSum> sums(UsageQuery query);

    /**
     * Returns when a profile was last used, by each of its keys and without one.
     *
     * @throws StoreException if the store cannot answer
     */
    List<LastUse> lastUses(ProfileId profile);

    /**
     * Returns when every profile that was used since an instant was last used, by each of its keys and without one.
     *
     * @throws StoreException if the store cannot answer
     */
    List<LastUse> lastUsesSince(Instant since);

    /**
     * Rolls up what has become old, and forgets what is older than all that is kept.
     *
     * @throws StoreException if the store cannot answer
     */
    void rollUp(UsageRetention retention, Instant now);

    /**
     * Returns the instant before which some counts of a length were rolled up, or of months forgotten, earlier than it was
     * asked to; nothing if none were.
     */
    default Optional<Instant> rolledUpEarly(UsageLength length) {
        return Optional.empty();
    }

    @Override
    default void close() {}
}
