package io.apiaccess.policy;

import io.apiaccess.request.CallerAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Ranges merged and sorted, so that a look-up takes the logarithm of their number in comparisons. Immutable.
 *
 * @param firsts the first address of each, ascending
 * @param lasts the last address of each; no two ranges overlap
 */
record RangeTable(List<CallerAddress> firsts, List<CallerAddress> lasts) {
    static RangeTable of(List<AddressRange> ranges) {
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
        return new RangeTable(List.copyOf(firsts), List.copyOf(lasts));
    }

    boolean contains(CallerAddress address) {
        int from = 0;
        int to = firsts.size();
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (firsts.get(middle).compareTo(address) <= 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from > 0 && address.compareTo(lasts.get(from - 1)) <= 0;
    }
}
