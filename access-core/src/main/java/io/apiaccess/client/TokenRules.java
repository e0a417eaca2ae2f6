package io.apiaccess.client;

import io.apiaccess.jwt.ClaimRules;
import io.apiaccess.jwt.JwtAlgorithm;
import io.apiaccess.jwt.JwtKey;
import io.apiaccess.jwt.KeySource;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What all proofs by signed token have in common.
 *
 * @param algorithms those that a token may have
 * @param keys the keys that were given, in the order in which they are tried
 * @param keySource where further keys are fetched from, or {@code null}
 * @param claims what the claims must hold
 * @param subjects the names that the profile has with issuers
 */
record TokenRules(
        Set<JwtAlgorithm> algorithms,
        List<JwtKey> keys,
        @Nullable KeySource keySource,
        ClaimRules claims,
        Set<ExternalSubject> subjects) {
    TokenRules {
        algorithms = algorithms.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(algorithms));
        keys = List.copyOf(keys);
        subjects = Collections.unmodifiableSet(new LinkedHashSet<>(subjects));
    }

    boolean hasKeys() {
        return keySource != null || !keys.isEmpty();
    }

    TokenRules withoutKeys() {
        return new TokenRules(algorithms, List.of(), null, claims, subjects);
    }

    TokenRules ofType(String type) {
        return new TokenRules(
                algorithms, keys, keySource, claims.toBuilder().type(type).build(), subjects);
    }

    /** Returns these without the algorithms, keys, algorithms of keys and place to fetch from that newer ones lack. */
    TokenRules restrictedBy(TokenRules newer) {
        Set<JwtAlgorithm> common = EnumSet.noneOf(JwtAlgorithm.class);
        common.addAll(algorithms);
        common.retainAll(newer.algorithms);
        List<JwtKey> left = keys.stream()
                .flatMap(key ->
                        newer.keys.stream().filter(key::isSameAs).flatMap(same -> key.restrictedBy(same).stream()))
                .toList();
        KeySource source = Objects.equals(keySource, newer.keySource) ? keySource : null;
        return new TokenRules(common, left, source, claims, subjects);
    }

    @Override
    public String toString() {
        return "signed by " + algorithms + " with " + keys + (keySource == null ? "" : " and keys from " + keySource)
                + ", " + claims + known();
    }

    String known() {
        return subjects.isEmpty() ? "" : ", known as " + subjects;
    }
}
