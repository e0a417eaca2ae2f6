package io.apiaccess.spi;

import io.apiaccess.check.Faults;
import io.apiaccess.client.ClientId;
import io.apiaccess.entity.Id;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Which changes are asked for: whatever is given must hold. Immutable.
 *
 * @param target what was changed, as {@link AuditEntry#target(Id)} writes it
 * @param actor who changed it
 * @param from the first instant
 * @param until the first instant after
 * @param scope what it was about; of any part of it
 * @param before the number that theirs are below
 * @param limit the most entries, newest first
 */
public record AuditQuery(
        Optional<String> target,
        Optional<String> actor,
        Optional<Instant> from,
        Optional<Instant> until,
        Optional<Scope> scope,
        OptionalLong before,
        int limit) {
    private static final int DEFAULT_LIMIT = 100;

    /** Refuses a negative limit. */
    public AuditQuery {
        if (limit < 0) {
            throw new IllegalArgumentException("audit query: limit " + Faults.quote(limit) + " is below 0");
        }
    }

    /**
     * A part of what is managed.
     *
     * @param projects what belongs to one of these projects
     * @param clients these clients with what belongs to them, in whatever project
     */
    public record Scope(Set<String> projects, Set<ClientId> clients) {
        /** Copies the sets. */
        public Scope {
            projects = Set.copyOf(projects);
            clients = Set.copyOf(clients);
        }

        /** Returns whether a change was about something of this part. */
        public boolean holds(AuditEntry entry) {
            return entry.project().filter(projects::contains).isPresent()
                    || entry.client().filter(clients::contains).isPresent();
        }
    }

    /** Returns the query for the hundred newest changes. */
    public static AuditQuery newest() {
        return new AuditQuery(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                DEFAULT_LIMIT);
    }

    /** Returns the same query for changes of one object. */
    public AuditQuery of(Id<?> object) {
        Optional<String> written = Optional.of(AuditEntry.target(object));
        return new AuditQuery(written, actor, from, until, scope, before, limit);
    }

    /** Returns the same query for changes by somebody. */
    public AuditQuery by(String actor) {
        return new AuditQuery(target, Optional.of(actor), from, until, scope, before, limit);
    }

    /** Returns the same query for changes from an instant on. */
    public AuditQuery from(Instant first) {
        return new AuditQuery(target, actor, Optional.of(first), until, scope, before, limit);
    }

    /** Returns the same query for changes before an instant. */
    public AuditQuery until(Instant end) {
        return new AuditQuery(target, actor, from, Optional.of(end), scope, before, limit);
    }

    /** Returns the same query for changes of some projects and clients only. */
    public AuditQuery within(Scope scope) {
        return new AuditQuery(target, actor, from, until, Optional.of(scope), before, limit);
    }

    /** Returns the same query for the page behind a change, which changes made meanwhile do not shift. */
    public AuditQuery before(AuditEntry last) {
        return new AuditQuery(target, actor, from, until, scope, OptionalLong.of(last.number()), limit);
    }

    /** Returns the same query for at most so many changes. */
    public AuditQuery limit(int limit) {
        return new AuditQuery(target, actor, from, until, scope, before, limit);
    }

    /** Returns whether a change is one of those that are asked for. */
    public boolean matches(AuditEntry entry) {
        return target.filter(wanted -> !wanted.equals(entry.target())).isEmpty()
                && actor.filter(wanted -> !wanted.equals(entry.actor())).isEmpty()
                && from.filter(first -> entry.at().isBefore(first)).isEmpty()
                && until.filter(end -> !entry.at().isBefore(end)).isEmpty()
                && scope.filter(part -> !part.holds(entry)).isEmpty()
                && entry.number() < before.orElse(Long.MAX_VALUE);
    }
}
