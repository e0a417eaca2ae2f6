package io.apiaccess.admin;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.check.Faults;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.Client;
import io.apiaccess.document.Written;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.Policy;
import io.apiaccess.spi.AccessStore;
import io.apiaccess.spi.AccessStore.View;
import io.apiaccess.spi.Actor;
import io.apiaccess.spi.Actor.Permission;
import io.apiaccess.spi.AuditEntry;
import io.apiaccess.spi.AuditQuery;
import io.apiaccess.spi.UnreadableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How far an actor's permissions reach (M2). A profile and its keys are as far as their client; what is shared is seen by
 * all; what belongs to no project is a full admin's.
 */
final class Reach {
    private static final int AUDIT_PAGE = 1_000;

    private final Actor actor;

    Reach(Actor actor) {
        this.actor = actor;
    }

    String name() {
        return actor.name();
    }

    boolean isFull() {
        return actor.isFullAdmin();
    }

    boolean sees(View view, Entity<?> entity) {
        return isFull() || held(view, entity).isPresent() || isShared(entity);
    }

    /** Returns the changes that are asked for and seen; of those that are not, no more than pages are read. */
    List<AuditEntry> audit(AccessStore store, AuditQuery query) {
        if (isFull()) {
            return store.audit(query);
        }
        AuditQuery next = query.limit(Math.max(query.limit(), AUDIT_PAGE));
        if (query.scope().isEmpty() && actor.scope().isPresent()) {
            next = next.limit(query.limit()).within(actor.scope().get());
        }
        List<AuditEntry> seen = new ArrayList<>();
        while (true) {
            List<AuditEntry> page = store.audit(next);
            page.stream().filter(this::sees).limit(query.limit() - seen.size()).forEach(seen::add);
            if (seen.size() == query.limit() || page.size() < next.limit()) {
                return List.copyOf(seen);
            }
            next = next.before(page.get(page.size() - 1));
        }
    }

    private boolean sees(AuditEntry entry) {
        return entry.project().flatMap(actor::in).isPresent()
                || entry.client().flatMap(actor::on).isPresent();
    }

    boolean may(View view, Entity<?> entity, Permission permission) {
        return isFull()
                || held(view, entity)
                        .filter(held -> held.compareTo(permission) >= 0)
                        .isPresent();
    }

    boolean mayAttach(View view, Entity<?> entity) {
        return isShared(entity) || may(view, entity, Permission.EDIT);
    }

    /** Refuses what is seen but not permitted. */
    void need(View view, Entity<?> entity, Permission permission) {
        if (!may(view, entity, permission)) {
            throw new NotPermittedException(
                    missing(view, entity, permission, Written.label(entity)),
                    permission,
                    project(view, entity).isEmpty());
        }
    }

    /** Refuses a change that takes a thing into another project, or makes one there. */
    void needIn(Optional<String> project, String label) {
        boolean permitted = isFull()
                || project.flatMap(actor::in)
                        .filter(held -> held.compareTo(Permission.EDIT) >= 0)
                        .isPresent();
        if (!permitted) {
            throw new NotPermittedException(
                    missing(project, Permission.EDIT, label), Permission.EDIT, project.isEmpty());
        }
    }

    void needFull(String what) {
        if (!isFull()) {
            throw new NotPermittedException(
                    what + " is for a full admin, and " + Faults.quote(name()) + " is none", Permission.ADMIN, true);
        }
    }

    String missing(View view, Entity<?> entity, Permission permission, String label) {
        return missing(project(view, entity), permission, label);
    }

    private String missing(Optional<String> project, Permission permission, String label) {
        return "permission `" + permission + "` "
                + project.map(name -> "in project " + Faults.quote(name) + " is missing")
                        .orElse("is missing: what belongs to no project is for a full admin")
                + ", and so " + Faults.quote(name()) + " cannot do this with " + label;
    }

    /** Returns the project that an entity belongs to. */
    static Optional<String> project(View view, Entity<?> entity) {
        if (entity instanceof ApiCollection collection) {
            return collection.project();
        }
        if (entity instanceof Policy policy) {
            return policy.project();
        }
        if (entity instanceof Plan plan) {
            return plan.project();
        }
        return Optional.ofNullable(client(view, entity)).flatMap(Client::project);
    }

    /** Returns the client that an entity is or belongs to, or {@code null}. */
    static @Nullable Client client(View view, Entity<?> entity) {
        if (entity instanceof Client client) {
            return client;
        }
        if (entity instanceof AccessProfile profile) {
            return readable(view, profile.client()).orElse(null);
        }
        if (entity instanceof ApiKey key) {
            return readable(view, key.profile())
                    .flatMap(profile -> readable(view, profile.client()))
                    .orElse(null);
        }
        return null;
    }

    /** Returns an entity, or nothing if it is damaged: what belongs to such a thing is a full admin's. */
    static <E extends Entity<E>> Optional<E> readable(View view, Id<E> id) {
        try {
            return view.find(id);
        } catch (UnreadableException e) {
            return Optional.empty();
        }
    }

    private Optional<Permission> held(View view, Entity<?> entity) {
        Client client = client(view, entity);
        Optional<Permission> inProject = project(view, entity).flatMap(actor::in);
        Optional<Permission> onClient = client == null ? Optional.empty() : actor.on(client.id());
        return Stream.of(inProject, onClient).flatMap(Optional::stream).max(Permission::compareTo);
    }

    private static boolean isShared(Entity<?> entity) {
        return (entity instanceof ApiCollection collection && collection.isShared())
                || (entity instanceof Policy policy && policy.isShared())
                || (entity instanceof Plan plan && plan.isShared());
    }
}
