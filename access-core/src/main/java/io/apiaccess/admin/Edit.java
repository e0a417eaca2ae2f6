package io.apiaccess.admin;

import io.apiaccess.check.Faults;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.TokenId;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.UniqueKey;
import io.apiaccess.spi.AccessStore.Transaction;
import io.apiaccess.spi.AuditEntry;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** One change by one actor: every write of it is audited (M1). To be used within its transaction only. */
final class Edit {
    final Instant now;
    private final Transaction store;
    private final String actor;
    private final String action;

    Edit(Transaction store, String actor, String action, Instant now) {
        this.store = store;
        this.actor = actor;
        this.action = action;
        this.now = now;
    }

    <E extends Entity<E>> E get(Id<E> id) {
        return store.find(id).orElseThrow(() -> new NotFoundException(id));
    }

    <E extends Entity<E>> Optional<E> find(Id<E> id) {
        return store.find(id);
    }

    <E extends Entity<E>> List<E> list(Class<E> kind) {
        return store.list(kind);
    }

    Optional<Entity<?>> findBy(UniqueKey key) {
        return store.findBy(key);
    }

    Set<Id<?>> referrers(Id<?> id) {
        return store.referrersOf(id);
    }

    /** Returns the entities of a kind that refer to one. */
    <E extends Entity<E>> List<E> referrers(Id<?> id, Class<E> kind) {
        return store.referrersOf(id).stream()
                .<Entity<?>>map(this::any)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    /** Returns the newest state of an entity, which must be the one that an update was made from. */
    <E extends Entity<E>> E current(E given) {
        E current = get(given.id());
        if (current.revision() != given.revision()) {
            throw new StaleRevisionException(given, current);
        }
        return current;
    }

    /** Takes an entity one step further; a step that changes nothing is not a change. */
    <E extends Entity<E>> E move(Id<E> id, UnaryOperator<E> step) {
        E current = get(id);
        E next = step.apply(current);
        return next == current ? current : put(next);
    }

    /** Writes an entity, new or in place of its last state. */
    <E extends Entity<E>> E put(E next) {
        Optional<E> last = store.find(next.id());
        for (UniqueKey key : next.uniqueKeys()) {
            store.findBy(key).filter(holder -> !holder.id().equals(next.id())).ifPresent(holder -> {
                throw new ConflictException(key.kind() + " "
                        + Faults.quote(key.value().replace('\n', ' ')) + " is taken by " + Faults.quote(holder.id()));
            });
        }
        E stored = store.put(next);
        record(words(next.id()), last.map(Object::toString), Optional.of(stored.toString()));
        return stored;
    }

    void remove(Entity<?> entity) {
        store.remove(entity.id());
        record(words(entity.id()), Optional.of(entity.toString()), Optional.empty());
    }

    /** Removes a key with the access tokens that were issued for it, which are no matter of management. */
    void removeWithTokens(ApiKey key) {
        referrers(key.id()).stream().filter(TokenId.class::isInstance).forEach(store::remove);
        remove(key);
    }

    /** Records a change of something that is no entity. */
    void note(String target) {
        record(target, Optional.empty(), Optional.empty());
    }

    private void record(String target, Optional<String> before, Optional<String> after) {
        store.record(new AuditEntry(store.revision() + 1, now, actor, action, target, before, after));
    }

    private static String words(Id<?> id) {
        String type = id.getClass().getSimpleName();
        return type.substring(0, type.length() - "Id".length()).toLowerCase(Locale.ROOT) + " " + Faults.quote(id);
    }

    private <E extends Entity<E>> E any(Id<E> id) {
        return get(id);
    }
}
