package io.apiaccess.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import io.apiaccess.request.CallerAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Many ranges at once hold what one of them holds. */
@Rule("N1")
class RangeTableTest {
    private static final long SEED = Long.getLong("seed", 20_260_302);

    @Test
    void holdsNothingWithoutRanges() {
        assertFalse(RangeTable.of(List.of()).contains(address("0.0.0.0")));
        assertFalse(RangeTable.of(List.of()).contains(address("::")));
    }

    @Test
    void holdsWhatAWiderRangeHoldsBehindANarrowOne() {
        RangeTable table = table("10.0.0.0/8", "10.0.0.0/32", "10.1.0.0/16", "10.1.2.0/24");
        assertTrue(table.contains(address("10.200.0.1")));
        assertFalse(table.contains(address("11.0.0.0")));
        assertFalse(table.contains(address("9.255.255.255")));
    }

    @Test
    void holdsNoAddressBetweenTheFamilies() {
        RangeTable table = table("::/0", "255.0.0.0/8", "0.0.0.0/8");
        assertTrue(table.contains(address("255.255.255.255")));
        assertTrue(table.contains(address("::")));
        assertFalse(table.contains(address("128.0.0.1")));
    }

    @Test
    void holdsWhatOneOfItsRangesHolds() {
        SplittableRandom random = new SplittableRandom(SEED);
        int held = 0;
        for (int i = 0; i < 1_000; i++) {
            List<AddressRange> ranges = new ArrayList<>();
            for (int n = random.nextInt(12); n > 0; n--) {
                boolean ipv4 = random.nextInt(3) > 0;
                int prefix = ipv4 ? random.nextInt(20, 33) : random.nextInt(116, 129);
                ranges.add(AddressRange.parse(any(random, ipv4) + "/" + prefix));
            }
            RangeTable table = RangeTable.of(ranges);
            for (int n = 0; n < 40; n++) {
                CallerAddress address = address(any(random, random.nextInt(3) > 0));
                boolean expected = ranges.stream().anyMatch(range -> range.contains(address));
                assertEquals(
                        expected, table.contains(address), () -> "seed " + SEED + ": " + ranges + " and " + address);
                held += expected ? 1 : 0;
            }
        }
        assertTrue(held > 5_000 && held < 35_000, "held " + held);
    }

    private static String any(SplittableRandom random, boolean ipv4) {
        return ipv4
                ? "10.0." + random.nextInt(16) + "." + random.nextInt(256)
                : "2001:db8::" + Integer.toHexString(random.nextInt(0x1000));
    }

    private static RangeTable table(String... ranges) {
        return RangeTable.of(AddressRange.parseList(String.join(",", ranges)));
    }

    private static CallerAddress address(String text) {
        return CallerAddress.parse(text).orElseThrow();
    }
}
