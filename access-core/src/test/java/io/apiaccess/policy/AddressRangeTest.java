package io.apiaccess.policy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import io.apiaccess.request.CallerAddress;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.apache.commons.net.util.SubnetUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses a range holds, against arithmetic on big integers, and which texts are no range. */
@Rule("N1")
class AddressRangeTest {
    private static final long SEED = Long.getLong("seed", 20_260_302);
    private static final BigInteger MAPPED = BigInteger.valueOf(0xffff);

    @ParameterizedTest
    @CsvSource({
        "106.226.100.3/20, 106.226.96.0, 106.226.111.255",
        "10.1.2.3, 10.1.2.3, 10.1.2.3",
        "10.1.2.3/32, 10.1.2.3, 10.1.2.3",
        "10.1.2.3/31, 10.1.2.2, 10.1.2.3",
        "10.1.2.3/8, 10.0.0.0, 10.255.255.255",
        "128.0.0.1/1, 128.0.0.0, 255.255.255.255",
        "1.2.3.4/0, 0.0.0.0, 255.255.255.255",
        "2001:db8::1, 2001:db8::1, 2001:db8::1",
        "2001:db8::1/128, 2001:db8::1, 2001:db8::1",
        "2001:db8::1/127, 2001:db8::, 2001:db8::1",
        "2001:db8:1:2:3:4:5:6/64, 2001:db8:1:2::, 2001:db8:1:2:ffff:ffff:ffff:ffff",
        "2001:db8:1:2:3:4:5:6/33, 2001:db8::, 2001:db8:7fff:ffff:ffff:ffff:ffff:ffff",
        "::/0, ::, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
    })
    void holdsFromItsFirstToItsLastAddressWithHostBitsMasked(String text, String first, String last) {
        AddressRange range = AddressRange.parse(text);
        assertEquals(first, range.first().toString());
        assertEquals(last, range.last().toString());
    }

    @ParameterizedTest
    @CsvSource({
        "106.226.95.255, false",
        "106.226.96.0, true",
        "106.226.100.3, true",
        "106.226.111.255, true",
        "106.226.112.0, false",
        "::ffff:106.226.100.3, true",
        "::106.226.100.3, false"
    })
    void holdsTheAddressesOfTheExample(String address, boolean held) {
        assertEquals(held, holds("106.226.100.3/20", address));
    }

    @Test
    void isShownAsTyped() {
        assertEquals("106.226.100.3/20", AddressRange.parse("106.226.100.3/20").toString());
        assertEquals("2001:DB8:0::/32", AddressRange.parse("2001:DB8:0::/32").toString());
        assertEquals(
                "::ffff:1.2.3.4/120", AddressRange.parse("::ffff:1.2.3.4/120").toString());
    }

    @Test
    void equalsARangeOfTheSameAddresses() {
        AddressRange range = AddressRange.parse("10.1.0.0/16");
        assertEquals(range, AddressRange.parse("10.1.2.3/16"));
        assertEquals(range.hashCode(), AddressRange.parse("::ffff:10.1.2.3/112").hashCode());
        assertEquals(range, AddressRange.parse("::ffff:10.1.2.3/112"));
        assertNotEquals(range, AddressRange.parse("10.1.0.0/17"));
        assertNotEquals(AddressRange.parse("::/0"), AddressRange.parse("0.0.0.0/0"));
    }

    @ParameterizedTest
    @CsvSource({
        "::ffff:192.168.7.0/120, 192.168.7.5, true",
        "::ffff:192.168.7.0/120, 192.168.8.5, false",
        "::ffff:c0a8:700/120, ::ffff:192.168.7.5, true",
        "::ffff:0.0.0.0/96, 203.0.113.9, true",
        "::ffff:192.168.7.5/128, 192.168.7.5, true",
        "::ffff:192.168.7.5, 192.168.7.5, true",
        "192.168.7.0/24, ::ffff:192.168.7.5, true",
        "0.0.0.0/0, ::1, false",
        "0.0.0.0/0, ::ffff:1.2.3.4, true",
        "::/0, 1.2.3.4, false",
        "::/0, ::ffff:1.2.3.4, false",
        "::/0, ::1.2.3.4, true",
        "::/96, ::1.2.3.4, true",
        "::/96, 1.2.3.4, false"
    })
    @Rule({"N2", "trap 8"})
    void readsMappedAddressesAsIpv4OnBothSidesAndNeverCrossesFamilies(String range, String address, boolean held) {
        assertEquals(held, holds(range, address));
    }

