package io.apiaccess.jdbc;

import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * How entities of a kind are kept in rows.
 *
 * @param <E> the kind
 */
abstract class Kind<E extends Entity<E>> {
    private final Class<E> type;
    private final Function<String, Id<E>> ids;
    private final Table main;
    private final List<Table> parts;

    Kind(Class<E> type, Function<String, Id<E>> ids, Table main, Table... parts) {
        this.type = type;
        this.ids = ids;
        this.main = main;
        this.parts = List.of(parts);
    }

    /** Returns what a removal calls the kind. */
    final String word() {
        return type.getSimpleName();
    }

    final Class<E> type() {
        return type;
    }

    final Id<E> id(String value) {
        return ids.apply(value);
    }

    final Table main() {
        return main;
    }

    final List<Table> parts() {
        return parts;
    }

    /** Writes an entity into the rows of a sheet. */
    abstract void write(E entity, Sheet sheet);

    /** Returns the entity of a sheet; throws whatever it likes if it is damaged. */
    abstract E read(Sheet sheet);

    /** Returns the columns of states with the state of an entity in each, for the guard of updates. */
    abstract Map<String, Enum<?>> states(E entity);

    /** Returns the columns by which entities of this kind refer to those of another, as table and column. */
    abstract Map<Class<? extends Id<?>>, List<String>> references();

    /** Returns the rows of an entity. */
    final Sheet sheet(E entity) {
        Sheet sheet = new Sheet(entity.id().value());
        write(entity, sheet);
        return sheet;
    }

    /** Returns the entity of rows that must all be there. */
    final E entity(Sheet sheet) {
        sheet.requireWhole();
        return read(sheet).withRevision(sheet.revision());
    }

    @SuppressWarnings("unchecked") // the types that name a kind are its own
    static <K extends Id<?>> Map.Entry<Class<? extends Id<?>>, List<String>> refer(Class<K> type, String... columns) {
        return Map.entry((Class<? extends Id<?>>) type, List.of(columns));
    }
}
