package io.apiaccess.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whatever sequence of changes is made, each is taken or refused, and each next decision falls, as a naive model says. */
@Rule({"D11", "D12", "M3", "X9", "C4", "trap 15", "trap 19"})
class AdminModelTest {
    private static final long SEED = Long.getLong("seed", 20_260_302L);
    private static final int SEQUENCES = 60;
    private static final int STEPS = 50;

    @Test
    void agreesWithANaiveModel() {
        int allowed = 0;
        int denied = 0;
        for (long seed = SEED; seed < SEED + SEQUENCES; seed++) {
            try (RandomAdmin world = new RandomAdmin(new SplittableRandom(seed))) {
                for (int step = 0; step < STEPS; step++) {
                    String done = world.change();
                    for (RandomAdmin.Call call : world.calls()) {
                        String expected = world.expected(call);
                        String where = "seed " + seed + " step " + step + " after " + done + ": " + call;
                        assertEquals(expected, world.decide(call), where);
                        allowed += expected.equals("ALLOWED") ? 1 : 0;
                        denied += expected.equals("ALLOWED") ? 0 : 1;
                    }
                }
            }
        }
        assertTrue(allowed > 1_000 && denied > 5_000, "calls of both kinds were made: " + allowed + ", " + denied);
    }
}