    @ParameterizedTest
    @ValueSource(strings = {"::/80", "::1/81", "::8000:0:0/82", "::f000:0:0/84", "::fffe:0:0/95", "::/79", "::/64"})
    @Rule("N2")
    void holdsItsIpv6AddressesThoughMappedOnesLieAmongThem(String text) {
        AddressRange range = AddressRange.parse(text);
        assertTrue(range.contains(range.first()));
        assertTrue(range.contains(range.last()));
        assertFalse(range.first().isIpv4() || range.last().isIpv4());
        assertFalse(range.contains(address("255.255.255.255")));
        assertFalse(range.contains(address("0.0.0.0")));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 64, 80, 95})
    @Rule("N2")
    void refusesAMappedAddressWithAShorterPrefixThan96(int prefix) {
        String text = "::ffff:10.0.0.0/" + prefix;
        Refusal.of(() -> AddressRange.parse(text), "`" + text + "`", "IPv4-mapped", "96 to 128");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "010.0.0.0/8",
                "0300.0250.7.5",
                "0xa.0.0.0",
                "0x0a000000",
                "3232237317",
                "167772160/8",
                "10",
                "10.0",
                "10.0.0",
                "10.0.0/24",
                "10/8",
                "10.0.0.*",
                "10.0.*.*",
                "*",
                "192.0.2.0-10",
                "192.0.2.0-192.0.2.10",
                "192.0.2.0 - 192.0.2.10",
                "fe80::1%eth0",
                "fe80::%1/64",
                "10.0.0.1:80",
                "[::1]",
                "[::]/0",
                "[2001:db8::]/32",
                "1::2::3",
                "1:2:3:4:5:6:7:8::",
                "localhost",
                "acme.example",
                "acme.example/24",
                "dead.beef",
                "10.0.0.0 255.0.0.0",
                "10.0.0.0\\8",
                "/8",
                " 10.0.0.1",
                "10.0.0.1 ",
                "10.0.0.0 /8",
                "10.0.0.1\n",
                "::１",
                "10.0.0.1,10.0.0.2",
                "any",
                "all",
                "10.0.0.256",
                "-10.0.0.1"
            })
    @Rule({"trap 6", "trap 8"})
    void refusesWhatIsNoLiteral(String text) {
        Refusal.of(
                () -> AddressRange.parse(text),
                "address range",
                "`" + text.replace("\n", "\\u000a") + "`",
                "IPv4 or IPv6 literal",
                "`10.0.0.0/8`");
    }

    @Test
    void refusesNothing() {
        Refusal.of(() -> AddressRange.parse(""), "address range ``", "IPv4 or IPv6 literal");
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/33, 32",
        "10.0.0.0/255.0.0.0, 32",
        "fe80::1/64%1, 128",
        "10.0.0.0/, 32",
        "10.0.0.0/-1, 32",
        "10.0.0.0/+8, 32",
        "10.0.0.0/08, 32",
        "10.0.0.0/00, 32",
        "10.0.0.0/8/8, 32",
        "10.0.0.0/0x8, 32",
        "10.0.0.0/8a, 32",
        "10.0.0.0/ 8, 32",
        "10.0.0.0/4294967304, 32",
        "10.0.0.0/٨, 32",
        "10.0.0.0/8:, 128",
        "2001:db8::/129, 128",
        "2001:db8::/064, 128",
        "2001:db8::/, 128",
        "2001:db8::/99999999999999999999, 128",
        "::ffff:10.0.0.0/129, 128"
    })
    void refusesAPrefixLengthOutOfRange(String text, String most) {
        Refusal.of(() -> AddressRange.parse(text), "prefix length", "`" + text + "`", "0 to " + most);
    }

    @Test
    void quotesNoMoreThanABitOfALongText() {
        String message = Refusal.of(() -> AddressRange.parse("1".repeat(1 << 20)), "`1111", "…`");
        assertTrue(message.length() < 300, message);
        assertTrue(Refusal.of(() -> AddressRange.parse("::/" + "1".repeat(1 << 20)), "…`")
                        .length()
                < 300);
    }

    @Test
    void readsACommaSeparatedListWithBlanks() {
        assertEquals(
                List.of("10.0.0.0/8", "192.0.2.7", "2001:db8::/32"),
                AddressRange.parseList(" 10.0.0.0/8 ,192.0.2.7,\t2001:db8::/32 ").stream()
                        .map(Object::toString)
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", ",", "10.0.0.0/8,", ",10.0.0.0/8", "10.0.0.0/8,,192.0.2.7", "10.0.0.0/8, ,192.0.2.7"})
    @Rule("X7")
    void refusesAnEmptyElementOfAList(String list) {
        Refusal.of(() -> AddressRange.parseList(list), "address list `" + list + "`", "empty element");
    }

    @Test
    void refusesAListForOneWrongElement() {
        Refusal.of(() -> AddressRange.parseList("10.0.0.0/8,192.0.2.0-10"), "`192.0.2.0-10`");
        Refusal.of(() -> AddressRange.parseList("10.0.0.0/8;192.0.2.7"), "`10.0.0.0/8;192.0.2.7`");
    }

    @Test
    @Rule({"N1", "N2"})
    void holdsWhatBigIntegersSay() {
        SplittableRandom random = new SplittableRandom(SEED);
        int held = 0;
        for (int i = 0; i < 4_000; i++) {
            int bits = random.nextBoolean() ? 32 : 128;
            int prefix = random.nextInt(bits + 1);
            BigInteger base = number(bits, random);
            if (isMapped(base, bits)) {
                continue;
            }
            String text = write(base, bits) + "/" + prefix;
            AddressRange range = AddressRange.parse(text);
            int host = bits - prefix;
            BigInteger first = base.shiftRight(host).shiftLeft(host);
            BigInteger last = first.add(BigInteger.ONE.shiftLeft(host)).subtract(BigInteger.ONE);
            for (BigInteger probe : List.of(
                    first,
                    first.subtract(BigInteger.ONE),
                    first.add(BigInteger.ONE),
                    last,
                    last.add(BigInteger.ONE),
                    last.subtract(BigInteger.ONE),
                    base,
                    number(bits, random))) {
                if (probe.signum() >= 0 && probe.bitLength() <= bits) {
                    boolean expected =
                            !isMapped(probe, bits) && probe.shiftRight(host).equals(base.shiftRight(host));
                    assertEquals(
                            expected,
                            range.contains(address(write(probe, bits))),
                            () -> "seed " + SEED + ": " + text + " and " + write(probe, bits));
                    held += expected ? 1 : 0;
                }
            }
            BigInteger other = number(160 - bits, random);
            assertFalse(
                    !isMapped(other, 160 - bits) && range.contains(address(write(other, 160 - bits))),
                    () -> "seed " + SEED + ": " + text + " and " + write(other, 160 - bits));
        }
        assertTrue(held > 10_000, "held " + held);
    }

    @Test
    void holdsWhatCommonsNetSays() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 4_000; i++) {
            String base = write(number(32, random), 32);
            String text = base + "/" + random.nextInt(1, 33);
            SubnetUtils subnet = new SubnetUtils(text);
            subnet.setInclusiveHostCount(true);
            // It holds that 0.0.0.0 lies in no range.
            String probe = write(BigInteger.ONE.max(near(number(32, random), base, random)), 32);
            assertEquals(
                    subnet.getInfo().isInRange(probe),
                    holds(text, probe),
                    () -> "seed " + SEED + ": " + text + " and " + probe);
        }
    }

    @Test
    void asksNoNameService() {
        DescribedPredicate<JavaCall<?>> lookUps = DescribedPredicate.describe(
                "a look-up",
                call -> call.getTargetOwner().isAssignableTo(InetAddress.class)
                        && !call.getName().equals("getAddress"));
        noClasses()
                .should()
                .callCodeUnitWhere(lookUps)
                .check(new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("io.apiaccess.request", "io.apiaccess.policy"));
    }

    @Test
    void givesCommonsNetOnlyWhatNeedsNoNameService() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 4_000; i++) {
            String written = address(write(number(128, random), 128)).toString();
            assertTrue(written.matches("[0-9a-f:]+:[0-9a-f:]*|[0-9.]+"), () -> "seed " + SEED + ": " + written);
        }
    }

    /** Numbers with many zeros and ones, where the borders are. */
    private static BigInteger number(int bits, SplittableRandom random) {
        byte[] octets = new byte[bits / 8];
        int style = random.nextInt(4);
        for (int i = 0; i < octets.length; i++) {
            int any = random.nextInt(256);
            octets[i] = (byte) (style == 0 || random.nextInt(4) == 0 ? any : random.nextBoolean() ? 0 : 255);
        }
        if (bits == 128 && style == 3) {
            BigInteger low = new BigInteger(1, octets).mod(BigInteger.ONE.shiftLeft(32));
            BigInteger sixth = BigInteger.valueOf(random.nextBoolean() ? 0xffff : 0xfff0 + random.nextInt(16));
            return sixth.shiftLeft(32).or(low);
        }
        return new BigInteger(1, octets);
    }

    private static BigInteger near(BigInteger any, String base, SplittableRandom random) {
        try {
            BigInteger value = new BigInteger(1, InetAddress.getByName(base).getAddress());
            return value.xor(any.shiftRight(random.nextInt(32)));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isMapped(BigInteger value, int bits) {
        return bits == 128 && value.shiftRight(32).equals(MAPPED);
    }

    private static String write(BigInteger value, int bits) {
        StringBuilder out = new StringBuilder();
        int step = bits == 32 ? 8 : 16;
        for (int shift = bits - step; shift >= 0; shift -= step) {
            int part = value.shiftRight(shift).intValue() & (1 << step) - 1;
            out.append(bits == 32 ? Integer.toString(part) : String.format(Locale.ROOT, "%x", part));
            out.append(shift == 0 ? "" : bits == 32 ? "." : ":");
        }
        return out.toString();
    }

    private static boolean holds(String range, String address) {
        return AddressRange.parse(range).contains(address(address));
    }

    private static CallerAddress address(String text) {
        return CallerAddress.parse(text).orElseThrow();
    }
}
