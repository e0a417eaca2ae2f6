package io.apiaccess.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.crypto.utils.ECChecks;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import io.apiaccess.check.Faults;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECPoint;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** What a key must be before anything is verified with it, and the verifier for one that is. */
final class KeyChecks {
    private static final int MIN_SECRET_BITS = 256;
    private static final int MIN_RSA_BITS = 2_048;
    // above it, one signature costs the processor more than a caller may ask for
    private static final int MAX_RSA_BITS = 8_192;
    private static final int MAX_EXPONENT_BITS = 64;
    private static final BigInteger MIN_EXPONENT = BigInteger.valueOf(65_537);
    private static final int MAX_ID = 256;
    private static final int ED25519_BYTES = 32;
    private static final BigInteger ED25519_PRIME = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    private static final Map<Curve, JwtAlgorithm> CURVES =
            Map.of(Curve.P_256, JwtAlgorithm.ES256, Curve.P_384, JwtAlgorithm.ES384, Curve.P_521, JwtAlgorithm.ES512);
    /** The y of all points of order 1, 2, 4 and 8: with such a key, a signature that fits any message can be written. */
    private static final Set<BigInteger> SMALL_ORDER = Set.of(
            BigInteger.ZERO,
            BigInteger.ONE,
            ED25519_PRIME.subtract(BigInteger.ONE),
            new BigInteger("05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826", 16),
            new BigInteger("7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7", 16));

    private KeyChecks() {}

    /** Returns a secret, or refuses it. */
    static JwtKey secret(byte[] bytes) {
        Faults faults = new Faults();
        String text = new String(bytes, StandardCharsets.ISO_8859_1).strip();
        faults.require(
                !text.startsWith("-----BEGIN ")
                        && !text.startsWith("ssh-")
                        && !text.contains("\"kty\"")
                        && !KeyTexts.isSubjectPublicKeyInfo(bytes),
                "it is the text or the bytes of a key: PEM, an OpenSSH line or a JSON Web Key are given as such");
        int bits = bytes.length * Byte.SIZE;
        faults.require(bits >= MIN_SECRET_BITS, "`" + bits + "` bits are fewer than " + MIN_SECRET_BITS);
        faults.require(
                bits < MIN_SECRET_BITS || !SampleSecrets.has(bytes),
                "it is a sample that documents show, or a few characters repeated: anybody could sign with it");
        faults.throwIfAny("key", "secret");
        return trustedSecret(bytes);
    }

    /** Returns a secret of at least 256 bits, without asking whether others may know it. */
    static JwtKey trustedSecret(byte[] bytes) {
        Set<JwtAlgorithm> algorithms = EnumSet.noneOf(JwtAlgorithm.class);
        for (JwtAlgorithm algorithm : JwtAlgorithm.hmac()) {
            // RFC 7518 section 3.2: a key is at least as long as the hash
            if (bytes.length * Byte.SIZE >= algorithm.hashBits()) {
                algorithms.add(algorithm);
            }
        }
        try {
            return new JwtKey(null, new OctetSequenceKey.Builder(bytes).build(), algorithms, new MACVerifier(bytes));
        } catch (JOSEException e) {
            throw new IllegalStateException("a secret of `" + bytes.length + "` bytes was not taken", e);
        }
    }

    /** Returns a public key, or refuses it. */
    static JwtKey publicKey(PublicKey key) {
        try {
            if (key instanceof RSAPublicKey rsa && key.getAlgorithm().equals("RSA")) {
                return rsa(rsa);
            }
            if (key instanceof ECPublicKey ec) {
                return ec(ec);
            }
            if (key instanceof EdECPublicKey) {
                return ed25519(key);
            }
        } catch (JOSEException e) {
            throw new IllegalStateException("a checked public key was not taken", e);
        }
        throw new IllegalArgumentException("public key of algorithm " + Faults.quote(key.getAlgorithm())
                + " is neither `RSA`, `EC` nor `Ed25519`");
    }

