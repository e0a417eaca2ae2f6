package io.apiaccess.policy;

import io.apiaccess.check.Faults;
import io.apiaccess.request.CallerAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.commons.net.util.SubnetUtils;
import org.apache.commons.net.util.SubnetUtils6;
import org.jspecify.annotations.Nullable;

/**
 * A block of addresses of one family: a literal, or an address and a prefix length (CIDR, RFC 4632). Immutable.
 *
 * <p>Host bits are masked: {@code 106.226.100.3/20} is 106.226.96.0 to 106.226.111.255. Ranges are equal if they hold
 * the same addresses, however typed.
 */
public final class AddressRange {
    private static final CallerAddress LAST_BEFORE_MAPPED = literal("::fffe:ffff:ffff");

    private final String text;
    private final CallerAddress first;
    private final CallerAddress last;

    private AddressRange(String text, CallerAddress first, CallerAddress last) {
        this.text = text;
        this.first = first;
        this.last = last;
    }

    /**
     * Returns the range of a text.
     *
     * <p>An IPv4-mapped address with a prefix of 96 or more is the IPv4 range it maps.
     *
     * @throws IllegalArgumentException for anything but an IPv4 or IPv6 literal, alone or with a prefix length: leading
     *     zeros, octal, hexadecimal, integers, short forms, wildcards, dashes, zones, ports, names, blanks
     */
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        CallerAddress address = CallerAddress.parse(slash < 0 ? text : text.substring(0, slash))
                .orElseThrow(() -> new IllegalArgumentException("address range " + Faults.quote(text)
                        + " is not an IPv4 or IPv6 literal, alone or with a prefix length such as `10.0.0.0/8`"));
        if (slash < 0) {
            return new AddressRange(text, address, address);
        }
        int typedBits = text.indexOf(':') < 0 ? 32 : 128;
        int typed = prefix(text, text.substring(slash + 1), typedBits);
        boolean mapped = typedBits == 128 && address.isIpv4();
        if (mapped && typed < 96) {
            throw new IllegalArgumentException("address range " + Faults.quote(text)
                    + " is IPv4-mapped and needs a prefix length of 96 to 128, or the IPv4 form");
        }
        return of(text, address, mapped ? typed - 96 : typed);
    }

    /**
     * Returns the ranges of a comma-separated list, blanks around each being ignored.
     *
     * @throws IllegalArgumentException if an element is empty or not a range
     */
    public static List<AddressRange> parseList(String text) {
        List<AddressRange> ranges = new ArrayList<>();
        for (String element : text.split(",", -1)) {
            String range = element.strip();
            if (range.isEmpty()) {
                throw new IllegalArgumentException("address list " + Faults.quote(text) + " has an empty element");
            }
            ranges.add(parse(range));
        }
        return List.copyOf(ranges);
    }

    /** Returns whether an address lies in the range. */
    public boolean contains(CallerAddress address) {
        return first.compareTo(address) <= 0 && address.compareTo(last) <= 0;
    }

    /** Returns its first address. */
    public CallerAddress first() {
        return first;
    }

    /** Returns its last address. */
    public CallerAddress last() {
        return last;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AddressRange range && first.equals(range.first) && last.equals(range.last);
    }

    @Override
    public int hashCode() {
        return Objects.hash(first, last);
    }

    /** Returns the text as it was typed. */
    @Override
    public String toString() {
        return text;
    }

    private static int prefix(String text, String digits, int bits) {
        boolean plain = !digits.isEmpty()
                && digits.length() <= 3
                && digits.chars().allMatch(c -> c >= '0' && c <= '9')
                && (digits.length() == 1 || digits.charAt(0) != '0');
        int prefix = plain ? Integer.parseInt(digits) : -1;
        if (prefix < 0 || prefix > bits) {
            throw new IllegalArgumentException("prefix length of " + Faults.quote(text) + " is not 0 to " + bits);
        }
        return prefix;
    }

    // Both classes are given canonical literals only: the IPv6 one would look names up, the IPv4 one takes leading
    // zeros.
    private static AddressRange of(String text, CallerAddress address, int prefix) {
        String cidr = address + "/" + prefix;
        if (address.isIpv4()) {
            SubnetUtils subnet = new SubnetUtils(cidr);
            subnet.setInclusiveHostCount(true);
            return new AddressRange(
                    text,
                    literal(subnet.getInfo().getLowAddress()),
                    literal(subnet.getInfo().getHighAddress()));
        }
        SubnetUtils6.SubnetInfo subnet = new SubnetUtils6(cidr).getInfo();
        CallerAddress last = literal(subnet.getHighAddress());
        // An IPv4-mapped address is IPv4, and no range crosses the families: it ends before them.
        return new AddressRange(text, literal(subnet.getLowAddress()), last.isIpv4() ? LAST_BEFORE_MAPPED : last);
    }

    private static CallerAddress literal(String text) {
        return CallerAddress.parse(text).orElseThrow(IllegalStateException::new);
    }
}
