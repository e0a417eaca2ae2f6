package io.apiaccess.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.apiaccess.policy.AddressRange;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The walk from the peer to the caller. 10.0.0.0/8 and fd00::/8 are proxies; ! stands for no address. */
@Rule({"N4", "X7", "trap 9"})
class ForwardedWalkTest {
    private static final List<AddressRange> PROXIES = AddressRange.parseList("10.0.0.0/8, fd00::/8");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            10.0.0.1  | 192.0.2.7                                    | 192.0.2.7
            192.0.2.1 | 192.0.2.7                                    | 192.0.2.1
            fd00::1   | 2001:db8::7                                  | 2001:db8::7
            10.0.0.1  | [2001:db8::7]                                | 2001:db8::7
            10.0.0.1  | [2001:db8::7]:443                            | 2001:db8::7
            10.0.0.1  | 192.0.2.7:443                                | 192.0.2.7
            10.0.0.1  | ::ffff:192.0.2.7                             | 192.0.2.7
            ::ffff:10.0.0.1 | 192.0.2.7                              | 192.0.2.7
            10.0.0.1  | 192.0.2.7, 10.0.0.9, fd00::5                 | 192.0.2.7
            10.0.0.1  | 192.0.2.7 ,10.0.0.9                          | 192.0.2.7
            10.0.0.1  | 6.6.6.6, 192.0.2.7, 10.0.0.9                 | 192.0.2.7
            10.0.0.1  | forged, 192.0.2.7                            | 192.0.2.7
            10.0.0.1  | 10.0.0.7, 10.0.0.8                           | 10.0.0.7
            10.0.0.1  | unknown                                      | !
            10.0.0.1  | 192.0.2.7, unknown, 10.0.0.9                 | !
            10.0.0.1  | _hidden                                      | !
            10.0.0.1  | localhost                                    | !
            10.0.0.1  | 192.0.2.07                                   | !
            10.0.0.1  | 192.0.2                                      | !
            10.0.0.1  | 3221225991                                   | !
            10.0.0.1  | 0xc0.0.2.7                                   | !
            10.0.0.1  | 192.0.2.0/24                                 | !
            10.0.0.1  | 192.0.2.7,                                   | !
            10.0.0.1  | 192.0.2.7,,10.0.0.9                          | !
            10.0.0.1  | ,192.0.2.7                                   | 192.0.2.7
            10.0.0.1  | ,10.0.0.7                                    | !
            10.0.0.1  | 192.0.2.7:                                   | !
            10.0.0.1  | 192.0.2.7:x                                  | !
            10.0.0.1  | 192.0.2.7:65536                              | !
            10.0.0.1  | 192.0.2.7:000080                             | !
            10.0.0.1  | 192.0.2.7:_p                                 | 192.0.2.7
            10.0.0.1  | 192.0.2.7:_                                  | !
            10.0.0.1  | [2001:db8::7                                 | !
            10.0.0.1  | 2001:db8::7]                                 | !
            10.0.0.1  | [2001:db8::7]443                             | !
            10.0.0.1  | [2001:db8::7]:                               | !
            10.0.0.1  | [192.0.2.7]                                  | !
            10.0.0.1  | [fe80::1%eth0]                               | !
            10.0.0.1  | fe80::1%eth0                                 | !
            10.0.0.1  | []                                           | !
            10.0.0.1  | [                                            | !
            10.0.0.1  | :                                            | !
            10.0.0.1  | "192.0.2.7"                                  | !
            10.0.0.1  | for=192.0.2.7                                | !
            !         | 192.0.2.7                                    | !
            """)
    void followsXForwardedFor(String peer, String line, String caller) {
        assertEquals(caller, walk(ForwardedHeader.X_FORWARDED_FOR, false, peer, line));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            10.0.0.1  | for=192.0.2.7                                | 192.0.2.7
            192.0.2.1 | for=192.0.2.7                                | 192.0.2.1
            10.0.0.1  | For=192.0.2.7                                | 192.0.2.7
            10.0.0.1  | FOR="192.0.2.7"                              | 192.0.2.7
            10.0.0.1  | for="192.0.2.7:443"                          | 192.0.2.7
            10.0.0.1  | for="[2001:db8::7]"                          | 2001:db8::7
            10.0.0.1  | for="[2001:db8::7]:443"                      | 2001:db8::7
            10.0.0.1  | for="[2001:db8::7]:_p.q-r"                   | 2001:db8::7
            10.0.0.1  | for="\\192.0.2.\\7"                          | 192.0.2.7
            10.0.0.1  | proto=https;for=192.0.2.7;by=10.0.0.1        | 192.0.2.7
            10.0.0.1  | proto=https ; for=192.0.2.7 ; by=10.0.0.1    | 192.0.2.7
            10.0.0.1  | host="a,b;for=6.6.6.6";for=192.0.2.7         | 192.0.2.7
            10.0.0.1  | host="a\\",for=6.6.6.6";for=192.0.2.7        | 192.0.2.7
            10.0.0.1  | for=6.6.6.6, for=192.0.2.7,for=10.0.0.9      | 192.0.2.7
            10.0.0.1  | for=10.0.0.7, for="[fd00::8]"                | 10.0.0.7
            10.0.0.1  | for=192.0.2.7;                               | 192.0.2.7
            10.0.0.1  | ;;for=192.0.2.7;;                            | 192.0.2.7
            10.0.0.1  | for=unknown                                  | !
            10.0.0.1  | for=UNKNOWN                                  | !
            10.0.0.1  | for=_hidden                                  | !
            10.0.0.1  | for="_hidden:80"                             | !
            10.0.0.1  | for=192.0.2.7, for=unknown                   | !
            10.0.0.1  | for=192.0.2.7, for=unknown, for=10.0.0.9     | !
            10.0.0.1  | for=192.0.2.7:443                            | !
            10.0.0.1  | for=[2001:db8::7]                            | !
            10.0.0.1  | for=2001:db8::7                              | !
            10.0.0.1  | for="2001:db8::7"                            | !
            10.0.0.1  | for=""                                       | !
            10.0.0.1  | for=                                         | !
            10.0.0.1  | for                                          | !
            10.0.0.1  | for =192.0.2.7                               | !
            10.0.0.1  | for= 192.0.2.7                               | !
            10.0.0.1  | proto=https                                  | !
            10.0.0.1  | for=192.0.2.7, proto=https                   | !
            10.0.0.1  | for=192.0.2.7;for=192.0.2.8                  | !
            10.0.0.1  | for=192.0.2.7;For=192.0.2.7                  | !
            10.0.0.1  | for=192.0.2.7;proto=a;proto=b                | !
            10.0.0.1  | for=192.0.2.7,                               | !
            10.0.0.1  | for=192.0.2.7,,for=10.0.0.9                  | !
            10.0.0.1  | for="192.0.2.7                               | !
            10.0.0.1  | for="192.0.2.7\\                             | !
            10.0.0.1  | for="192.0.2.7"x                             | !
            10.0.0.1  | for="192.0.2.7" x                            | !
            10.0.0.1  | for="6.6.6.6, for=192.0.2.7                  | !
            10.0.0.1  | for=6.6.6.6;x=", for="[2001:db8::7]"         | !
            10.0.0.1  | for=192.0.2.7;a b                            | !
            10.0.0.1  | for=192.0.2.7 proto=https                    | !
            10.0.0.1  | for='192.0.2.7'                              | !
            10.0.0.1  | =192.0.2.7                                   | !
            10.0.0.1  | 192.0.2.7                                    | !
            10.0.0.1  | for=192.0.2.7;host=a[b                       | !
            """)
    void followsForwarded(String peer, String line, String caller) {
        assertEquals(caller, walk(ForwardedHeader.FORWARDED, false, peer, line));
    }

