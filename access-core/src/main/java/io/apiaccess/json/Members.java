package io.apiaccess.json;

import java.security.SecureRandom;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The members of a JSON object, in their order. What finds them is a hash that nobody outside of the process can foresee, so
 * that no choice of names makes reading them slow. Not thread-safe until all are added, unmodifiable to all others.
 */
public final class Members extends AbstractMap<String, @Nullable Object> {
    private static final int MULTIPLIER = new SecureRandom().nextInt() | 1;
    private static final int FEW = 8;
    private static final int[] NO_PLACES = {};

    private String[] names = new String[4];
    private @Nullable Object[] values = new Object[4];
    private int size;
    // the number of a member + 1 at the place of its name's hash or behind it; few members are compared one by one
    private int[] places = NO_PLACES;
    private int[] hashes = NO_PLACES;

    Members() {}

    /** Returns those of some members that are not {@code null}, unmodifiable. */
    public static Map<String, Object> withoutNulls(Map<String, ? extends @Nullable Object> members) {
        Members present = new Members();
        members.forEach((name, value) -> {
            if (value != null) {
                present.add(name, value);
            }
        });
        return present;
    }

    /** Adds a member, or returns that there is one of the name. */
    boolean add(String name, @Nullable Object value) {
        makeRoom();
        if (places.length > 0) {
            int hash = hash(name);
            int place = placeOf(name, hash);
            if (places[place] > 0) {
                return false;
            }
            places[place] = size + 1;
            hashes[size] = hash;
        } else if (indexOf(name) >= 0) {
            return false;
        }
        names[size] = name;
        values[size] = value;
        size++;
        return true;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return name instanceof String text && indexOf(text) >= 0;
    }

    @Override
    public @Nullable Object get(@Nullable Object name) {
        int index = name instanceof String text ? indexOf(text) : -1;
        return index < 0 ? null : values[index];
    }

    @Override
    public Set<Map.Entry<String, @Nullable Object>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public Iterator<Map.Entry<String, @Nullable Object>> iterator() {
                return new Iterator<>() {
                    private int next;

                    @Override
                    public boolean hasNext() {
                        return next < size;
                    }

                    @Override
                    public Map.Entry<String, @Nullable Object> next() {
                        if (next == size) {
                            throw new NoSuchElementException();
                        }
                        Map.Entry<String, @Nullable Object> entry =
                                new SimpleImmutableEntry<>(names[next], values[next]);
                        next++;
                        return entry;
                    }
                };
            }
        };
    }

    private int indexOf(String name) {
        if (places.length > 0) {
            return places[placeOf(name, hash(name))] - 1;
        }
        for (int i = 0; i < size; i++) {
            if (names[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /** Makes room for one more, and where there are more than a few, notes their places with most places free. */
    private void makeRoom() {
        if (size == names.length) {
            names = Arrays.copyOf(names, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
            if (size >= FEW) {
                noteAll();
            }
        }
    }

    private void noteAll() {
        int known = hashes.length == 0 ? 0 : size;
        hashes = Arrays.copyOf(hashes, names.length);
        places = new int[2 * names.length];
        for (int i = 0; i < size; i++) {
            hashes[i] = i < known ? hashes[i] : hash(names[i]);
            places[placeOf(names[i], hashes[i])] = i + 1;
        }
    }

    /** Returns where a name is noted, or the free place where it would be. */
    private int placeOf(String name, int hash) {
        int place = hash & places.length - 1;
        while (places[place] > 0 && !isAt(places[place] - 1, name, hash)) {
            place = place + 1 & places.length - 1;
        }
        return place;
    }

    private boolean isAt(int index, String name, int hash) {
        return hashes[index] == hash && names[index].equals(name);
    }

    private static int hash(String name) {
        int hash = 0;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * MULTIPLIER;
            hash ^= hash >>> 15;
        }
        return hash;
    }
}
