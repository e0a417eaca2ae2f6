package io.apiaccess.memory;

import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ProfileId;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.UniqueKey;
import io.apiaccess.jwt.JwtKey;
import io.apiaccess.spi.AccessStore;
import io.apiaccess.spi.AuditEntry;
import io.apiaccess.spi.AuditQuery;
import io.apiaccess.spi.ChangeSet;
import io.apiaccess.spi.StoreException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory: what is in it ends with the process. Thread-safe.
 *
 * <p>The audit record keeps 400 days, at most 100,000 entries.
 */
public final class MemoryAccessStore implements AccessStore {
    private static final int MAX_REMOVALS = 10_000;
    private static final int MAX_AUDIT = 100_000;
    private static final Duration AUDIT_KEPT = Duration.ofDays(400);

    private final Map<Id<?>, Entity<?>> entities = new HashMap<>();
    /** By id: listing one kind, or a page of it, costs nothing for the others, of which access tokens may be many. */
    private final Map<Class<?>, NavigableMap<String, Entity<?>>> byKind = new HashMap<>();

    private final Map<UniqueKey, Id<?>> holders = new HashMap<>();
    private final Map<Id<?>, Set<Id<?>>> referrers = new HashMap<>();
    private final byte[] printKey = randomKey();
    /** The profiles that hold a key for tokens, by its fingerprint. */
    private final Map<ByteBuffer, Set<Id<?>>> byTokenKey = new HashMap<>();

    private final NavigableMap<Long, Set<Id<?>>> byRevision = new TreeMap<>();
    private final Map<Id<?>, Long> removals = new LinkedHashMap<>();
    private final NavigableMap<Long, Set<Id<?>>> removedByRevision = new TreeMap<>();
    private final Deque<AuditEntry> audit = new ArrayDeque<>();
    private long revision;
    private long recorded;
    private long forgotten;

    /** Returns a store with nothing in it. */
    public MemoryAccessStore() {}

    @Override
    public synchronized ChangeSet changesSince(long since) {
        boolean complete = since < forgotten || since == 0;
        List<Entity<?>> put = ids(byRevision, complete ? 0 : since)
                .<Entity<?>>map(id -> Objects.requireNonNull(entities.get(id)))
                .toList();
        Set<Id<?>> removed = complete ? Set.of() : ids(removedByRevision, since).collect(Collectors.toSet());
        return new ChangeSet(revision, complete, put, removed);
    }

    @Override
    public synchronized <T> T read(Function<? super View, T> work) {
        return work.apply(new Work());
    }

    @Override
    public synchronized <T> T write(Function<? super Transaction, T> work) {
        Work transaction = new Work();
        try {
            T result = work.apply(transaction);
            transaction.commit();
            return result;
        } catch (Throwable e) {
            transaction.undo();
            throw e;
        }
    }

    @Override
    public synchronized List<AuditEntry> audit(int limit) {
        return audit.stream().limit(limit).toList();
    }

    @Override
    public synchronized List<AuditEntry> audit(AuditQuery query) {
        return audit.stream().filter(query::matches).limit(query.limit()).toList();
    }

    /** Puts or removes an entity with all that is derived from it. */
    private void set(Id<?> id, @Nullable Entity<?> next) {
        Entity<?> last = next == null ? entities.remove(id) : entities.put(id, next);
        if (last != null) {
            of(last.getClass()).remove(id.value());
            last.uniqueKeys().forEach(key -> holders.remove(key, id));
            last.references().forEach(reference -> drop(referrers, reference, id));
            drop(byRevision, last.revision(), id);
            prints(last).forEach(print -> drop(byTokenKey, print, id));
        }
        if (next != null) {
            of(next.getClass()).put(id.value(), next);
            next.uniqueKeys().forEach(key -> holders.put(key, id));
            next.references().forEach(reference -> add(referrers, reference, id));
            add(byRevision, next.revision(), id);
            prints(next).forEach(print -> add(byTokenKey, print, id));
        }
    }

    private Set<ByteBuffer> prints(Entity<?> entity) {
        return entity instanceof AccessProfile profile
                ? profile.heldTokenKeys().stream().map(this::print).collect(Collectors.toSet())
                : Set.of();
    }

    private ByteBuffer print(JwtKey key) {
        return ByteBuffer.wrap(key.fingerprint(printKey));
    }

