package io.apiaccess.jwt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.sun.management.ThreadMXBean;
import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import io.apiaccess.json.Base64Url;
import io.apiaccess.json.MalformedException;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.ProviderException;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken for a key, what is refused, and that messages say nothing of keys. */
@Rule("C6")
class JwtKeyTest {
    private static final String SECRET = "Zt9!kQ2vX7#mB4cN8pL1wR6yT3uH5gJ0-aSdFgHjKlPoIuYtReWqMnBvCxZ0123456789";

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    static Stream<String> openSslTokens() {
        return Texts.lines("tokens.txt");
    }

    static Stream<String> rfcTokens() {
        return Texts.lines("rfc.txt");
    }

    @ParameterizedTest
    @MethodSource("openSslTokens")
    void verifiesWhatOpenSslHasSignedByTheAlgorithmItSays(String line) throws MalformedException {
        String[] cells = line.split(" ", 3);
        JwtKey key = JwtKey.publicKey(Texts.of(cells[1]));
        for (JwtAlgorithm algorithm : JwtAlgorithm.values()) {
            assertEquals(
                    algorithm.toString().equals(cells[0]), verifies(key, algorithm, cells[2]), algorithm.toString());
        }
        assertFalse(key.isSecret());
    }

    @ParameterizedTest
    @MethodSource("rfcTokens")
    void verifiesTheExamplesOfTheStandards(String line) throws MalformedException {
        String[] cells = line.split(" \\| ", 4);
        JwtAlgorithm algorithm = JwtAlgorithm.named(cells[1]).orElseThrow();
        JwtKey key = cells[2].contains("oct")
                ? KeyChecks.trustedSecret(Base64Url.decode(cells[2].replaceAll(".*\"k\":\"([^\"]*)\".*", "$1")))
                : JwtKey.jwk(cells[2]);
        assertTrue(verifies(key, algorithm, cells[3]));
        assertFalse(verifies(key, algorithm, "x" + cells[3].substring(1)));
    }

