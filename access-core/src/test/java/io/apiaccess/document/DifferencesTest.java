package io.apiaccess.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.apiaccess.Rule;
import io.apiaccess.request.Secret;
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

    @Test
    void namesMembersThatCameAndWentAndNotTwoLists() {
        assertEquals(
                List.of("labels: removed `b`", "labels: added `c`"),
                Differences.between(Map.of("labels", List.of("a", "b")), Map.of("labels", List.of("a", "c"))));
        assertEquals(List.of("labels: added `a`"), Differences.between(Map.of(), Map.of("labels", List.of("a"))));
        assertEquals(
                List.of("registered.grants: added `{\"collection\": \"c\"}`"),
                Differences.between(
                        Map.of(), Map.of("registered", Map.of("grants", List.of(Map.of("collection", "c"))))));
        assertEquals(
                List.of("labels: another order"),
                Differences.between(Map.of("labels", List.of("a", "b")), Map.of("labels", List.of("b", "a"))));
    }

    @Test
    void saysWhatOfAMemberIsOtherWhereItIsTheOneOfItsName() {
        assertEquals(
                List.of("grants[`c`].readOnly: nothing → `true`"),
                Differences.between(
                        Map.of("grants", List.of(Map.of("collection", "c"))),
                        Map.of("grants", List.of(Map.of("collection", "c", "readOnly", true)))));
        Map<String, String> reads = Map.of("path", "/a", "method", "GET");
        Map<String, String> writes = Map.of("path", "/a", "method", "POST");
        Map<String, String> deletes = Map.of("path", "/a", "method", "DELETE");
        assertEquals(
                3,
                Differences.between(Map.of("routes", List.of(reads, writes)), Map.of("routes", List.of(deletes)))
                        .size());
    }

    @Test
    void aListWithoutWhichEverythingIsMeantIsShownWhenItComesAndGoes() {
        assertEquals(
                List.of("addresses.allow: nothing → `[\"10.0.0.0/8\"]`"),
                Differences.between(Map.of(), Map.of("addresses", Map.of("allow", List.of("10.0.0.0/8")))));
        assertEquals(
                List.of("allow: removed `10.0.0.0/8`"),
                Differences.between(Map.of("allow", List.of("10.0.0.0/8")), Map.of("allow", List.of())));
    }

    @Test
    void saysThatASecretIsAnotherAndNothingOfIt() {
        assertEquals(
                List.of("query: another `Secret(redacted)`"),
                Differences.between(Map.of("query", Secret.of("a")), Map.of("query", Secret.of("b"))));
        assertEquals(
                List.of("keys: another `Secret(redacted)`"),
                Differences.between(Map.of("keys", List.of(Secret.of("a"))), Map.of("keys", List.of(Secret.of("b")))));
        assertEquals(List.of(), Differences.between(Map.of("query", Secret.of("a")), Map.of("query", Secret.of("a"))));
    }
}
