package io.apiaccess.spi;

/** The inability of a store to answer; a decision that meets it is a denial as unavailable. */
public class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Returns one with what could not be done. */
    public StoreException(String message) {
        super(message);
    }

    /** Returns one with what could not be done and why. */
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
