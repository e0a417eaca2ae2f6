package io.apiaccess.token;

import io.apiaccess.client.TokenAuthentication;
import io.apiaccess.jwt.JwtKey;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which of a profile's keys has signed a token, if any has (RFC 7515 section 5.2). */
public final class Proof {
    private static final int MAX_TRIED = 4;
    /** Beside a place to fetch keys from, so that one of those is tried as well. */
    private static final int MAX_GIVEN_BESIDE_FETCHED = 3;

    private Proof() {}

    /**
     * Returns the key that verifies a token's signature, or {@code null}. Only keys for the token's algorithm are tried,
     * at most four, of which three may be given ones where keys are fetched as well, and that must be an algorithm of the
     * profile's.
     *
     * @param keys the profile's keys, those given to it and those fetched
     * @param tried those of them that are known not to verify it, which count among the four
     * @param selects whether the token's {@code kid} selects: then its key is tried, or if no key has that id, those
     *     without any
     */
    public static @Nullable JwtKey find(
            CompactJws token, TokenAuthentication by, List<JwtKey> keys, List<JwtKey> tried, boolean selects) {
        if (!by.algorithms().contains(token.algorithm())) {
            return null;
        }
        List<JwtKey> eligible = keys.stream()
                .filter(key -> key.algorithms().contains(token.algorithm()))
                .toList();
        Optional<String> id = selects ? token.keyId() : Optional.empty();
        List<JwtKey> candidates = id.isPresent() ? selected(eligible, id) : eligible;
        return (by.keySource().isPresent() ? sparingOfGiven(candidates, by) : candidates.stream())
                .limit(MAX_TRIED)
                .filter(key -> !tried.contains(key))
                .filter(key -> key.verifies(token.algorithm(), token.signingInput(), token.signature()))
                .findFirst()
                .orElse(null);
    }

    private static Stream<JwtKey> sparingOfGiven(List<JwtKey> candidates, TokenAuthentication by) {
        return Stream.concat(
                candidates.stream().filter(by.keys()::contains).limit(MAX_GIVEN_BESIDE_FETCHED),
                candidates.stream().filter(key -> !by.keys().contains(key)));
    }

    private static List<JwtKey> selected(List<JwtKey> eligible, Optional<String> id) {
        List<JwtKey> named =
                eligible.stream().filter(key -> key.id().equals(id)).toList();
        return named.isEmpty()
                ? eligible.stream().filter(key -> key.id().isEmpty()).toList()
                : named;
    }
}
