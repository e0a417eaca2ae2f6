package io.apiaccess.admin;

import io.apiaccess.entity.Id;
import io.apiaccess.spi.AuditEntry;

/**
 * Something in the configuration that is allowed and probably not meant.
 *
 * @param kind what kind of thing
 * @param object what it is about
 * @param text what is odd and what would be right
 */
public record Finding(Kind kind, Id<?> object, String text) {
    /** The kinds of findings. */
    public enum Kind {
        /** An address range was typed with bits behind its prefix, which do not count. */
        HOST_BITS,
        /** An address range lies in another of the same list, or is allowed and blocked. */
        REDUNDANT_RANGE,
        /** A key may be easy to guess. */
        WEAK_KEY,
        /** One key proves two profiles. */
        SHARED_KEY,
        /** A profile that proves itself by key has none that is or will be in force. */
        NO_KEY,
        /** A rate admits less than the quota beside it allows. */
        UNREACHABLE_QUOTA,
        /** A policy or plan is attached to nothing, or a policy says nothing. */
        WITHOUT_EFFECT,
        /** A route takes calls away from another. */
        SHADOWED_ROUTE,
        /** A route requires a scope that no grant holds. */
        UNHELD_SCOPE,
        /** What is kept is damaged: what depends on it is denied, and nothing else is said of it. For a full admin only. */
        UNREADABLE
    }

    @Override
    public String toString() {
        return kind + " " + AuditEntry.target(object) + ": " + text;
    }
}
