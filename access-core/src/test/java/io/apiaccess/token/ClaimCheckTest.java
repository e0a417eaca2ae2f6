package io.apiaccess.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.apiaccess.Rule;
import io.apiaccess.SignedToken;
import io.apiaccess.json.MalformedException;
import io.apiaccess.jwt.ClaimRules;
import io.apiaccess.token.ClaimCheck.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7519 section 4.1, with a skew of 30 seconds. */
@Rule({"C8", "X4", "trap 18"})
class ClaimCheckTest {
    private static final Instant NOW = Instant.parse("2026-03-02T10:00:00Z");
    private static final ClaimRules PLAIN = ClaimRules.builder().build();

    // now is 1772445600
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"exp\":1772445600}                                          |",
                "{\"exp\":1772445571}                                          |",
                "{\"exp\":1772445570}                                          | EXPIRED",
                "{\"exp\":1772445570.000000001}                                |",
                "{\"exp\":1772445570.0000000000000000000001}                   |",
                "{\"exp\":1.77244557e9}                                        | EXPIRED",
                "{\"exp\":1.7724455701e9}                                      |",
                "{\"exp\":0}                                                   | EXPIRED",
                "{\"exp\":-0}                                                  | EXPIRED",
                "{\"exp\":253402300799}                                        |",
                "{\"exp\":253402300799.5}                                      | DATE",
                "{\"exp\":253402300800}                                        | DATE",
                "{\"exp\":1e30}                                                | DATE",
                "{\"exp\":9223372036854775807}                                 | DATE",
                "{\"exp\":-1}                                                  | DATE",
                "{\"exp\":-0.1}                                                | DATE",
                "{\"exp\":\"1772445900\"}                                      | DATE",
                "{\"exp\":true}                                                | DATE",
                "{\"exp\":[1772445900]}                                        | DATE",
                "{\"exp\":{}}                                                  | DATE",
                "{\"exp\":null}                                                | NO_EXPIRY",
                "{}                                                            | NO_EXPIRY",
                "{\"EXP\":1772445900}                                          | NO_EXPIRY",
                "{\"exp\":1772445900,\"nbf\":1772445600}                       |",
                "{\"exp\":1772445900,\"nbf\":1772445630}                       |",
                "{\"exp\":1772445900,\"nbf\":1772445630.000001}                | NOT_YET",
                "{\"exp\":1772445900,\"nbf\":1772445631}                       | NOT_YET",
                "{\"exp\":1772445900,\"nbf\":1e30}                             | DATE",
                "{\"exp\":1772445900,\"nbf\":\"0\"}                            | DATE",
                "{\"exp\":1772445900,\"nbf\":null}                             |",
                "{\"exp\":1772445900,\"iat\":1772445630}                       |",
                "{\"exp\":1772445900,\"iat\":1772445631}                       | NOT_YET",
                "{\"exp\":1772445900,\"iat\":-1}                               | DATE",
                "{\"exp\":1772445900,\"iat\":\"now\"}                          | DATE",
                "{\"exp\":1772445000,\"nbf\":1772446000}                       | EXPIRED",
                "{\"exp\":1772445900,\"iss\":\"anybody\"}                      |",
                "{\"exp\":1772445900,\"iss\":7}                                | ISSUER",
                "{\"exp\":1772445900,\"aud\":\"somebody\"}                     | AUDIENCE",
                "{\"exp\":1772445900,\"aud\":[]}                               | AUDIENCE",
                "{\"exp\":1772445900,\"aud\":null}                             |",
                "{\"exp\":1772445900,\"scope\":7}                              | SCOPE",
                "{\"exp\":1772445900,\"scp\":[\"a\",1]}                        | SCOPE",
                "{\"exp\":1772445900,\"scp\":[\"a\",\"b\"],\"scope\":\"c\"}    |"
            })
    void judgesTheClaimsOfRfc7519Section4UnderPlainRules(String payload, @Nullable String fault)
            throws MalformedException {
        assertEquals(fault, name(check("{}", payload, PLAIN)));
    }

    @Test
    void honoursFractionsOfTheClockToo() throws MalformedException {
        CompactJws token = token("{}", "{\"exp\":1772445570.5}");
        assertNull(ClaimCheck.find(token, PLAIN, null, NOW.plusMillis(499)));
        assertEquals(Fault.EXPIRED, ClaimCheck.find(token, PLAIN, null, NOW.plusMillis(500)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"iss\":\"https://a.example\",\"aud\":\"orders\"}              |",
                "{\"iss\":\"https://b.example\",\"aud\":[\"x\",\"files\"]}       |",
                "{\"iss\":\"https://a.example/\",\"aud\":\"orders\"}             | ISSUER",
                "{\"iss\":\"https://A.example\",\"aud\":\"orders\"}              | ISSUER",
                "{\"iss\":\"https://a.example \",\"aud\":\"orders\"}             | ISSUER",
                "{\"iss\":[\"https://a.example\"],\"aud\":\"orders\"}            | ISSUER",
                "{\"iss\":\"\",\"aud\":\"orders\"}                               | ISSUER",
                "{\"iss\":null,\"aud\":\"orders\"}                               | ISSUER",
                "{\"aud\":\"orders\"}                                            | ISSUER",
                "{\"iss\":\"https://a.example\"}                                 | AUDIENCE",
                "{\"iss\":\"https://a.example\",\"aud\":\"ORDERS\"}              | AUDIENCE",
                "{\"iss\":\"https://a.example\",\"aud\":\"orders files\"}        | AUDIENCE",
                "{\"iss\":\"https://a.example\",\"aud\":[]}                      | AUDIENCE",
                "{\"iss\":\"https://a.example\",\"aud\":[\"orders\",7]}          | AUDIENCE",
                "{\"iss\":\"https://a.example\",\"aud\":{\"orders\":1}}          | AUDIENCE",
                "{\"iss\":\"https://a.example\",\"aud\":[[\"orders\"]]}          | AUDIENCE"
            })
    void comparesIssuersAndAudiencesCharacterByCharacterAsRfc7519Section4Says(String payload, @Nullable String fault)
            throws MalformedException {
        ClaimRules rules = ClaimRules.builder()
                .issuer("https://a.example")
                .issuer("https://b.example")
                .audience("orders")
                .audience("files")
                .expires(false)
                .build();
        assertEquals(fault, name(check("{}", payload, rules)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"typ\":\"at+jwt\"}               |",
                "{\"typ\":\"AT+JWT\"}               |",
                "{\"typ\":\"application/at+jwt\"}   |",
                "{\"typ\":\"Application/At+Jwt\"}   |",
                "{\"typ\":\"JWT\"}                  | TYPE",
                "{\"typ\":\"x/at+jwt\"}             | TYPE",
                "{\"typ\":\"\"}                     | TYPE",
                "{}                                 | TYPE"
            })
    void comparesTheTypeWithoutRegardToCaseAsRfc7515Section4Says(String header, @Nullable String fault)
            throws MalformedException {
        ClaimRules rules = ClaimRules.builder().type("at+jwt").expires(false).build();
        assertEquals(fault, name(check(header, "{}", rules)));
        assertEquals(
                rules,
                ClaimRules.builder().type("application/AT+JWT").expires(false).build());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"iat\":1772445600,\"exp\":1772445900}     |",
                "{\"iat\":1772445600,\"exp\":1772445901}     | LIFETIME",
                "{\"iat\":1772445599.9,\"exp\":1772445900}   | LIFETIME",
                "{\"exp\":1772445601}                        | LIFETIME",
                "{\"iat\":null,\"exp\":1772445601}           | LIFETIME"
            })
    void asksForAShortLife(String payload, @Nullable String fault) throws MalformedException {
        ClaimRules rules =
                ClaimRules.builder().maxLifetime(Duration.ofMinutes(5)).build();
        assertEquals(fault, name(check("{}", payload, rules)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"tenant\":\"t\",\"jti\":7}                |",
                "{\"tenant\":\"\",\"jti\":[]}                |",
                "{\"tenant\":\"t\"}                          | REQUIRED",
                "{\"tenant\":null,\"jti\":7}                 | REQUIRED"
            })
    void takesARequiredClaimThatIsNullForMissing(String payload, @Nullable String fault) throws MalformedException {
        ClaimRules rules = ClaimRules.builder()
                .require("tenant")
                .require("jti")
                .expires(false)
                .build();
        assertEquals(fault, name(check("{}", payload, rules)));
    }

    @Test
    void takesATokenThatNeverExpiresOnlyWhereThatIsSaid() throws MalformedException {
        ClaimRules rules = ClaimRules.builder().expires(false).build();
        assertNull(check("{}", "{}", rules));
        assertEquals(Fault.EXPIRED, check("{}", "{\"exp\":1}", rules));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"scope\":\"a b\"}",
                "{\"scp\":[\"a\",\"b\"]}",
                "{\"scope\":\" a  b \"}",
                "{\"scope\":\"a\",\"scp\":\"b\"}",
                "{\"scope\":[\"a\",\"b a\"]}"
            })
    @Rule("C13")
    void readsScopesFromBothClaims(String payload) throws MalformedException {
        assertEquals(
                Optional.of(Set.of("a", "b")),
                ClaimCheck.scopes(token("{}", payload).claims()));
    }

    @Test
    @Rule("C13")
    void tellsNoScopesFromNoWordOfScopes() throws MalformedException {
        assertEquals(
                Optional.of(Set.of()),
                ClaimCheck.scopes(token("{}", "{\"scope\":\"\"}").claims()));
        assertEquals(
                Optional.of(Set.of()),
                ClaimCheck.scopes(token("{}", "{\"scp\":[]}").claims()));
        assertEquals(
                Optional.empty(),
                ClaimCheck.scopes(token("{}", "{\"scope\":null}").claims()));
        assertEquals(Optional.empty(), ClaimCheck.scopes(token("{}", "{}").claims()));
    }

    private static @Nullable String name(@Nullable Fault fault) {
        return fault == null ? null : fault.name();
    }

    private static @Nullable Fault check(String header, String payload, ClaimRules rules) throws MalformedException {
        return ClaimCheck.find(token(header, payload), rules, null, NOW);
    }

    private static CompactJws token(String header, String payload) throws MalformedException {
        String full = header.equals("{}") ? "{\"alg\":\"HS256\"}" : header.replace("{", "{\"alg\":\"HS256\",");
        return CompactJws.parse(SignedToken.text(full, payload, new byte[32]));
    }
}
