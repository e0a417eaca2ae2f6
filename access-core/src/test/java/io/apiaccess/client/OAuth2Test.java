package io.apiaccess.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import io.apiaccess.SignedToken;
import io.apiaccess.jwt.JwtAlgorithm;
import io.apiaccess.jwt.JwtKey;
import io.apiaccess.jwt.Texts;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a proof by access token must be, said at once; and what a registration copies of it. */
@Rule("C9")
class OAuth2Test {
    @Test
    void takesTokensIssuedHereAndNoOthersUnlessTheyAreNamed() {
        OAuth2 plain = OAuth2.issuedHere();
        assertEquals(plain, OAuth2.builder().build());
        assertFalse(plain.takesSigned());
        assertFalse(plain.isIntrospected());
        assertEquals("access token issued here", plain.toString());
        OAuth2 introspected = introspected();
        assertTrue(introspected.isIntrospected());
        assertEquals(
                "access token issued here or introspected, issuers [https://a.example], audiences [orders]",
                introspected.toString());
    }

    @Test
    @Rule("C8")
    void trustsTheIntrospectionEndpointAloneOnlyWhereThatIsSaid() {
        Refusal.of(() -> OAuth2.builder().introspected(true).build(), "an issuer is missing", "an audience is missing");
        Refusal.of(
                () -> OAuth2.builder()
                        .introspected(true)
                        .claims(claims -> claims.issuer("https://a.example"))
                        .build(),
                "`oauth2`: an audience is missing");
        OAuth2 trusting =
                OAuth2.builder().introspected(true).trustEndpoint(true).build();
        assertTrue(trusting.trustsEndpoint());
        assertEquals(trusting, trusting.toBuilder().build());
        Refusal.of(() -> trusting.toBuilder().trustEndpoint(false).build(), "an issuer is missing");
        Refusal.of(
                () -> trusting.toBuilder().publicKey(Texts.of("rsa.pem")).build(),
                "an issuer is missing",
                "an audience is missing");
        assertFalse(introspected().trustsEndpoint());
        assertFalse(OAuth2.issuedHere().trustsEndpoint());
        assertFalse(OAuth2.builder().trustEndpoint(true).build().trustsEndpoint());
        assertFalse(signed().trustsEndpoint());
    }

    @Test
    @Rule("C8")
    void needsAnIssuerAndAnAudienceForTokensOfOthers() {
        Refusal.of(
                () -> OAuth2.builder().publicKey(Texts.of("rsa.pem")).build(),
                "an issuer is missing",
                "an audience is missing");
        Refusal.of(
                () -> OAuth2.builder().discover("https://a.example").build(),
                "`oauth2`: an audience is missing: for whom");
        assertTrue(signed().takesSigned());
        assertEquals(Optional.of("at+jwt"), signed().claims().type());
        assertEquals(Set.of("https://a.example"), signed().claims().issuers());
    }

    @Test
    void refusesRulesThatNoTokenIsHeldTo() {
        Refusal.of(
                () -> OAuth2.builder()
                        .claims(claims -> claims.audience("orders"))
                        .build(),
                "neither a key nor introspection");
        Refusal.of(
                () -> OAuth2.builder()
                        .externalSubject("https://a.example", "me")
                        .build(),
                "neither a key nor introspection");
        Refusal.of(
                () -> OAuth2.builder().algorithms(JwtAlgorithm.RS256).build(),
                "algorithm `RS256` has no key",
                "neither a key nor introspection");
    }

    @Test
    void takesNoSecretNoOtherTypeAndNoTokenWithoutEnd() {
        Refusal.of(
                () -> signed().toBuilder()
                        .key(JwtKey.secret(SignedToken.SECRET))
                        .claims(claims -> claims.type("JWT").expires(false))
                        .build(),
                "secret of 512 bits, is for none of",
                "type `jwt` is not `at+jwt`",
                "`exp` cannot be switched off");
    }

    @Test
    void comesBackFromItsBuilder() {
        OAuth2 oauth = signed().toBuilder()
                .introspected(true)
                .externalSubject("https://a.example", "me")
                .build();
        OAuth2 back = oauth.toBuilder().build();
        assertEquals(oauth, back);
        assertEquals(oauth.hashCode(), back.hashCode());
        assertNotEquals(oauth, oauth.toBuilder().introspected(false).build());
        assertEquals(
                "access token issued here, introspected or signed by " + JwtAlgorithm.publicKey() + " with "
                        + oauth.keys()
                        + ", issuers [https://a.example], audiences [orders], type at+jwt, known as [`me` of"
                        + " `https://a.example`]",
                back.toString());
        assertEquals(OAuth2.issuedHere(), OAuth2.issuedHere().toBuilder().build());
    }

    @Test
    @Rule("M3")
    void losesAtOnceWhatIsTakenAway() {
        OAuth2 both = signed().toBuilder().introspected(true).build();
        OAuth2 introspected = introspected();
        assertEquals(both, both.restrictedBy(both));
        assertEquals(List.of(), both.restrictedBy(introspected).keys());
        assertTrue(both.restrictedBy(introspected).isIntrospected());
        assertFalse(both.restrictedBy(signed()).isIntrospected());
        assertFalse(signed().restrictedBy(both).isIntrospected(), "what is added, waits");
        for (Authentication other : List.of(Authentication.authToken(), jwt())) {
            assertFalse(both.restrictedBy(other).takesSigned());
            assertFalse(both.restrictedBy(other).isIntrospected());
        }
    }

    private static OAuth2 introspected() {
        return OAuth2.builder()
                .introspected(true)
                .claims(claims -> claims.issuer("https://a.example").audience("orders"))
                .build();
    }

    private static OAuth2 signed() {
        return OAuth2.builder()
                .publicKey(Texts.of("rsa.pem"))
                .claims(claims -> claims.issuer("https://a.example").audience("orders"))
                .build();
    }

    private static Jwt jwt() {
        return Jwt.publicKey().publicKey(Texts.of("rsa.pem")).build();
    }
}
