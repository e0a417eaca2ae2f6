package io.apiaccess.log;

import io.apiaccess.decision.DenyReason;
import java.util.List;
import java.util.Optional;

/**
 * What would become of recorded decisions under another configuration.
 *
 * @param same how many would be the same
 * @param changes those that would not
 * @param skipped how many cannot be judged again: by a credential that proved nothing or a path that was cut, made without
 *     the store of limits, or by a limit while not all allowed calls are recorded
 * @param unreadable how many lines are none of a decision log
 */
public record ReplayReport(long same, List<Change> changes, long skipped, long unreadable) {
    /** Copies the list. */
    public ReplayReport {
        changes = List.copyOf(changes);
    }

    /**
     * A decision that would change.
     *
     * @param recorded what was decided
     * @param now why it would be denied, or nothing if it would be allowed
     */
    public record Change(DecisionRecord recorded, Optional<DenyReason> now) {
        @Override
        public String toString() {
            return recorded.at() + " " + recorded.method().map(Object::toString).orElse("no method") + " "
                    + recorded.path().orElse("") + " by "
                    + recorded.profile().map(id -> "profile " + id).orElse("nobody known") + ": "
                    + words(recorded.reason()) + ", now " + words(now);
        }

        private static String words(Optional<DenyReason> reason) {
            return reason.map(DenyReason::code).orElse("allowed");
        }
    }

    /** Returns the changes, a line each, and how many there are of all. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        changes.forEach(change -> out.append(change).append('\n'));
        return out.append(changes.size())
                .append(" would change, ")
                .append(same)
                .append(" would not, ")
                .append(skipped)
                .append(" cannot be judged again, ")
                .append(unreadable)
                .append(" lines are none\n")
                .toString();
    }
}
