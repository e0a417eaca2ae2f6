package io.apiaccess.snapshot;

import io.apiaccess.client.AccessProfile;
import org.jspecify.annotations.Nullable;

/**
 * The ways that were worked out last, while nothing has changed but profiles and keys: four places a hash, so that it is
 * bounded: a fifth profile of the hash takes the place of one of them. Thread-safe.
 *
 * <p>Implementation note. What is remembered is asked whether it is of the same state of the profile, so a lost write costs
 * time and nothing else.
 */
final class WaysCache {
    private static final int PLACES = 4;
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
        int first = hash & PAGE - PLACES;
        for (int i = first; i < first + PLACES; i++) {
            Ways ways = places[i];
            if (ways != null && ways.isOf(profile)) {
                return ways;
            }
        }
        Ways added = new Ways(snapshot, profile);
        places[first + place(places, first, profile, hash)] = added;
        return added;
    }

    /** Returns which place to take: that of an older state of the profile, or a free one, or any. */
    private static int place(@Nullable Ways[] places, int first, AccessProfile profile, int hash) {
        for (int i = 0; i < PLACES; i++) {
            Ways ways = places[first + i];
            if (ways == null || ways.isOf(profile.id())) {
                return i;
            }
        }
        return hash >>> 30 & PLACES - 1;
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
