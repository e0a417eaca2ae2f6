package io.apiaccess.snapshot;

import io.apiaccess.client.AccessProfile;
import org.jspecify.annotations.Nullable;

/**
 * The ways that were worked out last, while nothing has changed but profiles and keys: two places a hash, so
 * that it is bounded: a third profile of the hash takes the place of the one that called longest ago. Thread-safe.
 *
 * <p>Implementation note. What is remembered is asked whether it is of the same state of the profile, so a lost write costs
 * time and nothing else.
 */
final class WaysCache {
    private static final int PAGE = 1_024;
    private static final int MAX_PAGES = 1_024;

    private final @Nullable Ways[][] pages;
    private @Nullable Ways nobody;

    /** Returns an empty one for so many profiles, for a million at most. */
    WaysCache(int profiles) {
        int wanted = Math.min(MAX_PAGES, Math.max(1, 4 * profiles / PAGE));
        pages = new Ways[Integer.highestOneBit(wanted)][];
    }

    Ways get(Snapshot snapshot, AccessProfile profile) {
        int hash = profile.id().value().hashCode() * 0x9e3779b9;
        int page = hash >>> 10 & pages.length - 1;
        @Nullable Ways[] places = pages[page];
        if (places == null) {
            places = new Ways[PAGE];
            pages[page] = places;
        }
        int first = hash & PAGE - 2;
        Ways ways = places[first];
        if (ways == null || !ways.isOf(profile)) {
            Ways second = places[first + 1];
            places[first + 1] = ways;
            ways = second != null && second.isOf(profile) ? second : new Ways(snapshot, profile);
            places[first] = ways;
        }
        return ways;
    }

    Ways ofNobody(Snapshot snapshot) {
        Ways ways = nobody;
        if (ways == null) {
            ways = new Ways(snapshot, null);
            nobody = ways;
        }
        return ways;
    }
}
