package io.apiaccess.spi;

import java.util.List;
import java.util.Optional;

/**
 * Some of what was searched for. Immutable.
 *
 * <p>What keeps its project and name from the first page to the last is on exactly one of them, whatever others add, change
 * and delete meanwhile.
 *
 * @param <E> what was searched for
 * @param groups what is on this page, by project: first what belongs to none
 * @param next where the next page begins, for {@link Query#after}; nothing if this is the last
 */
public record Page<E>(List<Group<E>> groups, Optional<String> next) {
    /** Copies the list. */
    public Page {
        groups = List.copyOf(groups);
    }

    /** Returns what is on this page, by project, name and id. */
    public List<E> items() {
        return groups.stream().flatMap(group -> group.items().stream()).toList();
    }

    /**
     * What belongs to one project.
     *
     * @param <E> what was searched for
     * @param project the project
     * @param items what belongs to it, by name and id
     */
    public record Group<E>(Optional<String> project, List<E> items) {
        /** Copies the list. */
        public Group {
            items = List.copyOf(items);
        }
    }
}