    @Test
    void takesAllLinesInOrder() {
        assertEquals("192.0.2.8", walk(ForwardedHeader.X_FORWARDED_FOR, false, "10.0.0.1", "192.0.2.7", "192.0.2.8"));
        assertEquals(
                "192.0.2.7",
                walk(ForwardedHeader.X_FORWARDED_FOR, false, "10.0.0.1", "6.6.6.6, 192.0.2.7", "10.0.0.9", "fd00::1"));
        assertEquals("!", walk(ForwardedHeader.X_FORWARDED_FOR, false, "10.0.0.1", "192.0.2.7", ""));
        assertEquals("!", walk(ForwardedHeader.X_FORWARDED_FOR, false, "10.0.0.1", "192.0.2.7", " "));
        assertEquals("!", walk(ForwardedHeader.FORWARDED, false, "10.0.0.1", "for=192.0.2.7", ""));
        assertEquals("192.0.2.7", walk(ForwardedHeader.FORWARDED, false, "10.0.0.1", "for=\"", "for=192.0.2.7"));
        assertEquals("!", walk(ForwardedHeader.FORWARDED, false, "10.0.0.1", "for=\"", "for=10.0.0.9"));
        assertEquals("!", walk(ForwardedHeader.FORWARDED, false, "10.0.0.1", "for=a\tb"));
        assertEquals("!", walk(ForwardedHeader.FORWARDED, false, "10.0.0.1", "for=\"\u0001\""));
        assertEquals(
                "192.0.2.7", walk(ForwardedHeader.FORWARDED, false, "10.0.0.1", "host=\"\t\u00e4\";for=192.0.2.7"));
    }

