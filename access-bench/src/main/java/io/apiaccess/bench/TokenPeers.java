package io.apiaccess.bench;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTVerifier;
import com.auth0.jwt.algorithms.Algorithm;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.proc.SingleKeyJWSKeySelector;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.JwtParserBuilder;
import io.jsonwebtoken.Jwts;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Set;
import javax.crypto.SecretKey;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;

/** Other libraries' verifiers of the tokens of a world: algorithm, signature, issuer, audience and times. */
final class TokenPeers {
    private final String algorithm;
    private final Key key;
    private final Verifier jjwt;
    private final Verifier jose4j;

    TokenPeers(String algorithm, TokenWorld world) {
        this.algorithm = algorithm;
        key = world.verifyingKey();
        jjwt = newJjwt();
        jose4j = newJose4j();
    }

    /** Verifies a token, and returns what it says. */
    @FunctionalInterface
    interface Verifier {
        /** Returns the claims, or throws. */
        Object verify(String token) throws Exception;
    }

    /** Sees to it that a token passes, and one whose payload or signature was changed does not. */
    static void check(Verifier verifier, String token) {
        int payload = token.indexOf('.') + 5;
        int signature = token.lastIndexOf('.') + 5;
        require(passes(verifier, token), "refuses a good token");
        require(!passes(verifier, changed(token, payload)), "takes a changed payload");
        require(!passes(verifier, changed(token, signature)), "takes a changed signature");
    }

    Verifier jjwt() {
        return jjwt;
    }

    Verifier jose4j() {
        return jose4j;
    }

    Verifier nimbus() {
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSKeySelector(new SingleKeyJWSKeySelector<>(JWSAlgorithm.parse(algorithm), key));
        processor.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(
                TokenWorld.AUDIENCE,
                new JWTClaimsSet.Builder().issuer(TokenWorld.ISSUER).build(),
                Set.of("sub", "exp")));
        return token -> processor.process(token, null);
    }

    Verifier javaJwt() {
        Algorithm how = switch (algorithm) {
            case "HS256" -> Algorithm.HMAC256(TokenWorld.SECRET.getBytes(StandardCharsets.UTF_8));
            case "RS256" -> Algorithm.RSA256((RSAPublicKey) key, null);
            default -> Algorithm.ECDSA256((ECPublicKey) key, null);
        };
        JWTVerifier verifier = JWT.require(how)
                .withIssuer(TokenWorld.ISSUER)
                .withAudience(TokenWorld.AUDIENCE)
                .build();
        return verifier::verify;
    }

    private Verifier newJjwt() {
        JwtParserBuilder builder = Jwts.parser();
        JwtParserBuilder withKey =
                key instanceof SecretKey secret ? builder.verifyWith(secret) : builder.verifyWith((PublicKey) key);
        JwtParser parser = withKey.requireIssuer(TokenWorld.ISSUER)
                .requireAudience(TokenWorld.AUDIENCE)
                .build();
        return parser::parseSignedClaims;
    }

    private Verifier newJose4j() {
        JwtConsumer consumer = new JwtConsumerBuilder()
                .setVerificationKey(key)
                .setJwsAlgorithmConstraints(AlgorithmConstraints.ConstraintType.PERMIT, algorithm)
                .setExpectedIssuer(TokenWorld.ISSUER)
                .setExpectedAudience(TokenWorld.AUDIENCE)
                .setRequireExpirationTime()
                .setRequireSubject()
                .build();
        return consumer::processToClaims;
    }

    private static String changed(String token, int at) {
        char other = token.charAt(at) == 'A' ? 'B' : 'A';
        return token.substring(0, at) + other + token.substring(at + 1);
    }

    private static boolean passes(Verifier verifier, String token) {
        try {
            return verifier.verify(token) != null;
        } catch (Exception e) {
            return false;
        }
    }

    private static void require(boolean right, String fault) {
        if (!right) {
            throw new IllegalStateException("a library for tokens " + fault);
        }
    }
}
