package io.apiaccess.policy;

import io.apiaccess.check.Faults;
import java.math.BigInteger;

/** What becomes of the calls that a limit counts while its store cannot answer. Immutable. */
public sealed interface FailureMode {
    /** Returns the mode in which the limit is left out: calls pass it uncounted. */
    static FailureMode open() {
        return new Open();
    }

    /** Returns the mode in which calls are denied as unavailable; the one of a limit that names none. */
    static FailureMode closed() {
        return new Closed();
    }

    /**
     * Returns the mode in which this process counts by itself and admits its share of the limit, rounded down. Processes
     * that are given shares of one in all admit no more than the limit together.
     *
     * @param part this process's part, 0 to {@code parts}
     * @param parts the parts there are, 1 to 2^63−1
     */
    static FailureMode local(long part, long parts) {
        return new Local(part, parts);
    }

    /** Calls pass uncounted. */
    record Open() implements FailureMode {
        @Override
        public String toString() {
            return "OPEN";
        }
    }

    /** Calls are denied as unavailable. */
    record Closed() implements FailureMode {
        @Override
        public String toString() {
            return "CLOSED";
        }
    }

    /**
     * This process counts by itself.
     *
     * @param part its part, 0 to {@code parts}
     * @param parts the parts there are, 1 to 2^63−1
     */
    record Local(long part, long parts) implements FailureMode {
        /** Refuses a share that is not between nothing and all. */
        public Local {
            Faults faults = new Faults();
            faults.require(parts > 0, "parts " + Faults.quote(parts) + " are below 1");
            faults.require(part >= 0 && part <= parts, "part " + Faults.quote(part) + " is not 0 to " + parts);
            faults.throwIfAny("share", part + "/" + parts);
        }

        /** Returns this process's share of so many units, rounded down. */
        public long of(long units) {
            return BigInteger.valueOf(units)
                    .multiply(BigInteger.valueOf(part))
                    .divide(BigInteger.valueOf(parts))
                    .longValueExact();
        }

        @Override
        public String toString() {
            return "LOCAL " + part + "/" + parts;
        }
    }
}
