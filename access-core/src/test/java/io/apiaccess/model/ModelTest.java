package io.apiaccess.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.AccessControl;
import io.apiaccess.Acme;
import io.apiaccess.ManualTime;
import io.apiaccess.Rule;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.request.AccessRequest;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The decider against a naive one, on random pairs of configuration and request. */
class ModelTest {
    private static final long SEED = Long.getLong("seed", 20_260_302);
    private static final int WORLDS = Integer.getInteger("model.worlds", 1_500);
    private static final int REQUESTS = 80;

    /** What no random world reaches: it takes a token, a closed or broken part, or a decider of the application. */
    private static final Set<DenyReason> ELSEWHERE = EnumSet.of(
            DenyReason.WRONG_METHOD,
            DenyReason.INVALID_SIGNATURE,
            DenyReason.INVALID_CLAIMS,
            DenyReason.TOO_MANY_FAILURES,
            DenyReason.TOKEN_INACTIVE,
            DenyReason.CERTIFICATE_MISMATCH,
            DenyReason.UNAVAILABLE,
            DenyReason.REFUSED_BY_APPLICATION,
            DenyReason.PROFILE_UNREADABLE);

    @Test
    @Rule({"D2", "D4", "D11", "C13", "L3", "L4", "M3", "N2", "N3", "R2", "R5", "X1", "X8"})
    void bothGiveTheSameDecisionAndReason() {
        Map<DenyReason, Integer> reached = new EnumMap<>(DenyReason.class);
        int allowed = 0;
        for (int i = 0; i < WORLDS; i++) {
            ManualTime time = new ManualTime();
            SplittableRandom random = new SplittableRandom(SEED + i);
            RandomWorld world = new RandomWorld(random, time.instant());
            try (AccessControl access = RandomWorld.conditions(AccessControl.builder())
                    .clock(time)
                    .monotonicClock(time)
                    .build()) {
                world.build(access.admin());
                NaiveDecider naive = new NaiveDecider(access.admin(), world.known(access.admin()));
                for (int j = 0; j < REQUESTS; j++) {
                    time.pass(Duration.ofMillis(random.nextInt(40_000)));
                    AccessRequest request = world.request();
                    DenyReason expected = naive.decide(request, world.strangers(), time.instant(), time.getAsLong());
                    Decision explained = access.explain(request).decision();
                    Decision actual = access.decider().decide(request);
                    String seed = "seed " + (SEED + i) + ", request " + j + ": " + request;
                    assertEquals(expected, Acme.reason(actual), () -> seed + "\n" + access.explain(request));
                    assertEquals(expected, Acme.reason(explained), seed);
                    if (expected == null) {
                        allowed++;
                    } else {
                        reached.merge(expected, 1, Integer::sum);
                    }
                }
            }
        }
        assertTrue(WORLDS * REQUESTS >= 100_000 && allowed > 5 * WORLDS, "allowed " + allowed + ", denied " + reached);
        assertEquals(EnumSet.complementOf(EnumSet.copyOf(ELSEWHERE)), reached.keySet());
    }
}
