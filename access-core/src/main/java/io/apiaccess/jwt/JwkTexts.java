package io.apiaccess.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import io.apiaccess.check.Faults;
import io.apiaccess.json.Base64Url;
import io.apiaccess.json.MalformedException;
import io.apiaccess.json.StrictJson;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.spec.ECPoint;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keys in JSON (RFC 7517, RFC 7518 section 6, RFC 8037 section 2). Only the members of the key itself are read, and what it
 * may be used for; {@code x5u}, {@code x5c} and their kin are not looked at. Messages never hold anything of a key.
 */
final class JwkTexts {
    private static final int MAX_LENGTH = 64 * 1024;
    private static final int MAX_KEYS = 100;
    private static final Map<String, Curve> CURVES =
            Map.of("P-256", Curve.P_256, "P-384", Curve.P_384, "P-521", Curve.P_521);
    private static final List<String> PRIVATE = List.of("d", "p", "q", "dp", "dq", "qi", "oth");
    private static final int ED25519_BYTES = 32;

    private JwkTexts() {}

    static JwtKey key(String json) {
        Map<String, @Nullable Object> members = members("JSON Web Key", json);
        String skipped = purpose(members);
        if (skipped != null) {
            throw new IllegalArgumentException(label(members) + " " + skipped);
        }
        return key(members);
    }

