package io.apiaccess.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import io.apiaccess.request.CallerAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Allowed and blocked ranges, and the difference between no list and an empty one. */
@Rule("N3")
class AddressRulesTest {
    private static final CallerAddress INSIDE = address("10.1.2.3");
    private static final CallerAddress OUTSIDE = address("203.0.113.9");

    @Test
    void restrictsNothingWithoutARule() {
        AddressRules rules = AddressRules.builder().build();
        assertTrue(rules.isUnrestricted());
        assertTrue(rules.allows(OUTSIDE));
        assertFalse(rules.blocks(OUTSIDE));
        assertEquals(Optional.empty(), rules.allowed());
        assertEquals(AddressRules.unrestricted(), rules);
    }

    @Test
    void allowsNothingWithAnEmptyList() {
        assertFalse(AddressRules.none().allows(INSIDE));
        assertFalse(AddressRules.none().isUnrestricted());
        assertEquals(Optional.of(List.of()), AddressRules.none().allowed());
        assertNotEquals(AddressRules.unrestricted(), AddressRules.none());
    }

    @Test
    void staysEmptyThroughABuilder() {
        AddressRules rules = AddressRules.none().toBuilder().build();
        assertEquals(AddressRules.none(), rules);
        assertFalse(rules.allows(INSIDE));
    }

    @Test
    void addsToAnEmptyList() {
        AddressRules rules = AddressRules.none().toBuilder().allow("10.0.0.0/8").build();
        assertTrue(rules.allows(INSIDE));
        assertFalse(rules.allows(OUTSIDE));
    }

    @Test
    void blocksWhatItAlsoAllows() {
        AddressRules rules =
                AddressRules.builder().allow("10.0.0.0/8").block("10.1.0.0/16").build();
        assertTrue(rules.blocks(INSIDE));
        assertFalse(rules.blocks(address("10.2.0.0")));
        assertTrue(rules.allows(address("10.2.0.0")));
    }

    @Test
    void isRestrictedByABlockListAlone() {
        AddressRules rules = AddressRules.builder().block("10.0.0.0/8").build();
        assertFalse(rules.isUnrestricted());
        assertTrue(rules.allows(OUTSIDE));
        assertTrue(rules.blocks(INSIDE));
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.9, false, false",
        "::ffff:10.1.2.3, true, false",
        "10.9.0.1, true, true",
        "::ffff:10.9.0.1, true, true",
        "2001:db8::7, true, false",
        "2001:db8:9::7, true, true",
        "::10.1.2.3, false, false"
    })
    @Rule({"N2", "N3"})
    void judgesBothFamilies(String address, boolean allowed, boolean blocked) {
        AddressRules rules = AddressRules.builder()
                .allow("10.0.0.0/8, 2001:db8::/32")
                .block("::ffff:10.9.0.0/112")
                .block("2001:db8:9::/48")
                .build();
        assertEquals(allowed, rules.allows(address(address)));
        assertEquals(blocked, rules.blocks(address(address)));
    }

    @Test
    @Rule("trap 5")
    void judgesTheSameAddressAlike() {
        AddressRules rules = AddressRules.builder().allow("10.0.0.0/8").build();
        for (int i = 0; i < 3; i++) {
            assertFalse(rules.allows(OUTSIDE));
            assertTrue(rules.allows(INSIDE));
        }
    }

    @Test
    void keepsRangesAsTypedAndOnce() {
        AddressRules rules = AddressRules.builder()
                .allow("10.1.2.3/8, 192.0.2.7")
                .allow("10.0.0.0/8")
                .build();
        assertEquals("[10.1.2.3/8, 192.0.2.7]", rules.allowed().orElseThrow().toString());
        assertTrue(rules.toString().contains("10.1.2.3/8"));
    }

    @Test
    void saysThatNobodyMayCall() {
        assertNotEquals(
                AddressRules.unrestricted().toString(), AddressRules.none().toString());
    }

    @Test
    @Rule("M3")
    void blocksAlsoWhatOthersBlock() {
        AddressRules rules =
                AddressRules.builder().allow("10.0.0.0/8").block("10.9.0.0/16").build();
        AddressRules others = AddressRules.builder()
                .allow("203.0.113.0/24")
                .block("10.1.0.0/16")
                .build();
        AddressRules both = rules.blockingAlso(others);
        assertTrue(both.blocks(INSIDE));
        assertTrue(both.blocks(address("10.9.0.1")));
        assertFalse(both.allows(OUTSIDE));
        assertFalse(AddressRules.none().blockingAlso(others).allows(INSIDE));
        assertTrue(AddressRules.unrestricted().blockingAlso(others).blocks(INSIDE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t"})
    void refusesAnEmptyTextAndNamesTheEmptyList(String text) {
        Refusal.of(() -> AddressRules.builder().allow(text), "address list", "AddressRules.none()");
        Refusal.of(() -> AddressRules.builder().block(text), "address list");
    }

    @Test
    void isLeftAsItWasByARefusedList() {
        AddressRules.Builder builder = AddressRules.builder();
        Refusal.of(() -> builder.allow("10.0.0.0/8, nonsense"), "`nonsense`");
        assertEquals(AddressRules.unrestricted(), builder.build());
    }

    private static CallerAddress address(String text) {
        return CallerAddress.parse(text).orElseThrow();
    }
}
