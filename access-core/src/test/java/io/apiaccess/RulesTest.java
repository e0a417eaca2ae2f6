package io.apiaccess;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every rule of the design that the core keeps so far is named by a test. */
class RulesTest {
    private static final String KEPT = """
            D1 D2 D3 D4 D6 D7 D8 D9 D10 D11 D12
            C1 C2 C3 C4 C5 C6 C7 C8 C9 C10 C11 C12 C13 C14
            L1 L2 L3 L4 L5 L6 L7 L8 L9
            N1 N2 N3
            R1 R2 R3 R4 R5
            M1 M2 M3
            S1 S2 S3 S4 S6 S8 S9
            X1 X2 X3 X4 X5 X6 X7 X8 X9
            """;

    /** The other concerns the servlet adapter. */
    private static final Set<Integer> TRAPS =
            Set.of(1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22);

    @Test
    void everyRuleIsNamedByATest() {
        Set<String> expected = Arrays.stream(KEPT.split("\\s+")).collect(Collectors.toCollection(TreeSet::new));
        TRAPS.forEach(trap -> expected.add("trap " + trap));
        assertEquals(Set.of(), NamedRules.missing(expected, getClass()));
    }
}
