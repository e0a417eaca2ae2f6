package io.apiaccess.token;

import io.apiaccess.client.Authentication;
import io.apiaccess.client.OAuth2;
import io.apiaccess.client.OpenIdConnect;
import io.apiaccess.jwt.ProfileClaim;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where tokens name their profile (C7): what the application has said for their issuer or for all, else what goes with the
 * kind of the profile. Immutable.
 *
 * @param forAll what was said for all, or {@code null}
 * @param byIssuer what was said for some issuers
 */
public record Places(@Nullable ProfileClaim forAll, Map<String, ProfileClaim> byIssuer) {
    /** Copies the map. */
    public Places {
        byIssuer = Map.copyOf(byIssuer);
    }

    /** Returns the places that were said for an issuer, or {@code null} if they go by the kind of the profile. */
    public @Nullable ProfileClaim said(String issuer) {
        return byIssuer.getOrDefault(issuer, forAll);
    }

    /** Returns whether tokens for a kind of proof name their profile as OAuth 2.0 does, unless it is said. */
    public static boolean isOAuth(Authentication by) {
        return by instanceof OAuth2 || by instanceof OpenIdConnect;
    }
}
