package io.apiaccess.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.apiaccess.Rule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What differs can be read from its lines. */
@Rule("M1")
class DifferencesTest {
    @Test
    void showsALongElementToItsEnd() {
        String begin = "x".repeat(1_000);
        List<String> lines = Differences.between(
                Map.of("limits", List.of(Map.of("name", begin + "PROFILE"))),
                Map.of("limits", List.of(Map.of("name", begin + "GLOBAL"))));
        assertEquals(2, lines.size());
        assertNotEquals(lines.get(0).replace("removed", "added"), lines.get(1));
    }

    @Test
    void tellsNothingFromAnEmptyList() {
        assertEquals(List.of("allow: `[]` → nothing"), Differences.between(Map.of("allow", List.of()), Map.of()));
        assertEquals(List.of("allow: nothing → `[]`"), Differences.between(Map.of(), Map.of("allow", List.of())));
        assertEquals(List.of(), Differences.between(Map.of("allow", List.of()), Map.of("allow", List.of())));
    }
}
