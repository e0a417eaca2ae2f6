package io.apiaccess.entity;

/** The state of a client or a profile. */
public enum Status {
    /** In force. */
    ACTIVE,
    /** Switched off until it is switched on again. */
    INACTIVE,
    /** Out of use for good. */
    RETIRED
}
