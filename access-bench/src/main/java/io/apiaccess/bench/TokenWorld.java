package io.apiaccess.bench;

import io.apiaccess.AccessControl;
import io.apiaccess.admin.AccessAdmin;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Authentication;
import io.apiaccess.client.Client;
import io.apiaccess.client.Jwt;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.Decision;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.request.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** A profile that proves itself by tokens of an algorithm, one that does by a key, and a token as issuers send them. */
final class TokenWorld implements AutoCloseable {
    static final String ISSUER = "https://issuer.example";
    static final String AUDIENCE = "orders";
    static final String SECRET = "Zt9!kQ2vX7#mB4cN8pL1wR6yT3uH5gJ0";
    private static final HttpMethod GET = HttpMethod.GET;

    private final AccessControl access;
    private final String algorithm;
    private final @Nullable KeyPair keys;
    /** The token. */
    final String token;
    /** The same with the signature of another issuer. */
    final String forged;
    /** The text of the key. */
    final String key;

    /** Sets it up, with room for so many tokens in the cache. */
    TokenWorld(String algorithm, int cache) throws GeneralSecurityException {
        this.algorithm = algorithm;
        keys = keys(algorithm);
        access = AccessControl.builder().tokenCache(cache).build();
        AccessAdmin admin = access.admin();
        ApiCollection orders = admin.create(
                ApiCollection.named("Orders").route("/orders/{id}", GET).build());
        Client acme = admin.create(Client.named("ACME Company").build());
        profile(admin, acme, orders, "robot", jwt());
        profile(admin, acme, orders, "mobile", Authentication.authToken());
        key = admin.issueKey(new ProfileId("mobile")).reveal();
        token = sign(keys, SECRET);
        KeyPair others = keys(algorithm);
        forged = sign(others, "another secret of the same length");
    }

    Decision byToken(String text) {
        return access.decider()
                .decide(AccessRequest.of(GET, "/orders/42").bearer(text).build());
    }

    Decision byKey() {
        return access.decider()
                .decide(AccessRequest.of(GET, "/orders/42").apiKey(key).build());
    }

    /** Returns the key by which others verify the token. */
    Key verifyingKey() {
        return keys == null
                ? new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256")
                : keys.getPublic();
    }

    /** Returns whether a signature is right, as the platform alone says. */
    boolean verifies(byte[] input, byte[] signature) throws GeneralSecurityException {
        if (keys == null) {
            return MessageDigest.isEqual(mac(input, SECRET), signature);
        }
        Signature verifier = Signature.getInstance(platformName(algorithm));
        verifier.initVerify(keys.getPublic());
        verifier.update(input);
        return verifier.verify(signature);
    }

    @Override
    public void close() {
        access.close();
    }

    private Jwt jwt() {
        Jwt.Builder jwt = keys == null
                ? Jwt.hmac().secret(SECRET)
                : Jwt.publicKey()
                        .publicKey("-----BEGIN PUBLIC KEY-----\n"
                                + Base64.getMimeEncoder()
                                        .encodeToString(keys.getPublic().getEncoded())
                                + "\n-----END PUBLIC KEY-----\n");
        return jwt.claims(claims -> claims.issuer(ISSUER).audience("orders")).build();
    }

    private String sign(@Nullable KeyPair by, String secret) throws GeneralSecurityException {
        String input = part("{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\"}") + "."
                + part("{\"iss\":\"" + ISSUER + "\",\"aud\":\"orders\",\"sub\":\"robot\",\"iat\":1700000000"
                        + ",\"exp\":4000000000,\"jti\":\"dbe39bf3a3ba4238a513f51d6e1691c4\",\"scope\":\"a b c\"}");
        byte[] bytes = input.getBytes(StandardCharsets.US_ASCII);
        return input + "."
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(by == null ? mac(bytes, secret) : signed(bytes, by));
    }

    private byte[] signed(byte[] input, KeyPair by) throws GeneralSecurityException {
        Signature signer = Signature.getInstance(platformName(algorithm));
        signer.initSign(by.getPrivate());
        signer.update(input);
        return signer.sign();
    }

    private static byte[] mac(byte[] input, String secret) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return mac.doFinal(input);
    }

    private static @Nullable KeyPair keys(String algorithm) throws GeneralSecurityException {
        if (algorithm.equals("HS256")) {
            return null;
        }
        KeyPairGenerator generator = KeyPairGenerator.getInstance(
                switch (algorithm) {
                    case "RS256" -> "RSA";
                    case "ES256" -> "EC";
                    default -> "Ed25519";
                });
        if (algorithm.equals("RS256")) {
            generator.initialize(2048);
        } else if (algorithm.equals("ES256")) {
            generator.initialize(new ECGenParameterSpec("secp256r1"));
        }
        return generator.generateKeyPair();
    }

    private static String platformName(String algorithm) {
        return switch (algorithm) {
            case "RS256" -> "SHA256withRSA";
            case "ES256" -> "SHA256withECDSAinP1363Format";
            default -> "Ed25519";
        };
    }

    private static void profile(
            AccessAdmin admin, Client client, ApiCollection granted, String name, Authentication authentication) {
        admin.create(AccessProfile.named(name, client.id())
                .id(new ProfileId(name))
                .grant(granted.id())
                .authentication(authentication)
                .build());
    }

    private static String part(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
