package io.apiaccess.json;

/** Thrown for a text that is not of its form; the message is one fixed phrase, without anything of the text. */
public final class MalformedException extends Exception {
    private static final long serialVersionUID = 1;

    /** Returns one that says what is wrong; it has no stack trace, since whoever sends texts must not make it cost. */
    public MalformedException(String fault) {
        super(fault, null, false, false);
    }

    /** Returns what is wrong. */
    public String fault() {
        return String.valueOf(getMessage());
    }
}
