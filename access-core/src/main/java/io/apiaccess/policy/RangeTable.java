package io.apiaccess.policy;

import io.apiaccess.request.CallerAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Ranges merged and sorted, so that a look-up takes the logarithm of their number in comparisons, in one array. Immutable.
 *
 * <p>A range is its first and its last address, each in two numbers; those of IPv4 come before those of IPv6, and no two
 * overlap.
 */
final class RangeTable {
    private static final int NUMBERS = 4;
    private static final RangeTable EMPTY = new RangeTable(List.of(), List.of());

    private final long[] ranges;
    private final int ipv4Ranges;

    private RangeTable(List<CallerAddress> firsts, List<CallerAddress> lasts) {
        ranges = new long[NUMBERS * firsts.size()];
        for (int i = 0; i < firsts.size(); i++) {
            ranges[NUMBERS * i] = firsts.get(i).highBits();
            ranges[NUMBERS * i + 1] = firsts.get(i).lowBits();
            ranges[NUMBERS * i + 2] = lasts.get(i).highBits();
            ranges[NUMBERS * i + 3] = lasts.get(i).lowBits();
        }
        ipv4Ranges = (int) firsts.stream().filter(CallerAddress::isIpv4).count();
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
        int least = address.isIpv4() ? 0 : ipv4Ranges;
        int from = least;
        int to = address.isIpv4() ? ipv4Ranges : ranges.length / NUMBERS;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (compare(NUMBERS * middle, address) <= 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from > least && compare(NUMBERS * from - 2, address) >= 0;
    }

    /** Compares the address in two numbers from a place on with another of its family. */
    private int compare(int at, CallerAddress address) {
        int byHigh = Long.compareUnsigned(ranges[at], address.highBits());
        return byHigh != 0 ? byHigh : Long.compareUnsigned(ranges[at + 1], address.lowBits());
    }
}
