package io.apiaccess.admin;

import io.apiaccess.admin.ConfigurationDocument.Change;
import io.apiaccess.admin.ConfigurationDocument.Force;
import io.apiaccess.admin.ConfigurationDocument.Step;
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
import io.apiaccess.entity.UniqueKey;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.Policy;
import io.apiaccess.spi.Actor.Permission;
import io.apiaccess.spi.AuditEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One document on its way into one transaction. It goes on behind a fault, to find them all: what is at fault is left out, and
 * what hangs on it is judged as far as it does not hang on it. To be used once.
 */
final class Application {
    private static final List<Class<? extends Entity<?>>> DELETED_FIRST =
            List.of(ApiKey.class, AccessProfile.class, Client.class);
    private static final List<Class<? extends Entity<?>>> DELETED_LAST =
            List.of(ApiCollection.class, Plan.class, Policy.class);

    private final Edit edit;
    private final Force force;
    private final Map<Id<?>, Entity<?>> wanted = new HashMap<>();
    private final Set<String> faults = new LinkedHashSet<>();
    private final List<NotPermittedException> forbidden = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();
    private long exportedAt;
    private String pointer = "";

    Application(Edit edit, Force force) {
        this.edit = edit;
        this.force = force;
        edit.observe(this::hear);
    }

    List<Change> apply(String text) {
        Document document = Document.read(text, edit::find);
        exportedAt = document.revision().orElse(Long.MAX_VALUE);
        document.items().forEach(item -> wanted.put(item.entity().id(), item.entity()));
        document.unreadable().forEach(edit::leaveOut);
        faults.addAll(document.faults());
        boolean saysAll = faults.isEmpty();
        if (saysAll) {
            DELETED_FIRST.forEach(kind -> delete(document, kind));
        }
        wanted.values().forEach(entity -> releaseNames(document, entity));
        document.items().forEach(this::put);
        if (saysAll) {
            DELETED_LAST.forEach(kind -> delete(document, kind));
        }
        throwIfAny();
        return List.copyOf(changes);
    }

