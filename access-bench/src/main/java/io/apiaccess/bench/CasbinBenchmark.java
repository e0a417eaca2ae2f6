package io.apiaccess.bench;

import io.apiaccess.AccessControl;
import io.apiaccess.decision.Decision;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What does jCasbin take at 1,000 subjects, with a rule for each and with roles, beside a whole decision (P6)? */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
@State(Scope.Benchmark)
public class CasbinBenchmark {
    private static final int PROFILES = 1_000;
    private static final int CALLS = 64;

    private AccessControl access = AccessControl.inMemory();
    private Call[] calls = {};
    private Peer rules = call -> false;
    private Peer roles = call -> false;
    private int next;

    /** Creates it; the harness does. */
    public CasbinBenchmark() {}

    /** Sets all three up, and sees to it that they answer right. */
    @Setup
    public void open() {
        Load load = new Load(PROFILES);
        access.close();
        access = load.open();
        calls = Arrays.stream(load.allowed(CALLS)).map(Call::of).toArray(Call[]::new);
        rules = checked(CasbinEnforcer.rules(load.keys()));
        roles = checked(CasbinEnforcer.roles(load.keys()));
    }

    private Peer checked(Peer peer) {
        for (Call call : calls) {
            Peer.checked(peer, call, Peer.Also.NOTHING);
        }
        return peer;
    }

    /** Ends it. */
    @TearDown
    public void close() {
        access.close();
    }

    /** Builds the request of the texts and decides it. */
    @Benchmark
    public Decision accessFromTexts() {
        return access.decider().decide(call().toRequest());
    }

    /** Asks jCasbin with a rule for each subject and collection. */
    @Benchmark
    public boolean casbinRules() {
        return rules.allows(call());
    }

    /** Asks jCasbin with a role for each collection. */
    @Benchmark
    public boolean casbinRoles() {
        return roles.allows(call());
    }

    private Call call() {
        return calls[next++ & (CALLS - 1)];
    }
}
