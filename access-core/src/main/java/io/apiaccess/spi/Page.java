package io.apiaccess.spi;

import java.util.List;
import java.util.Optional;

/**
 * Some of what was searched for. Immutable.
 *
 * <p>What is there from the first page to the last, under one name in one project, is on exactly one of them, whatever
 * others add, change and delete meanwhile.
 *
 * @param <E> what was searched for
 * @param items what is on this page, by project, name and id
 * @param next where the next page begins, for {@link Query#after}; nothing if this is the last
 */
public record Page<E>(List<E> items, Optional<String> next) {
    /** Copies the list. */
    public Page {
        items = List.copyOf(items);
    }
}
