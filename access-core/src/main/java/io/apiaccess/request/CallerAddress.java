package io.apiaccess.request;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The address of a caller: IPv4 or IPv6, an IPv4-mapped IPv6 address being IPv4. Immutable.
 *
 * <p>Ordered with IPv4 before IPv6, numerically within each, so that a range lies within one family.
 */
public final class CallerAddress implements Comparable<CallerAddress> {
    private static final int MAX_LENGTH = 45;
    private static final long MAPPED = 0xffffL << 32;

    private final boolean ipv4;
    private final long high;
    private final long low;

    private CallerAddress(boolean ipv4, long high, long low) {
        this.ipv4 = ipv4;
        this.high = high;
        this.low = low;
    }

    /**
     * Returns the address that a text literally is, or nothing.
     *
     * <p>Taken are dotted quads of decimal numbers without leading zeros, and the text forms of RFC 4291 section 2.2.
     * Names, ports, brackets, zones, blanks, octal, hexadecimal and short forms are not; nothing is ever looked up.
     */
    public static Optional<CallerAddress> parse(@Nullable String text) {
        if (text == null || text.isEmpty() || text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        return Optional.ofNullable(text.indexOf(':') < 0 ? parseIpv4(text) : parseIpv6(text));
    }

    /** Returns the address of a JDK address; a zone is dropped. */
    public static CallerAddress of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.remaining() == 4
                ? new CallerAddress(true, 0, bytes.getInt() & 0xffff_ffffL)
                : ipv6(bytes.getLong(), bytes.getLong());
    }

    /** Returns whether it is an IPv4 address. */
    public boolean isIpv4() {
        return ipv4;
    }

    /** Returns what one subscriber holds: an IPv4 address as it is, of an IPv6 address the first of its /64. */
    public CallerAddress network() {
        return ipv4 || low == 0 ? this : new CallerAddress(false, high, 0);
    }

    /** Returns the upper 64 of its 128 bits, 0 for an IPv4 address. */
    public long highBits() {
        return high;
    }

    /** Returns the lower 64 of its 128 bits, or the 32 of an IPv4 address. */
    public long lowBits() {
        return low;
    }

    @Override
    public int compareTo(CallerAddress other) {
        if (ipv4 != other.ipv4) {
            return ipv4 ? -1 : 1;
        }
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CallerAddress address
                && ipv4 == address.ipv4
                && high == address.high
                && low == address.low;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(high * 31 + low) ^ Boolean.hashCode(ipv4);
    }

    /** Returns a dotted quad, or the form of RFC 5952. */
    @Override
    public String toString() {
        if (ipv4) {
            return (low >> 24) + "." + (low >> 16 & 255) + "." + (low >> 8 & 255) + "." + (low & 255);
        }
        int zerosAt = longestZeros();
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == zerosAt) {
                out.append("::");
                while (i + 1 < 8 && group(i + 1) == 0) {
                    i++;
                }
                continue;
            }
            if (out.length() > 0 && out.charAt(out.length() - 1) != ':') {
                out.append(':');
            }
            out.append(Integer.toHexString(group(i)));
        }
        return out.toString();
    }

    private int group(int i) {
        return (int) ((i < 4 ? high : low) >> (48 - 16 * (i & 3))) & 0xffff;
    }

    /** Returns where the first longest run of two or more zero groups begins, or -1 (RFC 5952 section 4.2). */
    private int longestZeros() {
        int best = -1;
        int bestLength = 1;
        for (int i = 0; i < 8; i++) {
            int length = 0;
            while (i + length < 8 && group(i + length) == 0) {
                length++;
            }
            if (length > bestLength) {
                best = i;
                bestLength = length;
            }
            i += length;
        }
        return best;
    }

    private static CallerAddress ipv6(long high, long low) {
        boolean mapped = high == 0 && (low & 0xffff_ffff_0000_0000L) == MAPPED;
        return mapped ? new CallerAddress(true, 0, low & 0xffff_ffffL) : new CallerAddress(false, high, low);
    }

    private static @Nullable CallerAddress parseIpv4(String text) {
        long value = ipv4Value(text);
        return value < 0 ? null : new CallerAddress(true, 0, value);
    }

    /** Returns the 32-bit value of a dotted quad, or -1. */
    private static long ipv4Value(String text) {
        long value = 0;
        int part = 0;
        int digits = 0;
        int parts = 1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.') {
                if (digits == 0 || ++parts > 4) {
                    return -1;
                }
                value = value << 8 | part;
                part = 0;
                digits = 0;
            } else {
                boolean leadingZero = digits > 0 && part == 0;
                if (c < '0' || c > '9' || leadingZero) {
                    return -1;
                }
                part = part * 10 + (c - '0');
                digits++;
                if (part > 255) {
                    return -1;
                }
            }
        }
        return parts == 4 && digits > 0 ? value << 8 | part : -1;
    }

    private static @Nullable CallerAddress parseIpv6(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            int[] groups = groups(text);
            return groups == null || groups.length != 8 ? null : join(groups, new int[0]);
        }
        int[] front = groups(text.substring(0, gap));
        int[] back = groups(text.substring(gap + 2));
        boolean embeddedInFront = text.lastIndexOf('.', gap) >= 0;
        if (front == null || back == null || embeddedInFront || front.length + back.length > 7) {
            return null;
        }
        return join(front, back);
    }

    private static CallerAddress join(int[] front, int[] back) {
        long[] halves = new long[2];
        for (int i = 0; i < 8; i++) {
            int fromBack = i - (8 - back.length);
            int group = i < front.length ? front[i] : fromBack >= 0 ? back[fromBack] : 0;
            halves[i / 4] = halves[i / 4] << 16 | group;
        }
        return ipv6(halves[0], halves[1]);
    }

    /** Returns the 16-bit groups of a colon-separated text, a dotted quad at the end being two, or {@code null}. */
    private static int @Nullable [] groups(String text) {
        if (text.isEmpty()) {
            return new int[0];
        }
        String[] parts = text.split(":", -1);
        boolean embedded = parts[parts.length - 1].indexOf('.') >= 0;
        int[] groups = new int[parts.length + (embedded ? 1 : 0)];
        for (int i = 0; i < parts.length; i++) {
            if (embedded && i == parts.length - 1) {
                long quad = ipv4Value(parts[i]);
                if (quad < 0) {
                    return null;
                }
                groups[i] = (int) (quad >> 16);
                groups[i + 1] = (int) (quad & 0xffff);
            } else {
                groups[i] = group(parts[i]);
                if (groups[i] < 0) {
                    return null;
                }
            }
        }
        return groups;
    }

    private static int group(String part) {
        if (part.isEmpty() || part.length() > 4) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < part.length(); i++) {
            int digit = PercentDecoder.hex(part.charAt(i));
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }
}
