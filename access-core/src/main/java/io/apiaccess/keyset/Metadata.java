package io.apiaccess.keyset;

import io.apiaccess.json.MalformedException;
import io.apiaccess.json.StrictJson;
import io.apiaccess.jwt.KeySource;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an issuer says of itself (OpenID Connect Discovery 1.0 section 3). */
final class Metadata {
    private Metadata() {}

    /**
     * Returns where the issuer publishes its keys.
     *
     * @throws IOException if the metadata is of another issuer (section 4.3), or says no address that can be asked
     */
    static URI jwksUri(String json, String issuer) throws IOException {
        Map<String, @Nullable Object> members;
        try {
            members = StrictJson.object(json);
        } catch (MalformedException e) {
            throw new IOException("metadata that is " + e.fault());
        }
        if (!issuer.equals(members.get("issuer"))) {
            throw new IOException("metadata of another issuer");
        }
        if (!(members.get("jwks_uri") instanceof String uri)) {
            throw new IOException("metadata without `jwks_uri`");
        }
        try {
            return KeySource.jwkSet(uri).url();
        } catch (IllegalArgumentException e) {
            throw new IOException("metadata whose `jwks_uri` cannot be asked");
        }
    }

    /** Returns whether an address is at a host that was configured, and as safe: what metadata says, is not configured. */
    static boolean isOfSameHost(URI url, URI configured) {
        return url.getHost().equalsIgnoreCase(configured.getHost())
                && (url.getScheme().equalsIgnoreCase("https")
                        || configured.getScheme().equalsIgnoreCase("http"));
    }
}
