package io.apiaccess.entity;

/** The state of an API key, beside its times. */
public enum KeyStatus {
    /** In force within its times. */
    ENABLED,
    /** Switched off until it is switched on again. */
    DISABLED,
    /** Dead for good. */
    REVOKED
}
