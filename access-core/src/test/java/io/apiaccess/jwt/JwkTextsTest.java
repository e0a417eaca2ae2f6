package io.apiaccess.jwt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 7517 sections 4 and 5, and what of them is refused. */
@Rule("C6")
class JwkTextsTest {
    private static final String P256 = "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"k\","
            + "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'\"kid\":\"k\"'           | '\"use\":\"enc\"'                          | its `use` is not `sig`",
                "'\"kid\":\"k\"'           | '\"use\":\"SIG\"'                          | its `use` is not `sig`",
                "'\"kid\":\"k\"'           | '\"key_ops\":[\"sign\"]'                   | its `key_ops` have not `verify`",
                "'\"kid\":\"k\"'           | '\"key_ops\":\"verify\"'                   | its `key_ops` have not `verify`",
                "'\"kid\":\"k\"'           | '\"alg\":\"ECDH-ES\"'                      | `alg` is not one of",
                "'\"kid\":\"k\"'           | '\"alg\":\"none\"'                         | `alg` is not one of",
                "'\"kid\":\"k\"'           | '\"alg\":\"ES384\"'                        | `alg` `ES384` is none of the key's: [ES256]",
                "'\"kid\":\"k\"'           | '\"alg\":\"HS256\"'                        | `alg` `HS256` is none of the key's: [ES256]",
                "'\"kid\":\"k\"'           | '\"alg\":7'                                | `alg` is not one of",
                "'\"kid\":\"k\"'           | '\"kid\":7'                                | `kid` is not a text",
                "'\"kid\":\"k\"'           | '\"kid\":\"\"'                             | is not 1 to 256 characters",
                "'\"kid\":\"k\"'           | '\"d\":\"AAAA\"'                           | is a private key",
                "'\"kid\":\"k\"'           | '\"kid\":\"a\",\"kid\":\"b\"'              | a member that is there twice",
                "'\"kty\":\"EC\"'          | '\"kty\":\"ec\"'                           | is of no kind that is known",
                "'\"kty\":\"EC\",'         | ''                                         | is of no kind that is known",
                "'\"kty\":\"EC\"'          | '\"kty\":\"RSA\"'                          | `n` is missing or not a text",
                "'\"kty\":\"EC\"'          | '\"kty\":\"oct\"'                          | `k` is missing or not a text",
                "'P-256'                   | 'P-384'                                    | have not the length of their curve",
                "'P-256'                   | 'secp256k1'                                | is of no kind that is known",
                "'P-256'                   | 'Ed25519'                                  | is of no kind that is known",
                "'f83OJ3'                  | 'f84OJ3'                                   | are no point of their curve",
                "'f83OJ3'                  | 'f83O+3'                                   | `x` is not base64url",
                "'VEU'                     | 'VEU='                                     | `x` is not base64url",
                "'VEU'                     | 'VEV'                                      | `x` is not base64url",
                "'I5a0'                    | 'I5a0AAA'                                  | have not the length of their curve",
                "'\"y\"'                   | '\"z\"'                                    | `y` is missing or not a text",
                "'{'                       | '[{'                                       | is not JSON of `RFC 8259`"
            })
    void refusesAKeyOfRfc7517Section4ThatIsBentLikeThis(String from, String to, String why) {
        String message = Refusal.of(() -> JwtKey.jwk(P256.replace(from, to)), why);
        assertFalse(message.contains("g8vub9tLe1gH"), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"use\":\"sig\"",
                "\"key_ops\":[\"verify\"]",
                "\"key_ops\":[\"sign\",\"verify\"]",
                "\"alg\":\"ES256\"",
                "\"use\":null",
                "\"x5u\":\"https://evil.example/\"",
                "\"x5c\":[\"not a certificate\"]"
            })
    void takesAKeyThatSaysMore(String member) {
        assertEquals(
                Set.of(JwtAlgorithm.ES256),
                JwtKey.jwk(P256.replace("\"kid\":\"k\"", member)).algorithms());
    }

    @Test
    void takesAKeyForTheAlgorithmItNamesAlone() throws Exception {
        String jwk = new RSAKeyGenerator(2048).generate().toPublicJWK().toJSONString();
        assertEquals(
                Set.of(JwtAlgorithm.PS384),
                JwtKey.jwk(jwk.replace("\"e\":", "\"alg\":\"PS384\",\"e\":")).algorithms());
        Refusal.of(() -> JwtKey.jwk(jwk.replace("AQAB", "Aw")), "exponent is not odd");
    }

    @Test
    void refusesAPrivateKeyAndSaysNothingOfIt() throws Exception {
        RSAKey rsa = new RSAKeyGenerator(2048).keyID("mine").generate();
        String message = Refusal.of(() -> JwtKey.jwk(rsa.toJSONString()), "JSON Web Key `mine` is a private key");
        assertFalse(message.contains(rsa.getPrivateExponent().toString().substring(0, 8)));
        Refusal.of(
                () -> JwtKey.jwkSet("{\"keys\":[" + P256 + "," + rsa.toJSONString() + "]}"), "`mine` is a private key");
    }

    @Test
    void leavesOutOfASetOfRfc7517Section5WhatIsNotForSignaturesOfTokens() throws Exception {
        ECKey signing = new ECKeyGenerator(Curve.P_384).keyID("sig").generate();
        String encrypting = P256.replace("\"kid\":\"k\"", "\"kid\":\"enc\",\"use\":\"enc\"");
        String strange = "{\"kty\":\"PQC\",\"kid\":\"new\",\"x\":7}";
        List<JwtKey> keys = JwtKey.jwkSet("{\"keys\":[" + encrypting + "," + strange + ","
                + signing.toPublicJWK().toJSONString() + "],\"more\":1}");
        assertEquals(List.of(Optional.of("sig")), keys.stream().map(JwtKey::id).toList());
        Refusal.of(() -> JwtKey.jwkSet("{\"keys\":[" + encrypting + "]}"), "has none for signatures of tokens");
        Refusal.of(() -> JwtKey.jwkSet("{\"keys\":[]}"), "has none for signatures of tokens");
    }

    @Test
    void takesAKeyWhoseIdOneThatIsLeftOutHas() {
        String encrypting = P256.replace("\"kid\":\"k\"", "\"kid\":\"k\",\"use\":\"enc\"");
        String weak = "{\"kty\":\"RSA\",\"kid\":\"k\",\"n\":\"AQAB\",\"e\":\"AQAB\"}";
        JwtKey key = JwtKey.jwk(P256);
        assertEquals(List.of(key), JwtKey.jwkSet("{\"keys\":[" + encrypting + "," + P256 + "]}"));
        assertEquals(List.of(key), JwtKey.readJwkSet("{\"keys\":[" + weak + "," + P256 + "," + P256 + "]}"));
    }

    @Test
    void refusesASetWithAllThatIsWrongInIt() throws Exception {
        String weak = new RSAKeyGenerator(1024, true)
                .keyID("weak")
                .generate()
                .toPublicJWK()
                .toJSONString();
        String secret =
                new OctetSequenceKeyGenerator(128).keyID("short").generate().toJSONString();
        Refusal.of(
                () -> JwtKey.jwkSet("{\"keys\":[" + weak + "," + secret + "," + P256 + "," + P256 + ",7]}"),
                "JSON Web Key `weak`: public key `RSA`: modulus of `1024` bits",
                "JSON Web Key `short`: key `secret`: `128` bits are fewer",
                "JSON Web Key `k` is there twice",
                "an element of `keys` is not an object");
        Refusal.of(() -> JwtKey.jwkSet("{}"), "has no `keys`");
        Refusal.of(() -> JwtKey.jwkSet("{\"keys\":{}}"), "has no `keys`");
        Refusal.of(() -> JwtKey.jwkSet("{\"keys\":[" + "1,".repeat(100) + "1]}"), "a list of at most 100");
        Refusal.of(() -> JwtKey.jwkSet(" ".repeat(70_000)), "has more than");
    }
}
