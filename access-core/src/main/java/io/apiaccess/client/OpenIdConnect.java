package io.apiaccess.client;

import io.apiaccess.check.Faults;
import io.apiaccess.jwt.ClaimRules;
import io.apiaccess.jwt.JwtAlgorithm;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Proof by an ID token of an issuer, and never by an access token of it (OpenID Connect Core 1.0). Immutable.
 *
 * <p>The audiences are the client ids that ID tokens may be meant for; one that is for any other besides is refused.
 */
public final class OpenIdConnect extends TokenAuthentication {
    private final Set<String> authorizedParties;

    private OpenIdConnect(TokenRules rules, Set<String> authorizedParties) {
        super(rules);
        this.authorizedParties = Collections.unmodifiableSet(new LinkedHashSet<>(authorizedParties));
    }

    /** Starts a proof by ID tokens; it needs an issuer, an audience, and a key or a place to fetch keys from. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts a proof by ID tokens of an issuer, whose metadata says where its keys are. */
    public static Builder discovered(String issuer) {
        return new Builder().discover(issuer);
    }

    /** Returns a builder that starts from this. */
    public Builder toBuilder() {
        Builder builder = new Builder().from(rules());
        authorizedParties.forEach(builder::authorizedParty);
        return builder;
    }

    /** Returns the parties, beside the audiences, that {@code azp} may name. */
    public Set<String> authorizedParties() {
        return authorizedParties;
    }

    @Override
    OpenIdConnect restrictedBy(Authentication newer) {
        Set<String> parties = new LinkedHashSet<>(authorizedParties);
        parties.retainAll(newer instanceof OpenIdConnect newest ? newest.authorizedParties : Set.of());
        OpenIdConnect restricted = new OpenIdConnect(
                newer instanceof OpenIdConnect newest ? rules().restrictedBy(newest.rules()) : rules().withoutKeys(),
                parties);
        return restricted.equals(this) ? this : restricted;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof OpenIdConnect oidc
                        && rules().equals(oidc.rules())
                        && authorizedParties.equals(oidc.authorizedParties));
    }

    @Override
    public int hashCode() {
        return Objects.hash(rules(), authorizedParties);
    }

    @Override
    public String toString() {
        return "ID token " + rules()
                + (authorizedParties.isEmpty() ? "" : ", got by " + authorizedParties + " or an audience");
    }

    /** Builds a proof; what is wrong with it is said at once by {@link #build()}. Not thread-safe. */
    public static final class Builder extends TokenAuthentication.Builder<Builder> {
        private final Set<String> authorizedParties = new LinkedHashSet<>();

        private Builder() {
            super(JwtAlgorithm.publicKey());
        }

        /**
         * Takes tokens whose {@code azp} names a party, beside those whose {@code azp} names an audience; compared
         * character by character.
         */
        public Builder authorizedParty(String party) {
            refused.require(!party.isEmpty(), "authorized party " + Faults.quote(party) + " is empty");
            authorizedParties.add(party);
            return this;
        }

        /**
         * Returns the proof.
         *
         * @throws IllegalArgumentException naming everything that is wrong with it
         */
        public OpenIdConnect build() {
            Faults faults = new Faults(refused);
            TokenRules rules = rules(faults, true);
            ClaimRules claims = rules.claims();
            faults.require(!claims.issuers().isEmpty(), "an issuer is missing: whose tokens are taken");
            faults.require(!claims.audiences().isEmpty(), "an audience is missing: for whom tokens must be meant");
            faults.require(claims.expires(), "`exp` cannot be switched off for ID tokens");
            faults.require(
                    !claims.type().filter(OAuth2.TYPE::equals).isPresent(),
                    "type `" + OAuth2.TYPE + "` is that of access tokens, which are no ID tokens");
            faults.throwIfAny("authentication", "openid connect");
            return new OpenIdConnect(rules, authorizedParties);
        }

        @Override
        Builder self() {
            return this;
        }
    }
}
