package io.apiaccess.keyset;

/** Thrown where nothing that counts can be had in time. */
public final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1;

    /** Returns one with what could not be had. */
    public UnavailableException(String message) {
        super(message, null, false, false);
    }
}