    @Test
    void withoutAHeaderTheProxyIsTheCallerUnlessOneIsRequired() {
        for (ForwardedHeader header : ForwardedHeader.values()) {
            assertEquals("10.0.0.1", walk(header, false, "10.0.0.1"));
            assertEquals("!", walk(header, true, "10.0.0.1"));
            assertEquals("!", walk(header, true, "192.0.2.1"));
        }
        assertEquals("!", walk(ForwardedHeader.X_FORWARDED_FOR, true, "192.0.2.1", "192.0.2.7"));
        assertEquals("192.0.2.7", walk(ForwardedHeader.X_FORWARDED_FOR, true, "10.0.0.1", "192.0.2.7"));
    }

    @Test
    void endsTooLongALineInNoAddressAtOnce() {
        String hops = String.join(",", Collections.nCopies(10_000, "10.0.0.2"));
        String elements = String.join(",", Collections.nCopies(10_000, "for=10.0.0.2"));
        assertTimeout(Duration.ofSeconds(20), () -> {
            assertEquals("!", walk(ForwardedHeader.X_FORWARDED_FOR, false, "10.0.0.1", hops));
            assertEquals("!", walk(ForwardedHeader.FORWARDED, false, "10.0.0.1", elements));
            List<String> lines = Collections.nCopies(10_000, "10.0.0.2");
            assertEquals("!", walk(ForwardedHeader.X_FORWARDED_FOR, false, "10.0.0.1", lines.toArray(String[]::new)));
        });
        String most = ",".repeat(8_192 - 9) + "192.0.2.7";
        assertEquals("192.0.2.7", walk(ForwardedHeader.X_FORWARDED_FOR, false, "10.0.0.1", most));
        assertEquals("!", walk(ForwardedHeader.X_FORWARDED_FOR, false, "10.0.0.1", "," + most));
        String deep = String.join(",", Collections.nCopies(900, "10.0.0.2"));
        assertEquals("10.0.0.2", walk(ForwardedHeader.X_FORWARDED_FOR, false, "10.0.0.1", deep));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            192.0.2.7            | 192.0.2.7
            [0:0:0:0:0:0:0:1]    | ::1
            0:0:0:0:0:0:0:1      | ::1
            [2001:db8::7]        | 2001:db8::7
            fe80::1%eth0         | fe80::1
            [fe80::1%2]          | fe80::1
            ::ffff:192.0.2.7     | 192.0.2.7
            localhost            | !
            unix:/run/socket     | !
            [::1                 | !
            ''                   | !
            """)
    void readsThePeerAsContainersNameIt(String text, String address) {
        assertEquals(address, Node.peer(text).map(Object::toString).orElse("!"));
    }

    private static String walk(ForwardedHeader header, boolean required, String peer, String... lines) {
        return new ForwardedWalk(header, PROXIES, required)
                .caller(Node.peer(peer), List.of(lines))
                .map(Object::toString)
                .orElse("!");
    }
}
