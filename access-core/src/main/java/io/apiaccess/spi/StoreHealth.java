package io.apiaccess.spi;

import java.time.Duration;

/**
 * How a node stands to its store of clients, profiles, collections, policies, plans and keys.
 *
 * @param up whether the store answered when it was last asked
 * @param lasting how long it has been so
 * @param age how long ago the store confirmed what the node decides by
 * @param stale whether that is too long ago, so that every decision is a denial as unavailable
 * @param revision the revision that the node decides by
 * @param unreadable how many entities are stored in a state that cannot be read
 * @param lookUps how many keys were looked up in the store since they were not known here
 * @param lookUpsRefused how many were not, since there were too many of them
 */
public record StoreHealth(
        boolean up,
        Duration lasting,
        Duration age,
        boolean stale,
        long revision,
        int unreadable,
        long lookUps,
        long lookUpsRefused) {}
