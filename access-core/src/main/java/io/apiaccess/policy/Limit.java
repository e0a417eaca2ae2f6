package io.apiaccess.policy;

/** A bound on how much may be taken in a time: a strict rate, a token bucket or a quota. Immutable; usage is kept elsewhere. */
public sealed interface Limit permits RateLimit, TokenBucket, Quota {
    /** Returns its name, unique within its policy. */
    String name();

    /** Returns whose usage it counts. */
    LimitScope scope();

    /** Returns the same limit under another name. */
    Limit named(String name);

    /** Returns the same limit counting in another scope. */
    Limit scope(LimitScope scope);

    /** Returns which of the three it is. */
    Kind kind();

    /** Returns the units that may be taken, 0 to 2^63−1; 0 always refuses. */
    long max();

    /** The kinds of limits. */
    enum Kind {
        /** A bound on every stretch of time, on the monotonic clock. */
        RATE,
        /** A bound on every stretch of time, with a burst on top, on the monotonic clock. */
        BUCKET,
        /** An allowance for each of fixed periods, on the wall clock. */
        QUOTA
    }
}
