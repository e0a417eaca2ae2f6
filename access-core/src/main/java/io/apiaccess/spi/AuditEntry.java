package io.apiaccess.spi;

import io.apiaccess.check.Faults;
import io.apiaccess.client.ClientId;
import io.apiaccess.entity.Id;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One change that was made: who, when, what, before, after. Never holds a secret. A move between projects is two entries,
 * one for each project, of which each holds its own side alone.
 *
 * @param number its place in the record, which the store sets: the later, the higher; 0 before
 * @param revision the store's revision that it led to
 * @param at when it was made
 * @param actor who made it
 * @param action what was done, such as {@code deactivate}
 * @param target what it was done to, such as {@code client `…`}
 * @param project the project that this belongs to, which says who may read of it
 * @param client the client that it is or belongs to, if it does
 * @param before the state before in words, or nothing if it was created or came from another project
 * @param after the state after in words, or nothing if it was deleted or went to another project
 * @param changes what differs, one line for each, such as {@code status: ACTIVE → INACTIVE}; no line holds a line break
 */
public record AuditEntry(
        long number,
        long revision,
        Instant at,
        String actor,
        String action,
        String target,
        Optional<String> project,
        Optional<ClientId> client,
        Optional<String> before,
        Optional<String> after,
        List<String> changes) {
    /** Copies the list. */
    public AuditEntry {
        changes = List.copyOf(changes);
    }

    /** Returns an entry about what belongs to no project, without a list of what differs. */
    public AuditEntry(
            long revision,
            Instant at,
            String actor,
            String action,
            String target,
            Optional<String> before,
            Optional<String> after) {
        this(0, revision, at, actor, action, target, Optional.empty(), Optional.empty(), before, after, List.of());
    }

    /** Returns a copy at a place in the record; for stores. */
    public AuditEntry withNumber(long number) {
        return new AuditEntry(number, revision, at, actor, action, target, project, client, before, after, changes);
    }

    /** Returns what an object is called in the record, such as {@code client `…`}. */
    public static String target(Id<?> id) {
        String type = id.getClass().getSimpleName();
        return type.substring(0, type.length() - "Id".length()).toLowerCase(Locale.ROOT) + " " + Faults.quote(id);
    }
}
