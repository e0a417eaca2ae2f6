package io.apiaccess.entity;

/** How far a profile of a client under manual registration has come. */
public enum RegistrationState {
    /** Without a grant: it cannot be registered. */
    DRAFT,
    /** It has a grant and can be registered; nothing is in force yet. */
    READY,
    /** Its state at the last registration is in force. */
    REGISTERED,
    /** Out of use for good. */
    RETIRED
}
