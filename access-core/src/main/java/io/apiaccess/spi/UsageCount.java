package io.apiaccess.spi;

import io.apiaccess.decision.Stage;
import java.time.Instant;

/**
 * Calls of one minute that are alike.
 *
 * @param minute the beginning of the minute
 * @param key what they have in common
 * @param calls how many, at least 1
 * @param lastAt when the last of them was decided, to the second
 */
public record UsageCount(Instant minute, UsageKey key, long calls, Instant lastAt) {
    /** Returns whether the calls show that their profile and key are in use: proven, and both found in force. */
    public boolean isUse() {
        return key.profile().isPresent()
                && key.reason().filter(reason -> reason.stage() == Stage.STATUS).isEmpty();
    }
}
