package io.apiaccess.client;

import io.apiaccess.check.Faults;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The form of addresses that key sets are fetched from (C12). */
final class JwkSetUrls {
    private static final int MAX_LENGTH = 2_000;
    private static final int MAX_PORT = 65_535;

    private JwkSetUrls() {}

    static URI parse(String text) {
        URI url = uri(text);
        String scheme =
                url == null || url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        boolean loopback = url != null && ("127.0.0.1".equals(url.getHost()) || "[::1]".equals(url.getHost()));
        if (url == null
                || url.getHost() == null
                || !(scheme.equals("https") || (scheme.equals("http") && loopback))
                || url.getRawUserInfo() != null
                || url.getRawFragment() != null
                || url.getPort() == 0
                || url.getPort() > MAX_PORT) {
            throw new IllegalArgumentException("key set address " + Faults.quote(text)
                    + " is not https with a host, without user and fragment, in at most " + MAX_LENGTH + " characters");
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
