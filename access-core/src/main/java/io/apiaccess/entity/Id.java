package io.apiaccess.entity;

/**
 * The identity of an entity: 1 to 64 of {@code A-Z a-z 0-9 _ -}, unique among entities of its kind.
 *
 * @param <E> the kind of entity
 */
public interface Id<E extends Entity<E>> {
    /** Returns the text of the id. */
    String value();
}
