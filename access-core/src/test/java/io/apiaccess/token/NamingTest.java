package io.apiaccess.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import io.apiaccess.SignedToken;
import io.apiaccess.json.MalformedException;
import io.apiaccess.jwt.ProfileClaim;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which profile a token names: the first place that is not empty, and none behind it. */
@Rule({"C7", "X4"})
class NamingTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"sub\":\"a\"}                                | k | sub                          | a",
                "{\"sub\":\"\"}                                 | k | kid                          | k",
                "{\"sub\":null}                                 | k | kid                          | k",
                "{}                                             | k | kid                          | k",
                "{\"sub\":\" \"}                                | k | sub                          | ' '",
                "{\"sub\":7}                                    | k | INVALID_CLAIMS               |",
                "{\"sub\":false}                                | k | INVALID_CLAIMS               |",
                "{\"sub\":[\"a\"]}                              | k | INVALID_CLAIMS               |",
                "{\"sub\":{}}                                   | k | INVALID_CLAIMS               |",
                "{\"sub\":\"\"}                                 |   | UNKNOWN_CREDENTIAL           |",
                "{\"sub\":\"a\",\"iss\":7}                      | k | INVALID_CLAIMS               |"
            })
    void readsTheStandardPlaces(String payload, @Nullable String keyId, String place, @Nullable String value)
            throws MalformedException {
        check(ProfileClaim.standard(), payload, keyId, place, value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"https://www.workato.com/sub\":\"w\",\"workato_sub\":\"v\",\"sub\":\"s\"} | k | https://www.workato.com/sub | w",
                "{\"workato_sub\":\"v\",\"sub\":\"s\"}                                       | k | workato_sub                 | v",
                "{\"https://www.workato.com/sub\":\"\",\"sub\":\"s\"}                        | k | sub                         | s",
                "{\"https://www.workato.com/sub\":1,\"sub\":\"s\"}                           | k | INVALID_CLAIMS              |",
                "{\"workato_sub\":[],\"sub\":\"s\"}                                          | k | INVALID_CLAIMS              |",
                "{}                                                                          | k | kid                         | k"
            })
    void readsThePlacesOfWorkato(String payload, @Nullable String keyId, String place, @Nullable String value)
            throws MalformedException {
        check(ProfileClaim.workato(), payload, keyId, place, value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"azp\":\"a\",\"sub\":\"s\"} | k | azp                | a",
                "{\"kid\":\"c\"}               | k | kid                | c",
                "{\"sub\":\"s\"}               | k | UNKNOWN_CREDENTIAL |"
            })
    void readsOnlyThePlacesThatAreListed(String payload, @Nullable String keyId, String place, @Nullable String value)
            throws MalformedException {
        check(ProfileClaim.of("azp", "kid"), payload, keyId, place, value);
    }

    @Test
    void tellsAClaimCalledKidFromTheHeader() throws MalformedException {
        assertFalse(naming(ProfileClaim.of("kid"), "{\"kid\":\"c\"}", "k").isByKeyId());
    }

    @Test
    void neverShowsTheValueForItMayBeAKey() throws MalformedException {
        assertFalse(naming(ProfileClaim.workato(), "{\"sub\":\"hush\"}", null)
                .toString()
                .contains("hush"));
    }

    @Test
    void refusesPlacesThatSayNothing() {
        Refusal.of(() -> new ProfileClaim(List.of(), false, true), "neither a claim nor `kid`");
        Refusal.of(() -> ProfileClaim.of("sub", ""), "claim `` has no name");
    }

    private static void check(
            ProfileClaim places, String payload, @Nullable String keyId, String place, @Nullable String value)
            throws MalformedException {
        Naming naming = naming(places, payload, keyId);
        if (value == null) {
            assertEquals(place, String.valueOf(naming.refusal()));
        } else {
            assertEquals(place, naming.place());
            assertEquals(value, naming.value());
            assertEquals(place.equals("kid") && value.equals("k"), naming.isByKeyId());
        }
    }

    private static Naming naming(ProfileClaim places, String payload, @Nullable String keyId)
            throws MalformedException {
        String header = keyId == null ? "{\"alg\":\"HS256\"}" : "{\"alg\":\"HS256\",\"kid\":\"" + keyId + "\"}";
        return Naming.of(CompactJws.parse(SignedToken.text(header, payload, new byte[32])), places);
    }
}
