package io.apiaccess.entity;

import java.util.Set;

/**
 * An immutable thing that is managed and stored: a client, a profile, a collection, a policy, a plan or a key.
 *
 * @param <E> its own kind
 */
public interface Entity<E extends Entity<E>> {
    /** Returns its identity, fixed for life. */
    Id<E> id();

    /** Returns the store's revision that wrote this state, or 0 if it was never stored. */
    long revision();

    /** Returns a copy as the store wrote it at a revision; for stores. */
    E withRevision(long revision);

    /** Returns the ids of the entities it cannot be understood without. */
    Set<Id<?>> references();

    /** Returns what no other stored entity may have as well. */
    Set<UniqueKey> uniqueKeys();
}
