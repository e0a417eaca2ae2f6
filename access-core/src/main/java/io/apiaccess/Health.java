package io.apiaccess;

import java.time.Duration;

/**
 * How an {@link AccessControl} is: plain numbers of one moment.
 *
 * @param snapshotRevision the revision of the configuration that decisions go by
 * @param snapshotAge how long ago the store confirmed it; nothing for a store in this process
 * @param storeUp whether the store of the configuration answered when it was last asked
 * @param stale whether the configuration is too old to go by, so that every decision is a denial as unavailable
 * @param unreadable how many entities are stored in a state that cannot be read
 * @param limitStoreUp whether the store of limits answered when it was last asked
 * @param usageStoreUp whether the store of usage answered when it was last asked
 * @param allowed how many calls were allowed since the start
 * @param denied how many calls were denied since the start, those that could not be decided among them
 * @param unavailable how many calls could not be decided since the start
 * @param eventsWaiting how many events wait for listeners
 * @param eventsDropped how many events were dropped since the start, as listeners were too slow; once for each listener
 * @param usageCounts how many different counts are kept of minutes that are not over
 * @param usageWaiting how many counts wait for the store of usage
 * @param usageUnsorted how many calls were counted by their outcome alone since the start, since there was no room for more
 * @param usageDropped how many calls were not counted since the start
 * @param listenersFailed how often a listener to decisions failed since the start
 */
public record Health(
        long snapshotRevision,
        Duration snapshotAge,
        boolean storeUp,
        boolean stale,
        int unreadable,
        boolean limitStoreUp,
        boolean usageStoreUp,
        long allowed,
        long denied,
        long unavailable,
        int eventsWaiting,
        long eventsDropped,
        int usageCounts,
        int usageWaiting,
        long usageUnsorted,
        long usageDropped,
        long listenersFailed) {}
