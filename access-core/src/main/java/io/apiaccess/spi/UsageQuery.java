package io.apiaccess.spi;

import io.apiaccess.api.CollectionId;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What is asked of a store of usage.
 *
 * @param from the first instant
 * @param to the instant after the last
 * @param stepMinutes how long the stretches are that are told apart, in minutes, each beginning at a multiple since
 *     1970-01-01T00:00Z; 0 tells none apart
 * @param by what else is told apart
 * @param only whose and which calls alone
 */
public record UsageQuery(Instant from, Instant to, int stepMinutes, Set<UsageDimension> by, Filter only) {
    /** Copies the dimensions. */
    public UsageQuery {
        by = Set.copyOf(by);
    }

    /**
     * Calls that have all that is present.
     *
     * @param client of this client
     * @param profile of this profile
     * @param key by this key
     * @param collection on this collection
     * @param route on this route, as {@link UsageKey#route} has it
     */
    public record Filter(
            Optional<ClientId> client,
            Optional<ProfileId> profile,
            Optional<KeyId> key,
            Optional<CollectionId> collection,
            Optional<String> route) {
        /** All calls. */
        public static final Filter ALL =
                new Filter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

        /** Returns whether calls are among them. */
        public boolean admits(UsageKey calls) {
            return agree(client, calls.client())
                    && agree(profile, calls.profile())
                    && agree(key, calls.key())
                    && agree(collection, calls.collection())
                    && agree(route, calls.route());
        }

        private static boolean agree(Optional<?> asked, Optional<?> found) {
            return asked.isEmpty() || asked.equals(found);
        }
    }
}
