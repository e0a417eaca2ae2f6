package io.apiaccess.api;

/** Whether a collection must be granted to be called. */
public enum Visibility {
    /** Only a profile with a grant may call. */
    PRIVATE,
    /** Anyone may call, also without a credential. */
    PUBLIC
}
