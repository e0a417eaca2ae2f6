package io.apiaccess.policy;

/** A bound on how much may be taken in a time: a rate or a quota. Immutable; usage is kept elsewhere. */
public sealed interface Limit permits RateLimit, Quota {
    /** Returns its name, unique within its policy. */
    String name();

    /** Returns whose usage it counts. */
    LimitScope scope();

    /** Returns which of the two it is. */
    Kind kind();

    /** Returns the units that may be taken, 0 to 2^63−1; 0 always refuses. */
    long max();

    /** The two kinds of limits. */
    enum Kind {
        /** A bound on every stretch of time, on the monotonic clock. */
        RATE,
        /** An allowance for each of fixed periods, on the wall clock. */
        QUOTA
    }
}
