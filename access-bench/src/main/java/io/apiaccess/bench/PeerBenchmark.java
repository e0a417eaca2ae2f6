package io.apiaccess.bench;

import io.apiaccess.AccessControl;
import io.apiaccess.AccessDecider;
import io.apiaccess.decision.Decision;
import io.apiaccess.request.AccessRequest;
import java.util.Arrays;
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
 * What do others take for the same calls (P3, P4, P5)? Each is set up as its users would, answers right before it is measured,
 * and is alone in its process with the texts of the calls, visited at random.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms4g", "-Xmx4g", "-XX:+AlwaysPreTouch"})
public class PeerBenchmark {
    private static final int VISITS = 131_072;

    /** Creates it; the harness does. */
    public PeerBenchmark() {}

    /** The calls. */
    @State(Scope.Benchmark)
    public static class Calls {
        /** Profiles and calls. */
        @Param({"1000/4096", "100000/131072"})
        public String load = "";

        final AtomicInteger threads = new AtomicInteger();
        Load all = new Load(0);
        private AccessRequest[] requests = {};
        private Call[] calls = {};
        private int[] visits = {};

        /** Creates them; the harness does. */
        public Calls() {}

        /** Makes the profiles and the calls. */
        @Setup
        public void prepare() {
            all = new Load(Integer.parseInt(load.substring(0, load.indexOf('/'))));
            requests = all.allowed(Integer.parseInt(load.substring(load.indexOf('/') + 1)));
            calls = Arrays.stream(requests).map(Call::of).toArray(Call[]::new);
            visits = new SplittableRandom(20_260_303)
                    .ints(VISITS, 0, calls.length)
                    .toArray();
        }

        <P extends Peer> P checked(P peer, Peer.Also also) {
            for (Call call : calls) {
                if (!peer.allows(call)) {
                    throw new IllegalStateException("refused: " + call.path() + " from " + call.from());
                }
            }
            return Peer.checked(peer, calls[0], also);
        }
    }

    /** The order in which a thread visits the calls. */
    @State(Scope.Thread)
    public static class Visitor {
        private int next;

        /** Creates it; the harness does. */
        public Visitor() {}

        /** Begins somewhere else than the others. */
        @Setup
        public void start(Calls calls) {
            next = calls.threads.getAndIncrement() * 8_191;
        }

        private int next(Calls calls) {
            return calls.visits[next++ & (VISITS - 1)];
        }
    }

    /** This library. */
    @State(Scope.Benchmark)
    public static class Access {
        private AccessControl access = AccessControl.inMemory();
        private AccessDecider decider = access.decider();

        /** Creates it; the harness does. */
        public Access() {}

        /** Opens it, and sees to it that it answers right. */
        @Setup
        public void open(Calls calls) {
            access.close();
            access = calls.all.open();
            decider = access.decider();
            calls.checked(call -> decider.decide(call.toRequest()).isAllowed(), Peer.Also.ADDRESSES);
        }

        /** Ends it. */
        @TearDown
        public void close() {
            access.close();
        }
    }

    /** Spring Security's chain as {@code HttpSecurity} makes it. */
    @State(Scope.Benchmark)
    public static class Spring {
        private Peer chain = call -> false;

        /** Creates it; the harness does. */
        public Spring() {}

        /** Sets it up, and sees to it that it answers right. */
        @Setup
        public void open(Calls calls) {
            chain = calls.checked(SpringChain.typical(calls.all.keys()), Peer.Also.ADDRESSES);
        }
    }

    /** Spring Security's chain with the fewest filters. */
    @State(Scope.Benchmark)
    public static class SpringLean {
        private Peer chain = call -> false;

        /** Creates it; the harness does. */
        public SpringLean() {}

        /** Sets it up, and sees to it that it answers right. */
        @Setup
        public void open(Calls calls) {
            chain = calls.checked(SpringChain.lean(calls.all.keys()), Peer.Also.ADDRESSES);
        }
    }

    /** Apiman's gateway engine. */
    @State(Scope.Benchmark)
    public static class Apiman {
        private Peer gateway = call -> false;

        /** Creates it; the harness does. */
        public Apiman() {}

        /** Sets it up, and sees to it that it answers right. */
        @Setup
        public void open(Calls calls) {
            gateway = calls.checked(new ApimanGateway(calls.all.keys()), Peer.Also.ADDRESSES);
        }
    }

    /** Apache Shiro. */
    @State(Scope.Benchmark)
    public static class Shiro {
        private Peer realm = call -> false;

        /** Creates it; the harness does. */
        public Shiro() {}

        /** Sets it up, and sees to it that it answers right. */
        @Setup
        public void open(Calls calls) {
            realm = calls.checked(new ShiroRealm(calls.all.keys()), Peer.Also.NOTHING);
        }
    }

    /** Decides a request that was built before. */
    @Benchmark
    public Decision access(Calls calls, Access access, Visitor visitor) {
        return access.decider.decide(calls.requests[visitor.next(calls)]);
    }

    /** Builds the request of the texts and decides it. */
    @Benchmark
    public Decision accessFromTexts(Calls calls, Access access, Visitor visitor) {
        return access.decider.decide(calls.calls[visitor.next(calls)].toRequest());
    }

    /** Goes through Spring Security's chain. */
    @Benchmark
    public boolean spring(Calls calls, Spring spring, Visitor visitor) {
        return spring.chain.allows(calls.calls[visitor.next(calls)]);
    }

    /** Goes through Spring Security's shortest chain. */
    @Benchmark
    public boolean springLean(Calls calls, SpringLean spring, Visitor visitor) {
        return spring.chain.allows(calls.calls[visitor.next(calls)]);
    }

    /** Goes through apiman's gateway. */
    @Benchmark
    public boolean apiman(Calls calls, Apiman apiman, Visitor visitor) {
        return apiman.gateway.allows(calls.calls[visitor.next(calls)]);
    }

    /** Logs in at Apache Shiro and asks for a permission. */
    @Benchmark
    public boolean shiro(Calls calls, Shiro shiro, Visitor visitor) {
        return shiro.realm.allows(calls.calls[visitor.next(calls)]);
    }
}
