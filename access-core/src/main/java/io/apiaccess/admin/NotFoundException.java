package io.apiaccess.admin;

import io.apiaccess.check.Faults;
import io.apiaccess.entity.Id;
import java.util.NoSuchElementException;

/** Thrown when an id names nothing. */
public final class NotFoundException extends NoSuchElementException {
    private static final long serialVersionUID = 1;

    NotFoundException(Id<?> id) {
        super(id.getClass().getSimpleName() + " " + Faults.quote(id) + " names nothing");
    }
}
