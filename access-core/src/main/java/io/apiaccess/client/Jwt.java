package io.apiaccess.client;

import io.apiaccess.check.Faults;
import io.apiaccess.jwt.ClaimRules;
import io.apiaccess.jwt.JwtAlgorithm;
import io.apiaccess.jwt.JwtKey;
import io.apiaccess.jwt.KeySource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Proof by a JSON Web Token that one of the profile's keys verifies (RFC 7519). Immutable.
 *
 * <p>Either by shared secrets or by public keys, never by both: what a token says of itself cannot choose the method.
 */
public final class Jwt implements Authentication {
    private static final int MAX_KEYS = 20;
    private static final int MAX_ANONYMOUS = 4;

    private final Set<JwtAlgorithm> algorithms;
    private final List<JwtKey> keys;
    private final ClaimRules claims;
    private final Set<ExternalSubject> subjects;
    private final @Nullable KeySource keySource;

    private Jwt(
            Set<JwtAlgorithm> algorithms,
            List<JwtKey> keys,
            @Nullable KeySource keySource,
            ClaimRules claims,
            Set<ExternalSubject> subjects) {
        this.algorithms = algorithms;
        this.keys = keys;
        this.keySource = keySource;
        this.claims = claims;
        this.subjects = subjects;
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
        Builder builder = isHmac() ? hmac() : publicKey();
        if (!algorithms.equals(builder.family)) {
            builder.algorithms(algorithms.toArray(JwtAlgorithm[]::new));
        }
        keys.forEach(builder::key);
        builder.keySource = keySource;
        builder.claims = claims.toBuilder();
        builder.subjects.addAll(subjects);
        return builder;
    }

    /** Returns whether it is by shared secrets. */
    public boolean isHmac() {
        return JwtAlgorithm.hmac().containsAll(algorithms);
    }

    /** Returns the algorithms that a token may have. */
    public Set<JwtAlgorithm> algorithms() {
        return algorithms;
    }

    /** Returns the keys, in the order in which they are tried. */
    public List<JwtKey> keys() {
        return keys;
    }

    /** Returns where further keys are fetched from. */
    public Optional<KeySource> keySource() {
        return Optional.ofNullable(keySource);
    }

    /** Returns what the claims must hold. */
    public ClaimRules claims() {
        return claims;
    }

    /** Returns the names that the profile has with issuers. */
    public Set<ExternalSubject> subjects() {
        return subjects;
    }

    /**
     * Returns this without what a newer proof has no longer: algorithms, keys, algorithms of keys, and the place to fetch
     * keys from. A newer proof of another kind has nothing of it.
     */
    Jwt restrictedBy(Authentication newer) {
        if (!(newer instanceof Jwt newest)) {
            return new Jwt(algorithms, List.of(), null, claims, subjects);
        }
        Set<JwtAlgorithm> common = EnumSet.noneOf(JwtAlgorithm.class);
        common.addAll(algorithms);
        common.retainAll(newest.algorithms);
        List<JwtKey> left = keys.stream()
                .flatMap(key ->
                        newest.keys.stream().filter(key::isSameAs).flatMap(same -> key.restrictedBy(same).stream()))
                .toList();
        KeySource source = Objects.equals(keySource, newest.keySource) ? keySource : null;
        Jwt restricted = new Jwt(Collections.unmodifiableSet(common), left, source, claims, subjects);
        return restricted.equals(this) ? this : restricted;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (this == other) {
            return true;
        }
        return other instanceof Jwt jwt
                && algorithms.equals(jwt.algorithms)
                && keys.equals(jwt.keys)
                && Objects.equals(keySource, jwt.keySource)
                && claims.equals(jwt.claims)
                && subjects.equals(jwt.subjects);
    }

    @Override
    public int hashCode() {
        return Objects.hash(algorithms, keys, keySource, claims, subjects);
    }

    @Override
    public String toString() {
        return "token signed by " + algorithms + " with " + keys
                + (keySource == null ? "" : " and keys from " + keySource) + ", " + claims
                + (subjects.isEmpty() ? "" : ", known as " + subjects);
    }

    /** Builds a proof; what is wrong with it is said at once by {@link #build()}. Not thread-safe. */
    public static final class Builder {
        private final Faults refused = new Faults();
        private final Set<JwtAlgorithm> family;
        private final Set<JwtAlgorithm> chosen = EnumSet.noneOf(JwtAlgorithm.class);
        private final List<JwtKey> keys = new ArrayList<>();
        private final Set<ExternalSubject> subjects = new LinkedHashSet<>();
        private ClaimRules.Builder claims = ClaimRules.builder();
        private @Nullable KeySource keySource;

        private Builder(Set<JwtAlgorithm> family) {
            this.family = family;
        }

