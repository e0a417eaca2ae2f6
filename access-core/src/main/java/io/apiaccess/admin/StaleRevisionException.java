package io.apiaccess.admin;

import io.apiaccess.check.Faults;
import io.apiaccess.document.Differences;
import io.apiaccess.document.Written;
import io.apiaccess.entity.Entity;
import java.util.List;

/** Thrown when an update was made from a state that is no longer the newest. */
public final class StaleRevisionException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    private final long given;
    private final long current;
    private final String[] differences;

    StaleRevisionException(Entity<?> given, Entity<?> current) {
        this(
                given,
                current,
                Differences.between(Written.terse().of(given), Written.terse().of(current)));
    }

    private StaleRevisionException(Entity<?> given, Entity<?> current, List<String> differences) {
        super(Faults.quote(given.id()) + " was changed meanwhile: the update was made from revision "
                + Faults.quote(given.revision()) + ", the newest is " + Faults.quote(current.revision())
                + (differences.isEmpty()
                        ? ", which is as the update would make it"
                        : ", which has, other than the update: " + String.join("; ", differences))
                + "; read it again");
        this.given = given.revision();
        this.current = current.revision();
        this.differences = differences.toArray(String[]::new);
    }

    /** Returns the revision that the update was made from. */
    public long given() {
        return given;
    }

    /** Returns the newest revision. */
    public long current() {
        return current;
    }

    /** Returns what differs between the update and the newest state, one line for each, the update's side first. */
    public List<String> differences() {
        return List.of(differences);
    }
}
