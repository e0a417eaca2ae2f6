package io.apiaccess.spi;

import io.apiaccess.check.Faults;
import io.apiaccess.entity.Id;
import java.time.Instant;
import java.util.Optional;

/**
 * Which changes are asked for: whatever is given must hold. Immutable.
 *
 * @param target what was changed, as {@link AuditEntry#target(Id)} writes it
 * @param actor who changed it
 * @param from the first instant
 * @param until the first instant after
 * @param limit the most entries, newest first
 */
public record AuditQuery(
        Optional<String> target, Optional<String> actor, Optional<Instant> from, Optional<Instant> until, int limit) {
    private static final int DEFAULT_LIMIT = 100;

    /** Refuses a negative limit. */
    public AuditQuery {
        if (limit < 0) {
            throw new IllegalArgumentException("audit query: limit " + Faults.quote(limit) + " is below 0");
        }
    }

    /** Returns the query for the hundred newest changes. */
    public static AuditQuery newest() {
        return new AuditQuery(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), DEFAULT_LIMIT);
    }

    /** Returns the same query for changes of one object. */
    public AuditQuery of(Id<?> object) {
        return new AuditQuery(Optional.of(AuditEntry.target(object)), actor, from, until, limit);
    }

    /** Returns the same query for changes by somebody. */
    public AuditQuery by(String actor) {
        return new AuditQuery(target, Optional.of(actor), from, until, limit);
    }

    /** Returns the same query for changes from an instant on. */
    public AuditQuery from(Instant first) {
        return new AuditQuery(target, actor, Optional.of(first), until, limit);
    }

    /** Returns the same query for changes before an instant. */
    public AuditQuery until(Instant end) {
        return new AuditQuery(target, actor, from, Optional.of(end), limit);
    }

    /** Returns the same query for at most so many changes. */
    public AuditQuery limit(int limit) {
        return new AuditQuery(target, actor, from, until, limit);
    }

    /** Returns whether a change is one of those that are asked for. */
    public boolean matches(AuditEntry entry) {
        return target.filter(wanted -> !wanted.equals(entry.target())).isEmpty()
                && actor.filter(wanted -> !wanted.equals(entry.actor())).isEmpty()
                && from.filter(first -> entry.at().isBefore(first)).isEmpty()
                && until.filter(end -> !entry.at().isBefore(end)).isEmpty();
    }
}
