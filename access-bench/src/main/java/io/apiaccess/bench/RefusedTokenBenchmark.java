package io.apiaccess.bench;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.ImmutableSecret;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.apiaccess.decision.Decision;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.text.ParseException;
import java.util.Base64;
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

/** What does a decision cost whose token is refused on its form, beside nimbus' processor refusing it (P15)? */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
@State(Scope.Benchmark)
public class RefusedTokenBenchmark {
    private static final String HEADER = "{\"alg\":\"HS256\"}";

    /** What is wrong with the token. */
    @Param({"none", "cut", "dots", "broken", "text", "escapes", "members", "collisions", "numbers", "objects"})
    public String form = "none";

    private final DefaultJWTProcessor<SecurityContext> nimbus = new DefaultJWTProcessor<>();
    private TokenWorld world;
    private String token = "";

    /** Creates it; the harness does. */
    @SuppressWarnings("NullAway.Init") // the harness calls setUp
    public RefusedTokenBenchmark() {}

    /** Sets both up, and sees to it that both refuse. */
    @Setup
    public void setUp() throws GeneralSecurityException {
        world = new TokenWorld("HS256", 0);
        nimbus.setJWSKeySelector(
                new JWSVerificationKeySelector<>(JWSAlgorithm.HS256, new ImmutableSecret<>(new byte[32])));
        token = token();
        if (refused().isAllowed() || !(refusedByNimbus() instanceof Exception)) {
            throw new IllegalStateException("what should be refused is not");
        }
    }

    /** Ends it. */
    @TearDown
    public void tearDown() {
        world.close();
    }

    /** Decides, and denies. */
    @Benchmark
    public Decision refused() {
        return world.byToken(token);
    }

    /** Has nimbus refuse it. */
    @Benchmark
    public Object refusedByNimbus() {
        try {
            JWTClaimsSet claims = nimbus.process(token, null);
            return claims;
        } catch (ParseException | BadJOSEException | JOSEException e) {
            return e;
        }
    }

    /** Those from {@code text} on have their fault behind their payload's last brace, so that all of it is read. */
    private String token() {
        return switch (form) {
            case "none" -> signed("{\"alg\":\"none\"}", "{\"sub\":\"robot\"}");
            case "cut" -> world.token.substring(0, world.token.lastIndexOf('.'));
            case "dots" -> ".".repeat(8 << 20);
            case "broken" -> world.token.substring(0, world.token.length() - 1) + "!";
            case "text" -> contrived("{\"a\":\"" + "x".repeat(6_000) + "\"}");
            case "escapes" -> contrived("{\"a\":\"" + "\\n".repeat(3_000) + "\"}");
            case "members" -> contrived(members());
            case "collisions" -> contrived(collisions());
            case "numbers" -> contrived("{\"a\":[" + "123456789012345678,".repeat(300) + "1]}");
            default -> contrived("{\"a\":[" + "{\"\":1},".repeat(490) + "1]}");
        };
    }

    private static String members() {
        StringBuilder members = new StringBuilder("{");
        for (int i = 0; i < 500; i++) {
            members.append("\"k").append(i).append("\":1,");
        }
        return members.append("\"z\":1}").toString();
    }

    /** Returns members whose names all have the same {@link String#hashCode}. */
    private static String collisions() {
        StringBuilder members = new StringBuilder("{");
        for (int i = 0; i < 256; i++) {
            members.append('"');
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                members.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            members.append("\":1,");
        }
        return members.append("\"z\":1}").toString();
    }

    private static String contrived(String payload) {
        return signed(HEADER, payload + "x");
    }

    private static String signed(String header, String payload) {
        return part(header) + "." + part(payload) + "." + "A".repeat(43);
    }

    private static String part(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
