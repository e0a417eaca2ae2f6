package io.apiaccess.bench;

import com.nimbusds.jwt.SignedJWT;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.text.ParseException;
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
import org.openjdk.jmh.infra.Blackhole;

/**
 * What does a decision by a token cost that was never seen before, beside reading it with nimbus and the platform's signature
 * or MAC alone (P13); and one by a token that is remembered, beside one by a key and the SHA-256 of that token (P14)? And one by a
 * token that somebody else has signed?
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 800, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
@State(Scope.Benchmark)
public class TokenBenchmark {
    /** The algorithm of the token. */
    @Param({"HS256", "RS256", "ES256", "EdDSA"})
    public String algorithm = "HS256";

    private TokenWorld forgetting;
    private TokenWorld remembering;

    /** Creates it; the harness does. */
    @SuppressWarnings("NullAway.Init") // the harness calls setUp
    public TokenBenchmark() {}

    /** Sets both worlds up, and sees to it that what is measured is allowed. */
    @Setup
    public void setUp() throws GeneralSecurityException, ParseException {
        forgetting = new TokenWorld(algorithm, 0);
        remembering = new TokenWorld(algorithm, 1_000);
        if (!(firstSeen().isAllowed()
                && seenBefore().isAllowed()
                && remembering.byKey().isAllowed()
                && isForgery(forged())
                && alone())) {
            throw new IllegalStateException("what should be measured is refused");
        }
    }

    private static boolean isForgery(Decision decision) {
        return decision instanceof Decision.Denied denied && denied.reason() == DenyReason.INVALID_SIGNATURE;
    }

    /** Ends them. */
    @TearDown
    public void tearDown() {
        forgetting.close();
        remembering.close();
    }

    /** Decides by a token that nothing is remembered of. */
    @Benchmark
    public Decision firstSeen() {
        return forgetting.byToken(forgetting.token);
    }

    /** Reads a token and its claims with nimbus, and verifies it with the platform. */
    @Benchmark
    public boolean alone() throws GeneralSecurityException, ParseException {
        SignedJWT jwt = SignedJWT.parse(forgetting.token);
        return jwt.getJWTClaimsSet() != null
                && forgetting.verifies(jwt.getSigningInput(), jwt.getSignature().decode());
    }

    /** Decides by a token that is remembered. */
    @Benchmark
    public Decision seenBefore() {
        return remembering.byToken(remembering.token);
    }

    /** Refuses a token whose signature is wrong. */
    @Benchmark
    public Decision forged() {
        return remembering.byToken(remembering.forged);
    }

    /** Decides by a key, and makes the SHA-256 of the token. */
    @Benchmark
    public void keyAndDigest(Blackhole out) throws GeneralSecurityException {
        out.consume(MessageDigest.getInstance("SHA-256").digest(remembering.token.getBytes(StandardCharsets.US_ASCII)));
        out.consume(remembering.byKey());
    }
}
