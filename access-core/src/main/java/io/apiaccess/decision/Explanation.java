package io.apiaccess.decision;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A decision with what every stage compared and found; nothing was consumed for it. Never holds a secret.
 *
 * @param decision the decision that would fall
 * @param steps the stages in order, each with what it found
 */
public record Explanation(Decision decision, List<Step> steps) {
    /** Copies the steps. */
    public Explanation {
        Objects.requireNonNull(decision, "decision");
        steps = List.copyOf(steps);
    }

    /** Returns one line for the decision and one for each stage. */
    @Override
    public String toString() {
        return steps.stream().map(Step::toString).collect(Collectors.joining("\n  ", decision + "\n  ", ""));
    }

    /**
     * What one stage did.
     *
     * @param stage the stage
     * @param outcome how it ended
     * @param found what it compared and found
     */
    public record Step(Stage stage, Outcome outcome, String found) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%-12s %-11s %s", stage, outcome, found)
                    .stripTrailing();
        }
    }

    /** How a stage ended. */
    public enum Outcome {
        /** Nothing spoke against the request. */
        PASSED,
        /** It refused, and so the decision fell. */
        REFUSED,
        /** The decision had fallen before. */
        NOT_REACHED
    }
}
