package io.apiaccess.admin;

import io.apiaccess.check.Faults;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;

/**
 * Where an object stands among all that is searched.
 *
 * @param project its project, or nothing, which comes first; nothing also where ids alone count
 * @param name its name; nothing where ids alone count
 * @param id its id
 */
record Place(String project, String name, String id) implements Comparable<Place> {
    private static final Comparator<Place> ORDER =
            Comparator.comparing(Place::project).thenComparing(Place::name).thenComparing(Place::id);

    @Override
    public int compareTo(Place other) {
        return ORDER.compare(this, other);
    }

    String text() {
        String text = project + "\n" + name + "\n" + id;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    static Place parse(String text, boolean isById) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split("\n", -1);
            if (parts.length == 3 && isById == parts[1].isEmpty()) {
                return new Place(parts[0], parts[1], parts[2]);
            }
        } catch (IllegalArgumentException notBase64) {
            // said below, as for another number of parts
        }
        throw new IllegalArgumentException(
                "query: " + Faults.quote(text) + " is no place that a page has named: give its `next`");
    }
}