    private void throwIfAny() {
        String message = "configuration " + Faults.quote("document") + ": " + String.join("; ", faults);
        if (!forbidden.isEmpty()) {
            throw NotPermittedException.of(message, forbidden);
        }
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Takes from others the names that one takes over, where the document says that they give them up. */
    private void releaseNames(Document document, Entity<?> entity) {
        for (UniqueKey key : entity.uniqueKeys()) {
            edit.findBy(key)
                    .filter(holder -> !holder.id().equals(entity.id()) && edit.sees(holder))
                    .filter(holder -> givesUp(document, holder, key))
                    .ifPresent(edit::releaseName);
        }
    }

    private boolean givesUp(Document document, Entity<?> holder, UniqueKey key) {
        Entity<?> next = wanted.get(holder.id());
        return next == null
                ? document.holds(holder.getClass())
                : !next.uniqueKeys().contains(key);
    }

    private void put(Document.Item item) {
        int before = faults.size();
        if (!item.isWhole()) {
            refuseUnknown(item);
        } else if (item.entity() instanceof ApiKey key) {
            if (!edit.isLeftOut(key.profile())) {
                attempt(item.pointer(), () -> put(key, edit.known(key.id()).orElse(null)));
            }
        } else {
            put(item.pointer(), item.entity());
        }
        if (faults.size() > before) {
            edit.leaveOut(item.entity().id());
        }
    }

    private void refuseUnknown(Document.Item item) {
        for (Id<?> reference : item.entity().references()) {
            if (!edit.isLeftOut(reference)
                    && known(reference).filter(edit::sees).isEmpty()) {
                faults.add(item.pointer() + ": " + AuditEntry.target(reference) + " does not exist");
            }
        }
    }

    private void put(String pointer, Entity<?> given) {
        Entity<?> before = known(given.id()).orElse(null);
        if (before != null && !edit.sees(before)) {
            attempt(pointer, () -> refuseTaken(before));
            return;
        }
        Entity<?> next = given instanceof AccessProfile profile ? registered(profile, (AccessProfile) before) : given;
        if (before != null && !differ(before, next)) {
            return;
        }
        int found = faults.size();
        attempt(pointer, () -> edit.permitAsFarAsSeen(before, next));
        attempt(pointer, () -> refuseChangedSince(before, next));
        attempt(pointer, () -> Updates.refuseMove(before, next));
        attempt(pointer, () -> Updates.check(edit, before, next));
        attempt(pointer, () -> edit.refuseTakenKeys(next));
        if (faults.size() > found) {
            return;
        }
        if (next.references().stream().anyMatch(edit::isLeftOut)) {
            edit.leaveOut(next.id());
            return;
        }
        attempt(pointer, () -> write(before, next));
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // every entity is one of its own kind
    private void write(@Nullable Entity<?> before, Entity<?> next) {
        Updates.registerAll(edit, before, next);
        edit.put((Entity) next);
    }

    private <E extends Entity<E>> Optional<E> known(Id<E> id) {
        return edit.known(id);
    }

    private static void refuseTaken(Entity<?> hidden) {
        throw new ConflictException("id " + Faults.quote(hidden.id()) + " is taken");
    }

    /**
     * Returns a profile with what will be registered: nothing takes a registration back, and where none counts, none is
     * made.
     */
    private AccessProfile registered(AccessProfile profile, @Nullable AccessProfile before) {
        if (isAutomatic(profile)) {
            return profile.withRegistered(
                    before == null ? null : before.registered().orElse(null));
        }
        if (before == null) {
            return profile;
        }
        Optional<ProfileTerms> given = profile.registered();
        boolean keeps = given.isEmpty() || given.equals(before.registered());
        // what an edit took away comes back by a registration only
        Optional<ProfileTerms> held =
                profile.terms().equals(before.terms()) ? before.registered() : before.inForce(Registration.MANUAL);
        return profile.withRegistered((keeps ? held : given).orElse(null));
    }

    /** Returns whether the terms of a profile are in force without registration, its client being put already. */
    private boolean isAutomatic(AccessProfile profile) {
        return edit.known(profile.client())
                .filter(client -> client.registration() == Registration.AUTOMATIC)
                .isPresent();
    }

    private void put(ApiKey key, @Nullable ApiKey before) {
        if (before != null && edit.sees(before) && !differ(before, key)) {
            return;
        }
        edit.reach.needFull("applying digests of keys");
        refuseChangedSince(before, key);
        if (before == null) {
            Keys.refuseTooMany(edit, key);
        } else {
            boolean same =
                    before.profile().equals(key.profile()) && before.digest().equals(key.digest());
            if (!same) {
                throw new ConflictException("key " + Faults.quote(key.id()) + " is another key already");
            }
            Transitions.move("key " + Faults.quote(key.id()), before.statusAt(edit.now), key.statusAt(edit.now));
        }
        edit.put(key);
    }

    private static boolean differ(Entity<?> before, Entity<?> after) {
        return !Written.whole().of(before).equals(Written.whole().of(after));
    }

    /** Notes a write, which is refused if others have written since, also where it comes with another one. */
    private void hear(@Nullable Entity<?> before, @Nullable Entity<?> after) {
        Entity<?> subject = Objects.requireNonNull(after == null ? before : after);
        attempt(pointer, () -> refuseChangedSince(before, subject));
        Step step = after == null ? Step.DELETE : before == null ? Step.CREATE : Step.UPDATE;
        List<String> differences = before == null || after == null
                ? List.of()
                : Differences.between(
                        Written.terse().of(before), Written.terse().of(after));
        changes.add(new Change(
                step,
                AuditEntry.target(subject.id()),
                Written.label(subject),
                before == null ? 0 : edit.revisionAtBegin(before),
                differences));
    }

    /** Refuses to overwrite what somebody has changed since the document was exported, and to undo that it was deleted. */
    private void refuseChangedSince(@Nullable Entity<?> before, Entity<?> next) {
        if (before == null) {
            if (edit.isRemovedSince(next.id(), exportedAt)) {
                throw new ConflictException(
                        Written.label(next) + " is not there, and was deleted, or may have been, after"
                                + " revision " + Faults.quote(exportedAt)
                                + " of the document: take it out or give it another id, or leave out `revision` to create it again");
            }
        } else if (edit.revisionAtBegin(before) > exportedAt) {
            throw new ConflictException(Written.label(before) + " is of revision "
                    + Faults.quote(edit.revisionAtBegin(before))
                    + ", and the document of " + Faults.quote(exportedAt)
                    + ": export anew, or leave out `revision` to overwrite what others have changed");
        }
    }

    private void delete(Document document, Class<? extends Entity<?>> kind) {
        for (Entity<?> entity : existing(kind)) {
            boolean listed = entity instanceof ApiKey key ? document.listsKeysOf(key.profile()) : document.holds(kind);
            if (listed && !wanted.containsKey(entity.id()) && edit.sees(entity)) {
                int before = faults.size();
                String pointer = "/" + AuditEntry.target(entity.id());
                attempt(pointer, () -> refuseChangedSince(entity, entity));
                attempt(pointer, () -> delete(document, entity));
                if (faults.size() > before) {
                    edit.leaveOut(entity.id());
                }
            }
        }
    }

    private void delete(Document document, Entity<?> entity) {
        Deletion deletion = Deletion.of(edit, force == Force.YES);
        if (entity instanceof AccessProfile profile) {
            deletion.delete(profile);
        } else if (entity instanceof Client client) {
            refuseWithUnnamed(document, client);
            deletion.delete(client);
        } else if (entity instanceof ApiKey key) {
            edit.reach.needFull("deleting keys by a document");
            edit.removeWithTokens(key);
        } else if (edit.referrers(entity.id()).stream().anyMatch(edit::isLeftOut)) {
            edit.need(entity, Permission.ADMIN);
            edit.leaveOut(entity.id());
        } else if (entity instanceof ApiCollection collection) {
            deletion.delete(collection);
        } else if (entity instanceof Plan plan) {
            deletion.deleteUnused(plan);
        } else if (entity instanceof Policy policy) {
            deletion.deleteUnused(policy);
        }
    }

    /** A kind that the document does not name is none of its business, and so does not go with another. */
    private void refuseWithUnnamed(Document document, Client client) {
        if (!document.holds(AccessProfile.class)
                && !edit.referrers(client.id(), AccessProfile.class).isEmpty()) {
            throw new ConflictException(Written.label(client)
                    + " has profiles, and the document does not name `profiles`: name them, that they go with it");
        }
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
        this.pointer = pointer;
        try {
            step.run();
        } catch (NotPermittedException refused) {
            forbidden.add(refused);
            faults.add(pointer + ": " + refused.getMessage());
        } catch (IllegalArgumentException | IllegalStateException | NotFoundException refused) {
            faults.add(pointer + ": " + refused.getMessage());
        }
    }
}
