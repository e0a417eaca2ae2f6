package io.apiaccess.client;

import io.apiaccess.check.Faults;
import io.apiaccess.jwt.ClaimRules;
import io.apiaccess.jwt.JwtAlgorithm;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Proof by an OAuth 2.0 access token: one that was issued here for the profile's client credentials, and as far as that is
 * said, JSON Web Tokens of other issuers (RFC 9068) or tokens that the introspection endpoint calls active (RFC 7662).
 * Immutable.
 */
public final class OAuth2 extends TokenAuthentication {
    /** What the {@code typ} of an access token that is a JSON Web Token says (RFC 9068 section 2.1). */
    public static final String TYPE = "at+jwt";

    private final boolean introspected;

    OAuth2(TokenRules rules, boolean introspected) {
        super(rules);
        this.introspected = introspected;
    }

    /**
     * Starts a proof by tokens issued here, and no others unless keys are given, or {@link Builder#introspected} is said.
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the proof by tokens issued here, and no others. */
    public static OAuth2 issuedHere() {
        return builder().build();
    }

    /** Returns a builder that starts from this. */
    public Builder toBuilder() {
        return new Builder().from(rules()).introspected(introspected).trustEndpoint(trustsEndpoint());
    }

    /** Returns whether it takes access tokens that are JSON Web Tokens (RFC 9068). */
    public boolean takesSigned() {
        return rules().hasKeys();
    }

    /** Returns whether it takes tokens that the introspection endpoint calls active (RFC 7662). */
    public boolean isIntrospected() {
        return introspected;
    }

    /**
     * Returns whether the word of the introspection endpoint is enough: no issuer or no audience is asked of what it says.
     */
    public boolean trustsEndpoint() {
        return introspected && !takesSigned() && !isAddressed(claims());
    }

    private static boolean isAddressed(ClaimRules claims) {
        return !claims.issuers().isEmpty() && !claims.audiences().isEmpty();
    }

    @Override
    public Kind kind() {
        return Kind.OAUTH2;
    }

    @Override
    OAuth2 restrictedBy(Authentication newer) {
        OAuth2 restricted = newer instanceof OAuth2 newest
                ? new OAuth2(rules().restrictedBy(newest.rules()), introspected && newest.introspected)
                : new OAuth2(rules().withoutKeys(), false);
        return restricted.equals(this) ? this : restricted;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof OAuth2 oauth
                        && rules().equals(oauth.rules())
                        && introspected == oauth.introspected);
    }

    @Override
    public int hashCode() {
        return Objects.hash(rules(), introspected);
    }

    @Override
    public String toString() {
        if (!takesSigned()) {
            return "access token issued here" + (introspected ? " or introspected, " + claims() + rules().known() : "");
        }
        return "access token issued here" + (introspected ? ", introspected" : "") + " or " + rules();
    }

    /** Builds a proof; what is wrong with it is said at once by {@link #build()}. Not thread-safe. */
    public static final class Builder extends TokenAuthentication.Builder<Builder> {
        private boolean introspected;
        private boolean trustEndpoint;

        private Builder() {
            super(JwtAlgorithm.publicKey());
        }

        /**
         * Sets whether tokens count that the introspection endpoint of the {@code AccessControl} calls active; they do not
         * unless set. Like a signed token, one counts only if the endpoint also says when it ends ({@code exp}), who issued
         * it ({@code iss}) and for whom ({@code aud}): the claims need an issuer and an audience.
         */
        public Builder introspected(boolean introspected) {
            this.introspected = introspected;
            return this;
        }

        /**
         * Sets whether the word of the introspection endpoint is enough without an issuer or an audience, which RFC 7662 lets
         * it leave out; it is not unless set. Then the endpoint alone keeps tokens away that are meant for others: set this
         * only if it calls those inactive. What the claims do name is asked for all the same, and where they name no
         * audience, a token with one is refused. Where tokens are taken by a key as well, it changes nothing.
         */
        public Builder trustEndpoint(boolean trust) {
            trustEndpoint = trust;
            return this;
        }

        /**
         * Returns the proof.
         *
         * @throws IllegalArgumentException naming everything that is wrong with it
         */
        public OAuth2 build() {
            Faults faults = new Faults(refused);
            TokenRules rules = rules(faults, false);
            ClaimRules claims = rules.claims();
            faults.require(
                    rules.hasKeys() || introspected || (isPlain(claims) && subjects.isEmpty() && !isSelective()),
                    "algorithms, claims and external subjects are for tokens of others, of which none is taken: there is"
                            + " neither a key nor introspection");
            if (rules.hasKeys() || (introspected && !trustEndpoint)) {
                faults.require(!claims.issuers().isEmpty(), "an issuer is missing: whose tokens are taken");
                faults.require(!claims.audiences().isEmpty(), "an audience is missing: for whom tokens must be meant");
            }
            faults.require(claims.expires(), "`exp` cannot be switched off for access tokens");
            faults.require(
                    claims.type().isEmpty() || claims.type().get().equals(TYPE),
                    "type " + Faults.quote(claims.type().orElse("")) + " is not `" + TYPE
                            + "`, which access tokens are of");
            faults.throwIfAny("authentication", "oauth2");
            return new OAuth2(rules.hasKeys() ? rules.ofType(TYPE) : rules, introspected);
        }

        @Override
        Builder self() {
            return this;
        }

        private static boolean isPlain(ClaimRules claims) {
            return claims.equals(ClaimRules.builder().build());
        }
    }
}
