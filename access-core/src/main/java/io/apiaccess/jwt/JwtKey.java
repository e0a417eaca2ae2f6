package io.apiaccess.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import io.apiaccess.check.Faults;
import io.apiaccess.request.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A key that signatures of tokens are verified with: a shared secret, or a public key. Immutable.
 *
 * <p>It is checked when it is made: a secret has at least 256 bits and is none that documents show; an RSA key has at least
 * 2,048 bits and an odd exponent from 65,537; an EC key is a point of P-256, P-384 or P-521; an Ed25519 key is a point that
 * proves something. A private key is refused, and no message says anything of a key.
 */
public final class JwtKey {
    private static final Map<JwtAlgorithm, JWSHeader> HEADERS = Arrays.stream(JwtAlgorithm.values())
            .collect(Collectors.toUnmodifiableMap(
                    Function.identity(), algorithm -> new JWSHeader(JWSAlgorithm.parse(algorithm.toString()))));

    private final @Nullable String id;
    private final JWK material;
    private final Set<JwtAlgorithm> algorithms;
    private final JWSVerifier verifier;
    /** What makes it the key that it is: kept, since decisions compare keys that were fetched again. */
    private final byte[] required;

    JwtKey(@Nullable String id, JWK material, Set<JwtAlgorithm> algorithms, JWSVerifier verifier) {
        this.id = id;
        this.material = material;
        this.algorithms = Collections.unmodifiableSet(EnumSet.copyOf(algorithms));
        this.verifier = verifier;
        required = JSONObjectUtils.toJSONString(material.getRequiredParams()).getBytes(StandardCharsets.UTF_8);
    }

    /** The same key under an id or for algorithms. */
    private JwtKey(JwtKey key, @Nullable String id, Set<JwtAlgorithm> algorithms) {
        this.id = id;
        this.material = key.material;
        this.algorithms = Collections.unmodifiableSet(EnumSet.copyOf(algorithms));
        this.verifier = key.verifier;
        required = key.required;
    }