        /** Sets the algorithms that a token may have, all of the family unless given; each needs a key. */
        public Builder algorithms(JwtAlgorithm... algorithms) {
            chosen.clear();
            chosen.addAll(Set.of(algorithms));
            refused.require(algorithms.length > 0, "no algorithm is left");
            return this;
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

        /** Adds a public key in PEM, as an X.509 certificate in PEM, or as an OpenSSH line. */
        public Builder publicKey(String text) {
            refused.gather(() -> keys.add(JwtKey.publicKey(text)));
            return this;
        }

        /** Adds a JSON Web Key. */
        public Builder jwk(String json) {
            refused.gather(() -> keys.add(JwtKey.jwk(json)));
            return this;
        }

        /** Adds the keys for signatures in a JSON Web Key Set. */
        public Builder jwkSet(String json) {
            refused.gather(() -> keys.addAll(JwtKey.jwkSet(json)));
            return this;
        }

        /** Adds a key. */
        public Builder key(JwtKey key) {
            keys.add(Objects.requireNonNull(key, "key"));
            return this;
        }

        /**
         * Sets an address to fetch a JSON Web Key Set from, in addition to the keys given here; {@code null} fetches none.
         *
         * @param url https with a host, without user and fragment; http to {@code 127.0.0.1} or {@code [::1]} where the
         *     application has switched that on
         */
        public Builder jwkSetUrl(@Nullable String url) {
            refused.gather(() -> keySource = url == null ? null : KeySource.jwkSet(url));
            return this;
        }

        /**
         * Takes keys from where an issuer's metadata says (OpenID Connect Discovery 1.0), in place of the address of a key
         * set, and tokens of that issuer alone.
         *
         * @param issuer as tokens name it: https with a host, without user, query and fragment
         */
        public Builder discover(String issuer) {
            refused.gather(() -> keySource = KeySource.discovery(issuer));
            claims.onlyIssuer(issuer);
            return this;
        }

        /** Takes a key away, if it is there: at once, also where other changes wait for a registration. */
        public Builder withoutKey(JwtKey key) {
            keys.removeIf(key::isSameAs);
            return this;
        }

        /** Sets what the claims must hold. */
        public Builder claims(Consumer<ClaimRules.Builder> rules) {
            rules.accept(claims);
            return this;
        }

        /** Adds a name that the profile has with an issuer. */
        public Builder externalSubject(String issuer, String value) {
            refused.gather(() -> subjects.add(new ExternalSubject(issuer, value)));
            return this;
        }

        /**
         * Returns the proof.
         *
         * @throws IllegalArgumentException naming everything that is wrong with it
         */
        public Jwt build() {
            Faults faults = new Faults(refused);
            ClaimRules[] rules = {ClaimRules.builder().build()};
            faults.gather(() -> rules[0] = claims.build());
            Set<JwtAlgorithm> algorithms = chosen.isEmpty() ? family : EnumSet.copyOf(chosen);
            check(algorithms, faults);
            checkKeys(algorithms, faults);
            checkIssuer(rules[0], faults);
            for (ExternalSubject subject : subjects) {
                faults.require(
                        rules[0].issuers().isEmpty() || rules[0].issuers().contains(subject.issuer()),
                        "external subject " + subject + " can never come: issuers are " + rules[0].issuers());
            }
            faults.throwIfAny("authentication", "jwt");
            return new Jwt(
                    Collections.unmodifiableSet(EnumSet.copyOf(algorithms)),
                    List.copyOf(keys),
                    keySource,
                    rules[0],
                    Collections.unmodifiableSet(new LinkedHashSet<>(subjects)));
        }

        private void check(Set<JwtAlgorithm> algorithms, Faults faults) {
            for (JwtAlgorithm algorithm : algorithms) {
                faults.require(
                        family.contains(algorithm),
                        "algorithm " + Faults.quote(algorithm) + " is of the other method: " + family
                                + " are of this one");
                faults.require(
                        chosen.isEmpty()
                                || keySource != null
                                || keys.stream()
                                        .anyMatch(key -> key.algorithms().contains(algorithm)),
                        "algorithm " + Faults.quote(algorithm) + " has no key that is long enough or of its kind");
            }
        }

        /** Whose keys are found by metadata may sign for itself alone. */
        private void checkIssuer(ClaimRules rules, Faults faults) {
            Optional<String> issuer = keySource == null ? Optional.empty() : keySource.issuer();
            faults.require(
                    issuer.isEmpty() || rules.issuers().equals(Set.of(issuer.get())),
                    "issuers " + rules.issuers() + " are not " + Faults.quote(issuer.orElse(""))
                            + " alone, whose metadata is asked");
        }

        private void checkKeys(Set<JwtAlgorithm> algorithms, Faults faults) {
            faults.require(
                    (keySource != null || !keys.isEmpty()) && keys.size() <= MAX_KEYS,
                    "`" + keys.size() + "` keys are not 1 to " + MAX_KEYS);
            faults.require(
                    keySource == null || family.equals(JwtAlgorithm.publicKey()),
                    "secrets are not fetched: the address of a key set " + keySource + " is for public keys");
            for (JwtAlgorithm algorithm : algorithms) {
                long anonymous = keys.stream()
                        .filter(key -> key.id().isEmpty() && key.algorithms().contains(algorithm))
                        .count();
                faults.require(
                        anonymous <= MAX_ANONYMOUS,
                        "`" + anonymous + "` keys for " + Faults.quote(algorithm) + " are without id: only "
                                + MAX_ANONYMOUS + " of them would be tried");
            }
            Set<String> ids = new HashSet<>();
            for (int i = 0; i < keys.size(); i++) {
                JwtKey key = keys.get(i);
                faults.require(
                        key.algorithms().stream().anyMatch(algorithms::contains),
                        "key " + (i + 1) + ", " + key + ", is for none of " + Faults.quote(algorithms));
                key.id()
                        .filter(id -> !ids.add(id))
                        .ifPresent(id -> faults.add("key id " + Faults.quote(id) + " is there twice"));
                faults.require(
                        keys.subList(0, i).stream().noneMatch(key::isSameAs),
                        "key " + (i + 1) + ", " + key + ", is there twice");
            }
        }
    }
}
