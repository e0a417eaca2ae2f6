package io.apiaccess;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Jwt;
import io.apiaccess.decision.DenyReason;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A provider of signatures that the application has installed in front of the JDK's. */
@Rule("C6")
class InstalledProviderTest {
    private static final EcSigner KEY = EcSigner.make("k");

    @Test
    void verifiesTokensInPlaceOfThatOfTheJdk() {
        try (Acme acme = new Acme()) {
            AccessProfile robot = acme.admin.create(AccessProfile.named("robot", acme.acme.id())
                    .grant(acme.orders.id())
                    .authentication(Jwt.publicKey().jwk(KEY.jwk()).build())
                    .build());
            SignedToken token = SignedToken.of("ES256", acme.time.instant())
                    .claim("sub", robot.id().value());
            String first = KEY.sign(token);
            String second = KEY.sign(token.claim("jti", "2"));
            String third = KEY.sign(token.claim("jti", "3"));
            String forged = third.substring(0, third.lastIndexOf('.')) + second.substring(second.lastIndexOf('.'));
            assertNull(reason(acme, first));
            Counting counting = new Counting();
            Security.insertProviderAt(counting, 1);
            try {
                assertNull(reason(acme, second));
                assertEquals(1, counting.verified.get());
                assertEquals(DenyReason.INVALID_SIGNATURE, reason(acme, forged));
                assertEquals(2, counting.verified.get());
                assertNull(reason(acme, second), "remembered");
                assertEquals(2, counting.verified.get());
            } finally {
                Security.removeProvider(counting.getName());
            }
            assertNull(reason(acme, third));
            assertEquals(2, counting.verified.get());
        }
    }

    private static @Nullable DenyReason reason(Acme acme, String token) {
        return acme.reason(Acme.request(GET, "/orders").bearer(token));
    }

    /** Counts what it has the JDK's own provider verify. */
    private static final class Counting extends Provider {
        private static final long serialVersionUID = 1;

        private final AtomicInteger verified = new AtomicInteger();

        Counting() {
            super("Counting", "1", "counts verified signatures");
            putService(
                    new Service(this, "Signature", "SHA256withECDSA", CountingSignature.class.getName(), null, null) {
                        @Override
                        public Object newInstance(@Nullable Object parameter) {
                            return new CountingSignature(verified);
                        }
                    });
        }
    }

    /** A signature by SHA-256 and ECDSA, for verifying only. */
    private static final class CountingSignature extends SignatureSpi {
        private final AtomicInteger verified;
        private final Signature jdk;

        CountingSignature(AtomicInteger verified) {
            this.verified = verified;
            try {
                jdk = Signature.getInstance("SHA256withECDSA", "SunEC");
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        protected void engineInitVerify(PublicKey key) throws InvalidKeyException {
            jdk.initVerify(key);
        }

        @Override
        protected void engineUpdate(byte b) throws SignatureException {
            jdk.update(b);
        }

        @Override
        protected void engineUpdate(byte[] bytes, int from, int length) throws SignatureException {
            jdk.update(bytes, from, length);
        }

        @Override
        protected boolean engineVerify(byte[] signature) throws SignatureException {
            verified.incrementAndGet();
            return jdk.verify(signature);
        }

        @Override
        protected void engineInitSign(PrivateKey key) throws InvalidKeyException {
            throw new InvalidKeyException("for verifying only");
        }

        @Override
        protected byte[] engineSign() throws SignatureException {
            throw new SignatureException("for verifying only");
        }

        @Override
        @Deprecated
        protected void engineSetParameter(String name, Object value) {
            throw new UnsupportedOperationException(name);
        }

        @Override
        @Deprecated
        protected Object engineGetParameter(String name) {
            throw new UnsupportedOperationException(name);
        }
    }
}
