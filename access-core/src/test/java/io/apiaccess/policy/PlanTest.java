package io.apiaccess.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import io.apiaccess.entity.PlanStatus;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A plan is a draft, then locked for good. */
class PlanTest {
    private static final PolicyId POLICY = new PolicyId("p1");

    @Test
    void beginsAsADraft() {
        Plan plan = Plan.named("Gold", POLICY).version("2").build();
        assertEquals(PlanStatus.DRAFT, plan.status());
        assertEquals(Set.of(POLICY), plan.references());
    }

    @Test
    @Rule("X9")
    void isLockedForGood() {
        Plan plan = Plan.named("Gold", POLICY).build().withStatus(PlanStatus.LOCKED);
        assertSame(plan, plan.withStatus(PlanStatus.LOCKED));
        assertEquals(PlanStatus.LOCKED, plan.toBuilder().build().status());
        String message =
                String.valueOf(assertThrows(IllegalStateException.class, () -> plan.withStatus(PlanStatus.DRAFT))
                        .getMessage());
        assertTrue(message.contains("plan `Gold`") && message.contains("LOCKED"), message);
    }

    @Test
    void tellsAllFaultsAtOnce() {
        String message = Refusal.of(
                () -> Plan.named("", POLICY).version("v\t").project("e\u0301").build(),
                "plan ``",
                "name is missing",
                "version `v\\u0009`",
                "project `e\u0301`");
        assertTrue(message.split("; ").length >= 3, message);
    }
}
