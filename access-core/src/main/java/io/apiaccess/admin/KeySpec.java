package io.apiaccess.admin;

import io.apiaccess.check.Faults;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a new key shall be like.
 *
 * @param label what it is for
 * @param notBefore the first instant at which it is in force, from now on unless given
 * @param expiresAt the first instant at which it is no longer in force, never unless given
 * @param lifetime how long it is in force, from its first instant on; instead of an end
 */
public record KeySpec(
        Optional<String> label, Optional<Instant> notBefore, Optional<Instant> expiresAt, Optional<Duration> lifetime) {
    private static final KeySpec PLAIN =
            new KeySpec(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** Refuses a lifetime that is not positive, or beside an end. */
    public KeySpec {
        Faults faults = new Faults();
        lifetime.ifPresent(length -> faults.require(
                length.compareTo(Duration.ZERO) > 0, "lifetime " + Faults.quote(length) + " is not above 0"));
        faults.require(
                lifetime.isEmpty() || expiresAt.isEmpty(),
                "lifetime " + Faults.quote(lifetime.orElse(null)) + " and end " + Faults.quote(expiresAt.orElse(null))
                        + " are both given: give one");
        faults.throwIfAny("key", label.orElse(null));
    }

    /** Returns the plainest: no label, in force from now on for ever. */
    public static KeySpec plain() {
        return PLAIN;
    }

    /** Returns the same with a label. */
    public KeySpec label(String label) {
        return new KeySpec(Optional.of(label), notBefore, expiresAt, lifetime);
    }

    /** Returns the same, in force from an instant on. */
    public KeySpec notBefore(Instant first) {
        return new KeySpec(label, Optional.of(first), expiresAt, lifetime);
    }

    /** Returns the same, in force until before an instant. */
    public KeySpec expiresAt(Instant end) {
        return new KeySpec(label, notBefore, Optional.of(end), lifetime);
    }

    /** Returns the same, in force for a time. */
    public KeySpec lifetime(Duration length) {
        return new KeySpec(label, notBefore, expiresAt, Optional.of(length));
    }

    Optional<Instant> end(Instant now) {
        return lifetime.map(length -> after(notBefore.orElse(now), length)).or(() -> expiresAt);
    }

    /** Returns the instant that comes so long after another, or the last there is. */
    static Instant after(Instant start, Duration time) {
        return time.compareTo(Duration.between(start, Instant.MAX)) < 0 ? start.plus(time) : Instant.MAX;
    }
}
