package io.apiaccess.bench;

import io.apiaccess.decision.Decision;
import java.security.GeneralSecurityException;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What do libraries for tokens take for one that they see for the first time, signature and claims (P13), beside a whole
 * decision by it? Each keeps its parser and keys, and refuses a token that was changed before it is measured.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 800, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
public class TokenPeerBenchmark {
    /** Creates it; the harness does. */
    public TokenPeerBenchmark() {}

    /** A token of any algorithm. */
    @State(Scope.Benchmark)
    public static class Any {
        /** The algorithm of the token. */
        @Param({"HS256", "RS256", "ES256", "EdDSA"})
        public String algorithm = "HS256";

        private TokenWorld world;
        private TokenPeers peers;

        /** Creates it; the harness does. */
        @SuppressWarnings("NullAway.Init") // the harness calls setUp
        public Any() {}

        /** Sets it up, and sees to it that all answer right. */
        @Setup
        public void setUp() throws GeneralSecurityException {
            world = new TokenWorld(algorithm, 0);
            peers = new TokenPeers(algorithm, world);
            if (!world.byToken(world.token).isAllowed()) {
                throw new IllegalStateException("what should be measured is refused");
            }
            TokenPeers.check(peers.jjwt(), world.token);
            TokenPeers.check(peers.jose4j(), world.token);
        }

        /** Ends it. */
        @TearDown
        public void tearDown() {
            world.close();
        }
    }

    /** A token of an algorithm that java-jwt and nimbus without further libraries know. */
    @State(Scope.Benchmark)
    public static class Common {
        /** The algorithm of the token. */
        @Param({"HS256", "RS256", "ES256"})
        public String algorithm = "HS256";

        private TokenWorld world;
        private TokenPeers.Verifier nimbus;
        private TokenPeers.Verifier javaJwt;

        /** Creates it; the harness does. */
        @SuppressWarnings("NullAway.Init") // the harness calls setUp
        public Common() {}

        /** Sets it up, and sees to it that both answer right. */
        @Setup
        public void setUp() throws GeneralSecurityException {
            world = new TokenWorld(algorithm, 0);
            TokenPeers peers = new TokenPeers(algorithm, world);
            nimbus = peers.nimbus();
            javaJwt = peers.javaJwt();
            TokenPeers.check(nimbus, world.token);
            TokenPeers.check(javaJwt, world.token);
        }

        /** Ends it. */
        @TearDown
        public void tearDown() {
            world.close();
        }
    }

    /** Decides by a token that nothing is remembered of. */
    @Benchmark
    public Decision access(Any any) {
        return any.world.byToken(any.world.token);
    }

    /** Has jjwt verify it. */
    @Benchmark
    public Object jjwt(Any any) throws Exception {
        return any.peers.jjwt().verify(any.world.token);
    }

    /** Has jose4j verify it. */
    @Benchmark
    public Object jose4j(Any any) throws Exception {
        return any.peers.jose4j().verify(any.world.token);
    }

    /** Has nimbus' processor verify it. */
    @Benchmark
    public Object nimbus(Common common) throws Exception {
        return common.nimbus.verify(common.world.token);
    }

    /** Has java-jwt verify it. */
    @Benchmark
    public Object javaJwt(Common common) throws Exception {
        return common.javaJwt.verify(common.world.token);
    }
}
