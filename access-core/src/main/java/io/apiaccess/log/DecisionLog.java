package io.apiaccess.log;

import io.apiaccess.decision.Decision;
import io.apiaccess.spi.DecisionListener;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log of decisions: one line of JSON each, of all that are denied and of a part of those that are allowed. Immutable;
 * thread-safe.
 *
 * <p>A line holds no credential. It holds the path, in which an application may have put a secret: then leave paths out.
 */
public final class DecisionLog implements DecisionListener {
    private static final Logger LOG = LoggerFactory.getLogger("io.apiaccess.decisions");

    private final Consumer<String> lines;
    private final double sampling;
    private final boolean withPaths;

    private DecisionLog(Consumer<String> lines, double sampling, boolean withPaths) {
        this.lines = lines;
        this.sampling = sampling;
        this.withPaths = withPaths;
    }

    /** Returns a log to SLF4J's logger {@code io.apiaccess.decisions}, at level INFO. */
    public static DecisionLog toLogger() {
        return to(LOG::info);
    }

    /** Returns a log to any taker of lines, which is called on the threads of requests. */
    public static DecisionLog to(Consumer<String> lines) {
        return new DecisionLog(lines, 1, true);
    }

    /**
     * Returns the same log with a part of allowed decisions, by chance; denied ones are all written.
     *
     * @param part over 0 to 1
     */
    public DecisionLog sampling(double part) {
        if (!(part > 0 && part <= 1)) {
            throw new IllegalArgumentException("sampling of `" + part + "` is not over 0 to 1");
        }
        return new DecisionLog(lines, part, withPaths);
    }

    /** Returns the same log without paths: the route says as much where paths hold secrets; such lines cannot be replayed. */
    public DecisionLog withoutPaths() {
        return new DecisionLog(lines, sampling, false);
    }

    @Override
    public void decided(Decision decision, Duration took) {
        if (decision instanceof Decision.Denied || isChosen()) {
            lines.accept(DecisionRecord.of(decision, took, withPaths, sampling).toJson());
        }
    }

    private boolean isChosen() {
        return sampling == 1 || ThreadLocalRandom.current().nextDouble() < sampling;
    }
}
