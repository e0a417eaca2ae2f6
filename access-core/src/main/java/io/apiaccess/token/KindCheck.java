package io.apiaccess.token;

import io.apiaccess.client.OAuth2;
import io.apiaccess.client.OpenIdConnect;
import io.apiaccess.client.TokenAuthentication;
import io.apiaccess.jwt.ClaimRules;
import io.apiaccess.jwt.Claims;
import io.apiaccess.token.ClaimCheck.Fault;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a token that is proven is of the kind that its profile takes: an ID token is no access token, and an access token no
 * ID token, whoever has signed both (RFC 8725 section 3.11, RFC 9068 section 5).
 */
public final class KindCheck {
    /** What ID tokens alone have (OpenID Connect Core 1.0 sections 2 and 3.3.2.11). */
    private static final List<String> OF_ID_TOKENS = List.of("nonce", "at_hash", "c_hash");
    /** What access tokens have (RFC 9068 section 2.2.3), and logout tokens (Back-Channel Logout 1.0 section 2.4). */
    private static final List<String> OF_OTHERS = List.of("scope", "scp", "events");
    /** What ID tokens always have, beside {@code iss}, {@code aud} and {@code exp} (section 2). */
    private static final List<String> OF_EVERY_ID_TOKEN = List.of("sub", "iat");

    private static final ClaimRules PLAIN_TYPE =
            ClaimRules.builder().type("JWT").build();

    private KindCheck() {}

    /** Returns why a token is not of the kind that a proof takes, or {@code null}. */
    public static @Nullable Fault find(CompactJws token, TokenAuthentication by) {
        if (by instanceof OAuth2) {
            return hasAny(token.claims(), OF_ID_TOKENS) ? Fault.ID_TOKEN : null;
        }
        return by instanceof OpenIdConnect oidc ? idToken(token, oidc) : null;
    }

    private static @Nullable Fault idToken(CompactJws token, OpenIdConnect by) {
        Claims claims = token.claims();
        Optional<String> type = token.type();
        if (by.claims().type().isEmpty() && type.isPresent() && !PLAIN_TYPE.takesType(type)) {
            return Fault.TYPE;
        }
        if (hasAny(claims, OF_OTHERS)) {
            return Fault.NO_ID_TOKEN;
        }
        if (claims.text("sub").isEmpty() || !claims.asMap().keySet().containsAll(OF_EVERY_ID_TOKEN)) {
            return Fault.REQUIRED;
        }
        return party(claims, by);
    }

    /** Section 3.1.3.7, steps 3 to 5. */
    private static @Nullable Fault party(Claims claims, OpenIdConnect by) {
        Set<String> trusted = by.claims().audiences();
        List<String> audiences = claims.texts("aud").orElse(List.of());
        if (!trusted.containsAll(audiences)) {
            return Fault.AUDIENCE;
        }
        if (claims.find("azp").isEmpty()) {
            return audiences.size() > 1 ? Fault.PARTY : null;
        }
        return claims.text("azp")
                        .filter(party -> trusted.contains(party)
                                || by.authorizedParties().contains(party))
                        .isPresent()
                ? null
                : Fault.PARTY;
    }

    private static boolean hasAny(Claims claims, List<String> names) {
        return names.stream().anyMatch(name -> claims.find(name).isPresent());
    }
}
