package io.apiaccess;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;

/** An issuer's P-256 key, made by nimbus. */
public record EcSigner(ECKey key) {
    /** Makes a key with an id. */
    public static EcSigner make(String id) {
        try {
            return new EcSigner(new ECKeyGenerator(Curve.P_256).keyID(id).generate());
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the public half as a JSON Web Key. */
    public String jwk() {
        return key.toPublicJWK().toJSONString();
    }

    /** Returns the text of a token, signed, with the key's id in its header. */
    public String sign(SignedToken token) {
        return token.header("kid", key.getKeyID())
                .sign(input -> new ECDSASigner(key)
                        .sign(new JWSHeader(JWSAlgorithm.ES256), input)
                        .decode());
    }
}