    /**
     * Returns the key that is the UTF-8 bytes of a text.
     *
     * @param text at least 32 bytes
     */
    public static JwtKey secret(String text) {
        return KeyChecks.secret(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Returns the key that a text in base64 or base64url stands for, padded or not.
     *
     * @param text of at least 32 bytes
     */
    public static JwtKey secretBase64(String text) {
        return KeyChecks.secret(KeyTexts.base64("secret", text));
    }

    /**
     * Returns the key in a text: a public key or an X.509 certificate in PEM (RFC 7468 sections 13 and 5), or an OpenSSH
     * line of {@code ssh-rsa} or {@code ssh-ed25519} (RFC 4253 section 6.6, RFC 8709 section 4).
     *
     * <p>A certificate is taken for the key that it holds: its dates, its issuer and its names are not looked at.
     */
    public static JwtKey publicKey(String text) {
        return KeyChecks.publicKey(KeyTexts.publicKey(text));
    }

    /** Returns the key in a JSON Web Key (RFC 7517 section 4); of a private one, nothing is taken. */
    public static JwtKey jwk(String json) {
        return JwkTexts.key(json);
    }

    /**
     * Returns the keys for signatures in a JSON Web Key Set (RFC 7517 section 5); keys of a kind, a curve, a use or an
     * algorithm that signatures of tokens have not are left out.
     */
    public static List<JwtKey> jwkSet(String json) {
        return JwkTexts.set(json);
    }

    /**
     * Returns the keys in a JSON Web Key Set that somebody else maintains: what {@link #jwkSet} refuses in it, and a second
     * key of an id, is left out, so that one bad key does not cost the others. None is left where all are withdrawn.
     *
     * @throws IllegalArgumentException if it is no key set
     */
    public static List<JwtKey> readJwkSet(String json) {
        return JwkTexts.usable(json);
    }

    /**
     * Returns this key under an id, by which tokens select it.
     *
     * @param id 1 to 256 characters, none of them a control character
     */
    public JwtKey withId(String id) {
        Faults faults = new Faults();
        KeyChecks.id(id, faults);
        faults.throwIfAny("key", id);
        return new JwtKey(this, id, algorithms);
    }

    /** Returns this key for those of its algorithms that another has, if any are left. */
    public Optional<JwtKey> restrictedBy(JwtKey other) {
        Set<JwtAlgorithm> left = EnumSet.copyOf(algorithms);
        left.retainAll(other.algorithms);
        return left.isEmpty() ? Optional.empty() : Optional.of(new JwtKey(this, id, left));
    }

    /** Returns this key for those of its algorithms that are among others, of which there must be one. For stores. */
    public JwtKey restrictedTo(Set<JwtAlgorithm> others) {
        Set<JwtAlgorithm> left = EnumSet.copyOf(algorithms);
        left.retainAll(others);
        return left.equals(algorithms) ? this : new JwtKey(this, id, left);
    }

    /** Returns this key for one of its algorithms alone. */
    JwtKey restrictedTo(JwtAlgorithm algorithm) {
        return new JwtKey(this, id, EnumSet.of(algorithm));
    }

    /** Returns its id. */
    public Optional<String> id() {
        return Optional.ofNullable(id);
    }

    /** Returns the algorithms that it can verify. */
    public Set<JwtAlgorithm> algorithms() {
        return algorithms;
    }

    /** Returns whether it is a secret, so that who can verify with it can also sign. */
    public boolean isSecret() {
        return material instanceof OctetSequenceKey;
    }

    /** Returns how many different bytes a secret has; few are a sign that a person thought of it. */
    public int variety() {
        Set<Byte> different = new HashSet<>();
        if (material instanceof OctetSequenceKey secret) {
            for (byte one : secret.toByteArray()) {
                different.add(one);
            }
        }
        return different.size();
    }

    /** Returns whether a signature by an algorithm is of this key, and that is an algorithm of this key. */
    public boolean verifies(JwtAlgorithm algorithm, byte[] signingInput, byte[] signature) {
        if (!algorithms.contains(algorithm)) {
            return false;
        }
        try {
            return verifier.verify(
                    Objects.requireNonNull(HEADERS.get(algorithm)), signingInput, Base64URL.encode(signature));
        } catch (JOSEException | RuntimeException e) {
            // a JCA provider that cannot read a signature may throw anything, and whoever writes tokens chooses
            // signatures
            return false;
        }
    }

    /** Returns whether another key is the same secret or the same public key, whatever its id. */
    public boolean isSameAs(JwtKey other) {
        if (isSecret() != other.isSecret()) {
            return false;
        }
        return MessageDigest.isEqual(required, other.required);
    }

    /**
     * Returns what keys that are the same have in common, and others have not: of a public key its thumbprint (RFC 7638), of a
     * secret an HMAC-SHA-256 of it, which tells nothing of the secret to who does not have the other key. For stores.
     *
     * @param printKey what fingerprints of secrets are made with
     */
    public byte[] fingerprint(byte[] printKey) {
        try {
            if (!isSecret()) {
                return material.computeThumbprint().decode();
            }
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(printKey, "HmacSHA256"));
            return mac.doFinal(required);
        } catch (JOSEException | GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    /** Returns the key as a JSON Web Key, a secret in the clear: for stores that keep it, and encrypt it. */
    public Secret reveal() {
        Map<String, Object> members = material.toJSONObject();
        if (id != null) {
            members.put("kid", id);
        }
        if (algorithms.size() == 1) {
            members.put("alg", algorithms.iterator().next().toString());
        }
        return Secret.of(JSONObjectUtils.toJSONString(members));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof JwtKey key
                        && Objects.equals(id, key.id)
                        && algorithms.equals(key.algorithms)
                        && isSameAs(key));
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, algorithms);
    }

    /** Returns what kind of key it is, its size and its id; of a public key also its thumbprint (RFC 7638). */
    @Override
    public String toString() {
        return (isSecret() ? "secret of " : material.getKeyType() + " key of ") + material.size() + " bits"
                + (id == null ? "" : " " + Faults.quote(id))
                + (isSecret() ? "" : ", thumbprint " + thumbprint());
    }

    private String thumbprint() {
        try {
            return material.computeThumbprint().toString();
        } catch (JOSEException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }
}
