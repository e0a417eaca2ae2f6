package io.apiaccess.bench;

import io.apiaccess.AccessControl;
import io.apiaccess.AccessDecider;
import io.apiaccess.decision.Decision;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.request.HttpMethod;
import java.security.GeneralSecurityException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does a decision cost, by its outcome, beside the floor? A load is profiles and prepared requests, visited at random;
 * {@code allowed} decides requests that were built before, {@code builtAndAllowed} parses path and address each time, as the
 * floor does with the path.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms3g", "-Xmx3g", "-XX:+AlwaysPreTouch"})
@State(Scope.Benchmark)
public class DecideBenchmark {
    private static final int VISITS = 131_072;

    /** Profiles and requests. */
    @Param({"1000/4096", "100000/4096", "100000/131072"})
    public String load = "";

    private final AtomicInteger threads = new AtomicInteger();
    private AccessControl access = AccessControl.inMemory();
    private AccessDecider decider = access.decider();
    private AccessRequest[] allowed = {};
    private AccessRequest[] unknown = {};
    private AccessRequest[] malformed = {};
    private AccessRequest[] fromElsewhere = {};
    private AccessRequest[] ungranted = {};
    private AccessRequest[] limited = {};
    private Floor.Request[] atFloor = {};
    private Floor.Request[] unknownAtFloor = {};
    private Floor floor = floor(1);
    private int[] visits = {};

    /** Creates it; the harness does. */
    public DecideBenchmark() {}

    /** Where a thread is in the order of the visits, with a floor of its own. */
    @State(Scope.Thread)
    public static class Visitor {
        private int next;
        private Floor floor = floor(1);

        /** Creates it; the harness does. */
        public Visitor() {}

        /** Begins somewhere else than the others. */
        @Setup
        public void start(DecideBenchmark benchmark) throws GeneralSecurityException {
            next = benchmark.threads.getAndIncrement() * 8_191;
            floor = benchmark.floor.forThread();
        }

        private int next(DecideBenchmark benchmark) {
            return benchmark.visits[next++ & VISITS - 1];
        }
    }

    /** Fills the store and prepares the requests. */
    @Setup
    public void prepare() throws GeneralSecurityException {
        Load all = Load.of(load);
        int requests = Load.requestsOf(load);
        allowed = all.allowed(requests);
        unknown = Outcome.UNKNOWN_KEY.requests(all, allowed);
        malformed = Outcome.MALFORMED_KEY.requests(all, allowed);
        fromElsewhere = Outcome.ADDRESS_NOT_ALLOWED.requests(all, allowed);
        ungranted = Outcome.NOT_GRANTED.requests(all, allowed);
        limited = Outcome.RATE_LIMITED.requests(all, allowed);
        access.close();
        access = all.open();
        decider = access.decider();
        Outcome.RATE_LIMITED.require(decider, limited);
        floor = all.floor();
        atFloor = Load.forFloor(allowed);
        unknownAtFloor = Load.forFloor(unknown);
        SplittableRandom random = new SplittableRandom(20_260_303);
        visits = random.ints(VISITS, 0, requests).toArray();
    }

    /** Ends it. */
    @TearDown
    public void close() {
        access.close();
    }

    /** Allows by key. */
    @Benchmark
    public Decision allowed(Visitor visitor) {
        return decider.decide(allowed[visitor.next(this)]);
    }

    /** Builds the request and allows by key. */
    @Benchmark
    public Decision builtAndAllowed(Visitor visitor) {
        Floor.Request raw = atFloor[visitor.next(this)];
        return decider.decide(AccessRequest.of(HttpMethod.GET, raw.path())
                .apiKey(raw.text())
                .from(raw.from())
                .build());
    }

    /** Refuses a well-formed key that nobody has. */
    @Benchmark
    public Decision unknownKey(Visitor visitor) {
        return decider.decide(unknown[visitor.next(this)]);
    }

    /** Refuses a key by its form. */
    @Benchmark
    public Decision malformedKey(Visitor visitor) {
        return decider.decide(malformed[visitor.next(this)]);
    }

    /** Refuses an address. */
    @Benchmark
    public Decision addressNotAllowed(Visitor visitor) {
        return decider.decide(fromElsewhere[visitor.next(this)]);
    }

    /** Refuses a route of a collection that is not granted. */
    @Benchmark
    public Decision notGranted(Visitor visitor) {
        return decider.decide(ungranted[visitor.next(this)]);
    }

    /** Refuses for a rate that is spent. */
    @Benchmark
    public Decision rateRefused(Visitor visitor) {
        return decider.decide(limited[visitor.next(this)]);
    }

    /** Allows at the floor. */
    @Benchmark
    public boolean floorAllowed(Visitor visitor) {
        return visitor.floor.decide(atFloor[visitor.next(this)]);
    }

    /** Refuses an unknown key at the floor. */
    @Benchmark
    public boolean floorUnknownKey(Visitor visitor) {
        return visitor.floor.decide(unknownAtFloor[visitor.next(this)]);
    }

    private static Floor floor(int profiles) {
        try {
            return new Floor(profiles);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
