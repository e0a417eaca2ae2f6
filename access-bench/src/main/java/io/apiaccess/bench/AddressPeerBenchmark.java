package io.apiaccess.bench;

import inet.ipaddr.IPAddressString;
import inet.ipaddr.ipv4.IPv4AddressTrie;
import io.apiaccess.policy.AddressRules;
import io.apiaccess.request.CallerAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.security.web.util.matcher.IpAddressMatcher;

/**
 * What does it cost to parse an address and find whether it is in one of some ranges of IPv4, beside seancfoley's trie and a
 * list of Spring Security's matchers? Half of the addresses are.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
@State(Scope.Benchmark)
public class AddressPeerBenchmark {
    private static final int ADDRESSES = 4_096;
    private static final int INSIDE = 10;
    private static final int OUTSIDE = 11;

    /** The number of ranges. */
    @Param({"4", "1000"})
    public int ranges;

    private AddressRules rules = AddressRules.none();
    private final IPv4AddressTrie trie = new IPv4AddressTrie();
    private final List<IpAddressMatcher> matchers = new ArrayList<>();
    private String[] addresses = {};
    private int next;

    /** Creates it; the harness does. */
    public AddressPeerBenchmark() {}

    /** Sets all three up, and sees to it that they agree. */
    @Setup
    public void setUp() {
        AddressRules.Builder allowed = AddressRules.builder();
        for (int i = 0; i < ranges; i++) {
            String range = INSIDE + "." + i / 250 + "." + i % 250 + ".0/24";
            allowed.allow(range);
            trie.add(new IPAddressString(range).getAddress().toIPv4().toPrefixBlock());
            matchers.add(new IpAddressMatcher(range));
        }
        rules = allowed.build();
        SplittableRandom random = new SplittableRandom(20_260_302);
        addresses = new String[ADDRESSES];
        for (int i = 0; i < ADDRESSES; i++) {
            int range = random.nextInt(ranges);
            int first = i % 2 == 0 ? INSIDE : OUTSIDE;
            addresses[i] = first + "." + range / 250 + "." + range % 250 + "." + random.nextInt(256);
            next = i;
            boolean ours = access();
            next = i;
            boolean foleys = seancfoley();
            next = i;
            if (ours != (i % 2 == 0) || foleys != ours || springMatchers() != ours) {
                throw new IllegalStateException("they do not agree on " + addresses[i]);
            }
        }
    }

    /** Parses and looks up here. */
    @Benchmark
    public boolean access() {
        return rules.allows(CallerAddress.parse(address()).orElseThrow());
    }

    /** Parses and looks up in the trie. */
    @Benchmark
    public boolean seancfoley() {
        return trie.elementContains(new IPAddressString(address()).getAddress().toIPv4());
    }

    /** Asks Spring Security's matchers one by one, each of which parses. */
    @Benchmark
    public boolean springMatchers() {
        String address = address();
        for (IpAddressMatcher matcher : matchers) {
            if (matcher.matches(address)) {
                return true;
            }
        }
        return false;
    }

    private String address() {
        return addresses[next++ & (ADDRESSES - 1)];
    }
}
