package io.apiaccess;

import com.nimbusds.jose.util.JSONObjectUtils;
import io.apiaccess.json.Base64Url;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** A token of a test, put together without the code under test. Not thread-safe. */
public final class SignedToken {
    /** A secret of 64 bytes. */
    public static final String SECRET = "Zt9!kQ2vX7#mB4cN8pL1wR6yT3uH5gJ0-aSdFgHjKlPoIuYtReWqMnBvCxZ01234";

    private final Map<String, @Nullable Object> header = new LinkedHashMap<>();
    private final Map<String, @Nullable Object> claims = new LinkedHashMap<>();

    private SignedToken() {}

    /** Something that signs. */
    @FunctionalInterface
    public interface Signer {
        /** Returns the signature of an input. */
        byte[] sign(byte[] input) throws Exception;
    }

    /** Starts a token by HS256 that is issued at an instant and lives five minutes. */
    public static SignedToken hs256(Instant now) {
        return of("HS256", now);
    }

    /** Starts a token by an algorithm that is issued at an instant and lives five minutes. */
    public static SignedToken of(String algorithm, Instant now) {
        return new SignedToken()
                .header("alg", algorithm)
                .claim("iat", now.getEpochSecond())
                .claim("exp", now.getEpochSecond() + 300);
    }

    /** Sets a member of the header; {@code null} takes it away. */
    public SignedToken header(String name, @Nullable Object value) {
        return set(header, name, value);
    }

    /** Sets a claim; {@code null} takes it away. */
    public SignedToken claim(String name, @Nullable Object value) {
        return set(claims, name, value);
    }

    /** Returns its text, signed with {@link #SECRET}. */
    public String sign() {
        return sign(SECRET);
    }

    /** Returns its text, signed with a secret. */
    public String sign(String secret) {
        return sign(input -> hmac("HmacSHA256", secret, input));
    }

    /** Returns its text, signed. */
    public String sign(Signer signer) {
        String input = part(header) + "." + part(claims);
        try {
            return input + "." + Base64Url.encode(signer.sign(input.getBytes(StandardCharsets.US_ASCII)));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Returns an HMAC. */
    public static byte[] hmac(String algorithm, String secret, byte[] input) throws GeneralSecurityException {
        Mac mac = Mac.getInstance(algorithm);
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), algorithm));
        return mac.doFinal(input);
    }

    /** Returns the text of a token with any header, payload and signature. */
    public static String text(String header, String payload, byte[] signature) {
        return part(header) + "." + part(payload) + "." + Base64Url.encode(signature);
    }

    private SignedToken set(Map<String, @Nullable Object> members, String name, @Nullable Object value) {
        if (value == null) {
            members.remove(name);
        } else {
            members.put(name, value);
        }
        return this;
    }

    private static String part(Map<String, @Nullable Object> members) {
        return part(JSONObjectUtils.toJSONString(members));
    }

    private static String part(String text) {
        return Base64Url.encode(text.getBytes(StandardCharsets.UTF_8));
    }
}
