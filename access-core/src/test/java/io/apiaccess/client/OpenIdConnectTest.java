package io.apiaccess.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import io.apiaccess.jwt.JwtAlgorithm;
import io.apiaccess.jwt.KeySource;
import io.apiaccess.jwt.Texts;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a proof by ID token must be, said at once; and what a registration copies of it. */
@Rule("C10")
class OpenIdConnectTest {
    private static final String ISSUER = "https://issuer.example";

    @Test
    @Rule("C8")
    void needsAnIssuerAnAudienceAndKeys() {
        Refusal.of(
                () -> OpenIdConnect.builder().build(),
                "`0` keys are not 1 to 20",
                "an issuer is missing",
                "an audience is missing");
        Refusal.of(() -> OpenIdConnect.discovered(ISSUER).build(), "`openid connect`: an audience is missing");
        OpenIdConnect found = discovered();
        assertEquals(Set.of(ISSUER), found.claims().issuers());
        assertEquals(Optional.of(KeySource.discovery(ISSUER)), found.keySource());
        OpenIdConnect byUrl = OpenIdConnect.builder()
                .jwkSetUrl("https://issuer.example/keys")
                .claims(claims -> claims.issuer(ISSUER).audience("shop"))
                .build();
        assertNotEquals(found, byUrl);
    }

    @Test
    void takesNoAccessTokenNoTokenWithoutEndAndNoNamelessParty() {
        Refusal.of(
                () -> OpenIdConnect.discovered(ISSUER)
                        .authorizedParty("")
                        .claims(claims -> claims.audience("shop")
                                .type("application/at+jwt")
                                .expires(false))
                        .build(),
                "authorized party `` is empty",
                "type `at+jwt` is that of access tokens",
                "`exp` cannot be switched off");
    }

    @Test
    void comesBackFromItsBuilder() {
        OpenIdConnect oidc = discovered().toBuilder()
                .authorizedParty("partner")
                .publicKey(Texts.of("rsa.pem"))
                .externalSubject(ISSUER, "me")
                .build();
        OpenIdConnect back = oidc.toBuilder().build();
        assertEquals(oidc, back);
        assertEquals(oidc.hashCode(), back.hashCode());
        assertNotEquals(oidc, oidc.toBuilder().authorizedParty("other").build());
        assertEquals(
                "ID token signed by " + JwtAlgorithm.publicKey() + " with " + oidc.keys()
                        + " and keys from `https://issuer.example`, issuers [https://issuer.example], audiences [shop],"
                        + " known as [`me` of `https://issuer.example`], got by [partner] or an audience",
                back.toString());
    }

    @Test
    @Rule("M3")
    void losesAtOnceWhatIsTakenAway() {
        OpenIdConnect oidc = discovered().toBuilder()
                .publicKey(Texts.of("rsa.pem"))
                .authorizedParty("partner")
                .build();
        assertEquals(oidc, oidc.restrictedBy(oidc));
        assertEquals(List.of(), oidc.restrictedBy(discovered()).keys());
        assertEquals(oidc.keySource(), oidc.restrictedBy(discovered()).keySource());
        assertEquals(Set.of(), oidc.restrictedBy(discovered()).authorizedParties());
        assertEquals(Set.of(), discovered().restrictedBy(oidc).authorizedParties(), "what is added, waits");
        assertEquals(
                Optional.empty(), oidc.restrictedBy(Authentication.authToken()).keySource());
        assertEquals(
                List.of(),
                oidc.restrictedBy(OAuth2.builder()
                                .publicKey(Texts.of("rsa.pem"))
                                .claims(claims -> claims.issuer(ISSUER).audience("shop"))
                                .build())
                        .keys());
    }

    private static OpenIdConnect discovered() {
        return OpenIdConnect.discovered(ISSUER)
                .claims(claims -> claims.audience("shop"))
                .build();
    }
}
