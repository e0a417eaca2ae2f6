package io.apiaccess.spi;

import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ProfileId;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.UniqueKey;
import io.apiaccess.jwt.JwtKey;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Where clients, profiles, collections, policies, plans and keys are kept.
 *
 * <p>Each write transaction leads to the next revision of the whole store; deciders follow by asking what changed.
 * Implementations are thread-safe and pass the contract test.
 */
public interface AccessStore extends AutoCloseable {
    /**
     * Returns what changed since a revision; since 0, or one that is too long ago, everything.
     *
     * @throws StoreException if the store cannot answer
     */
    ChangeSet changesSince(long revision);

    /**
     * Runs work that sees one state of the store.
     *
     * @throws StoreException if the store cannot answer
     */
    <T> T read(Function<? super View, T> work);

    /**
     * Runs work alone among writers: all that it puts, removes and records takes effect at once when it returns, and
     * nothing of it if it throws. Without a put or a removal there is no new revision. A store that is not alone may have to
     * run the work again from the beginning, where it is certain that nothing of it took effect.
     *
     * @throws StoreException if the store cannot answer
     */
    <T> T write(Function<? super Transaction, T> work);

    /** Returns the newest entries of the audit record, newest first, at most so many. */
    List<AuditEntry> audit(int limit);

    /** Returns how often to ask what others have changed; nothing if all changes are made through this object. */
    default Optional<Duration> pollInterval() {
        return Optional.empty();
    }

    /** Sets what to run, soon and on any thread, when the store hears that others have changed something. */
    default void onChange(Runnable heard) {}

    /** Returns the entries of the audit record that are asked for, newest first. */
    default List<AuditEntry> audit(AuditQuery query) {
        return audit(Integer.MAX_VALUE).stream()
                .filter(query::matches)
                .limit(query.limit())
                .toList();
    }

    @Override
    default void close() {}

    /** One state of the store. To be used within the work it was handed to only. */
    interface View {
        /** Returns the revision. */
        long revision();

        /**
         * Returns an entity.
         *
         * @throws UnreadableException if it is there and damaged
         */
        <E extends Entity<E>> Optional<E> find(Id<E> id);

        /**
         * Returns all entities of a kind, in no order.
         *
         * @throws UnreadableException naming all that are damaged, if any is
         */
        <E extends Entity<E>> List<E> list(Class<E> kind);

        /** Returns the entities of a kind that can be read, in no order, and hands over the ids of those that are damaged. */
        default <E extends Entity<E>> List<E> list(Class<E> kind, Consumer<? super Id<E>> damaged) {
            return list(kind);
        }

        /**
         * Returns the entities of a kind whose ids come after a text, in the order of the characters of their ids, at most so
         * many.
         *
         * @throws UnreadableException if one of them is damaged
         */
        default <E extends Entity<E>> List<E> list(Class<E> kind, String after, int limit) {
            return list(kind).stream()
                    .filter(entity -> entity.id().value().compareTo(after) > 0)
                    .sorted(Comparator.comparing(entity -> entity.id().value()))
                    .limit(limit)
                    .toList();
        }

        /**
         * Returns whether the entity of an id is not there and was removed after a revision, or may have been: a store need
         * not remember removals for ever.
         */
        default boolean isRemovedSince(Id<?> id, long revision) {
            return revision < revision() && find(id).isEmpty();
        }

        /** Returns the entity that has a unique key. */
        Optional<Entity<?>> findBy(UniqueKey key);

        /**
         * Returns the ids of the profiles that hold a key for tokens, in their present terms or in those registered and under
         * whatever id; also of those that cannot be read.
         */
        default Set<ProfileId> profilesWith(JwtKey key) {
            return list(AccessProfile.class).stream()
                    .filter(profile -> profile.heldTokenKeys().stream().anyMatch(key::isSameAs))
                    .map(AccessProfile::id)
                    .collect(Collectors.toUnmodifiableSet());
        }

        /** Returns the ids of the entities that refer to one. */
        Set<Id<?>> referrersOf(Id<?> id);

        /** Returns the entities of a kind that refer to one, in no order. */
        default <E extends Entity<E>> List<E> referrersOf(Id<?> id, Class<E> kind) {
            return referrersOf(id).stream()
                    .<Entity<?>>flatMap(referrer -> any(referrer).stream())
                    .filter(kind::isInstance)
                    .map(kind::cast)
                    .toList();
        }

        /**
         * Returns the entities of a kind that refer to one and can be read, in no order, and hands over the ids of those that
         * are damaged.
         */
        default <E extends Entity<E>> List<E> referrersOf(Id<?> id, Class<E> kind, Consumer<? super Id<E>> damaged) {
            return referrersOf(id, kind);
        }

        private <E extends Entity<E>> Optional<E> any(Id<E> id) {
            return find(id);
        }
    }

    /** One state of the store, to be changed; it sees its own changes. */
    interface Transaction extends View {
        /**
         * Writes an entity, new or in place of the one with its id; the store sets its revision and returns it.
         *
         * @throws StoreException if another entity has one of its unique keys; a store may also refuse a move that the
         *     transition table does not have, and a reference to what is not there
         */
        <E extends Entity<E>> E put(E entity);

        /** Removes an entity; a store may refuse it while others refer to it. */
        void remove(Id<?> id);

        /** Adds to the audit record. */
        void record(AuditEntry entry);
    }
}
