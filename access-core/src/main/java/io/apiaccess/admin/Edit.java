package io.apiaccess.admin;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.check.Faults;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.Client;
import io.apiaccess.client.ProfileId;
import io.apiaccess.client.ProfileTerms;
import io.apiaccess.client.TokenAuthentication;
import io.apiaccess.client.TokenId;
import io.apiaccess.document.Differences;
import io.apiaccess.document.Written;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.Publication;
import io.apiaccess.entity.Status;
import io.apiaccess.entity.UniqueKey;
import io.apiaccess.jwt.JwtKey;
import io.apiaccess.jwt.KeySource;
import io.apiaccess.spi.AccessStore.Transaction;
import io.apiaccess.spi.Actor.Permission;
import io.apiaccess.spi.AuditEntry;
import io.apiaccess.spi.Condition;
import io.apiaccess.spi.StoreException;
import io.apiaccess.spi.UnreadableException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One change by one actor: it does no more than they may (M2), and every write of it is audited (M1). To be used within its
 * transaction only.
 */
final class Edit {
    final Instant now;
    final Reach reach;
    final Map<String, Condition> conditions;
    private final Transaction store;
    private final String action;
    private final Nameless nameless = new Nameless();
    private final Set<Id<?>> leftOut = new HashSet<>();
    private final Map<Id<?>, Long> revisions = new HashMap<>();
    private Observer observer = (before, after) -> {};

    Edit(Transaction store, Reach reach, Map<String, Condition> conditions, String action, Instant now) {
        this.store = store;
        this.reach = reach;
        this.conditions = conditions;
        this.action = action;
        this.now = now;
    }

    /** Hears of each write, also of what goes or changes with another thing, before it is made. */
    @FunctionalInterface
    interface Observer {
        /** Hears of the state before, {@code null} of a new thing, and of that after, {@code null} of a removed one. */
        void hear(@Nullable Entity<?> before, @Nullable Entity<?> after);
    }

    void observe(Observer observer) {
        this.observer = observer;
    }

    /** Returns the revision that an entity had when the transaction began, whatever was written in it since. */
    long revisionAtBegin(Entity<?> entity) {
        return revisions.getOrDefault(entity.id(), entity.revision());
    }

    /** Returns an entity that the actor sees. */
    <E extends Entity<E>> E get(Id<E> id) {
        return find(id).orElseThrow(() -> new NotFoundException(id));
    }

    /** Returns an entity if the actor sees it. */
    <E extends Entity<E>> Optional<E> find(Id<E> id) {
        return known(id).filter(entity -> reach.sees(store, entity));
    }

    /** Returns an entity, whether the actor sees it or not. */
    <E extends Entity<E>> Optional<E> known(Id<E> id) {
        return store.find(id).map(nameless::asItWas);
    }

    /** Returns all entities of a kind, whether the actor sees them or not. */
    <E extends Entity<E>> List<E> list(Class<E> kind) {
        return readable(() -> store.list(kind)).stream().map(nameless::asItWas).toList();
    }

    boolean isRemovedSince(Id<?> id, long revision) {
        return store.isRemovedSince(id, revision);
    }

    Optional<Entity<?>> findBy(UniqueKey key) {
        return store.findBy(key);
    }

    /** Returns the profiles that hold a key for tokens, whether the actor sees them or not. */
    Set<ProfileId> profilesWith(JwtKey key) {
        return store.profilesWith(key);
    }

    Set<Id<?>> referrers(Id<?> id) {
        return store.referrersOf(id);
    }

    /** Returns the entities of a kind that refer to one, whether the actor sees them or not. */
    <E extends Entity<E>> List<E> referrers(Id<?> id, Class<E> kind) {
        return readable(() -> store.referrersOf(id, kind)).stream()
                .map(nameless::asItWas)
                .toList();
    }

