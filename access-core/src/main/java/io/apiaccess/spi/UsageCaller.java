package io.apiaccess.spi;

import java.util.Locale;

/** What is known of who called. */
public enum UsageCaller {
    /** A profile that has proven itself. */
    PROFILE,
    /** Somebody who offered no credential. */
    ANONYMOUS,
    /** Somebody whose credential proved nothing, whomever it named. */
    UNPROVEN,
    /** Anybody: there was no room to count those calls by more than their outcome. */
    UNSORTED;

    /** Returns its name for machines, such as {@code anonymous}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
