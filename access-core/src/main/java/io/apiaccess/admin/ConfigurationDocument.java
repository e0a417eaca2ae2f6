package io.apiaccess.admin;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.check.Faults;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.Client;
import io.apiaccess.client.ProfileTerms;
import io.apiaccess.client.Registration;
import io.apiaccess.document.Differences;
import io.apiaccess.document.Document;
import io.apiaccess.document.Written;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.Transitions;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.Policy;
import io.apiaccess.spi.AuditEntry;
import io.apiaccess.spi.StoreException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A whole configuration as one JSON document, so that it can live in version control. Thread-safe.
 *
 * <p>The document holds clients, profiles, collections, policies and plans, keys only where that is asked for, and then
 * as digests. Secrets that can be read are never in it: where it says {@code "secret": "kept"}, the profile keeps what it
 * has. A kind of things that a document does not name is none of its business; of a kind that it names, it says all there
 * is, as far as the actor sees it. A document with a {@code revision}, as every export has one, changes and deletes nothing
 * that others have changed since; one without overwrites. Its schema is
 * {@code io/apiaccess/configuration.schema.json} in the jar.
 */
public final class ConfigurationDocument {
    private final Transactions transactions;
    private final AdminParts parts;
    private final Reach reach;

    ConfigurationDocument(Transactions transactions, AdminParts parts, Reach reach) {
        this.transactions = transactions;
        this.parts = parts;
        this.reach = reach;
    }

    /** How a change is made. */
    @FunctionalInterface
    interface Transactions {
        <T> T change(String action, Function<Edit, T> work);
    }

    /** What a document does or would do to one thing. */
    public enum Step {
        /** It is added. */
        CREATE,
        /** It is changed. */
        UPDATE,
        /** It is removed. */
        DELETE
    }

    /**
     * What a document changes.
     *
     * @param step what is done
     * @param target what it is done to, such as {@code policy `…`}
     * @param name what it is called
     * @param differences what differs, one line for each; of a new or removed thing nothing
     */
    public record Change(Step step, String target, String name, List<String> differences) {
        /** Copies the list. */
        public Change {
            differences = List.copyOf(differences);
        }

        @Override
        public String toString() {
            return step + " " + target + ", " + name
                    + (differences.isEmpty() ? "" : ": " + String.join("; ", differences));
        }
    }

    /** Whether deleting spares what is in use. */
    public enum Force {
        /** A profile that is registered or has a key in force, and a collection that is granted, are not deleted. */
        NO,
        /** They are deleted. */
        YES
    }

    /**
     * Returns the document of all that the actor sees, without keys.
     *
     * @throws StoreException naming what cannot be read from what is kept, if anything cannot
     */
    public String export() {
        return export(false);
    }

    /**
     * Returns the document of all that the actor sees.
     *
     * @param withKeyDigests whether keys are in it, as digests; for a full admin only
     * @throws StoreException naming what cannot be read from what is kept, if anything cannot
     */
    public String export(boolean withKeyDigests) {
        if (withKeyDigests) {
            reach.needFull("exporting digests of keys");
        }
        return parts.store().read(view -> {
            Sight sight = new Sight(view, reach);
            List<Entity<?>> entities = new ArrayList<>();
            Set<Id<?>> damaged = new HashSet<>();
            entities.addAll(sight.list(Policy.class, damaged::add));
            entities.addAll(sight.list(Plan.class, damaged::add));
            entities.addAll(sight.list(ApiCollection.class, damaged::add));
            entities.addAll(sight.list(Client.class, damaged::add));
            entities.addAll(sight.list(AccessProfile.class, damaged::add));
            if (withKeyDigests) {
                entities.addAll(sight.list(ApiKey.class, damaged::add));
            }
            refuseToOmit(damaged);
            entities.sort(Comparator.<Entity<?>, String>comparing(Written::label)
                    .thenComparing(entity -> entity.id().value()));
            return Document.write(entities, view.revision());
        });
    }

    /** Refuses a document that would lack something without a word, and would delete it where it is applied. */
    private void refuseToOmit(Set<Id<?>> damaged) {
        if (!damaged.isEmpty()) {
            throw new StoreException("the configuration is not exported without "
                    + (reach.isFull()
                            ? String.join(
                                    ", ",
                                    damaged.stream()
                                            .map(AuditEntry::target)
                                            .sorted()
                                            .toList())
                            : "something that " + Faults.quote(reach.name()) + " may not see")
                    + ", which cannot be read from what is kept: put its rows right");
        }
    }

