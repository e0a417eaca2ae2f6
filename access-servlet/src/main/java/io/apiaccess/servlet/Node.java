package io.apiaccess.servlet;

import io.apiaccess.request.CallerAddress;
import java.util.Optional;

/** Reads the texts by which containers and proxies name the two ends of a connection. */
final class Node {
    private static final int MAX_PORT = 65_535;

    private Node() {}

    /**
     * Returns the address in a container's text of the peer: as it is, in brackets (Jetty), the zone of a link-local one
     * being dropped.
     */
    static Optional<CallerAddress> peer(String text) {
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        int zone = bare.indexOf('%');
        return CallerAddress.parse(zone < 0 ? bare : bare.substring(0, zone));
    }

    /**
     * Returns the address of a hop (RFC 7239 section 6): IPv4, or IPv6 in brackets, either with a port.
     * {@code unknown} and obfuscated names have none.
     */
    static Optional<CallerAddress> hop(String text) {
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            boolean whole = end > 0 && (end == text.length() - 1 || isPort(text, end + 1));
            String inside = whole ? text.substring(1, end) : "";
            return inside.indexOf(':') < 0 ? Optional.empty() : CallerAddress.parse(inside);
        }
        int colon = text.indexOf(':');
        boolean whole = colon < 0 || isPort(text, colon);
        return whole ? CallerAddress.parse(colon < 0 ? text : text.substring(0, colon)) : Optional.empty();
    }

    /** Returns the address of a hop of {@code X-Forwarded-For}, where IPv6 also stands without brackets. */
    static Optional<CallerAddress> looseHop(String text) {
        boolean bareIpv6 = !text.startsWith("[") && text.indexOf(':') != text.lastIndexOf(':');
        return bareIpv6 ? CallerAddress.parse(text) : hop(text);
    }

    /** Returns whether a text ends, from a colon on, in a port: a number, or an obfuscated one. */
    private static boolean isPort(String text, int colon) {
        String port = text.charAt(colon) == ':' ? text.substring(colon + 1) : "";
        if (port.startsWith("_")) {
            return port.length() > 1 && port.chars().skip(1).allMatch(Node::isObfuscation);
        }
        return !port.isEmpty()
                && port.length() <= 5
                && port.chars().allMatch(c -> c >= '0' && c <= '9')
                && Integer.parseInt(port) <= MAX_PORT;
    }

    private static boolean isObfuscation(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '-';
    }
}
