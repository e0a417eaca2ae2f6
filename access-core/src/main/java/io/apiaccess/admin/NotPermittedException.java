package io.apiaccess.admin;

import io.apiaccess.spi.Actor.Permission;
import java.util.Comparator;
import java.util.List;

/** Thrown when an actor may see something but not do with it what was asked; it names the permission that is missing. */
public final class NotPermittedException extends SecurityException {
    private static final long serialVersionUID = 1;

    private final Permission missing;
    private final boolean fullAdmin;

    NotPermittedException(String message, Permission missing, boolean fullAdmin) {
        super(message);
        this.missing = missing;
        this.fullAdmin = fullAdmin;
    }

    /** Returns one for all that is missing: it names the most of them. */
    static NotPermittedException of(String message, List<NotPermittedException> refused) {
        return new NotPermittedException(
                message,
                refused.stream()
                        .map(NotPermittedException::missing)
                        .max(Comparator.naturalOrder())
                        .orElseThrow(),
                refused.stream().anyMatch(NotPermittedException::needsFullAdmin));
    }

    /** Returns the permission that is missing; of several, the one that includes the others. */
    public Permission missing() {
        return missing;
    }

    /** Returns whether it is not enough to have it somewhere: only a full admin may. */
    public boolean needsFullAdmin() {
        return fullAdmin;
    }
}
