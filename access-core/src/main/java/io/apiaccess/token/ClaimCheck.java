package io.apiaccess.token;

import io.apiaccess.decision.DenyReason;
import io.apiaccess.jwt.ClaimRules;
import io.apiaccess.jwt.Claims;
import io.apiaccess.request.ClientCertificate;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether the claims of a token that is proven hold what they must (RFC 7519 section 4.1). */
public final class ClaimCheck {
    /** How far clocks may be apart, in seconds. */
    private static final long SKEW = 30;
    /** 9999-12-31T23:59:59Z. */
    private static final BigDecimal MAX_DATE = BigDecimal.valueOf(253_402_300_799L);

    private static final List<String> SCOPES = List.of("scope", "scp");

    private ClaimCheck() {}

    /** What is wrong with claims; in the order in which it is looked for. */
    public enum Fault {
        /** A date is no number from 0 to 253402300799. */
        DATE(DenyReason.INVALID_CLAIMS, "`exp`, `nbf` or `iat` is no number from 0 to 253402300799"),
        /** The token says not when it expires. */
        NO_EXPIRY(DenyReason.INVALID_CLAIMS, "`exp` is missing"),
        /** The token lives too long. */
        LIFETIME(DenyReason.INVALID_CLAIMS, "from `iat` to `exp` is longer than allowed, or `iat` is missing"),
        /** The token is of another type. */
        TYPE(DenyReason.INVALID_CLAIMS, "`typ` is another"),
        /** The token is an ID token, where access tokens are taken. */
        ID_TOKEN(DenyReason.INVALID_CLAIMS, "`nonce`, `at_hash` or `c_hash` is there, as in ID tokens"),
        /** The token is no ID token, where those are taken. */
        NO_ID_TOKEN(DenyReason.INVALID_CLAIMS, "`scope`, `scp` or `events` is there, which ID tokens have not"),
        /** The token was got by somebody else. */
        PARTY(DenyReason.INVALID_CLAIMS, "`azp` is another, no text, or missing beside several audiences"),
        /** The token is of another issuer. */
        ISSUER(DenyReason.INVALID_CLAIMS, "`iss` is another, missing, or no text"),
        /** The token is for somebody else. */
        AUDIENCE(DenyReason.INVALID_CLAIMS, "`aud` names none that is expected, or is there where none is"),
        /** A claim that must be there is missing. */
        REQUIRED(DenyReason.INVALID_CLAIMS, "a required claim is missing"),
        /** The scopes are neither a text nor a list of texts. */
        SCOPE(DenyReason.INVALID_CLAIMS, "`scope` or `scp` is neither a text nor a list of texts"),
        /** The token is bound in a way that cannot be checked. */
        CONFIRMATION(DenyReason.INVALID_CLAIMS, "`cnf` holds no `x5t#S256`"),
        /** The token is bound to another certificate than that of the call. */
        CERTIFICATE(
                DenyReason.CERTIFICATE_MISMATCH,
                "`cnf` names another certificate than that of the call, if it has one"),
        /** The token is past its last instant. */
        EXPIRED(DenyReason.EXPIRED_CREDENTIAL, "`exp` is past"),
        /** The token is before its first instant. */
        NOT_YET(DenyReason.CREDENTIAL_NOT_YET_VALID, "`nbf` or `iat` is still to come");

        private final DenyReason reason;
        private final String words;

        Fault(DenyReason reason, String words) {
            this.reason = reason;
            this.words = words;
        }

