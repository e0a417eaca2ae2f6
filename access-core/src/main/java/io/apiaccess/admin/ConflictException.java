package io.apiaccess.admin;

/** Thrown when a change would contradict what is there: a name that is taken, a thing in use, a route that collides. */
public final class ConflictException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    ConflictException(String message) {
        super(message);
    }
}
