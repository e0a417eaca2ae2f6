package io.apiaccess.jwt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is said of claims: whoever writes tokens chooses their names. */
@Rule("C8")
class ClaimsTest {
    @Test
    void saysTwentyNamesOnOneLineAndNoValue() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("sub\n`forged`", "somebody");
        members.put("x".repeat(1_000), "something");
        assertEquals(
                "claims [`sub\\u000a\\u0060forged\\u0060`, `" + "x".repeat(80) + "…`]",
                Claims.of(members).toString());
        for (int i = 0; members.size() < 20; i++) {
            members.put("name" + i, i);
        }
        assertTrue(Claims.of(members).toString().endsWith("`name17`]"));
        members.put("one more", true);
        assertTrue(Claims.of(members).toString().endsWith("`name17`, …]"));
        assertEquals("claims []", Claims.of(Map.of()).toString());
    }
}
