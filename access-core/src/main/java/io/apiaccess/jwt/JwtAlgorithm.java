package io.apiaccess.jwt;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A signature algorithm that tokens may have: those of RFC 7518 section 3.1 but {@code none}, and that of RFC 8037.
 *
 * <p>No provider of them is asked for by name: one that the application has installed in front of the JDK's is used. That
 * can be worth it for ECDSA, which the JDK's own verifies slowly up to version 17.
 */
public enum JwtAlgorithm {
    /** HMAC with SHA-256. */
    HS256("HS256", KeyType.HMAC, 256),
    /** HMAC with SHA-384. */
    HS384("HS384", KeyType.HMAC, 384),
    /** HMAC with SHA-512. */
    HS512("HS512", KeyType.HMAC, 512),
    /** RSASSA-PKCS1-v1_5 with SHA-256. */
    RS256("RS256", KeyType.RSA, 256),
    /** RSASSA-PKCS1-v1_5 with SHA-384. */
    RS384("RS384", KeyType.RSA, 384),
    /** RSASSA-PKCS1-v1_5 with SHA-512. */
    RS512("RS512", KeyType.RSA, 512),
    /** RSASSA-PSS with SHA-256. */
    PS256("PS256", KeyType.RSA, 256),
    /** RSASSA-PSS with SHA-384. */
    PS384("PS384", KeyType.RSA, 384),
    /** RSASSA-PSS with SHA-512. */
    PS512("PS512", KeyType.RSA, 512),
    /** ECDSA on P-256 with SHA-256. */
    ES256("ES256", KeyType.EC, 256),
    /** ECDSA on P-384 with SHA-384. */
    ES384("ES384", KeyType.EC, 384),
    /** ECDSA on P-521 with SHA-512. */
    ES512("ES512", KeyType.EC, 512),
    /** EdDSA on Ed25519 (RFC 8037 section 3.1). */
    EDDSA("EdDSA", KeyType.ED25519, 512);

    /** What kind of key an algorithm takes. */
    enum KeyType {
        HMAC,
        RSA,
        EC,
        ED25519
    }

    private static final Map<String, JwtAlgorithm> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(JwtAlgorithm::toString, Function.identity()));

    private final String registered;
    private final KeyType keyType;
    private final int hashBits;

    JwtAlgorithm(String registered, KeyType keyType, int hashBits) {
        this.registered = registered;
        this.keyType = keyType;
        this.hashBits = hashBits;
    }

    /** Returns the algorithm of a registered name, or nothing for one that no token may have. */
    public static Optional<JwtAlgorithm> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** Returns the algorithms whose key is a shared secret. */
    public static Set<JwtAlgorithm> hmac() {
        return Collections.unmodifiableSet(EnumSet.range(HS256, HS512));
    }

    /** Returns the algorithms whose key is public. */
    public static Set<JwtAlgorithm> publicKey() {
        return Collections.unmodifiableSet(EnumSet.range(RS256, EDDSA));
    }

    KeyType keyType() {
        return keyType;
    }

    int hashBits() {
        return hashBits;
    }

    /** Returns its registered name. */
    @Override
    public String toString() {
        return registered;
    }
}
