package io.apiaccess.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Rule("C6")
class MembersTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 4, 5, 8, 9, 16, 17, 100, 1_000})
    void isAMapOfWhatWasAddedInItsOrder(int names) {
        Random random = new Random(names);
        Map<String, @Nullable Object> expected = new LinkedHashMap<>();
        Members members = new Members();
        for (int i = 0; i < 3 * names; i++) {
            String name = "n" + random.nextInt(names);
            Object value = random.nextInt(4) == 0 ? null : i;
            boolean isNew = !expected.containsKey(name);
            assertEquals(isNew, members.add(name, value));
            if (isNew) {
                expected.put(name, value);
            }
            assertEquals(expected.get(name), members.get(name));
        }
        assertEquals(expected, members);
        assertEquals(List.copyOf(expected.keySet()), List.copyOf(members.keySet()));
        assertEquals(new ArrayList<>(expected.values()), new ArrayList<>(members.values()));
        assertFalse(members.containsKey("m"));
        assertNull(members.get("m"));
    }

    @Test
    void tellsNamesOfOneHashCodeApart() {
        Members members = new Members();
        for (int i = 0; i < 256; i++) {
            assertTrue(members.add(ofOneHashCode(i), i));
        }
        for (int i = 0; i < 256; i++) {
            assertEquals("AaAaAaAaAaAaAaAa".hashCode(), ofOneHashCode(i).hashCode());
            assertEquals(i, members.get(ofOneHashCode(i)));
            assertFalse(members.add(ofOneHashCode(i), i));
        }
    }

    @Test
    void cannotBeChangedByWhoReadsIt() {
        Members members = new Members();
        members.add("name", "value");
        Map<String, @Nullable Object> seen = members;
        assertThrows(UnsupportedOperationException.class, () -> seen.put("other", 1));
        assertThrows(UnsupportedOperationException.class, () -> seen.remove("name"));
        assertThrows(UnsupportedOperationException.class, seen::clear);
        assertThrows(
                UnsupportedOperationException.class,
                () -> seen.entrySet().iterator().next().setValue(1));
        assertEquals(Map.of("name", "value"), seen);
    }

    private static String ofOneHashCode(int number) {
        StringBuilder name = new StringBuilder();
        for (int bit = 0; bit < 8; bit++) {
            name.append((number >> bit & 1) == 0 ? "Aa" : "BB");
        }
        return name.toString();
    }
}
