package io.apiaccess.snapshot;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An immutable hash table that shares all but the changed pages with the one it was made from, so that a change copies
 * one small page and the list of pages.
 *
 * <p>A page is an open-addressed array of keys and values; the upper bits of a hash choose the page, the lower the place.
 *
 * @param <K> keys, with equality and hash
 * @param <V> values
 */
final class Table<K, V> {
    private static final int PAGE_ENTRIES = 32;
    private static final Object[] EMPTY_PAGE = new Object[4];

    // INVARIANT: the number of pages and half the length of each page are powers of two; no page is full.
    private final Object[][] pages;
    private final int size;

    private Table(Object[][] pages, int size) {
        this.pages = pages;
        this.size = size;
    }

    static <K, V> Table<K, V> empty() {
        return new Table<>(new Object[][] {EMPTY_PAGE}, 0);
    }

    int size() {
        return size;
    }

    @SuppressWarnings("unchecked")
    @Nullable V get(K key) {
        return (V) value(pages, key);
    }

    private static @Nullable Object value(Object[][] pages, Object key) {
        int hash = spread(key.hashCode());
        Object[] page = pages[pageOf(hash, pages.length)];
        return page[find(page, key, hash) + 1];
    }

    /**
     * Returns the value of the key that is a part of a text, without making a text of it.
     *
     * @param hash of the part, as {@link String#hashCode} has it
     */
    @SuppressWarnings("unchecked")
    static <V> @Nullable V get(Table<String, V> table, CharSequence text, int from, int to, int hash) {
        int spread = spread(hash);
        Object[] page = table.pages[pageOf(spread, table.pages.length)];
        int at = spread << 1 & page.length - 1;
        while (page[at] != null && !isPart((String) page[at], text, from, to)) {
            at = at + 2 & page.length - 1;
        }
        return (V) page[at + 1];
    }

    private static boolean isPart(String key, CharSequence text, int from, int to) {
        if (key.length() != to - from) {
            return false;
        }
        for (int i = 0; i < key.length(); i++) {
            if (key.charAt(i) != text.charAt(from + i)) {
                return false;
            }
        }
        return true;
    }

    /** Returns all values, in no order. */
    @SuppressWarnings("unchecked")
    Stream<V> values() {
        return Arrays.stream(pages)
                .flatMap(page -> IntStream.range(0, page.length / 2)
                        .filter(i -> page[2 * i] != null)
                        .mapToObj(i -> (V) page[2 * i + 1]));
    }

    /** Returns a table like this one with one entry put. */
    Table<K, V> with(K key, V value) {
        Editor<K, V> editor = edit();
        editor.put(key, value);
        return editor.done();
    }

    /** Returns a table like this one without a key. */
    Table<K, V> without(K key) {
        Editor<K, V> editor = edit();
        editor.remove(key);
        return editor.done();
    }

    Editor<K, V> edit() {
        return new Editor<>(this);
    }

    private static int spread(int hash) {
        int mixed = hash * 0x9e3779b9;
        return mixed ^ mixed >>> 15;
    }

    private static int pageOf(int hash, int pages) {
        // The upper log2(pages) bits; shifted in two steps, since a shift by 32 would be one by 0.
        return hash >>> 1 >>> Integer.numberOfLeadingZeros(pages);
    }

    /** Returns where a key stands in a page, or the free place where it would. */
    private static int find(Object[] page, Object key, int hash) {
        int at = hash << 1 & page.length - 1;
        while (page[at] != null && !page[at].equals(key)) {
            at = at + 2 & page.length - 1;
        }
        return at;
    }

    /** Changes on the way from one table to the next: each page is copied once. Not thread-safe. */
    static final class Editor<K, V> {
        private Object[][] pages;
        private BitSet copied = new BitSet();
        private int size;

        private Editor(Table<K, V> from) {
            pages = from.pages.clone();
            size = from.size;
        }

        @SuppressWarnings("unchecked")
        @Nullable V get(K key) {
            return (V) value(pages, key);
        }

        void put(K key, V value) {
            if (size >= pages.length * PAGE_ENTRIES) {
                grow();
            }
            int hash = spread(key.hashCode());
            int page = pageOf(hash, pages.length);
            Object[] own = own(page);
            int at = find(own, key, hash);
            if (own[at] == null) {
                own = room(page);
                at = find(own, key, hash);
                size++;
            }
            own[at] = key;
            own[at + 1] = value;
        }

        void remove(K key) {
            int hash = spread(key.hashCode());
            int page = pageOf(hash, pages.length);
            Object[] old = pages[page];
            int at = find(old, key, hash);
            if (old[at] == null) {
                return;
            }
            Object[] left = new Object[old.length];
            for (int i = 0; i < old.length; i += 2) {
                if (old[i] != null && i != at) {
                    insert(left, old[i], old[i + 1]);
                }
            }
            pages[page] = left;
            copied.set(page);
            size--;
        }

        Table<K, V> done() {
            Table<K, V> table = new Table<>(pages, size);
            pages = pages.clone();
            copied = new BitSet();
            return table;
        }

        private Object[] own(int page) {
            if (!copied.get(page)) {
                pages[page] = pages[page].clone();
                copied.set(page);
            }
            return pages[page];
        }

        /** Returns the page, enlarged if one more entry would fill more than three quarters of it. */
        private Object[] room(int page) {
            Object[] own = pages[page];
            int entries = 1;
            for (int i = 0; i < own.length; i += 2) {
                entries += own[i] == null ? 0 : 1;
            }
            if (entries * 8 > own.length * 3) {
                Object[] larger = new Object[own.length * 2];
                copy(own, larger);
                pages[page] = larger;
            }
            return pages[page];
        }

        private void grow() {
            Object[][] old = pages;
            pages = new Object[old.length * 2][];
            Arrays.fill(pages, EMPTY_PAGE);
            copied = new BitSet();
            size = 0;
            for (Object[] page : old) {
                for (int i = 0; i < page.length; i += 2) {
                    if (page[i] != null) {
                        int target = pageOf(spread(page[i].hashCode()), pages.length);
                        own(target);
                        insert(room(target), page[i], page[i + 1]);
                        size++;
                    }
                }
            }
        }

        private static void copy(Object[] from, Object[] to) {
            for (int i = 0; i < from.length; i += 2) {
                if (from[i] != null) {
                    insert(to, from[i], from[i + 1]);
                }
            }
        }

        private static void insert(Object[] page, Object key, Object value) {
            int at = find(page, key, spread(key.hashCode()));
            page[at] = key;
            page[at + 1] = value;
        }
    }
}
