package io.apiaccess.token;

import io.apiaccess.decision.DenyReason;
import io.apiaccess.jwt.Claims;
import io.apiaccess.jwt.ProfileClaim;
import org.jspecify.annotations.Nullable;

/**
 * Which profile a token names, before anything of it is proven.
 *
 * @param place where: the name of a claim, or {@code kid}; nothing if no place says anything
 * @param isByKeyId whether it is the header's {@code kid}, which then selects no key
 * @param issuer the issuer that it names, or empty
 * @param value the name, or empty
 * @param refusal why the token names none, or {@code null}
 */
public record Naming(
        @Nullable String place,
        boolean isByKeyId,
        String issuer,
        String value,
        @Nullable DenyReason refusal) {
    private static final String ISSUER = "iss";

    /** Returns what the first place says that is not empty; no place behind it is looked at. */
    public static Naming of(CompactJws token, ProfileClaim places) {
        return of(token.claims(), token.keyId().orElse(""), places);
    }

    /** Returns what the first place says that is not empty, of claims without a header. */
    public static Naming of(Claims claims, ProfileClaim places) {
        return of(claims, "", places);
    }

    private static Naming of(Claims claims, String headerKeyId, ProfileClaim places) {
        if (claims.find(ISSUER).isPresent() && claims.text(ISSUER).isEmpty()) {
            return new Naming(ISSUER, false, "", "", DenyReason.INVALID_CLAIMS);
        }
        String issuer = issuer(claims);
        for (String name : places.claims()) {
            Object value = claims.find(name).orElse("");
            if (!(value instanceof String text)) {
                return new Naming(name, false, issuer, "", DenyReason.INVALID_CLAIMS);
            }
            if (!text.isEmpty()) {
                return new Naming(name, false, issuer, text, null);
            }
        }
        String keyId = places.thenKeyId() ? headerKeyId : "";
        return keyId.isEmpty()
                ? new Naming(null, false, issuer, "", DenyReason.UNKNOWN_CREDENTIAL)
                : new Naming("kid", true, issuer, keyId, null);
    }

    /** Returns the issuer that a token names, or an empty text. */
    public static String issuer(CompactJws token) {
        return issuer(token.claims());
    }

    /** Returns the issuer that claims name, or an empty text. */
    public static String issuer(Claims claims) {
        return claims.text(ISSUER).orElse("");
    }

    /** Returns the place alone: the value may be an API key. */
    @Override
    public String toString() {
        return place == null ? "names no profile" : "names its profile by `" + place + "`";
    }
}
