package io.apiaccess.spi;

import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import java.util.List;
import java.util.Set;

/**
 * What a store's content has become since an earlier revision.
 *
 * @param revision the revision that it leads to
 * @param complete whether {@code put} is everything there is, so that whatever is not in it is gone
 * @param put the entities that were added or changed, in their newest state
 * @param removed the ids of those that are gone
 * @param unreadable the ids of those that were added or changed into what nobody can read: a profile that is one of them,
 *     or that cannot be judged without one, is denied, since a restriction that cannot be read is never none
 */
public record ChangeSet(
        long revision, boolean complete, List<Entity<?>> put, Set<Id<?>> removed, Set<Id<?>> unreadable) {
    /** Copies the collections. */
    public ChangeSet {
        put = List.copyOf(put);
        removed = Set.copyOf(removed);
        unreadable = Set.copyOf(unreadable);
    }

    /** Returns one of which everything can be read. */
    public ChangeSet(long revision, boolean complete, List<Entity<?>> put, Set<Id<?>> removed) {
        this(revision, complete, put, removed, Set.of());
    }
}
