package io.apiaccess.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import io.apiaccess.json.Base64Url;
import io.apiaccess.json.MalformedException;
import io.apiaccess.jwt.JwtAlgorithm;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 7515 section 3.1, and what of it is refused. */
@Rule({"C6", "C8"})
class CompactJwsTest {
    static Stream<Hostile.Row> hostile() {
        return Hostile.rows();
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void refusesHostileTokensOnTheirForm(Hostile.Row row) {
        assertEquals(
                row.fault(),
                assertThrows(MalformedException.class, () -> CompactJws.parse(row.token()))
                        .fault());
    }

    @Test
    void readsTheExampleOfRfc7515AppendixA1() throws MalformedException {
        String token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
                + ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
                + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        CompactJws read = CompactJws.parse(token);
        assertEquals(JwtAlgorithm.HS256, read.algorithm());
        assertEquals(Optional.of("JWT"), read.type());
        assertEquals(Optional.empty(), read.keyId());
        assertEquals(Optional.of("joe"), read.claims().text("iss"));
        assertEquals(Optional.of(new BigDecimal(1300819380)), read.claims().find("exp"));
        assertEquals(Optional.of(true), read.claims().find("http://example.com/is_root"));
        assertEquals(
                token.substring(0, token.lastIndexOf('.')), new String(read.signingInput(), StandardCharsets.UTF_8));
        assertArrayEquals(Base64Url.decode("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), read.signature());
    }

    @Test
    void readsNothingOfTheHeaderOfRfc7515Section4ButAlgorithmKeyIdAndType() throws MalformedException {
        CompactJws read = CompactJws.parse(token(
                "{\"alg\":\"ES256\",\"kid\":\"k\\u00e9y\",\"typ\":\"at+jwt\",\"jku\":\"https://evil.example/\",\"x5u\":7,"
                        + "\"jwk\":{\"kty\":\"oct\",\"k\":\"AAAA\"},\"x5c\":[\"MII\"],\"cty\":null}",
                "{}"));
        assertEquals(Optional.of("k\u00e9y"), read.keyId());
        assertEquals(Optional.of("at+jwt"), read.type());
        assertEquals("ES256 token with claims []", read.toString());
    }

    @Test
    void takesAClaimThatIsNullForMissing() throws MalformedException {
        CompactJws read =
                CompactJws.parse(token("{\"alg\":\"HS256\"}", "{\"a\":null,\"b\":[\"x\"],\"c\":\"y\",\"d\":[1]}"));
        assertEquals(Optional.empty(), read.claims().find("a"));
        assertEquals(Optional.of(List.of("x")), read.claims().texts("b"));
        assertEquals(Optional.of(List.of("y")), read.claims().texts("c"));
        assertEquals(Optional.empty(), read.claims().texts("d"));
        assertEquals(Optional.empty(), read.claims().text("b"));
        assertEquals("claims [`b`, `c`, `d`]", read.claims().toString());
    }

    @Test
    void reads8192CharactersAndNoMore() throws MalformedException {
        String longest = token("{\"alg\":\"HS256\"}", "{}");
        longest += "A".repeat(CompactJws.MAX_LENGTH - longest.length());
        assertEquals(CompactJws.MAX_LENGTH, longest.length());
        String tooLong = longest + "AA";
        CompactJws.parse(longest);
        assertThrows(MalformedException.class, () -> CompactJws.parse(tooLong));
    }

    @ParameterizedTest
    @EnumSource(JwtAlgorithm.class)
    void knowsEveryAlgorithmByItsRegisteredNameAlone(JwtAlgorithm algorithm) {
        assertEquals(Optional.of(algorithm), JwtAlgorithm.named(algorithm.toString()));
        assertEquals(Optional.empty(), JwtAlgorithm.named(algorithm.toString().toLowerCase(Locale.ROOT)));
        assertEquals(algorithm.toString().startsWith("HS"), JwtAlgorithm.hmac().contains(algorithm));
        assertEquals(
                JwtAlgorithm.hmac().contains(algorithm),
                !JwtAlgorithm.publicKey().contains(algorithm));
    }

    @Test
    void saysNothingOfWhatATokenSays() throws MalformedException {
        CompactJws read = CompactJws.parse(token("{\"alg\":\"HS256\",\"kid\":\"hush\"}", "{\"sub\":\"hush\"}"));
        assertFalse(read.toString().contains("hush"));
        assertTrue(read.toString().contains("sub"));
        assertEquals(
                read.claims(),
                CompactJws.parse(token("{\"alg\":\"HS512\"}", "{\"sub\":\"hush\"}"))
                        .claims());
    }

    private static String token(String header, String payload) {
        return Base64Url.encode(header.getBytes(StandardCharsets.UTF_8)) + "."
                + Base64Url.encode(payload.getBytes(StandardCharsets.UTF_8)) + ".AAAA";
    }
}
