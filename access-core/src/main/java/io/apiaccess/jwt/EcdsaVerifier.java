package io.apiaccess.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.impl.BaseJWSProvider;
import com.nimbusds.jose.util.Base64URL;
import java.math.BigInteger;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;

/**
 * ECDSA that looks at the two numbers of a signature before any provider does: both are from 1 to below the order of the
 * curve (FIPS 186-5 section 6.4.2). Some JDK took zeros for the signature of anything (CVE-2022-21449). Thread-safe.
 */
final class EcdsaVerifier extends BaseJWSProvider implements JWSVerifier {
    private final BigInteger order;
    private final int numberBytes;
    private final ECDSAVerifier verifier;

    EcdsaVerifier(ECPublicKey key) throws JOSEException {
        this(key, new ECDSAVerifier(key));
    }

    private EcdsaVerifier(ECPublicKey key, ECDSAVerifier verifier) {
        super(verifier.supportedJWSAlgorithms());
        order = key.getParams().getOrder();
        numberBytes = (order.bitLength() + Byte.SIZE - 1) / Byte.SIZE;
        this.verifier = verifier;
    }

    @Override
    public boolean verify(JWSHeader header, byte[] signingInput, Base64URL signature) throws JOSEException {
        byte[] bytes = signature.decode();
        return bytes.length == 2 * numberBytes
                && isInRange(bytes, 0)
                && isInRange(bytes, numberBytes)
                && verifier.verify(header, signingInput, signature);
    }

    private boolean isInRange(byte[] bytes, int from) {
        BigInteger number = new BigInteger(1, Arrays.copyOfRange(bytes, from, from + numberBytes));
        return number.signum() > 0 && number.compareTo(order) < 0;
    }
}
