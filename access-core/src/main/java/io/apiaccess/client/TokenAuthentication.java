package io.apiaccess.client;

import io.apiaccess.check.Faults;
import io.apiaccess.jwt.ClaimRules;
import io.apiaccess.jwt.JwtAlgorithm;
import io.apiaccess.jwt.JwtKey;
import io.apiaccess.jwt.KeySource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Proof by a token: what keys verify it, what its claims must hold, and whom they name. Immutable. */
public abstract sealed class TokenAuthentication implements Authentication permits Jwt, OAuth2, OpenIdConnect {
    private final TokenRules rules;

    TokenAuthentication(TokenRules rules) {
        this.rules = rules;
    }

    TokenRules rules() {
        return rules;
    }

    /** What kinds of proof by token there are. */
    public enum Kind {
        /** {@link Jwt}. */
        JWT,
        /** {@link OAuth2}. */
        OAUTH2,
        /** {@link OpenIdConnect}. */
        OPENID_CONNECT
    }

    /** Returns what kind of proof it is. */
    public abstract Kind kind();

    /**
     * Returns a proof as it was kept, unchecked: one that was registered may have lost to later changes what a new one
     * needs. For stores.
     *
     * @param keySource where further keys are fetched from, or {@code null}
     * @param introspected of OAuth 2.0, whether tokens count that the introspection endpoint calls active
     * @param authorizedParties of OpenID Connect, the parties that {@code azp} may name
     */
    public static TokenAuthentication kept(
            Kind kind,
            Set<JwtAlgorithm> algorithms,
            List<JwtKey> keys,
            @Nullable KeySource keySource,
            ClaimRules claims,
            Set<ExternalSubject> subjects,
            boolean introspected,
            Set<String> authorizedParties) {
        TokenRules rules = new TokenRules(algorithms, keys, keySource, claims, subjects);
        return switch (kind) {
            case JWT -> new Jwt(rules);
            case OAUTH2 -> new OAuth2(rules, introspected);
            case OPENID_CONNECT -> new OpenIdConnect(rules, authorizedParties);
        };
    }

    /** Returns the algorithms that a signed token may have. */
    public Set<JwtAlgorithm> algorithms() {
        return rules.algorithms();
    }

    /** Returns the keys, in the order in which they are tried. */
    public List<JwtKey> keys() {
        return rules.keys();
    }

    /** Returns where further keys are fetched from. */
    public Optional<KeySource> keySource() {
        return Optional.ofNullable(rules.keySource());
    }

    /** Returns what the claims must hold. */
    public ClaimRules claims() {
        return rules.claims();
    }

    /** Returns the names that the profile has with issuers. */
    public Set<ExternalSubject> subjects() {
        return rules.subjects();
    }

    /**
     * Returns this without what a newer proof has no longer: algorithms, keys, algorithms of keys, and the place to fetch
     * keys from. A newer proof of another kind has nothing of it.
     */
    abstract TokenAuthentication restrictedBy(Authentication newer);

