package io.apiaccess.servlet;

import io.apiaccess.decision.Decision;
import io.apiaccess.decision.LimitState;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.QuotaPeriod;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.policy.TokenBucket;
import jakarta.servlet.http.HttpServletResponse;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a caller is told of its limits: those that count its own usage, never those it shares with strangers. Immutable.
 *
 * @param headers the form
 * @param showsClient whether limits that all profiles of a client share are told
 */
record LimitFields(LimitHeaders headers, boolean showsClient) {
    /** The largest integer of a structured field (RFC 9651 section 3.3.1). */
    private static final long MAX_INTEGER = 999_999_999_999_999L;

    /** Sets the headers of a decision that has come as far as the limits. */
    void set(Decision decision, HttpServletResponse response) {
        if (headers == LimitHeaders.OFF || decision.limits().isEmpty()) {
            return;
        }
        List<LimitState> shown = new ArrayList<>(decision.limits().size());
        for (LimitState state : decision.limits()) {
            if (isShown(state.limit())) {
                shown.add(state);
            }
        }
        if (!shown.isEmpty() && headers == LimitHeaders.RATELIMIT) {
            setRateLimit(shown, response);
        } else if (!shown.isEmpty()) {
            LimitState tightest = tightest(shown);
            response.setHeader("X-RateLimit-Limit", integer(tightest.limit().max()));
            response.setHeader("X-RateLimit-Remaining", integer(tightest.remaining()));
            response.setHeader("X-RateLimit-Reset", integer(Seconds.roundedUp(tightest.resetAfter())));
        }
    }

    private boolean isShown(Limit limit) {
        return switch (limit.scope()) {
            case PROFILE, KEY, ADDRESS -> true;
            case CLIENT -> showsClient;
            case COLLECTION, PROFILE_AND_COLLECTION, GLOBAL -> false;
        };
    }

    private static LimitState tightest(List<LimitState> states) {
        return states.stream()
                .min(Comparator.comparing((LimitState state) -> !state.refuses())
                        .thenComparing(LimitState::remaining)
                        .thenComparing(LimitState::resetAfter, Comparator.reverseOrder()))
                .orElseThrow();
    }

    private static void setRateLimit(List<LimitState> shown, HttpServletResponse response) {
        StringBuilder policies = new StringBuilder();
        StringBuilder standings = new StringBuilder();
        for (LimitState state : shown) {
            String name = (policies.length() == 0 ? "" : ", ") + name(state);
            Limit limit = state.limit();
            policies.append(name).append(";q=").append(integer(limit.max()));
            window(limit).ifPresent(length -> policies.append(";w=").append(length));
            standings.append(name).append(";r=").append(integer(state.remaining()));
            standings.append(";t=").append(integer(Seconds.roundedUp(state.resetAfter())));
        }
        response.setHeader("RateLimit-Policy", policies.toString());
        response.setHeader("RateLimit", standings.toString());
    }

    /** Returns the seconds in which all units come back; a calendar's periods have no one length. */
    private static Optional<String> window(Limit limit) {
        if (limit instanceof RateLimit rate) {
            return Optional.of(integer(Seconds.roundedUp(rate.period())));
        }
        if (limit instanceof TokenBucket bucket) {
            return Optional.of(integer(secondsToFill(bucket)));
        }
        return limit instanceof Quota quota && quota.period() instanceof QuotaPeriod.Fixed fixed
                ? Optional.of(integer(Seconds.roundedUp(fixed.length())))
                : Optional.empty();
    }

    private static long secondsToFill(TokenBucket bucket) {
        BigInteger nanos = BigInteger.valueOf(bucket.period().toNanos())
                .multiply(BigInteger.valueOf(bucket.max()))
                .divide(BigInteger.valueOf(bucket.refill()));
        BigInteger[] seconds = nanos.divideAndRemainder(
                BigInteger.valueOf(Duration.ofSeconds(1).toNanos()));
        BigInteger rounded = seconds[1].signum() == 0 ? seconds[0] : seconds[0].add(BigInteger.ONE);
        return rounded.max(BigInteger.ONE).min(BigInteger.valueOf(MAX_INTEGER)).longValue();
    }

    private static String integer(long value) {
        return Long.toString(Math.min(value, MAX_INTEGER));
    }

    /**
     * Returns the policy's id and the limit's name as a string of RFC 9651 section 3.3.3, what is not printable ASCII
     * percent-encoded.
     */
    private static String name(LimitState state) {
        StringBuilder out = new StringBuilder("\"").append(state.policy()).append('.');
        for (byte b : state.limit().name().getBytes(StandardCharsets.UTF_8)) {
            if (b == '"' || b == '\\') {
                out.append('\\').append((char) b);
            } else if (b >= ' ' && b < 0x7f && b != '%') {
                out.append((char) b);
            } else {
                out.append(String.format("%%%02X", b));
            }
        }
        return out.append('"').toString();
    }
}