    static void id(String id, Faults faults) {
        faults.require(
                !id.isEmpty()
                        && id.codePointCount(0, id.length()) <= MAX_ID
                        && id.codePoints().noneMatch(Character::isISOControl),
                "key id " + Faults.quote(id) + " is not 1 to " + MAX_ID + " characters without control characters");
    }

    private static JwtKey rsa(RSAPublicKey key) {
        Faults faults = new Faults();
        int bits = key.getModulus().bitLength();
        BigInteger exponent = key.getPublicExponent();
        faults.require(
                key.getModulus().signum() > 0 && bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS,
                "modulus of `" + bits + "` bits is not " + MIN_RSA_BITS + " to " + MAX_RSA_BITS);
        faults.require(key.getModulus().testBit(0), "modulus is even");
        faults.require(
                exponent.compareTo(MIN_EXPONENT) >= 0
                        && exponent.bitLength() <= MAX_EXPONENT_BITS
                        && exponent.testBit(0),
                "exponent is not odd, at least `" + MIN_EXPONENT + "` and of at most " + MAX_EXPONENT_BITS + " bits");
        faults.throwIfAny("public key", "RSA");
        return new JwtKey(
                null,
                new RSAKey.Builder(key).build(),
                EnumSet.range(JwtAlgorithm.RS256, JwtAlgorithm.PS512),
                new RSASSAVerifier(key));
    }

    private static JwtKey ec(ECPublicKey key) throws JOSEException {
        Curve curve = key.getParams() == null ? null : Curve.forECParameterSpec(key.getParams());
        JwtAlgorithm algorithm = curve == null ? null : CURVES.get(curve);
        if (curve == null || algorithm == null) {
            throw new IllegalArgumentException("public key `EC` is on no curve of `P-256`, `P-384`, `P-521`");
        }
        if (!isOn(curve, key.getW())) {
            throw new IllegalArgumentException("public key `EC` is no point of its curve `" + curve + "`");
        }
        return new JwtKey(null, new ECKey.Builder(curve, key).build(), EnumSet.of(algorithm), new EcdsaVerifier(key));
    }

    /** Returns whether a point is one of a curve other than the one at infinity, its coordinates below the prime. */
    static boolean isOn(Curve curve, ECPoint point) {
        var params = curve.toECParameterSpec();
        if (point.equals(ECPoint.POINT_INFINITY)) {
            return false;
        }
        BigInteger prime = ((ECFieldFp) params.getCurve().getField()).getP();
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        return x.signum() >= 0
                && y.signum() >= 0
                && x.compareTo(prime) < 0
                && y.compareTo(prime) < 0
                && ECChecks.isPointOnCurve(x, y, params);
    }

    private static JwtKey ed25519(PublicKey key) {
        byte[] encoded = key.getEncoded();
        byte[] raw = Arrays.copyOfRange(encoded, encoded.length - ED25519_BYTES, encoded.length);
        if (!((EdECPublicKey) key).getParams().getName().equals("Ed25519") || !provesSomething(raw)) {
            throw new IllegalArgumentException("public key is no `Ed25519` point that a signature proves anything by");
        }
        return new JwtKey(
                null,
                new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(raw)).build(),
                EnumSet.of(JwtAlgorithm.EDDSA),
                new Ed25519Verifier(key));
    }

    /** Returns whether the encoding is the canonical one (RFC 8032 section 5.1.3) of a point that is not of small order. */
    private static boolean provesSomething(byte[] raw) {
        byte[] bigEndian = new byte[raw.length];
        for (int i = 0; i < raw.length; i++) {
            bigEndian[i] = raw[raw.length - 1 - i];
        }
        bigEndian[0] &= 0x7f;
        BigInteger y = new BigInteger(1, bigEndian);
        return y.compareTo(ED25519_PRIME) < 0 && !SMALL_ORDER.contains(y);
    }
}