    /**
     * Returns what a document would change, and changes nothing: the same work as {@link #apply}, undone at its end.
     *
     * @throws IllegalArgumentException naming everything that is wrong with it, each with where it is
     */
    public List<Change> diff(String document) {
        return diff(document, Force.YES);
    }

    /** Returns what applying a document so would change, and changes nothing. */
    public List<Change> diff(String document, Force force) {
        try {
            transactions.change("apply configuration", edit -> {
                throw new DryRun(new Application(edit, force).apply(document));
            });
        } catch (DryRun done) {
            return done.changes;
        }
        throw new IllegalStateException("the store has swallowed what ends a transaction");
    }

    /**
     * Makes the configuration what a document says, all of it or nothing.
     *
     * @return what has been changed; nothing if it was so already
     * @throws IllegalArgumentException naming everything that is wrong with it, each with where it is
     */
    public List<Change> apply(String document, Force force) {
        List<Change> changes =
                transactions.change("apply configuration", edit -> new Application(edit, force).apply(document));
        parts.published().run();
        return changes;
    }

    /** Ends a transaction without effect. */
    private static final class DryRun extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient List<Change> changes;

        private DryRun(List<Change> changes) {
            super(null, null, false, false);
            this.changes = changes;
        }
    }

    /** One document on its way into one transaction. */
    private static final class Application {
        private static final List<Class<? extends Entity<?>>> DELETED_LAST =
                List.of(ApiCollection.class, Plan.class, Policy.class);

        private final Edit edit;
        private final Force force;
        private final List<String> faults = new ArrayList<>();
        private final List<Change> changes = new ArrayList<>();
        private long exportedAt;

        Application(Edit edit, Force force) {
            this.edit = edit;
            this.force = force;
        }

        List<Change> apply(String text) {
            Document document = Document.read(text, edit::find);
            exportedAt = document.revision().orElse(Long.MAX_VALUE);
            Set<Id<?>> named = new HashSet<>();
            document.items().forEach(item -> named.add(item.entity().id()));
            for (Class<? extends Entity<?>> kind : List.of(ApiKey.class, AccessProfile.class, Client.class)) {
                delete(document, kind, named);
            }
            document.items().forEach(item -> attempt(item.pointer(), () -> put(item.entity())));
            DELETED_LAST.forEach(kind -> delete(document, kind, named));
            if (!faults.isEmpty()) {
                throw new IllegalArgumentException(
                        "configuration " + Faults.quote("document") + ": " + String.join("; ", faults));
            }
            return List.copyOf(changes);
        }

        private void put(Entity<?> entity) {
            if (entity instanceof Client client) {
                put(client, edit.known(client.id()).orElse(null));
            } else if (entity instanceof AccessProfile profile) {
                put(profile, edit.known(profile.id()).orElse(null));
            } else if (entity instanceof ApiCollection collection) {
                put(collection, edit.known(collection.id()).orElse(null));
            } else if (entity instanceof Policy policy) {
                put(policy, edit.known(policy.id()).orElse(null));
            } else if (entity instanceof Plan plan) {
                put(plan, edit.known(plan.id()).orElse(null));
            } else if (entity instanceof ApiKey key) {
                put(key, edit.known(key.id()).orElse(null));
            }
        }

        private void put(Client client, @Nullable Client before) {
            if (before == null) {
                Consistency.check(edit, client, null);
                created(edit.put(client));
            } else if (differs(before, client)) {
                Updates.apply(edit, client.withRevision(before.revision()));
            }
        }

        private void put(AccessProfile profile, @Nullable AccessProfile before) {
            if (before == null) {
                Consistency.check(edit, profile, null);
                created(edit.put(profile));
            } else {
                // nothing takes a registration back, and what an edit took away comes back by a registration only
                Optional<ProfileTerms> given = profile.registered();
                boolean keeps = given.isEmpty() || given.equals(before.registered());
                Optional<ProfileTerms> held = profile.terms().equals(before.terms())
                        ? before.registered()
                        : before.inForce(Registration.MANUAL);
                ProfileTerms registered = (keeps ? held : given).orElse(null);
                AccessProfile next = profile.withRegistered(registered);
                if (differs(before, next)) {
                    Updates.apply(edit, next.withRevision(before.revision()), registered);
                }
            }
        }

        private void put(ApiCollection collection, @Nullable ApiCollection before) {
            if (before == null) {
                Consistency.check(edit, collection, null);
                created(edit.put(collection));
            } else if (differs(before, collection)) {
                Updates.apply(edit, collection.withRevision(before.revision()));
            }
        }

        private void put(Policy policy, @Nullable Policy before) {
            if (before == null) {
                Consistency.check(edit, policy, null);
                created(edit.put(policy));
            } else if (differs(before, policy)) {
                Updates.apply(edit, policy.withRevision(before.revision()));
            }
        }

        private void put(Plan plan, @Nullable Plan before) {
            if (before == null) {
                Consistency.check(edit, plan, null);
                created(edit.put(plan));
            } else if (differs(before, plan)) {
                Updates.apply(edit, plan.withRevision(before.revision()));
            }
        }

        private void put(ApiKey key, @Nullable ApiKey before) {
            if (before != null && !differs(before, key)) {
                return;
            }
            edit.reach.needFull("applying digests of keys");
            if (before == null) {
                Keys.refuseTooMany(edit, key);
                created(edit.put(key));
            } else if (!before.profile().equals(key.profile())
                    || !before.digest().equals(key.digest())) {
                throw new ConflictException("key " + Faults.quote(key.id()) + " is another key already");
            } else {
                Transitions.move("key " + Faults.quote(key.id()), before.statusAt(edit.now), key.statusAt(edit.now));
                edit.put(key.withRevision(before.revision()));
            }
        }

        /** Notes an update, if the two differ; what the actor does not see is as good as taken. */
        private boolean differs(Entity<?> before, Entity<?> after) {
            if (edit.find(before.id()).isEmpty()) {
                throw new ConflictException("id " + Faults.quote(before.id()) + " is taken");
            }
            Map<String, Object> old = Written.whole().of(before);
            Map<String, Object> next = Written.whole().of(after);
            if (old.equals(next)) {
                return false;
            }
            isAsExported(before);
            changes.add(new Change(
                    Step.UPDATE,
                    AuditEntry.target(before.id()),
                    Written.label(after),
                    Differences.between(
                            Written.terse().of(before), Written.terse().of(after))));
            return true;
        }

        /** Refuses to overwrite what somebody has changed since the document was exported. */
        private void isAsExported(Entity<?> before) {
            if (before.revision() > exportedAt) {
                throw new ConflictException(Written.label(before) + " is of revision " + Faults.quote(before.revision())
                        + ", and the document of " + Faults.quote(exportedAt)
                        + ": export anew, or leave out `revision` to overwrite what others have changed");
            }
        }

        private void created(Entity<?> entity) {
            changes.add(new Change(Step.CREATE, AuditEntry.target(entity.id()), Written.label(entity), List.of()));
        }

        private void delete(Document document, Class<? extends Entity<?>> kind, Set<Id<?>> named) {
            for (Entity<?> entity : existing(kind)) {
                boolean listed =
                        entity instanceof ApiKey key ? document.listsKeysOf(key.profile()) : document.holds(kind);
                if (listed
                        && !named.contains(entity.id())
                        && edit.find(entity.id()).isPresent()) {
                    attempt("/" + AuditEntry.target(entity.id()), () -> delete(entity));
                }
            }
        }

        private void delete(Entity<?> entity) {
            isAsExported(entity);
            Deletion deletion = Deletion.of(edit, force == Force.YES);
            if (entity instanceof AccessProfile profile) {
                deletion.delete(profile);
            } else if (entity instanceof Client client) {
                deletion.delete(client);
            } else if (entity instanceof ApiCollection collection) {
                deletion.delete(collection);
            } else if (entity instanceof ApiKey key) {
                edit.reach.needFull("deleting keys by a document");
                edit.removeWithTokens(key);
            } else if (entity instanceof Plan plan) {
                deletion.deleteUnused(plan);
            } else if (entity instanceof Policy policy) {
                deletion.deleteUnused(policy);
            }
            changes.add(new Change(Step.DELETE, AuditEntry.target(entity.id()), Written.label(entity), List.of()));
        }

        private List<? extends Entity<?>> existing(Class<? extends Entity<?>> kind) {
            if (kind == ApiKey.class) {
                return edit.list(ApiKey.class);
            }
            if (kind == AccessProfile.class) {
                return edit.list(AccessProfile.class);
            }
            if (kind == Client.class) {
                return edit.list(Client.class);
            }
            if (kind == ApiCollection.class) {
                return edit.list(ApiCollection.class);
            }
            return kind == Plan.class ? edit.list(Plan.class) : edit.list(Policy.class);
        }

        private void attempt(String pointer, Runnable step) {
            try {
                step.run();
            } catch (NotPermittedException forbidden) {
                throw forbidden;
            } catch (IllegalArgumentException | IllegalStateException | NotFoundException refused) {
                faults.add(pointer + ": " + refused.getMessage());
            }
        }
    }
}
