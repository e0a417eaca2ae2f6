package io.apiaccess.admin;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.check.Faults;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.Client;
import io.apiaccess.document.Document;
import io.apiaccess.document.Written;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.Policy;
import io.apiaccess.spi.AuditEntry;
import io.apiaccess.spi.StoreException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A whole configuration as one JSON document, so that it can live in version control. Thread-safe.
 *
 * <p>The document holds clients, profiles, collections, policies and plans, keys only where that is asked for, and then
 * as digests. Secrets that can be read are never in it: where it says {@code "secret": "kept"}, the profile keeps what it
 * has. A kind of things that a document does not name is none of its business; of a kind that it names, it says all there
 * is, as far as the actor sees it. A document with a {@code revision}, as every export has one, changes and deletes nothing
 * that others have changed since, and creates nothing again that they have deleted; one without overwrites. What goes or
 * changes with another thing – the keys of a profile, a grant of a collection that is deleted by force – is a change like
 * all others. Its schema is
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
     * @param revision the revision that it had before, which a plan is compared by; 0 of a new thing
     * @param differences what differs, one line for each; of a new or removed thing nothing
     */
    public record Change(Step step, String target, String name, long revision, List<String> differences) {
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
     * @throws NotPermittedException naming everything that is wrong with it, if one of that is want of a permission
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
     * @throws NotPermittedException naming everything that is wrong with it, if one of that is want of a permission
     */
    public List<Change> apply(String document, Force force) {
        return apply(document, force, changes -> {});
    }

    /**
     * Makes the configuration what a document says, if that still changes what was planned and nothing else.
     *
     * @param planned what {@link #diff} has said
     * @return what has been changed, as planned
     * @throws ConflictException naming what it would change otherwise, since others have written meanwhile
     * @throws IllegalArgumentException naming everything that is wrong with it, each with where it is
     * @throws NotPermittedException naming everything that is wrong with it, if one of that is want of a permission
     */
    public List<Change> apply(String document, Force force, List<Change> planned) {
        return apply(document, force, changes -> refuseUnplanned(changes, planned));
    }

    private List<Change> apply(String document, Force force, Consumer<List<Change>> approval) {
        List<Change> changes = transactions.change("apply configuration", edit -> {
            List<Change> made = new Application(edit, force).apply(document);
            approval.accept(made);
            return made;
        });
        parts.published().run();
        return changes;
    }

    private static void refuseUnplanned(List<Change> changes, List<Change> planned) {
        List<String> faults = new ArrayList<>();
        planned.stream()
                .filter(change -> !changes.contains(change))
                .forEach(change -> faults.add("no more " + ofRevision(change)));
        changes.stream()
                .filter(change -> !planned.contains(change))
                .forEach(change -> faults.add("now also " + ofRevision(change)));
        if (!faults.isEmpty()) {
            throw new ConflictException("configuration " + Faults.quote("document")
                    + " does not change what was planned, since others have written meanwhile: "
                    + String.join("; ", faults));
        }
    }

    private static String ofRevision(Change change) {
        return change + (change.step() == Step.CREATE ? "" : ", of revision " + Faults.quote(change.revision()));
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
}
