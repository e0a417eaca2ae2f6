package io.apiaccess.keyset;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where a fetch may lead: over https to public addresses, and to listed hosts wherever they are (C12).
 *
 * @param listed hosts that may be anywhere, in lower case
 * @param httpToLoopback whether plain http to {@code 127.0.0.1} and {@code [::1]} is allowed
 */
record Guard(Set<String> listed, boolean httpToLoopback) {
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]");

    Guard {
        listed = listed.stream().map(host -> host.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Returns whether an address is spoken to without TLS.
     *
     * @throws IOException if it is not spoken to at all
     */
    boolean isPlain(URI url, boolean onlyPublic) throws IOException {
        boolean plain = "http".equalsIgnoreCase(url.getScheme())
                && httpToLoopback
                && !onlyPublic
                && LOOPBACK.contains(host(url));
        if (url.getHost() == null || !(plain || "https".equalsIgnoreCase(url.getScheme()))) {
            throw new IOException("only https is spoken, and http to the loopback address where that is switched on");
        }
        return plain;
    }

    /** Refuses an address that is not public, unless its host is listed and may be asked nevertheless. */
    void check(URI url, InetAddress address, boolean onlyPublic) throws IOException {
        if (!isFree(url, onlyPublic) && !Destination.isPublic(address)) {
            throw new IOException("an address that is not public, and the host is not listed");
        }
    }

    /** Returns whether a host may be anywhere. */
    boolean isFree(URI url, boolean onlyPublic) throws IOException {
        return !onlyPublic && (isPlain(url, false) || listed.contains(host(url)));
    }

    private static String host(URI url) {
        return String.valueOf(url.getHost()).toLowerCase(Locale.ROOT);
    }
}
