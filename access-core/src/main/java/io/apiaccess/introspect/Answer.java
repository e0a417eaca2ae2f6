package io.apiaccess.introspect;

import io.apiaccess.json.MalformedException;
import io.apiaccess.json.StrictJson;
import io.apiaccess.jwt.Claims;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint has said of a token (RFC 7662 section 2.2).
 *
 * @param claims what the token holds, or {@code null} if it is not active
 * @param size how many characters that took
 * @param at when it was said, by the monotonic clock
 */
record Answer(@Nullable Claims claims, int size, long at) {
    /** How long a token counts as active without being asked about again, if it says when it expires. */
    static final long ACTIVE_NANOS = Duration.ofSeconds(60).toNanos();
    /** How long anything else counts. */
    static final long BRIEF_NANOS = Duration.ofSeconds(5).toNanos();

    /**
     * Returns the answer in a text.
     *
     * @throws MalformedException if it says neither that the token is active nor that it is not
     */
    static Answer parse(String json, long now) throws MalformedException {
        Map<String, @Nullable Object> members = StrictJson.object(json);
        if (!(members.get("active") instanceof Boolean active)) {
            throw new MalformedException("an answer without `active` that is true or false");
        }
        return new Answer(active ? Claims.of(members) : null, active ? json.length() : 0, now);
    }

    /** Returns whether it still counts: for its time, and never past the end of the token. */
    boolean countsAt(long nanos, Instant instant) {
        BigDecimal end = claims == null ? null : expiry(claims);
        if (end == null) {
            return nanos - at < BRIEF_NANOS;
        }
        BigDecimal now = BigDecimal.valueOf(instant.getEpochSecond()).add(BigDecimal.valueOf(instant.getNano(), 9));
        return nanos - at < ACTIVE_NANOS && now.compareTo(end) < 0;
    }

    private static @Nullable BigDecimal expiry(Claims claims) {
        return claims.find("exp").orElse(null) instanceof BigDecimal end ? end : null;
    }
}
