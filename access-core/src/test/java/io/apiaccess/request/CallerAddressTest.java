package io.apiaccess.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which texts are addresses, which address each is, and how it is written back. */
class CallerAddressTest {
    private static final long SEED = Long.getLong("seed", 20_260_302);

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 0.0.0.0",
        "255.255.255.255, 255.255.255.255",
        "192.168.7.5, 192.168.7.5",
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "0:0:0:0:0:0:0:0, ::",
        "2001:DB8::A, 2001:db8::a",
        "2001:0db8:0000:0000:0000:0000:0000:0001, 2001:db8::1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
        "1:2:3:4::6:7:8, 1:2:3:4:0:6:7:8",
        "1:2:3:4:5:6:1.2.3.4, 1:2:3:4:5:6:102:304",
        "::1.2.3.4, ::102:304",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
        "::ffff:0:1.2.3.4, ::ffff:0:102:304",
        "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
    })
    void readsALiteralAndWritesItInOneForm(String text, String written) {
        assertEquals(Optional.of(written), CallerAddress.parse(text).map(Object::toString));
        assertEquals(CallerAddress.parse(text), CallerAddress.parse(written));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "::ffff:192.168.7.5",
                "::FFFF:192.168.7.5",
                "::ffff:c0a8:705",
                "0:0:0:0:0:ffff:c0a8:0705",
                "0000:0000:0000:0000:0000:ffff:192.168.7.5",
                "0::ffff:192.168.7.5"
            })
    @Rule({"N2", "trap 8"})
    void readsAMappedAddressAsIpv4(String text) {
        CallerAddress mapped = CallerAddress.parse(text).orElseThrow();
        assertEquals(CallerAddress.parse("192.168.7.5").orElseThrow(), mapped);
        assertTrue(mapped.isIpv4());
        assertEquals("192.168.7.5", mapped.toString());
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {" ", "\t", "\0", "null", "unknown", "_hidden", "-"})
    @Rule("trap 7")
    void isNoAddressWithoutOne(String text) {
        assertEquals(Optional.empty(), CallerAddress.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "01.2.3.4",
                "1.02.3.4",
                "1.2.3.04",
                "00.0.0.0",
                "0300.0250.7.5",
                "0x7f.0.0.1",
                "0x7f000001",
                "3232237317",
                "1",
                "1.2",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.",
                ".1.2.3",
                "1..2.3",
                "1.2.3.4.",
                "1.2.3.256",
                "1.2.3.-1",
                "1.2.3.+4",
                "1.2.3.1e1",
                "1.2.3.4a",
                "999.1.1.1",
                "4294967297.1.1.1",
                "1.2.3.99999999999999999999",
                "192.0.2.*",
                "192.0.2.0-10",
                "192.0.2.1,192.0.2.2",
                "192.0.2.1/32",
                "１.2.3.4",
                "1.2.3.٤",
                "1。2。3。4"
            })
    @Rule({"N1", "trap 6", "trap 8"})
    void takesNoOtherFormOfIpv4(String text) {
        assertEquals(Optional.empty(), CallerAddress.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ":",
                ":::",
                "::::",
                "1::2::3",
                "::1::",
                "1:::2",
                ":1:2:3:4:5:6:7:8",
                "1:2:3:4:5:6:7:8:",
                ":1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::",
                "::1:2:3:4:5:6:7:8",
                "1:2:3:4::5:6:7:8",
                "12345::",
                "00001::",
                "::g",
                "::-1",
                "::+1",
                "::0x1",
                "1:2",
                "1.2.3.4::",
                "::1.2.3.4:5",
                "1:2:3:4:5:6:7:1.2.3.4",
                "::1.2.3",
                "::1.2.3.4.5",
                "::01.2.3.4",
                "::ffff:0300.0250.7.5",
                "::ffff:3232237317",
                "::ffff:0x7f.0.0.1",
                "::1.2.3.4:",
                "1.2.3.4:80",
                "::ffff:1.2",
                "::１",
                "ｆ::"
            })
    @Rule("N1")
    void takesNoOtherFormOfIpv6(String text) {
        assertEquals(Optional.empty(), CallerAddress.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fe80::1%eth0",
                "fe80::1%1",
                "::1%",
                "[::1]",
                "[::1]:443",
                "[1.2.3.4]",
                "1.2.3.4:443",
                " 1.2.3.4",
                "1.2.3.4 ",
                " ::1",
                "::1 ",
                "1.2.3.4\n",
                "::1\0",
                "\"::1\"",
                "for=1.2.3.4",
                "1.2.3.4%0"
            })
    @Rule("X7")
    void takesNoZoneBracketPortOrBlank(String text) {
        assertEquals(Optional.empty(), CallerAddress.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "ip6-localhost",
                "acme.example",
                "dead.beef",
                "face",
                "a.b.c.d",
                "one.one.one.one",
                "1.2.3.com"
            })
    @Rule("N1")
    void takesNoName(String text) {
        assertEquals(Optional.empty(), CallerAddress.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1.", "0", ":", "::", "1:", "f", "%", " ", "\ud83d"})
    @Rule("N1")
    void takesNoMebibyteOfAnything(String unit) {
        assertEquals(Optional.empty(), CallerAddress.parse(unit.repeat((1 << 20) / unit.length())));
    }

    @Test
    @Rule("N1")
    void readsEveryWayToWriteAnAddress() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 5_000; i++) {
            int[] groups = random.ints(8, 0, 0x10000)
                    .map(group -> random.nextInt(3) == 0 ? group : random.nextInt(3) - 1 & 0xffff)
                    .toArray();
            String text = write(groups, random);
            assertEquals(
                    value(groups),
                    value(CallerAddress.parse(text).orElseThrow(() -> unread(text))),
                    () -> "seed " + SEED + ": " + text);
        }
    }

    @Test
    @Rule("N1")
    void takesNothingThatTheJdkDoesNotTakeNorReadsItOtherwise() throws UnknownHostException {
        SplittableRandom random = new SplittableRandom(SEED);
        String alphabet = "0123456789abcdefF::::..";
        int taken = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(write(random.ints(8, 0, 3).toArray(), random));
            for (int n = random.nextInt(4); n > 0; n--) {
                int at = random.nextInt(text.length());
                char c = alphabet.charAt(random.nextInt(alphabet.length()));
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, c);
                    case 1 -> text.insert(at, c);
                    default -> text.deleteCharAt(at);
                }
            }
            // With a colon in it, the JDK looks nothing up.
            Optional<CallerAddress> parsed = CallerAddress.parse(text + "");
            if (text.indexOf(":") >= 0) {
                Optional<InetAddress> jdk = ofJdk(text.toString());
                assertEquals(
                        jdk.filter(any -> isStrict(text.toString())).map(CallerAddress::of),
                        parsed,
                        () -> "seed " + SEED + ": " + text);
                taken += parsed.isPresent() ? 1 : 0;
            }
        }
        assertTrue(taken > 2_000, "taken " + taken);
    }

    @Test
    void isOrderedByFamilyThenNumber() {
        List<String> ascending = List.of(
                "0.0.0.0",
                "0.0.0.1",
                "9.255.255.255",
                "10.0.0.0",
                "127.255.255.255",
                "128.0.0.0",
                "255.255.255.255",
                "::",
                "::1",
                "::fffe:ffff:ffff",
                "::1:0:0:0",
                "7fff::",
                "8000::",
                "8000::8000:0:0:0",
                "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
        List<CallerAddress> addresses =
                ascending.stream().map(CallerAddressTest::address).toList();
        for (int i = 0; i < addresses.size(); i++) {
            for (int j = 0; j < addresses.size(); j++) {
                assertEquals(
                        Integer.signum(Integer.compare(i, j)),
                        Integer.signum(addresses.get(i).compareTo(addresses.get(j))),
                        ascending.get(i) + " and " + ascending.get(j));
            }
        }
    }

    @Test
    @Rule("N2")
    void neverEqualsAnAddressOfTheOtherFamily() {
        assertNotEquals(address("1.2.3.4"), address("::1.2.3.4"));
        assertNotEquals(address("0.0.0.0"), address("::"));
        assertNotEquals(address("0.0.0.1"), address("::1"));
    }

    @Test
    void isAsGoodAsTheJdkAddress() throws UnknownHostException {
        byte[] bytes = new byte[16];
        bytes[0] = (byte) 0xfe;
        bytes[1] = (byte) 0x80;
        bytes[15] = 1;
        assertEquals(address("fe80::1"), CallerAddress.of(Inet6Address.getByAddress(null, bytes, 3)));
        assertEquals(
                address("200.1.2.3"), CallerAddress.of(InetAddress.getByAddress(new byte[] {(byte) 200, 1, 2, 3})));
    }

    @Test
    @Rule({"L2", "N2"})
    void belongsToTheNetworkOfOneSubscriber() {
        assertEquals(address("2001:db8:1:2::"), address("2001:db8:1:2:3:4:5:6").network());
        assertEquals(
                address("2001:db8:1:2::"),
                address("2001:db8:1:2:ffff:ffff:ffff:ffff").network());
        assertNotEquals(
                address("2001:db8:1:2::").network(), address("2001:db8:1:3::").network());
        assertEquals(address("198.51.100.7"), address("::ffff:198.51.100.7").network());
        assertEquals(address("::"), address("::1").network());
    }

    private static String write(int[] groups, SplittableRandom random) {
        int quads = random.nextInt(4) == 0 ? 6 : 8;
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < quads; i++) {
            String hex = String.format(Locale.ROOT, random.nextBoolean() ? "%x" : "%04X", groups[i]);
            parts.add(hex);
        }
        if (quads == 6) {
            parts.add((groups[6] >> 8) + "." + (groups[6] & 255) + "." + (groups[7] >> 8) + "." + (groups[7] & 255));
        }
        int from = random.nextInt(quads);
        int to = from;
        while (to < quads && groups[to] == 0) {
            to++;
        }
        if (to == from || random.nextInt(4) == 0) {
            return String.join(":", parts);
        }
        return String.join(":", parts.subList(0, from)) + "::" + String.join(":", parts.subList(to, parts.size()));
    }

    /** What RFC 4291 takes of what the JDK takes: groups of at most four digits, quads without leading zeros. */
    private static boolean isStrict(String text) {
        return Arrays.stream(text.split(":"))
                .allMatch(part -> part.matches("[0-9a-fA-F]{0,4}|((0|[1-9][0-9]{0,2})\\.){3}(0|[1-9][0-9]{0,2})"));
    }

    private static Optional<InetAddress> ofJdk(String text) {
        try {
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    private static BigInteger value(int[] groups) {
        BigInteger value = BigInteger.ZERO;
        for (int group : groups) {
            value = value.shiftLeft(16).or(BigInteger.valueOf(group));
        }
        return value;
    }

    /** Reads the written form back without the code under test. */
    private static BigInteger value(CallerAddress address) {
        try {
            byte[] bytes = InetAddress.getByName(address.toString()).getAddress();
            BigInteger mapped = BigInteger.valueOf(0xffff).shiftLeft(32);
            BigInteger value = new BigInteger(1, bytes);
            return bytes.length == 4 ? mapped.or(value) : value;
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static AssertionError unread(String text) {
        return new AssertionError("seed " + SEED + ": not read: " + text);
    }

    private static CallerAddress address(String text) {
        return CallerAddress.parse(text).orElseThrow();
    }
}
