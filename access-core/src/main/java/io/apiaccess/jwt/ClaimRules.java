package io.apiaccess.jwt;

import io.apiaccess.check.Faults;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the claims of a token must hold, beside being in force (RFC 7519 section 4.1). Immutable. */
public final class ClaimRules {
    private static final int MAX_TEXT = 2_000;
    private static final String MEDIA_TYPE = "application/";

    private final Set<String> issuers;
    private final Set<String> audiences;
    private final Set<String> required;
    private final @Nullable String type;
    private final boolean expires;
    private final @Nullable Duration maxLifetime;

    private ClaimRules(Builder builder) {
        issuers = Collections.unmodifiableSet(new LinkedHashSet<>(builder.issuers));
        audiences = Collections.unmodifiableSet(new LinkedHashSet<>(builder.audiences));
        required = Collections.unmodifiableSet(new LinkedHashSet<>(builder.required));
        type = builder.type;
        expires = builder.expires;
        maxLifetime = builder.maxLifetime;
    }

    /** Starts rules that ask for {@code exp}, and take any issuer and no audience. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns a builder that starts from these rules. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.issuers.addAll(issuers);
        builder.audiences.addAll(audiences);
        builder.required.addAll(required);
        builder.type = type;
        builder.expires = expires;
        builder.maxLifetime = maxLifetime;
        return builder;
    }

    /** Returns the issuers, one of which {@code iss} must be; empty means that any will do, and none. */
    public Set<String> issuers() {
        return issuers;
    }

    /** Returns the audiences, one of which must be in {@code aud}; empty means that there must be no {@code aud}. */
    public Set<String> audiences() {
        return audiences;
    }

    /** Returns the names of the claims that must not be missing. */
    public Set<String> required() {
        return required;
    }

    /** Returns what the header's {@code typ} must be, in lower case and without {@code application/}. */
    public Optional<String> type() {
        return Optional.ofNullable(type);
    }

    /** Returns whether a token must have {@code exp}. */
    public boolean expires() {
        return expires;
    }

    /** Returns the longest time from {@code iat} to {@code exp}. */
    public Optional<Duration> maxLifetime() {
        return Optional.ofNullable(maxLifetime);
    }

    /** Returns whether a header's {@code typ} is the one asked for (RFC 7515 section 4.1.9), if one is. */
    public boolean takesType(Optional<String> given) {
        return type == null || given.map(ClaimRules::plain).filter(type::equals).isPresent();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ClaimRules rules
                && issuers.equals(rules.issuers)
                && audiences.equals(rules.audiences)
                && required.equals(rules.required)
                && Objects.equals(type, rules.type)
                && expires == rules.expires
                && Objects.equals(maxLifetime, rules.maxLifetime);
    }

    @Override
    public int hashCode() {
        return Objects.hash(issuers, audiences, required, type, expires, maxLifetime);
    }

    @Override
    public String toString() {
        return "issuers " + (issuers.isEmpty() ? "any" : issuers) + ", audiences "
                + (audiences.isEmpty() ? "none" : audiences)
                + (required.isEmpty() ? "" : ", required " + required)
                + (type == null ? "" : ", type " + type)
                + (expires ? "" : ", without expiry")
                + (maxLifetime == null ? "" : ", living " + maxLifetime + " at most");
    }

    private static String plain(String type) {
        String lower = type.toLowerCase(Locale.ROOT);
        return lower.startsWith(MEDIA_TYPE) ? lower.substring(MEDIA_TYPE.length()) : lower;
    }

    /** Builds rules; what is wrong with them is said at once by {@link #build()}. Not thread-safe. */
    public static final class Builder {
        private final Faults refused = new Faults();
        private final Set<String> issuers = new LinkedHashSet<>();
        private final Set<String> audiences = new LinkedHashSet<>();
        private final Set<String> required = new LinkedHashSet<>();
        private @Nullable String type;
        private boolean expires = true;
        private @Nullable Duration maxLifetime;

        private Builder() {}

        /** Takes tokens of an issuer, beside those of issuers taken before; compared character by character. */
        public Builder issuer(String issuer) {
            issuers.add(text("issuer", issuer));
            return this;
        }

        /** Takes tokens of an issuer alone, in place of issuers taken before. */
        public Builder onlyIssuer(String issuer) {
            issuers.clear();
            return issuer(issuer);
        }

        /** Takes tokens for an audience, beside those for audiences taken before; compared character by character. */
        public Builder audience(String audience) {
            audiences.add(text("audience", audience));
            return this;
        }

        /** Asks for a claim that is not missing and not {@code null}. */
        public Builder require(String claim) {
            required.add(text("claim", claim));
            return this;
        }

        /** Asks for a type in the header, such as {@code at+jwt}; {@code null} takes any. */
        public Builder type(@Nullable String type) {
            this.type = type == null ? null : plain(text("type", type));
            return this;
        }

        /** Sets whether a token must have {@code exp}; one that has none counts until its key is taken away. */
        public Builder expires(boolean expires) {
            this.expires = expires;
            return this;
        }

        /** Sets the longest time from {@code iat}, which is then asked for, to {@code exp}; {@code null} takes any. */
        public Builder maxLifetime(@Nullable Duration lifetime) {
            refused.require(
                    lifetime == null || (!lifetime.isNegative() && !lifetime.isZero()),
                    "lifetime " + Faults.quote(lifetime) + " is not above 0");
            maxLifetime = lifetime;
            return this;
        }

        /**
         * Returns the rules.
         *
         * @throws IllegalArgumentException naming everything that is wrong with them
         */
        public ClaimRules build() {
            Faults faults = new Faults(refused);
            faults.require(
                    expires || maxLifetime == null,
                    "a lifetime of at most " + Faults.quote(maxLifetime) + " needs `exp`, which is switched off");
            faults.throwIfAny("claim", "rules");
            return new ClaimRules(this);
        }

        private String text(String what, String text) {
            refused.require(
                    !text.isEmpty()
                            && text.length() <= MAX_TEXT
                            && text.codePoints().noneMatch(Character::isISOControl),
                    what + " " + Faults.quote(text) + " is not 1 to " + MAX_TEXT
                            + " characters without control characters");
            return text;
        }
    }
}
