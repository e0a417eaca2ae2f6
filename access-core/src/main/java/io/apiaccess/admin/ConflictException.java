package io.apiaccess.admin;

/** Thrown when a change would contradict what is there: a name that is taken or a thing in use. */
public final class ConflictException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    ConflictException(String message) {
        super(message);
    }
}
