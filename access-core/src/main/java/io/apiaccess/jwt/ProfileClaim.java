package io.apiaccess.jwt;

import io.apiaccess.check.Faults;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a token names its profile: a list of claims, at its end perhaps the header's {@code kid}. The first that is not
 * empty counts, and none behind it. Immutable.
 *
 * @param claims the names of the claims, in order
 * @param thenKeyId whether the header's {@code kid} is looked at last; one that named the profile selects no key
 * @param mayBeApiKey whether the value may be an API key in force of the profile, which then names it and proves nothing
 */
public record ProfileClaim(List<String> claims, boolean thenKeyId, boolean mayBeApiKey) {
    private static final ProfileClaim STANDARD = new ProfileClaim(List.of("sub"), true, false);
    private static final ProfileClaim OAUTH = of("client_id", "azp", "sub");

    /** Copies the list, and refuses a place without name, and no place at all. */
    public ProfileClaim {
        claims = List.copyOf(claims);
        Faults faults = new Faults();
        for (String claim : claims) {
            faults.require(!claim.isEmpty(), "claim " + Faults.quote(claim) + " has no name");
        }
        faults.require(thenKeyId || !claims.isEmpty(), "neither a claim nor `kid` is looked at");
        faults.throwIfAny("profile claim", String.valueOf(claims));
    }

    /** Returns {@code sub}, then {@code kid}. */
    public static ProfileClaim standard() {
        return STANDARD;
    }

    /** Returns the places of OAuth 2.0 and OpenID Connect: {@code client_id}, then {@code azp}, then {@code sub}. */
    public static ProfileClaim oauth() {
        return OAUTH;
    }

    /** Returns claims in order, and no other place. */
    public static ProfileClaim of(String first, String... next) {
        List<String> claims = new ArrayList<>(List.of(next));
        claims.add(0, first);
        return new ProfileClaim(claims, false, false);
    }

    /**
     * Returns the places of Workato: {@code https://www.workato.com/sub}, {@code workato_sub}, {@code sub}, {@code kid}; the
     * value may be one of the profile's API keys. A claim may then be a secret: claims are not to be logged.
     */
    public static ProfileClaim workato() {
        return new ProfileClaim(List.of("https://www.workato.com/sub", "workato_sub", "sub"), true, true);
    }
}