    /**
     * Builds a proof by token; what is wrong with it is said at once when it is built. Not thread-safe.
     *
     * @param <B> what kind of builder it is
     */
    public abstract static sealed class Builder<B extends Builder<B>>
            permits Jwt.Builder, OAuth2.Builder, OpenIdConnect.Builder {
        private static final int MAX_KEYS = 20;
        private static final int MAX_ANONYMOUS = 4;
        private static final int MAX_ANONYMOUS_BESIDE_FETCHED = 3;

        final Faults refused = new Faults();
        final List<JwtKey> keys = new ArrayList<>();
        ClaimRules.Builder claims = ClaimRules.builder();
        final Set<ExternalSubject> subjects = new LinkedHashSet<>();
        private final Set<JwtAlgorithm> family;
        private final Set<JwtAlgorithm> chosen = EnumSet.noneOf(JwtAlgorithm.class);
        private @Nullable KeySource keySource;

        Builder(Set<JwtAlgorithm> family) {
            this.family = family;
        }

        /** Returns this, as what it is. */
        abstract B self();

        /** Sets the algorithms that a token may have, all of the family unless given; each needs a key. */
        public B algorithms(JwtAlgorithm... algorithms) {
            chosen.clear();
            chosen.addAll(Set.of(algorithms));
            refused.require(algorithms.length > 0, "no algorithm is left");
            return self();
        }

        /** Adds a public key in PEM, as an X.509 certificate in PEM, or as an OpenSSH line. */
        public B publicKey(String text) {
            refused.gather(() -> keys.add(JwtKey.publicKey(text)));
            return self();
        }

        /** Adds a JSON Web Key. */
        public B jwk(String json) {
            refused.gather(() -> keys.add(JwtKey.jwk(json)));
            return self();
        }

        /** Adds the keys for signatures in a JSON Web Key Set. */
        public B jwkSet(String json) {
            refused.gather(() -> keys.addAll(JwtKey.jwkSet(json)));
            return self();
        }

        /** Adds a key. */
        public B key(JwtKey key) {
            keys.add(Objects.requireNonNull(key, "key"));
            return self();
        }

        /**
         * Sets an address to fetch a JSON Web Key Set from, in addition to the keys given here; {@code null} fetches none.
         *
         * @param url https with a host, without user and fragment; http to {@code 127.0.0.1} or {@code [::1]} where the
         *     application has switched that on
         */
        public B jwkSetUrl(@Nullable String url) {
            refused.gather(() -> keySource = url == null ? null : KeySource.jwkSet(url));
            return self();
        }

        /**
         * Takes keys from where an issuer's metadata says (OpenID Connect Discovery 1.0), in place of the address of a key
         * set, and tokens of that issuer alone.
         *
         * @param issuer as tokens name it: https with a host, without user, query and fragment
         */
        public B discover(String issuer) {
            refused.gather(() -> keySource = KeySource.discovery(issuer));
            claims.onlyIssuer(issuer);
            return self();
        }

        /** Takes a key away, if it is there: at once, also where other changes wait for a registration. */
        public B withoutKey(JwtKey key) {
            keys.removeIf(key::isSameAs);
            return self();
        }

        /** Sets what the claims must hold. */
        public B claims(Consumer<ClaimRules.Builder> rules) {
            rules.accept(claims);
            return self();
        }

        /** Adds a name that the profile has with an issuer. */
        public B externalSubject(String issuer, String value) {
            refused.gather(() -> subjects.add(new ExternalSubject(issuer, value)));
            return self();
        }

        B from(TokenRules rules) {
            if (!rules.algorithms().equals(family)) {
                algorithms(rules.algorithms().toArray(JwtAlgorithm[]::new));
            }
            keys.addAll(rules.keys());
            keySource = rules.keySource();
            claims = rules.claims().toBuilder();
            subjects.addAll(rules.subjects());
            return self();
        }

        boolean hasKeys() {
            return keySource != null || !keys.isEmpty();
        }

        boolean isSelective() {
            return !chosen.isEmpty();
        }

        /** Returns the rules as they were set, with what is wrong with them added to the faults. */
        TokenRules rules(Faults faults, boolean needsKey) {
            ClaimRules[] rules = {ClaimRules.builder().build()};
            faults.gather(() -> rules[0] = claims.build());
            Set<JwtAlgorithm> algorithms = chosen.isEmpty() ? family : EnumSet.copyOf(chosen);
            check(algorithms, faults);
            checkKeys(algorithms, faults, needsKey);
            checkIssuer(rules[0], faults);
            for (ExternalSubject subject : subjects) {
                faults.require(
                        rules[0].issuers().isEmpty() || rules[0].issuers().contains(subject.issuer()),
                        "external subject " + subject + " can never come: issuers are " + rules[0].issuers());
            }
            return new TokenRules(algorithms, keys, keySource, rules[0], subjects);
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

        private void checkKeys(Set<JwtAlgorithm> algorithms, Faults faults, boolean needsKey) {
            faults.require(
                    (hasKeys() || !needsKey) && keys.size() <= MAX_KEYS,
                    "`" + keys.size() + "` keys are not " + (needsKey ? 1 : 0) + " to " + MAX_KEYS);
            faults.require(
                    keySource == null || family.equals(JwtAlgorithm.publicKey()),
                    "secrets are not fetched: the address of a key set " + keySource + " is for public keys");
            int most = keySource == null ? MAX_ANONYMOUS : MAX_ANONYMOUS_BESIDE_FETCHED;
            for (JwtAlgorithm algorithm : algorithms) {
                long anonymous = keys.stream()
                        .filter(key -> key.id().isEmpty() && key.algorithms().contains(algorithm))
                        .count();
                faults.require(
                        anonymous <= most,
                        "`" + anonymous + "` keys for " + Faults.quote(algorithm) + " are without id: only " + most
                                + " of them would be tried"
                                + (keySource == null ? "" : " beside those that are fetched"));
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
