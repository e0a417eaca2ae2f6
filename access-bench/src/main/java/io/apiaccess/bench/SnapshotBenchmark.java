package io.apiaccess.bench;

import io.apiaccess.client.AccessProfile;
import io.apiaccess.snapshot.Snapshot;
import io.apiaccess.spi.ChangeSet;
import java.util.List;
import java.util.Set;
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

/** What does it cost to compile a snapshot of all that a store holds, and the next one of a single change? */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms4g", "-Xmx4g", "-XX:+AlwaysPreTouch"})
@State(Scope.Benchmark)
public class SnapshotBenchmark {
    /** The number of profiles. */
    @Param({"1000", "100000"})
    public int profiles;

    private ChangeSet all = new ChangeSet(0, true, List.of(), Set.of());
    private ChangeSet one = all;
    private Snapshot snapshot = Snapshot.EMPTY;

    /** Creates it; the harness does. */
    public SnapshotBenchmark() {}

    /** Fills a store and changes a profile. */
    @Setup
    public void fill() {
        all = new Load(profiles).store().changesSince(0);
        snapshot = Snapshot.EMPTY.apply(all);
        AccessProfile profile = all.put().stream()
                .filter(AccessProfile.class::isInstance)
                .map(AccessProfile.class::cast)
                .findFirst()
                .orElseThrow();
        long next = all.revision() + 1;
        AccessProfile changed =
                profile.toBuilder().description("changed").build().withRevision(next);
        one = new ChangeSet(next, false, List.of(changed), Set.of());
    }

    /** Compiles all. */
    @Benchmark
    public Snapshot build() {
        return Snapshot.EMPTY.apply(all);
    }

    /** Compiles one change of a profile. */
    @Benchmark
    public Snapshot change() {
        return snapshot.apply(one);
    }
}