    private static byte[] randomKey() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return key;
    }

    private NavigableMap<String, Entity<?>> of(Class<?> kind) {
        return byKind.computeIfAbsent(kind, none -> new TreeMap<>());
    }

    private static Stream<Id<?>> ids(NavigableMap<Long, Set<Id<?>>> map, long since) {
        return map.tailMap(since, false).values().stream().flatMap(Collection::stream);
    }

    private static <K> void add(Map<K, Set<Id<?>>> map, K key, Id<?> id) {
        map.computeIfAbsent(key, none -> new LinkedHashSet<>()).add(id);
    }

    private static <K> void drop(Map<K, Set<Id<?>>> map, K key, Id<?> id) {
        Set<Id<?>> ids = map.get(key);
        if (ids != null && ids.remove(id) && ids.isEmpty()) {
            map.remove(key);
        }
    }

    private void forgetRemoval(Id<?> id) {
        Long at = removals.remove(id);
        if (at != null) {
            drop(removedByRevision, at, id);
        }
    }

    /** One transaction; changes are made in place and undone if it fails. */
    private final class Work implements Transaction {
        private final Deque<Runnable> undos = new ArrayDeque<>();
        private final Set<Id<?>> changed = new LinkedHashSet<>();
        private final List<AuditEntry> entries = new ArrayList<>();

        @Override
        public long revision() {
            return revision;
        }

        @Override
        @SuppressWarnings("unchecked") // an id's type names its entity's
        public <E extends Entity<E>> Optional<E> find(Id<E> id) {
            return Optional.ofNullable((E) entities.get(id));
        }

        @Override
        public <E extends Entity<E>> List<E> list(Class<E> kind) {
            return of(kind).values().stream().map(kind::cast).toList();
        }

        @Override
        public <E extends Entity<E>> List<E> list(Class<E> kind, String after, int limit) {
            return of(kind).tailMap(after, false).values().stream()
                    .limit(limit)
                    .map(kind::cast)
                    .toList();
        }

        @Override
        public boolean isRemovedSince(Id<?> id, long since) {
            return !entities.containsKey(id) && (since < forgotten || removals.getOrDefault(id, 0L) > since);
        }

        @Override
        public Optional<Entity<?>> findBy(UniqueKey key) {
            return Optional.ofNullable(holders.get(key)).map(entities::get);
        }

        @Override
        public Set<ProfileId> profilesWith(JwtKey key) {
            return byTokenKey.getOrDefault(print(key), Set.of()).stream()
                    .map(ProfileId.class::cast)
                    .collect(Collectors.toUnmodifiableSet());
        }

        @Override
        public Set<Id<?>> referrersOf(Id<?> id) {
            return Set.copyOf(referrers.getOrDefault(id, Set.of()));
        }

        @Override
        public <E extends Entity<E>> List<E> referrersOf(Id<?> id, Class<E> kind) {
            return referrers.getOrDefault(id, Set.of()).stream()
                    .map(entities::get)
                    .filter(kind::isInstance)
                    .map(kind::cast)
                    .toList();
        }

        @Override
        public <E extends Entity<E>> E put(E entity) {
            for (UniqueKey key : entity.uniqueKeys()) {
                Id<?> holder = holders.get(key);
                if (holder != null && !holder.equals(entity.id())) {
                    throw new StoreException(key.kind() + " is taken by `" + holder + "`");
                }
            }
            E stored = entity.withRevision(revision + 1);
            change(stored.id(), stored);
            return stored;
        }

        @Override
        public void remove(Id<?> id) {
            change(id, null);
        }

        @Override
        public void record(AuditEntry entry) {
            entries.add(entry);
        }

        private void change(Id<?> id, @Nullable Entity<?> next) {
            Entity<?> last = entities.get(id);
            undos.push(() -> set(id, last));
            changed.add(id);
            set(id, next);
        }

        private void undo() {
            undos.forEach(Runnable::run);
        }

        private void commit() {
            if (!undos.isEmpty()) {
                revision++;
            }
            undos.clear();
            for (Id<?> id : changed) {
                forgetRemoval(id);
                if (!entities.containsKey(id)) {
                    removals.put(id, revision);
                    add(removedByRevision, revision, id);
                }
            }
            while (removals.size() > MAX_REMOVALS) {
                Id<?> oldest = removals.keySet().iterator().next();
                forgotten = Objects.requireNonNull(removals.get(oldest));
                forgetRemoval(oldest);
            }
            for (AuditEntry entry : entries) {
                audit.addFirst(entry.withNumber(++recorded));
                while (audit.size() > MAX_AUDIT
                        || audit.getLast().at().isBefore(entry.at().minus(AUDIT_KEPT))) {
                    audit.removeLast();
                }
            }
        }
    }
}
