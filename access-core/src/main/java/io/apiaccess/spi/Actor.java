package io.apiaccess.spi;

import io.apiaccess.client.ClientId;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Who manages, and what the application lets them: asked anew for each object, so that what is taken away here counts at
 * once. Implementations are thread-safe; what they throw ends the call, and nothing is changed.
 */
public interface Actor {
    /** Returns the name that changes are recorded under: 1 to 200 characters. */
    String name();

    /** Returns whether nothing is hidden from them and nothing forbidden, also what belongs to no project. */
    default boolean isFullAdmin() {
        return false;
    }

    /** Returns the most that they may with what belongs to a project, or nothing if they are not to know of it. */
    Optional<Permission> in(String project);

    /** Returns the most that they may with one client, its profiles and their keys, in whatever project it is. */
    default Optional<Permission> on(ClientId client) {
        return Optional.empty();
    }

    /**
     * Returns all the projects and clients that {@link #in} and {@link #on} say anything of, if they can be listed: then no
     * more than these is read of the audit record.
     */
    default Optional<AuditQuery.Scope> scope() {
        return Optional.empty();
    }

    /** Returns who may do everything. */
    static Actor fullAdmin(String name) {
        return new Listed(name, true, Map.of());
    }

    /** Returns who may do in each project what is listed for it, and nothing elsewhere. */
    static Actor of(String name, Map<String, Permission> projects) {
        return new Listed(name, false, Map.copyOf(projects));
    }

    /** What somebody may do with an object; each includes those before it. */
    enum Permission {
        /** To see it. */
        VIEW,
        /** To change it, switch it, and make, refresh and end keys. */
        EDIT,
        /** To do with it what is final: to retire and to delete. */
        ADMIN
    }

    /**
     * Somebody whose permissions are a list.
     *
     * @param name the name
     * @param isFullAdmin whether they may do everything
     * @param projects the permission for each project
     */
    record Listed(String name, boolean isFullAdmin, Map<String, Permission> projects) implements Actor {
        /** Copies the list. */
        public Listed {
            Objects.requireNonNull(name, "name");
            projects = Map.copyOf(projects);
        }

        @Override
        public Optional<Permission> in(String project) {
            return Optional.ofNullable(projects.get(project));
        }

        @Override
        public Optional<AuditQuery.Scope> scope() {
            return Optional.of(new AuditQuery.Scope(projects.keySet(), Set.of()));
        }
    }
}
