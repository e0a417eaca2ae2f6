package io.apiaccess.servlet;

/** The headers in which callers are told how their limits stand. */
public enum LimitHeaders {
    /** {@code RateLimit} and {@code RateLimit-Policy}, as draft-ietf-httpapi-ratelimit-headers-10 has them. */
    RATELIMIT,
    /**
     * {@code X-RateLimit-Limit}, {@code X-RateLimit-Remaining} and {@code X-RateLimit-Reset} (in seconds), of the limit that
     * refused or else has least left.
     */
    X_RATELIMIT,
    /** None. */
    OFF
}
