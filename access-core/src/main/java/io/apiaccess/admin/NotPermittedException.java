package io.apiaccess.admin;

import io.apiaccess.spi.Actor.Permission;

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

    /** Returns the permission that is missing. */
    public Permission missing() {
        return missing;
    }

    /** Returns whether it is not enough to have it somewhere: only a full admin may. */
    public boolean needsFullAdmin() {
        return fullAdmin;
    }
}
