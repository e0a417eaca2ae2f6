package io.apiaccess.introspect;

import io.apiaccess.check.Faults;
import io.apiaccess.jwt.KeySource;
import io.apiaccess.request.Secret;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Where tokens of others are asked about (RFC 7662), and as whom. Immutable.
 *
 * @param url its address
 * @param authorization who asks, in Basic (RFC 6749 section 2.3.1)
 */
public record IntrospectionEndpoint(URI url, Secret authorization) {
    /**
     * Returns an endpoint.
     *
     * @param url https with a host, without user and fragment; http to {@code 127.0.0.1} or {@code [::1]} where the
     *     application has switched that on
     * @throws IllegalArgumentException naming everything that is wrong
     */
    public static IntrospectionEndpoint of(String url, String clientId, String clientSecret) {
        Faults faults = new Faults();
        faults.gather(() -> KeySource.address("introspection endpoint", url));
        faults.require(!clientId.isEmpty(), "client id " + Faults.quote(clientId) + " is empty");
        faults.require(!clientSecret.isEmpty(), "the client secret is empty");
        faults.throwIfAny("introspection", "endpoint");
        String both = encode(clientId) + ":" + encode(clientSecret);
        String basic = Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.US_ASCII));
        return new IntrospectionEndpoint(KeySource.address("introspection endpoint", url), Secret.of("Basic " + basic));
    }

    /** Returns the form that asks about a token (RFC 7662 section 2.1). */
    static Secret form(String token) {
        return Secret.of("token=" + encode(token) + "&token_type_hint=access_token");
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Returns the address without its query, which may be secret. */
    @Override
    public String toString() {
        String address = url.toString();
        int query = address.indexOf('?');
        return "introspection endpoint " + Faults.quote(query < 0 ? address : address.substring(0, query));
    }
}
