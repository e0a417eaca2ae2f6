package io.apiaccess.entity;

/**
 * A value that at most one stored entity may have, such as a policy's name.
 *
 * @param kind what the value is, in words for a person
 * @param value the value; of several parts, with line feeds between them, which no part holds
 */
public record UniqueKey(String kind, String value) {
    /** Returns the kind alone: the value may be a digest. */
    @Override
    public String toString() {
        return kind;
    }
}
