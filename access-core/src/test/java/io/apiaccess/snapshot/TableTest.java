package io.apiaccess.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table against a map, and each of its versions against what later ones do. */
@Rule("S2")
class TableTest {
    private static final long SEED = Long.getLong("seed", 20_260_302);

    @Test
    void holdsNothingAtFirst() {
        assertNull(Table.<String, String>empty().get("a"));
        assertEquals(0, Table.empty().size());
        assertEquals(0, Table.<String, String>empty().without("a").size());
    }

    @Test
    void holdsTheLastValueOfAKeyOnce() {
        Table<String, Integer> table =
                Table.<String, Integer>empty().with("a", 1).with("a", 2);
        assertEquals(2, table.get("a"));
        assertEquals(1, table.size());
        assertEquals(0, table.without("a").without("a").size());
    }

    @Test
    void hasAllItsValues() {
        Table<Integer, Integer> table = Table.empty();
        assertEquals(0, table.values().count());
        for (int i = 0; i < 1_000; i++) {
            table = table.with(i, i);
        }
        assertEquals(
                499_500, table.without(0).values().mapToInt(Integer::intValue).sum());
        assertEquals(999, table.without(0).values().count());
    }

    @ParameterizedTest
    @CsvSource({"0, 300", "1, 300", "4, 2000", "16, 5000", "32, 5000"})
    void doesWhatAMapDoesHoweverKeysCollide(int hashBits, int keys) {
        SplittableRandom random = new SplittableRandom(SEED);
        Table<Key, Integer> table = Table.empty();
        Map<Key, Integer> map = new HashMap<>();
        for (int i = 0; i < 4 * keys; i++) {
            Key key = new Key(random.nextInt(keys), hashBits);
            if (random.nextInt(3) == 0) {
                table = table.without(key);
                map.remove(key);
            } else {
                table = table.with(key, i);
                map.put(key, i);
            }
            assertEquals(map.get(key), table.get(key), () -> "seed " + SEED + ": " + key);
            if (i % keys == 0) {
                assertHolds(map, table, keys, hashBits);
            }
        }
        assertHolds(map, table, keys, hashBits);
    }

    @Test
    void leavesEveryEarlierTableAsItWas() {
        SplittableRandom random = new SplittableRandom(SEED);
        List<Table<Key, Integer>> tables = new ArrayList<>();
        List<Map<Key, Integer>> maps = new ArrayList<>();
        tables.add(Table.empty());
        maps.add(new HashMap<>());
        for (int i = 1; i < 300; i++) {
            int from = random.nextInt(Math.max(0, i - 5), i);
            Map<Key, Integer> map = new HashMap<>(maps.get(from));
            Table.Editor<Key, Integer> editor = tables.get(from).edit();
            for (int n = random.nextInt(20); n > 0; n--) {
                Key key = new Key(random.nextInt(200), 6);
                if (random.nextInt(3) == 0) {
                    editor.remove(key);
                    map.remove(key);
                } else {
                    editor.put(key, i);
                    map.put(key, i);
                }
            }
            tables.add(editor.done());
            maps.add(map);
        }
        for (int i = 0; i < tables.size(); i++) {
            assertHolds(maps.get(i), tables.get(i), 200, 6);
        }
    }

    @Test
    void isNotChangedByTheEditorThatMadeIt() {
        Table.Editor<Key, Integer> editor = Table.<Key, Integer>empty().edit();
        List<Table<Key, Integer>> tables = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            tables.add(editor.done());
            editor.put(new Key(i, 32), i);
        }
        editor.remove(new Key(0, 32));
        editor.put(new Key(1, 32), -1);
        for (int i = 0; i < 200; i++) {
            assertEquals(i, tables.get(i).size());
            for (int k = 0; k < 200; k++) {
                assertEquals(k < i ? k : null, tables.get(i).get(new Key(k, 32)));
            }
        }
        assertNull(editor.done().get(new Key(0, 32)));
    }

    @Test
    void isEmptiedAgain() {
        Table<Key, Integer> table = Table.empty();
        for (int i = 0; i < 1_000; i++) {
            table = table.with(new Key(i, 32), i);
        }
        for (int i = 0; i < 1_000; i++) {
            table = table.without(new Key(i, 32));
        }
        assertEquals(0, table.size());
        assertNull(table.get(new Key(5, 32)));
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 1_000, 20_000})
    void findsAKeyAmongManyByLookingAtAFew(int keys) {
        Table.Editor<Counted, Integer> editor = Table.<Counted, Integer>empty().edit();
        for (int i = 0; i < keys; i++) {
            editor.put(new Counted(i), i);
        }
        Table<Counted, Integer> table = editor.done();
        long total = 0;
        for (int i = 0; i < 2 * keys; i++) {
            Counted.equals = 0;
            Counted.hashes = 0;
            assertEquals(i < keys ? i : null, table.get(new Counted(i)));
            assertEquals(1, Counted.hashes);
            assertTrue(Counted.equals <= 32, "equals " + Counted.equals + " for " + i);
            total += Counted.equals;
        }
        assertTrue(total <= 10L * keys, "equals " + total);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 1_000, 20_000})
    void isChangedAtACostThatDoesNotGrow(int keys) {
        Table<Counted, Integer> table = Table.empty();
        Table.Editor<Counted, Integer> editor = table.edit();
        Counted.hashes = 0;
        for (int i = 0; i < keys; i++) {
            editor.put(new Counted(i), i);
        }
        assertTrue(Counted.hashes <= 10L * keys, "hashes " + Counted.hashes);
        table = editor.done();
        Counted.hashes = 0;
        for (int i = 0; i < 100; i++) {
            table = table.without(new Counted(i % keys)).with(new Counted(i % keys), i);
        }
        assertTrue(Counted.hashes <= 100 * 200, "hashes " + Counted.hashes);
    }

    private static void assertHolds(Map<Key, Integer> map, Table<Key, Integer> table, int keys, int hashBits) {
        assertEquals(map.size(), table.size(), "seed " + SEED);
        for (int i = 0; i < keys; i++) {
            Key key = new Key(i, hashBits);
            assertEquals(map.get(key), table.get(key), () -> "seed " + SEED + ": " + key);
        }
    }

    /** A key of whose hash only some bits differ. */
    private record Key(int value, int hashBits) {
        @Override
        public int hashCode() {
            return hashBits == 32 ? Integer.hashCode(value) : Integer.rotateLeft(value & (1 << hashBits) - 1, 20);
        }
    }

    /** A key that counts how often it is looked at; only one thread does. */
    private static final class Counted {
        private static int equals;
        private static int hashes;

        private final int value;

        private Counted(int value) {
            this.value = value;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            equals++;
            return other instanceof Counted counted && counted.value == value;
        }

        @Override
        public int hashCode() {
            hashes++;
            return Integer.hashCode(value);
        }
    }
}