    static List<JwtKey> set(String json) {
        Faults faults = new Faults();
        List<JwtKey> keys = keys(json, faults);
        faults.throwIfAny("JSON Web Key Set", "keys");
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("JSON Web Key Set has none for signatures of tokens:"
                    + " `RSA`, `EC` on P-256, P-384, P-521, `Ed25519`, or a secret");
        }
        return keys;
    }

    /** Returns the keys of a set that are fit for use, whatever is wrong with the others. */
    static List<JwtKey> usable(String json) {
        return keys(json, new Faults());
    }

    private static List<JwtKey> keys(String json, Faults faults) {
        Object listed = members("JSON Web Key Set", json).get("keys");
        if (!(listed instanceof List<?> elements) || elements.size() > MAX_KEYS) {
            throw new IllegalArgumentException("JSON Web Key Set has no `keys` that are a list of at most " + MAX_KEYS);
        }
        List<JwtKey> keys = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (Object element : elements) {
            faults.gather(() -> {
                Map<String, @Nullable Object> members = members(element);
                refusePrivate(members);
                if (purpose(members) == null) {
                    JwtKey key = key(members);
                    if (key.id().isPresent() && !ids.add(key.id().get())) {
                        throw new IllegalArgumentException(label(members) + " is there twice");
                    }
                    keys.add(key);
                }
            });
        }
        return List.copyOf(keys);
    }

    private static Map<String, @Nullable Object> members(String what, String json) {
        if (json.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(what + " has more than `" + MAX_LENGTH + "` characters");
        }
        try {
            return StrictJson.object(json);
        } catch (MalformedException e) {
            throw new IllegalArgumentException(what + " is not JSON of `RFC 8259`: " + e.fault());
        }
    }

    @SuppressWarnings("unchecked") // the only maps in JSON are objects
    private static Map<String, @Nullable Object> members(@Nullable Object element) {
        if (element instanceof Map<?, ?> members) {
            return (Map<String, @Nullable Object>) members;
        }
        throw new IllegalArgumentException("an element of `keys` is not an object");
    }

    /** Returns why a key is not for signatures of tokens, or {@code null} if it is. */
    private static @Nullable String purpose(Map<String, @Nullable Object> members) {
        if (members.get("use") != null && !"sig".equals(members.get("use"))) {
            return "is not for signatures: its `use` is not `sig`";
        }
        if (members.get("key_ops") != null
                && !(members.get("key_ops") instanceof List<?> operations && operations.contains("verify"))) {
            return "is not for verifying: its `key_ops` have not `verify`";
        }
        Object algorithm = members.get("alg");
        if (algorithm != null
                && (!(algorithm instanceof String name)
                        || JwtAlgorithm.named(name).isEmpty())) {
            return "is for another algorithm than signatures of tokens have: `alg` is not one of "
                    + EnumSet.allOf(JwtAlgorithm.class);
        }
        Object curve = members.get("crv");
        boolean known = switch (String.valueOf(members.get("kty"))) {
            case "oct", "RSA" -> true;
            case "EC" -> curve instanceof String name && CURVES.containsKey(name);
            case "OKP" -> "Ed25519".equals(curve);
            default -> false;
        };
        return known
                ? null
                : "is of no kind that is known: `kty` is `oct`, `RSA`, `EC` with `crv` `P-256`, `P-384` or `P-521`, or"
                        + " `OKP` with `Ed25519`";
    }

    private static JwtKey key(Map<String, @Nullable Object> members) {
        refusePrivate(members);
        try {
            JwtKey key = material(members);
            Object id = members.get("kid");
            if (id != null && !(id instanceof String)) {
                throw new IllegalArgumentException("`kid` is not a text");
            }
            JwtKey named = id == null ? key : key.withId((String) id);
            return members.get("alg") instanceof String name ? restricted(named, name) : named;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(label(members) + ": " + e.getMessage());
        }
    }

    private static JwtKey restricted(JwtKey key, String name) {
        Optional<JwtAlgorithm> algorithm = JwtAlgorithm.named(name).filter(key.algorithms()::contains);
        if (algorithm.isEmpty()) {
            throw new IllegalArgumentException(
                    "`alg` " + Faults.quote(name) + " is none of the key's: " + key.algorithms());
        }
        return key.restrictedTo(algorithm.get());
    }

    private static void refusePrivate(Map<String, @Nullable Object> members) {
        boolean isPrivate =
                !"oct".equals(members.get("kty")) && PRIVATE.stream().anyMatch(members::containsKey);
        if (isPrivate) {
            throw new IllegalArgumentException(
                    label(members) + " is a private key (it has `d` or its kin): nobody but its"
                            + " owner may have it, and what verifies is the public key");
        }
    }

    private static JwtKey material(Map<String, @Nullable Object> members) {
        return switch (String.valueOf(members.get("kty"))) {
            case "oct" -> KeyChecks.secret(bytes(members, "k"));
            case "RSA" -> KeyChecks.publicKey(rsa(bytes(members, "n"), bytes(members, "e")));
            case "EC" -> KeyChecks.publicKey(ec(members));
            default -> KeyChecks.publicKey(ed25519(bytes(members, "x")));
        };
    }

    private static PublicKey rsa(byte[] modulus, byte[] exponent) {
        try {
            return new RSAKey.Builder(
                            Base64URL.encode(new BigInteger(1, modulus)), Base64URL.encode(new BigInteger(1, exponent)))
                    .build()
                    .toRSAPublicKey();
        } catch (JOSEException | IllegalStateException e) {
            throw new IllegalArgumentException("`n` and `e` are no RSA key");
        }
    }

    private static PublicKey ec(Map<String, @Nullable Object> members) {
        Curve curve = CURVES.get(String.valueOf(members.get("crv")));
        byte[] x = bytes(members, "x");
        byte[] y = bytes(members, "y");
        if (curve == null || !isLength(curve, x) || !isLength(curve, y)) {
            throw new IllegalArgumentException(
                    "`x` and `y` have not the length of their curve (RFC 7518 section 6.2.1)");
        }
        if (!KeyChecks.isOn(curve, new ECPoint(new BigInteger(1, x), new BigInteger(1, y)))) {
            throw new IllegalArgumentException("`x` and `y` are no point of their curve");
        }
        try {
            return new ECKey.Builder(curve, Base64URL.encode(x), Base64URL.encode(y))
                    .build()
                    .toECPublicKey();
        } catch (JOSEException | IllegalStateException e) {
            throw new IllegalArgumentException("`x` and `y` are no EC key");
        }
    }

    private static boolean isLength(Curve curve, byte[] coordinate) {
        return coordinate.length
                == (curve.toECParameterSpec().getCurve().getField().getFieldSize() + Byte.SIZE - 1) / Byte.SIZE;
    }

    private static PublicKey ed25519(byte[] raw) {
        if (raw.length != ED25519_BYTES) {
            throw new IllegalArgumentException("`x` has not the `" + ED25519_BYTES + "` bytes of Ed25519");
        }
        return KeyTexts.ed25519(raw);
    }

    private static byte[] bytes(Map<String, @Nullable Object> members, String name) {
        try {
            if (members.get(name) instanceof String text && !text.isEmpty()) {
                return Base64Url.decode(text);
            }
            throw new IllegalArgumentException("`" + name + "` is missing or not a text");
        } catch (MalformedException e) {
            throw new IllegalArgumentException("`" + name + "` is not base64url: " + e.fault());
        }
    }

    private static String label(Map<String, @Nullable Object> members) {
        return "JSON Web Key " + (members.get("kid") instanceof String id ? Faults.quote(id) : "without `kid`");
    }
}
