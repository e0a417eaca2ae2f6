package io.apiaccess.entity;

/** The state of a collection, beside its switch. */
public enum Publication {
    /** Being prepared: no request meets it. */
    DRAFT,
    /** Offered: its routes decide. */
    PUBLISHED,
    /** Out of use for good: no request meets it. */
    RETIRED
}
