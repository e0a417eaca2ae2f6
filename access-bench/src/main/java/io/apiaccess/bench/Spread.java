package io.apiaccess.bench;

import java.util.Arrays;
import java.util.Locale;

/** What rounds have measured. */
final class Spread {
    private final double[] rounds;

    /** Takes what the rounds have measured, in any order. */
    Spread(double... rounds) {
        this.rounds = rounds.clone();
        Arrays.sort(this.rounds);
    }

    /** Returns what each round of one was over the same round of another. */
    static Spread ratios(double[] over, double[] under) {
        double[] ratios = new double[over.length];
        Arrays.setAll(ratios, i -> over[i] / under[i]);
        return new Spread(ratios);
    }

    double median() {
        return rounds[rounds.length / 2];
    }

    /** Returns the median, the least and the most as cells of a table, without the outer bars. */
    String cells() {
        return cells("%.3f | %.3f | %.3f");
    }

    /** Returns the same without decimals. */
    String wholeCells() {
        return cells("%.0f | %.0f | %.0f");
    }

    private String cells(String format) {
        return String.format(Locale.ROOT, format, median(), rounds[0], rounds[rounds.length - 1]);
    }

    /** Returns the ratio of the medians. */
    String over(Spread other) {
        return String.format(Locale.ROOT, "%.3f", median() / other.median());
    }
}