    /** Returns what is read; whose something damaged is nobody knows, so only a full admin hears what it is. */
    private <T> T readable(Supplier<T> read) {
        try {
            return read.get();
        } catch (UnreadableException damaged) {
            if (reach.isFull()) {
                throw damaged;
            }
            throw new StoreException("something that " + Faults.quote(reach.name())
                    + " may not see cannot be read from what is kept, and this cannot be checked without it: a full admin"
                    + " sees what it is");
        }
    }

    /** Returns whether the actor sees an entity. */
    boolean sees(Entity<?> entity) {
        return reach.sees(store, entity);
    }

    /** Returns what an entity is called, or that it is hidden. */
    String label(Entity<?> entity) {
        return reach.sees(store, entity)
                ? Written.label(entity)
                : "something that " + Faults.quote(reach.name()) + " may not see";
    }

    /** Returns an id in backticks, or that it is hidden. */
    String label(Id<?> id) {
        return reach.sees(store, any(id))
                ? Faults.quote(id)
                : "something that " + Faults.quote(reach.name()) + " may not see";
    }

    /** Returns what is wrong with attaching an entity that the actor sees, or {@code null}. */
    @Nullable String attachmentFault(Entity<?> entity) {
        return reach.mayAttach(store, entity)
                ? null
                : Written.label(entity) + " is not shared, and " + reach.missing(store, entity, Permission.EDIT, "it");
    }

    void need(Entity<?> entity, Permission permission) {
        reach.need(store, entity, permission);
    }

    boolean may(Entity<?> entity, Permission permission) {
        return reach.may(store, entity, permission);
    }

    /** Returns the newest state of an entity, which must be the one that an update was made from. */
    <E extends Entity<E>> E current(E given) {
        E current = get(given.id());
        need(current, Permission.EDIT);
        if (current.revision() != given.revision()) {
            throw new StaleRevisionException(given, current);
        }
        return current;
    }

    /** Takes an entity one step further; a step that changes nothing is not a change. */
    <E extends Entity<E>> E move(Id<E> id, UnaryOperator<E> step) {
        E current = get(id);
        need(current, Permission.EDIT);
        E next = step.apply(current);
        return next == current ? current : put(next);
    }

    /** Writes an entity, new or in place of its last state. */
    <E extends Entity<E>> E put(E next) {
        Optional<E> last = known(next.id());
        permit(last.orElse(null), next);
        refuseTakenKeys(next);
        observer.hear(last.orElse(null), next);
        remember(last.orElse(null), next);
        E stored = store.put(next);
        nameless.remove(next.id());
        record(stored, last, Optional.of(stored));
        return stored;
    }

    /** Refuses what has a name, or another unique key, that another has. */
    void refuseTakenKeys(Entity<?> next) {
        for (UniqueKey key : next.uniqueKeys()) {
            store.findBy(key).filter(holder -> !holder.id().equals(next.id())).ifPresent(holder -> {
                throw new ConflictException(key.kind() + " "
                        + Faults.quote(key.value().replace('\n', ' ')) + " is taken by " + label(holder.id()));
            });
        }
    }

    /** Takes the name of an entity away until it is put or removed, as it must be; for all else it stays as it is. */
    void releaseName(Entity<?> entity) {
        nameless.add(store, entity);
    }

    /** Has what refers to an entity taken as right as far as that goes, since it is known what is wrong with the entity. */
    void leaveOut(Id<?> id) {
        leftOut.add(id);
    }

    boolean isLeftOut(Id<?> id) {
        return leftOut.contains(id);
    }

    void remove(Entity<?> entity) {
        need(entity, entity instanceof ApiKey ? Permission.EDIT : Permission.ADMIN);
        observer.hear(entity, null);
        remember(entity, entity);
        record(entity, Optional.of(entity), Optional.empty());
        store.remove(entity.id());
        nameless.remove(entity.id());
    }

    private void remember(@Nullable Entity<?> before, Entity<?> written) {
        revisions.putIfAbsent(written.id(), before == null ? 0 : before.revision());
    }

    /** Removes a key with the access tokens that were issued for it, which are no matter of management. */
    void removeWithTokens(ApiKey key) {
        referrers(key.id()).stream().filter(TokenId.class::isInstance).forEach(store::remove);
        remove(key);
    }