        /** Returns the reason that a denial gives. */
        public DenyReason reason() {
            return reason;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    /** Returns what is wrong with a token at an instant, on a call with a certificate or without, or {@code null}. */
    public static @Nullable Fault find(
            CompactJws token, ClaimRules rules, @Nullable ClientCertificate certificate, Instant now) {
        return rules.takesType(token.type()) ? find(token.claims(), rules, certificate, now) : Fault.TYPE;
    }

    /** Returns what is wrong with claims at an instant, on a call with a certificate or without, or {@code null}. */
    public static @Nullable Fault find(
            Claims claims, ClaimRules rules, @Nullable ClientCertificate certificate, Instant now) {
        Fault invalid = invalid(claims, rules);
        return invalid == null ? findAgain(claims, certificate, now) : invalid;
    }

    /** Returns what is wrong at another instant or on another call with claims that nothing was wrong with, or {@code null}. */
    public static @Nullable Fault findAgain(Claims claims, @Nullable ClientCertificate certificate, Instant now) {
        Fault unbound = Binding.find(claims, certificate);
        return unbound == null ? outOfTime(claims, now) : unbound;
    }

    /** Returns the scopes that claims hold in {@code scope} (RFC 8693 section 4.2) and {@code scp}, if either is there. */
    public static Optional<Set<String>> scopes(Claims claims) {
        Set<String> scopes = new LinkedHashSet<>();
        boolean found = false;
        for (String name : SCOPES) {
            found |= claims.find(name).isPresent();
            for (String text : claims.texts(name).orElse(List.of())) {
                scopes.addAll(List.of(text.split(" +", -1)));
            }
        }
        scopes.remove("");
        return found ? Optional.of(Collections.unmodifiableSet(scopes)) : Optional.empty();
    }

    private static @Nullable Fault invalid(Claims claims, ClaimRules rules) {
        if (!isDate(claims, "exp") || !isDate(claims, "nbf") || !isDate(claims, "iat")) {
            return Fault.DATE;
        }
        if (rules.expires() && date(claims, "exp") == null) {
            return Fault.NO_EXPIRY;
        }
        if (rules.maxLifetime().isPresent()
                && !isWithin(claims, rules.maxLifetime().get())) {
            return Fault.LIFETIME;
        }
        if (!isIssuer(claims, rules.issuers())) {
            return Fault.ISSUER;
        }
        if (!isAudience(claims, rules.audiences())) {
            return Fault.AUDIENCE;
        }
        Map<String, Object> present = claims.asMap();
        if (!present.keySet().containsAll(rules.required())) {
            return Fault.REQUIRED;
        }
        boolean scoped = SCOPES.stream()
                .allMatch(
                        name -> !present.containsKey(name) || claims.texts(name).isPresent());
        return scoped ? null : Fault.SCOPE;
    }

    private static @Nullable Fault outOfTime(Claims claims, Instant now) {
        BigDecimal exp = date(claims, "exp");
        if (exp != null && compare(exp, now, -SKEW) <= 0) {
            return Fault.EXPIRED;
        }
        BigDecimal nbf = date(claims, "nbf");
        BigDecimal iat = date(claims, "iat");
        boolean begun = (nbf == null || compare(nbf, now, SKEW) <= 0) && (iat == null || compare(iat, now, SKEW) <= 0);
        return begun ? null : Fault.NOT_YET;
    }

    /** Compares a date with what an instant and so many seconds come to. */
    private static int compare(BigDecimal date, Instant instant, long more) {
        long seconds = instant.getEpochSecond() + more;
        int nanos = instant.getNano();
        if (date.scale() != 0) {
            return date.compareTo(seconds(seconds, nanos));
        }
        int bySecond = Long.compare(date.longValue(), seconds);
        return bySecond == 0 && nanos > 0 ? -1 : bySecond;
    }

    private static boolean isWithin(Claims claims, Duration lifetime) {
        BigDecimal exp = date(claims, "exp");
        BigDecimal iat = date(claims, "iat");
        return exp != null
                && iat != null
                && exp.subtract(iat).compareTo(seconds(lifetime.getSeconds(), lifetime.getNano())) <= 0;
    }

    private static boolean isIssuer(Claims claims, Set<String> issuers) {
        if (issuers.isEmpty()) {
            return claims.find("iss").isEmpty() || claims.text("iss").isPresent();
        }
        return claims.text("iss").filter(issuers::contains).isPresent();
    }

    private static boolean isAudience(Claims claims, Set<String> audiences) {
        if (audiences.isEmpty()) {
            return claims.find("aud").isEmpty();
        }
        return claims.texts("aud")
                .filter(named -> named.stream().anyMatch(audiences::contains))
                .isPresent();
    }

    private static boolean isDate(Claims claims, String name) {
        Object value = claims.find(name).orElse(null);
        return value == null
                || (value instanceof BigDecimal date && date.signum() >= 0 && date.compareTo(MAX_DATE) <= 0);
    }

    private static @Nullable BigDecimal date(Claims claims, String name) {
        return claims.find(name).orElse(null) instanceof BigDecimal date ? date : null;
    }

    private static BigDecimal seconds(long seconds, int nanos) {
        return BigDecimal.valueOf(seconds).add(BigDecimal.valueOf(nanos, 9));
    }
}
