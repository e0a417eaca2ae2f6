package io.apiaccess.jwt;

import io.apiaccess.check.Faults;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where an issuer publishes its keys.
 *
 * @param url the address of a JSON Web Key Set, or of the issuer's metadata, which says where that is
 * @param issuer whose metadata it is, if it is one's
 */
public record KeySource(URI url, Optional<String> issuer) {
    private static final int MAX_LENGTH = 2_000;
    private static final int MAX_PORT = 65_535;
    private static final String METADATA = "/.well-known/openid-configuration";

    /**
     * Returns the source that is a key set.
     *
     * @param url https with a host, without user and fragment; http to {@code 127.0.0.1} or {@code [::1]} where the
     *     application has switched that on
     */
    public static KeySource jwkSet(String url) {
        return new KeySource(parse("key set address", url, true), Optional.empty());
    }

    /**
     * Returns the source that an issuer's metadata says (OpenID Connect Discovery 1.0 section 4).
     *
     * @param issuer as tokens name it: an address as that of a key set, without query
     */
    public static KeySource discovery(String issuer) {
        parse("issuer", issuer, false);
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        return new KeySource(parse("issuer", base + METADATA, false), Optional.of(issuer));
    }

    /** Returns the issuer whose metadata is asked, or the address of the key set without its query, which may be secret. */
    @Override
    public String toString() {
        String address = url.toString();
        int query = address.indexOf('?');
        return Faults.quote(issuer.orElse(query < 0 ? address : address.substring(0, query)));
    }

    /** Returns an address as that of a key set, for something else that is asked. */
    public static URI address(String what, String url) {
        return parse(what, url, true);
    }

    private static URI parse(String what, String text, boolean mayHaveQuery) {
        URI url = uri(text);
        String scheme =
                url == null || url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        boolean loopback = url != null && ("127.0.0.1".equals(url.getHost()) || "[::1]".equals(url.getHost()));
        if (url == null
                || url.getHost() == null
                || !(scheme.equals("https") || (scheme.equals("http") && loopback))
                || url.getRawUserInfo() != null
                || url.getRawFragment() != null
                || !(mayHaveQuery || url.getRawQuery() == null)
                || url.getPort() == 0
                || url.getPort() > MAX_PORT) {
            throw new IllegalArgumentException(what + " " + Faults.quote(text)
                    + " is not https with a host, without user" + (mayHaveQuery ? "" : ", query")
                    + " and fragment, in at most " + MAX_LENGTH + " characters");
        }
        return url;
    }

    private static @Nullable URI uri(String text) {
        try {
            return text.length() > MAX_LENGTH ? null : new URI(text);
        } catch (URISyntaxException e) {
            return null;
        }
    }
}
