package io.apiaccess.policy;

import io.apiaccess.request.CallerAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Ranges merged and sorted, so that a look-up takes the logarithm of their number in comparisons, in one array. Immutable.
 *
 * <p>A range of IPv4 is one number, its first address before its last, in the order of signed numbers; one of IPv6 is four.
 * No two overlap.
 */
final class RangeTable {
    private static final int NUMBERS = 4;
    private static final long IPV4 = 0xffff_ffffL;
    private static final RangeTable EMPTY = new RangeTable(List.of(), List.of());

    private final long[] ipv4;
    private final long[] ipv6;

    private RangeTable(List<CallerAddress> firsts, List<CallerAddress> lasts) {
        int ipv4Ranges = (int) firsts.stream().filter(CallerAddress::isIpv4).count();
        ipv4 = new long[ipv4Ranges];
        for (int i = 0; i < ipv4Ranges; i++) {
            ipv4[i] = between(firsts.get(i), lasts.get(i).lowBits());
        }
        ipv6 = new long[NUMBERS * (firsts.size() - ipv4Ranges)];
        for (int i = ipv4Ranges, at = 0; i < firsts.size(); i++) {
            ipv6[at++] = firsts.get(i).highBits();
            ipv6[at++] = firsts.get(i).lowBits();
            ipv6[at++] = lasts.get(i).highBits();
            ipv6[at++] = lasts.get(i).lowBits();
        }
    }

    static RangeTable of(List<AddressRange> ranges) {
        if (ranges.isEmpty()) {
            return EMPTY;
        }
        List<CallerAddress> firsts = new ArrayList<>();
        List<CallerAddress> lasts = new ArrayList<>();
        for (AddressRange range : ranges.stream()
                .sorted(Comparator.comparing(AddressRange::first))
                .toList()) {
            int end = lasts.size() - 1;
            if (end >= 0 && range.first().compareTo(lasts.get(end)) <= 0) {
                lasts.set(end, range.last().compareTo(lasts.get(end)) > 0 ? range.last() : lasts.get(end));
            } else {
                firsts.add(range.first());
                lasts.add(range.last());
            }
        }
        return new RangeTable(firsts, lasts);
    }

    boolean contains(CallerAddress address) {
        return address.isIpv4() ? containsIpv4(address) : containsIpv6(address);
    }

    /** The last range that begins at the address or before it is the one that may hold it. */
    private boolean containsIpv4(CallerAddress address) {
        long sought = between(address, IPV4);
        int at = 0;
        for (int left = ipv4.length; left > 1; left -= left >>> 1) {
            int middle = at + (left >>> 1);
            at = ipv4[middle] <= sought ? middle : at;
        }
        return ipv4.length > 0 && ipv4[at] <= sought && (ipv4[at] & IPV4) >= address.lowBits();
    }

    private boolean containsIpv6(CallerAddress address) {
        int from = 0;
        int to = ipv6.length / NUMBERS;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (compare(NUMBERS * middle, address) <= 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from > 0 && compare(NUMBERS * from - 2, address) >= 0;
    }

    private static long between(CallerAddress first, long last) {
        return (first.lowBits() << 32 | last) ^ Long.MIN_VALUE;
    }

    /** Compares the address of IPv6 in two numbers from a place on with another. */
    private int compare(int at, CallerAddress address) {
        int byHigh = Long.compareUnsigned(ipv6[at], address.highBits());
        return byHigh != 0 ? byHigh : Long.compareUnsigned(ipv6[at + 1], address.lowBits());
    }
}
