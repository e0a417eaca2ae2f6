package io.apiaccess.client;

import io.apiaccess.check.Faults;
import io.apiaccess.jwt.JwtAlgorithm;
import io.apiaccess.jwt.JwtKey;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Proof by a JSON Web Token that one of the profile's keys verifies (RFC 7519). Immutable.
 *
 * <p>Either by shared secrets or by public keys, never by both: what a token says of itself cannot choose the method.
 */
public final class Jwt extends TokenAuthentication {
    private Jwt(TokenRules rules) {
        super(rules);
    }

    /** Starts a proof by shared secrets: HS256, HS384 and HS512, as far as a secret is long enough. */
    public static Builder hmac() {
        return new Builder(JwtAlgorithm.hmac());
    }

    /** Starts a proof by public keys: RS, PS and ES with SHA-256, SHA-384 and SHA-512, and EdDSA on Ed25519. */
    public static Builder publicKey() {
        return new Builder(JwtAlgorithm.publicKey());
    }

    /** Returns a builder that starts from this. */
    public Builder toBuilder() {
        return (isHmac() ? hmac() : publicKey()).from(rules());
    }

    /** Returns whether it is by shared secrets. */
    public boolean isHmac() {
        return JwtAlgorithm.hmac().containsAll(algorithms());
    }

    @Override
    Jwt restrictedBy(Authentication newer) {
        Jwt restricted = new Jwt(newer instanceof Jwt jwt ? rules().restrictedBy(jwt.rules()) : rules().withoutKeys());
        return restricted.equals(this) ? this : restricted;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof Jwt jwt && rules().equals(jwt.rules()));
    }

    @Override
    public int hashCode() {
        return rules().hashCode();
    }

    @Override
    public String toString() {
        return "token " + rules();
    }

    /** Builds a proof; what is wrong with it is said at once by {@link #build()}. Not thread-safe. */
    public static final class Builder extends TokenAuthentication.Builder<Builder> {
        private Builder(Set<JwtAlgorithm> family) {
            super(family);
        }

        /** Adds a shared secret: the UTF-8 bytes of a text, at least 32. */
        public Builder secret(String text) {
            refused.gather(() -> keys.add(JwtKey.secret(text)));
            return this;
        }

        /** Adds a shared secret that is given in base64 or base64url. */
        public Builder secretBase64(String text) {
            refused.gather(() -> keys.add(JwtKey.secretBase64(text)));
            return this;
        }

        /**
         * Returns the proof.
         *
         * @throws IllegalArgumentException naming everything that is wrong with it
         */
        public Jwt build() {
            Faults faults = new Faults(refused);
            TokenRules rules = rules(faults, true);
            faults.throwIfAny("authentication", "jwt");
            return new Jwt(rules);
        }

        @Override
        Builder self() {
            return this;
        }
    }
}
