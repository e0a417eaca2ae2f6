package io.apiaccess.admin;

import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.spi.AccessStore.View;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What an actor sees of one state of the store. To be used within its transaction only. */
record Sight(View view, Reach reach) {
    <E extends Entity<E>> Optional<E> find(Id<E> id) {
        return view.find(id).filter(this::sees);
    }

    <E extends Entity<E>> E get(Id<E> id) {
        return find(id).orElseThrow(() -> new NotFoundException(id));
    }

    /** Returns an entity that is seen and can be read. */
    <E extends Entity<E>> Optional<E> readable(Id<E> id) {
        return Reach.readable(view, id).filter(entity -> reach.sees(view, entity));
    }

    /** Returns the entities of a kind that are seen and can be read. */
    <E extends Entity<E>> List<E> list(Class<E> kind) {
        return list(kind, damaged -> {});
    }

    /** Returns the entities of a kind that are seen and can be read, and hands over the ids of all that are damaged. */
    <E extends Entity<E>> List<E> list(Class<E> kind, Consumer<? super Id<E>> damaged) {
        return view.list(kind, damaged).stream().filter(this::sees).toList();
    }

    boolean sees(Entity<?> entity) {
        return reach.sees(view, entity);
    }

    Optional<String> project(Entity<?> entity) {
        return Reach.project(view, entity);
    }

    /** Returns the entities of a kind that refer to one, as far as they are seen and can be read. */
    <E extends Entity<E>> List<E> referrers(Id<?> id, Class<E> kind) {
        return view.referrersOf(id, kind, damaged -> {}).stream()
                .filter(this::sees)
                .toList();
    }
}
