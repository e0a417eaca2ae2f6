package io.apiaccess.servlet;

import io.apiaccess.decision.Decision;
import jakarta.servlet.http.HttpServletRequest;

/**
 * Writes what a denied caller reads. Status and headers are the filter's; a writer has the body alone.
 *
 * <p>An implementation is thread-safe. One that throws is answered for with 503. What it writes must not tell apart the
 * reasons behind one 401, since nobody has proven anything then, and should repeat nothing of the request.
 */
@FunctionalInterface
public interface DenialWriter {
    /**
     * Returns the body of an answer; it is not sent to a HEAD request.
     *
     * @param status the status of the answer
     * @param denied the denial, with all that determined it: for choosing words, not for showing
     * @param request the request, without its credential
     */
    DenialBody write(int status, Decision.Denied denied, HttpServletRequest request);
}
