package io.apiaccess.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.apiaccess.NamedRules;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every rule of the design that the databases keep is named by a test on databases. */
class RulesTest {
    private static final Set<String> KEPT = Set.of("L1", "L3", "L5", "L8", "S3", "S4", "S5", "S7", "S8", "S9", "trap 15");

    @Test
    void everyRuleIsNamedByATest() {
        assertEquals(Set.of(), NamedRules.missing(KEPT, getClass()));
    }
}
