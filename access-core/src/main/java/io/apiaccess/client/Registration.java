package io.apiaccess.client;

/** When changes to the profiles of a client take effect. */
public enum Registration {
    /** At once. */
    AUTOMATIC,
    /** When the profile is registered, or registered again. */
    MANUAL
}
