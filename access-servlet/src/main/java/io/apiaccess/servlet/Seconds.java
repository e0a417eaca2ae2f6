package io.apiaccess.servlet;

import java.time.Duration;

/** Durations in whole seconds, rounded up: waiting them out is never too short. */
final class Seconds {
    private Seconds() {}

    static long roundedUp(Duration duration) {
        boolean isWhole = duration.getNano() == 0 || duration.getSeconds() == Long.MAX_VALUE;
        return Math.max(0, duration.getSeconds() + (isWhole ? 0 : 1));
    }

    /** Returns at least 1: an answer that says 0 asks for the same request at once. */
    static String atLeastOne(Duration duration) {
        return Long.toString(Math.max(1, roundedUp(duration)));
    }
}
