package io.apiaccess.admin;

import io.apiaccess.check.Faults;
import io.apiaccess.entity.Entity;

/** Thrown when an update was made from a state that is no longer the newest. */
public final class StaleRevisionException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    private final long given;
    private final long current;

    StaleRevisionException(Entity<?> given, Entity<?> current) {
        super(Faults.quote(given.id()) + " was changed meanwhile: the update was made from revision "
                + Faults.quote(given.revision()) + ", the newest is " + Faults.quote(current.revision())
                + "; read it again");
        this.given = given.revision();
        this.current = current.revision();
    }

    /** Returns the revision that the update was made from. */
    public long given() {
        return given;
    }

    /** Returns the newest revision. */
    public long current() {
        return current;
    }
}