    /** Records what was done with an entity that it stays as it is by. */
    void note(Entity<?> entity, String what) {
        Optional<String> asItIs = Optional.of(entity.toString());
        record(store.revision(), entity, asItIs, asItIs, List.of(what));
    }

    /** Refuses what the actor may not write; a new profile whose client they do not see is refused elsewhere. */
    void permitAsFarAsSeen(@Nullable Entity<?> last, Entity<?> next) {
        boolean clientIsUnseen = last == null
                && next instanceof AccessProfile profile
                && find(profile.client()).isEmpty();
        if (!clientIsUnseen) {
            permit(last, next);
        }
    }

    /** Refuses what the actor may not write. */
    void permit(@Nullable Entity<?> last, Entity<?> next) {
        if (reach.isFull()) {
            return;
        }
        Optional<String> project = Reach.project(store, next);
        if (last != null) {
            need(last, isFinal(next) && !isFinal(last) ? Permission.ADMIN : Permission.EDIT);
            Optional<String> before = Reach.project(store, last);
            if (!before.equals(project)) {
                reach.needIn(before, Written.label(next));
                reach.needIn(project, Written.label(next));
            }
        } else if (next instanceof AccessProfile || next instanceof ApiKey) {
            need(next, Permission.EDIT);
        } else {
            reach.needIn(project, Written.label(next));
        }
        if (next instanceof AccessProfile profile) {
            Set<KeySource> added = sources(profile);
            if (last instanceof AccessProfile before) {
                added.removeAll(sources(before));
            }
            if (!added.isEmpty()) {
                reach.needFull("setting an address to fetch keys from, "
                        + added.iterator().next() + ",");
            }
        }
    }

    /** Returns where keys of a profile are fetched from, by its present terms or by those registered. */
    private static Set<KeySource> sources(AccessProfile profile) {
        Set<KeySource> sources = new LinkedHashSet<>();
        Stream.concat(Stream.of(profile.terms()), profile.registered().stream())
                .map(ProfileTerms::authentication)
                .flatMap(proof ->
                        proof instanceof TokenAuthentication token ? token.keySource().stream() : Stream.empty())
                .forEach(sources::add);
        return sources;
    }

    private static boolean isFinal(Entity<?> entity) {
        return (entity instanceof Client client && client.status() == Status.RETIRED)
                || (entity instanceof AccessProfile profile && profile.status() == Status.RETIRED)
                || (entity instanceof ApiCollection collection && collection.publication() == Publication.RETIRED);
    }

    private void record(Entity<?> owner, Optional<? extends Entity<?>> before, Optional<? extends Entity<?>> after) {
        long revision = store.revision() + 1;
        Optional<String> old = before.map(Object::toString);
        Optional<String> next = after.map(Object::toString);
        if (before.isEmpty() || after.isEmpty()) {
            record(revision, owner, old, next, List.of());
        } else if (Reach.project(store, before.get()).equals(Reach.project(store, after.get()))) {
            Written written = Written.terse();
            record(revision, owner, old, next, Differences.between(written.of(before.get()), written.of(after.get())));
        } else {
            // each project reads of its own side, and of the other that there is one
            record(revision, before.get(), old, Optional.empty(), List.of("project: moved to another"));
            record(revision, after.get(), Optional.empty(), next, List.of("project: moved from another"));
        }
    }

    private void record(
            long revision, Entity<?> owner, Optional<String> before, Optional<String> after, List<String> changes) {
        store.record(new AuditEntry(
                0,
                revision,
                now,
                reach.name(),
                action,
                AuditEntry.target(owner.id()),
                Reach.project(store, owner),
                Optional.ofNullable(Reach.client(store, owner)).map(Client::id),
                before,
                after,
                changes));
    }

    private <E extends Entity<E>> E any(Id<E> id) {
        return known(id).orElseThrow(() -> new NotFoundException(id));
    }
}