    @Test
    @Rule("C14")
    void isComparedWithOneThatWasFetchedAgainAtOnce() {
        JwtKey key = JwtKey.publicKey(Texts.of("rsa.pem")).withId("one");
        JwtKey again = JwtKey.jwk(key.reveal().reveal());
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 20; i++) {
            long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
            assertTrue(key.isSameAs(again));
            least = Math.min(
                    least,
                    THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before);
        }
        assertTrue(least <= 128, "`" + least + "` bytes: it was written out");
    }

    @Test
    void refusesTheSecretsThatTheStandardsAndTutorialsShow() {
        String rfc7515 = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
        Refusal.of(() -> JwtKey.secretBase64(rfc7515), "it is a sample");
        Refusal.of(() -> JwtKey.secret(rfc7515), "it is a sample");
        Refusal.of(() -> JwtKey.jwk("{\"kty\":\"oct\",\"k\":\"" + rfc7515 + "\"}"), "it is a sample");
        Refusal.of(() -> JwtKey.secret("a-string-secret-at-least-256-bits-long"), "it is a sample");
        String tutorial = "404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970";
        Refusal.of(() -> JwtKey.secret(tutorial), "it is a sample");
        Refusal.of(() -> JwtKey.secretBase64(tutorial), "it is a sample");
        String asBase64 = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(tutorial));
        Refusal.of(() -> JwtKey.secretBase64(asBase64), "it is a sample");
        Refusal.of(() -> JwtKey.secret("x".repeat(64)), "it is a sample");
        Refusal.of(() -> JwtKey.secret("12345".repeat(20)), "it is a sample");
        Refusal.of(() -> JwtKey.secretBase64("A".repeat(43)), "it is a sample");
    }

    @Test
    void takesSecretsOf256BitsForTheAlgorithmsWhoseHashIsNotLonger() {
        assertEquals(
                Set.of(JwtAlgorithm.HS256),
                JwtKey.secret(SECRET.substring(0, 32)).algorithms());
        assertEquals(
                EnumSet.of(JwtAlgorithm.HS256, JwtAlgorithm.HS384),
                JwtKey.secret(SECRET.substring(0, 48)).algorithms());
        assertEquals(JwtAlgorithm.hmac(), JwtKey.secret(SECRET.substring(0, 64)).algorithms());
        String message = Refusal.of(() -> JwtKey.secret(SECRET.substring(0, 31)), "`248` bits are fewer than 256");
        assertFalse(message.contains(SECRET.substring(0, 8)));
        Refusal.of(() -> JwtKey.secret(""), "`0` bits are fewer than 256");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa.pem", "ssh-rsa.pub", "ssh-ed25519.pub", "rsa-certificate.pem", "ec-p-256.pem"})
    void refusesAPublicKeyWhereASecretBelongs(String file) {
        Refusal.of(() -> JwtKey.secret(Texts.of(file)), "it is the text or the bytes of a key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa.pem", "ec-p-256.pem", "ed25519.pem"})
    void refusesTheBytesOfAPublicKeyWhereASecretBelongs(String file) {
        String why = "it is the text or the bytes of a key";
        String pem = Texts.of(file);
        String der = pem.replaceAll("-----[A-Z ]+-----|\\s", "");
        String pemBytes = Base64.getUrlEncoder().withoutPadding().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
        String derBytes = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Base64.getDecoder().decode(der));
        Refusal.of(() -> JwtKey.secretBase64(der), why);
        Refusal.of(() -> JwtKey.secretBase64(pemBytes), why);
        Refusal.of(() -> JwtKey.jwk("{\"kty\":\"oct\",\"k\":\"" + derBytes + "\"}"), why);
        Refusal.of(() -> JwtKey.jwk("{\"kty\":\"oct\",\"k\":\"" + pemBytes + "\"}"), why);
    }

    @Test
    void refusesAJwkWhereASecretBelongs() throws Exception {
        String jwk = new OctetSequenceKeyGenerator(256).generate().toJSONString();
        Refusal.of(() -> JwtKey.secret(jwk), "it is the text or the bytes of a key");
    }

    @Test
    void readsSecretsInBase64AndBase64UrlPaddedOrNot() {
        byte[] bytes = HexFormat.of().parseHex("fbff00".repeat(3) + "00112233445566778899aabbccddeeff0123456789abcd");
        JwtKey key = JwtKey.secretBase64(Base64.getEncoder().encodeToString(bytes));
        assertEquals(key, JwtKey.secretBase64(Base64.getUrlEncoder().encodeToString(bytes)));
        assertEquals(
                key, JwtKey.secretBase64(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)));
        assertEquals(
                key, JwtKey.secretBase64(Base64.getEncoder().withoutPadding().encodeToString(bytes) + "\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"not base64 at all, but long enough to be one", "AAAA=AAAA", "A", "AB", "AA=", "AAAA===="})
    void refusesASecretThatIsNotBase64(String text) {
        String message = Refusal.of(() -> JwtKey.secretBase64(text), "is not base64");
        assertFalse(message.contains("not base64 at all"));
    }

    @ParameterizedTest
    @CsvSource({
        "rsa-1024.pem, modulus of `1024` bits is not 2048 to 8192",
        "rsa-exponent-3.pem, exponent is not odd",
        "rsa-pkcs1.pem, is an RSA key in the form of PKCS #1",
        "rsa-pss.pem, is none that can be read",
        "ec-secp256k1.pem, is on no curve of",
        "ec-explicit.pem, is none that can be read",
        "ec-compressed.pem, is none that can be read",
        "ed448.pem, is none that can be read",
        "x25519.pem, is none that can be read",
        "encipherment-certificate.pem, has not `digitalSignature`",
        "ssh-ecdsa.pub, is an OpenSSH line of type `ecdsa-sha2-nistp256`",
        "tokens.txt, is neither PEM"
    })
    void refusesKeysThatAreTooWeakOrOfNoKnownKind(String file, String why) {
        String message = Refusal.of(() -> JwtKey.publicKey(Texts.of(file)), why);
        String body = Texts.of(file).replaceAll("-----[^-]*-----|\\s", "");
        assertFalse(message.contains(body.substring(20, 40)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void refusesAPrivateKeyWhereAPublicOneBelongs(String algorithm) throws Exception {
        byte[] der = KeyPairGenerator.getInstance(algorithm)
                .generateKeyPair()
                .getPrivate()
                .getEncoded();
        for (String label : List.of("PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "OPENSSH PRIVATE KEY")) {
            String pem = Texts.pem(label, der);
            String message = Refusal.of(() -> JwtKey.publicKey(pem), "is a private key (`" + label + "`)");
            assertFalse(message.contains(pem.substring(60, 70)));
        }
        String masked = Texts.pem("PUBLIC KEY", der);
        Refusal.of(() -> JwtKey.publicKey(masked), "is none that can be read");
    }

    @Test
    void refusesPemThatIsNotOneWholeBlock() {
        String pem = Texts.of("rsa.pem").strip();
        for (String bad : List.of(
                pem + "\n" + pem,
                "some text\n" + pem,
                pem + "\nsome text",
                pem.substring(0, pem.length() - 1),
                pem.substring(0, 300),
                pem.replace("END PUBLIC", "END RSA PUBLIC"),
                pem.replace("M", "M\0"),
                Texts.of("ssh-rsa.pub").strip() + "\n" + Texts.of("ssh-rsa.pub"),
                "command=\"ls\" " + Texts.of("ssh-rsa.pub"),
                "")) {
            Refusal.of(() -> JwtKey.publicKey(bad), "public key is");
        }
        String cut = pem.replaceFirst("\n[^\n]{64}", "\n");
        Refusal.of(() -> JwtKey.publicKey(cut), "is none that can be read");
        Refusal.of(() -> JwtKey.publicKey("x".repeat(70_000)), "has more than");
    }

    @Test
    void refusesMangledOpenSshLines() {
        for (String file : List.of("ssh-rsa.pub", "ssh-ed25519.pub")) {
            String[] parts = Texts.of(file).strip().split(" ", 3);
            byte[] blob = Base64.getDecoder().decode(parts[1]);
            for (int length = 0; length < blob.length; length += 7) {
                byte[] cut = Arrays.copyOf(blob, length);
                if (length > 0) {
                    Refusal.of(
                            () -> JwtKey.publicKey(
                                    parts[0] + " " + Base64.getEncoder().encodeToString(cut)),
                            "OpenSSH");
                }
            }
            byte[] longer = Arrays.copyOf(blob, blob.length + 1);
            Refusal.of(
                    () -> JwtKey.publicKey(parts[0] + " " + Base64.getEncoder().encodeToString(longer)), "OpenSSH");
            String other = parts[0].equals("ssh-rsa") ? "ssh-ed25519" : "ssh-rsa";
            Refusal.of(() -> JwtKey.publicKey(other + " " + parts[1]), "not of the type in front of it");
        }
    }

    @Test
    void readsWhatNimbusMakesAndVerifiesWhatItSigns() throws Exception {
        RSAKey rsa = new RSAKeyGenerator(2048).keyID("r").generate();
        OctetSequenceKey oct = new OctetSequenceKeyGenerator(512).keyID("o").generate();
        byte[] input = "input".getBytes(StandardCharsets.US_ASCII);
        for (JwtAlgorithm algorithm : JwtAlgorithm.values()) {
            JWK jwk;
            JWSSigner signer;
            switch (algorithm.keyType()) {
                case HMAC -> {
                    jwk = oct;
                    signer = new MACSigner(oct);
                }
                case RSA -> {
                    jwk = rsa.toPublicJWK();
                    signer = new RSASSASigner(rsa);
                }
                case EC -> {
                    Curve curve = Curve.forJWSAlgorithm(header(algorithm).getAlgorithm())
                            .iterator()
                            .next();
                    ECKey ec = new ECKeyGenerator(curve).keyID("e").generate();
                    jwk = ec.toPublicJWK();
                    signer = new ECDSASigner(ec);
                }
                default -> {
                    continue;
                }
            }
            JwtKey key = JwtKey.jwk(jwk.toJSONString());
            byte[] signature = signer.sign(header(algorithm), input).decode();
            assertTrue(key.verifies(algorithm, input, signature), algorithm.toString());
            assertEquals(Optional.of(jwk.getKeyID()), key.id());
            signature[signature.length / 2] ^= 1;
            assertFalse(key.verifies(algorithm, input, signature), algorithm.toString());
            assertFalse(key.verifies(algorithm, input, new byte[0]), algorithm.toString());
            assertFalse(key.verifies(algorithm, input, new byte[1 << 12]), algorithm.toString());
        }
    }

    @Test
    void comesBackFromWhatAStoreKeeps() throws Exception {
        for (JwtKey key : List.of(
                JwtKey.secret(SECRET).withId("s"),
                JwtKey.publicKey(Texts.of("rsa.pem")),
                JwtKey.publicKey(Texts.of("ec-p-521.pem")).withId("e"),
                JwtKey.publicKey(Texts.of("ssh-ed25519.pub")),
                JwtKey.jwk(new RSAKeyGenerator(2048)
                        .algorithm(header(JwtAlgorithm.PS256).getAlgorithm())
                        .generate()
                        .toPublicJWK()
                        .toJSONString()))) {
            JwtKey back = JwtKey.jwk(key.reveal().reveal());
            assertEquals(key, back);
            assertEquals(key.hashCode(), back.hashCode());
            assertEquals(key.toString(), back.toString());
            assertTrue(key.isSameAs(back));
        }
    }

    @Test
    void isTheSameKeyUnderAnotherIdAndInAnotherForm() {
        JwtKey pem = JwtKey.publicKey(Texts.of("rsa.pem"));
        JwtKey certificate = JwtKey.publicKey(Texts.of("rsa-certificate.pem")).withId("c");
        assertTrue(pem.isSameAs(certificate));
        assertNotEquals(pem, certificate);
        assertFalse(pem.isSameAs(JwtKey.publicKey(Texts.of("ssh-rsa.pub"))));
        JwtKey secret = JwtKey.secret(SECRET);
        assertTrue(secret.isSameAs(secret.withId("x")));
        assertFalse(secret.isSameAs(JwtKey.secret(SECRET + "x")));
        assertFalse(secret.isSameAs(pem));
    }

    @Test
    void saysNoSecretInAnyWord() {
        JwtKey secret = JwtKey.secret(SECRET).withId("s");
        assertEquals("secret of 552 bits `s`", secret.toString());
        assertEquals("Secret(redacted)", secret.reveal().toString());
        assertTrue(JwtKey.publicKey(Texts.of("rsa.pem"))
                .toString()
                .matches("RSA key of 2048 bits, thumbprint [\\w-]{43}"));
    }

    @Test
    void takesASignatureForWrongWhoseCheckFails() throws Exception {
        var failing = new MACVerifier(SECRET) {
            @Override
            public boolean verify(JWSHeader header, byte[] input, Base64URL signature) {
                throw new ProviderException("cannot read the signature");
            }
        };
        JwtKey key = new JwtKey(
                null,
                new OctetSequenceKey.Builder(SECRET.getBytes(StandardCharsets.UTF_8)).build(),
                JwtAlgorithm.hmac(),
                failing);
        for (int i = 0; i < 2; i++) {
            assertFalse(key.verifies(JwtAlgorithm.HS256, new byte[1], new byte[32]));
        }
    }

    @Test
    void takesNoKeyIdThatCannotBeShown() {
        JwtKey key = JwtKey.publicKey(Texts.of("ed25519.pem"));
        Refusal.of(() -> key.withId(""), "is not 1 to 256 characters");
        Refusal.of(() -> key.withId("a\nb"), "without control characters");
        Refusal.of(() -> key.withId("x".repeat(257)), "is not 1 to 256 characters");
    }

    @Test
    void refusesAnEcdsaSignatureOfZeroesOrBeyondTheOrder() {
        JwtKey key = JwtKey.publicKey(Texts.of("ec-p-256.pem"));
        byte[] input = {1};
        byte[] order =
                new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16).toByteArray();
        byte[] one = new byte[32];
        one[31] = 1;
        byte[] zero = new byte[32];
        byte[] n = Arrays.copyOfRange(order, 1, 33);
        for (byte[] r : List.of(zero, one, n)) {
            for (byte[] s : List.of(zero, one, n)) {
                byte[] signature = Arrays.copyOf(r, 64);
                System.arraycopy(s, 0, signature, 32, 32);
                assertFalse(key.verifies(JwtAlgorithm.ES256, input, signature));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000080",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
            })
    void refusesEd25519KeysBySmallOrderOrOddEncoding(String hex) {
        String x = Base64Url.encode(HexFormat.of().parseHex(hex));
        Refusal.of(() -> JwtKey.jwk("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + x + "\"}"), "JSON Web Key");
    }

    private static JWSHeader header(JwtAlgorithm algorithm) {
        return new JWSHeader(JWSAlgorithm.parse(algorithm.toString()));
    }

    private static boolean verifies(JwtKey key, JwtAlgorithm algorithm, String token) throws MalformedException {
        int dot = token.lastIndexOf('.');
        return key.verifies(
                algorithm,
                token.substring(0, dot).getBytes(StandardCharsets.US_ASCII),
                Base64Url.decode(token, dot + 1, token.length()));
    }
}
