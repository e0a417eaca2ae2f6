package io.apiaccess.keyset;

/** Thrown where no key set can be had in time. */
public final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1;

    UnavailableException(String message) {
        super(message, null, false, false);
    }
}
