package io.apiaccess.admin;

import io.apiaccess.client.ProfileId;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.UniqueKey;
import io.apiaccess.jwt.JwtKey;
import io.apiaccess.spi.AccessStore.View;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** One state of the store that is asked for each entity once: the client of many profiles is. Not thread-safe. */
final class Remembering implements View {
    private final View view;
    private final Map<Id<?>, Optional<?>> found = new HashMap<>();

    Remembering(View view) {
        this.view = view;
    }

    @Override
    public long revision() {
        return view.revision();
    }

    @Override
    @SuppressWarnings("unchecked") // an id's type names its entity's
    public <E extends Entity<E>> Optional<E> find(Id<E> id) {
        return (Optional<E>) found.computeIfAbsent(id, asked -> view.find(id));
    }

    @Override
    public <E extends Entity<E>> List<E> list(Class<E> kind) {
        return view.list(kind);
    }

    @Override
    public <E extends Entity<E>> List<E> list(Class<E> kind, Consumer<? super Id<E>> damaged) {
        return view.list(kind, damaged);
    }

    @Override
    public <E extends Entity<E>> List<E> list(Class<E> kind, String after, int limit) {
        return view.list(kind, after, limit);
    }

    @Override
    public boolean isRemovedSince(Id<?> id, long revision) {
        return view.isRemovedSince(id, revision);
    }

    @Override
    public Optional<Entity<?>> findBy(UniqueKey key) {
        return view.findBy(key);
    }

    @Override
    public Set<Id<?>> referrersOf(Id<?> id) {
        return view.referrersOf(id);
    }

    @Override
    public <E extends Entity<E>> List<E> referrersOf(Id<?> id, Class<E> kind) {
        return view.referrersOf(id, kind);
    }

    @Override
    public <E extends Entity<E>> List<E> referrersOf(Id<?> id, Class<E> kind, Consumer<? super Id<E>> damaged) {
        return view.referrersOf(id, kind, damaged);
    }

    @Override
    public Set<ProfileId> profilesWith(JwtKey key) {
        return view.profilesWith(key);
    }
}
