package io.apiaccess.policy;

/** A bound on how much may be taken in a time: a strict rate, a token bucket or a quota. Immutable; usage is kept elsewhere. */
public sealed interface Limit permits RateLimit, TokenBucket, Quota {
    /** Returns what it has beside its numbers. */
    LimitTerms terms();

    /** Returns the same numbers on other terms. */
    Limit with(LimitTerms terms);

    /** Returns which of the three it is. */
    Kind kind();

    /** Returns the units that may be taken, 0 to 2^63−1; 0 always refuses. */
    long max();

    /** Returns the same limit with another number of units. */
    Limit max(long max);

    /** Returns what of it one of several processes admits by itself, rounded down. */
    default Limit share(FailureMode.Local share) {
        return max(share.of(max()));
    }

    /** Returns its name, unique within its policy. */
    default String name() {
        return terms().name();
    }

    /** Returns the same limit under another name. */
    Limit named(String name);

    /** Returns whose usage it counts. */
    default LimitScope scope() {
        return terms().scope();
    }

    /** Returns the same limit counting in another scope. */
    Limit scope(LimitScope scope);

    /** Returns whether it only says what it would refuse: it counts by itself, and never refuses or delays a call. */
    default boolean isShadow() {
        return terms().shadow();
    }

    /** Returns the same limit in shadow. */
    Limit shadow();

    /** Returns the same limit with what becomes of calls while its store cannot answer. */
    Limit onFailure(FailureMode mode);

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
