package io.apiaccess.spi;

/** What calls may be summed by. */
public enum UsageDimension {
    /** The client; callers without one by what is known of them. */
    CLIENT,
    /** The profile, likewise. */
    PROFILE,
    /** The key, likewise. */
    KEY,
    /** The collection of the deciding route. */
    COLLECTION,
    /** The deciding route. */
    ROUTE,
    /** Why they were denied, if they were. */
    REASON
}
