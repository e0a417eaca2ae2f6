package io.apiaccess.snapshot;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.CollectionId;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.AccessToken;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.KeyDigest;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.client.TokenId;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.KeyUse;
import io.apiaccess.entity.Publication;
import io.apiaccess.request.RequestPath;
import io.apiaccess.spi.ChangeSet;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The configuration at one revision, ready to be asked: entities by id, keys by digest, routes by path. Immutable. */
public final class Snapshot {
    /** The configuration without anything. */
    public static final Snapshot EMPTY = new Snapshot(
            0,
            Table.empty(),
            Table.empty(),
            Table.empty(),
            Table.empty(),
            RouteTable.EMPTY,
            Table.empty(),
            Set.of(),
            new State());

    private final long revision;
    private final Table<Id<?>, Entity<?>> entities;
    private final Table<KeyDigest, KnownKey> keys;
    private final Table<KeyDigest, AccessToken> tokens;
    private final Table<Subject, ProfileId> subjects;
    private final RouteTable routes;
    private final Table<ProfileId, KnownCaller> profiles;
    private final Set<Id<?>> unreadable;
    private final State state;

    private Snapshot(
            long revision,
            Table<Id<?>, Entity<?>> entities,
            Table<KeyDigest, KnownKey> keys,
            Table<KeyDigest, AccessToken> tokens,
            Table<Subject, ProfileId> subjects,
            RouteTable routes,
            Table<ProfileId, KnownCaller> profiles,
            Set<Id<?>> unreadable,
            State state) {
        this.revision = revision;
        this.entities = entities;
        this.keys = keys;
        this.tokens = tokens;
        this.subjects = subjects;
        this.routes = routes;
        this.profiles = profiles;
        this.unreadable = unreadable;
        this.state = state;
    }

    /** Returns this configuration with changes, whose size is the cost. */
    public Snapshot apply(ChangeSet changes) {
        return new Compiler(this).apply(changes);
    }

    /** Returns the revision of the store that it is of. */
    public long revision() {
        return revision;
    }

    /**
     * Returns an entity that another refers to.
     *
     * @throws IllegalStateException if it is not there, which no store should let happen
     */
    public <E extends Entity<E>> E get(Id<E> id) {
        return find(id).orElseThrow(
                        () -> new IllegalStateException("configuration refers to `" + id + "`, which is missing"));
    }

    /** Returns an entity. */
    @SuppressWarnings("unchecked") // an id's type names its entity's
    public <E extends Entity<E>> Optional<E> find(Id<E> id) {
        return Optional.ofNullable((E) entities.get(id));
    }

    /** Returns the API key that is kept by a digest; a client secret is none. */
    public @Nullable KnownKey key(KeyDigest digest) {
        return key(digest, KeyUse.CALLS);
    }

    /** Returns the client secret that is kept by a digest; an API key is none. */
    public @Nullable KnownKey clientSecret(KeyDigest digest) {
        return key(digest, KeyUse.TOKENS);
    }

    /** Returns the API key or client secret with an id. */
    public @Nullable KnownKey key(KeyId id) {
        ApiKey key = find(id).orElse(null);
        return key == null ? null : keys.get(key.digest());
    }

    /** Returns the access token that is kept by a digest. */
    public @Nullable AccessToken token(KeyDigest digest) {
        return tokens.get(digest);
    }

    /** Returns tokens that were issued here and have expired before an instant, at most so many. */
    public List<TokenId> tokensExpiredBefore(Instant instant, int limit) {
        return tokens.values()
                .filter(token -> token.isExpiredAt(instant))
                .map(AccessToken::id)
                .limit(limit)
                .toList();
    }

    /** Returns the profile that has a name with an issuer, by its present terms or by those registered. */
    public @Nullable ProfileId profileKnownAs(String issuer, String value) {
        return subjects.get(new Subject(issuer, value));
    }

    /** Returns whether an entity, and all that it cannot be understood without, could be read. */
    public <E extends Entity<E>> boolean isReadable(Id<E> id) {
        return unreadable.isEmpty()
                || (!unreadable.contains(id)
                        && find(id).stream()
                                .flatMap(entity -> entity.references().stream())
                                .allMatch(this::isReadable));
    }

    /**
     * Returns whether there is a collection that could not be read: nobody can say then which calls it would decide, and
     * none may fall through to another.
     */
    public boolean lacksRoutes() {
        return !unreadable.isEmpty() && unreadable.stream().anyMatch(CollectionId.class::isInstance);
    }

    /** Returns how many entities could not be read. */
    int unreadable() {
        return unreadable.size();
    }

    /** Returns what follows from this configuration for a profile, or {@code null} if it or its client is not there. */
    public @Nullable Ways ways(ProfileId profile) {
        KnownCaller caller = profiles.get(profile);
        return caller == null ? null : caller.waysOfProfile(this);
    }

    /** Returns what follows from this configuration for callers without a profile. */
    public Ways waysOfNobody() {
        return state.nobody.ways(this);
    }

    State state() {
        return state;
    }

    /** Returns the routes of the most specific shape that a path has, or none. */
    public List<RouteTable.Entry> routes(RequestPath path) {
        return routes.match(path);
    }

    private @Nullable KnownKey key(KeyDigest digest, KeyUse use) {
        KnownKey known = keys.get(digest);
        return known != null && known.key().use() == use ? known : null;
    }

    /** One state of everything that profiles share: another object is another state. */
    static final class State {
        private final KnownCaller nobody = new KnownCaller(null, List.of());
    }

    /** What a token may say of a profile; unlike the registered one, of any text. */
    private record Subject(String issuer, String value) {}

    /** One step from a snapshot to the next. */
    private static final class Compiler {
        private final Table.Editor<Id<?>, Entity<?>> entities;
        private final Table<Id<?>, Entity<?>> before;
        private final Table.Editor<KeyDigest, KnownKey> keys;
        private final Table.Editor<KeyDigest, AccessToken> tokens;
        private final Table.Editor<Subject, ProfileId> subjects;
        private RouteTable routes;
        private final Set<Id<?>> unreadable;
        private final Table.Editor<ProfileId, KnownCaller> profiles;
        private final State state;
        private boolean isShared;

        Compiler(Snapshot from) {
            before = from.entities;
            entities = from.entities.edit();
            keys = from.keys.edit();
            tokens = from.tokens.edit();
            subjects = from.subjects.edit();
            routes = from.routes;
            unreadable = new HashSet<>(from.unreadable);
            profiles = from.profiles.edit();
            state = from.state;
        }

        Snapshot apply(ChangeSet changes) {
            for (Id<?> id : changes.removed()) {
                drop(id);
                unreadable.remove(id);
            }
            for (Id<?> id : changes.unreadable()) {
                drop(id);
                unreadable.add(id);
            }
            for (Entity<?> entity : changes.put()) {
                withdraw(before.get(entity.id()));
            }
            for (Entity<?> entity : changes.put()) {
                note(entity.id());
                enter(entity);
                entities.put(entity.id(), entity);
                unreadable.remove(entity.id());
            }
            return new Snapshot(
                    changes.revision(),
                    entities.done(),
                    keys.done(),
                    tokens.done(),
                    subjects.done(),
                    routes,
                    profiles.done(),
                    Set.copyOf(unreadable),
                    isShared ? new State() : state);
        }

        private void drop(Id<?> id) {
            note(id);
            withdraw(before.get(id));
            entities.remove(id);
        }

        /** What is worked out for a profile holds as long as nothing changes that profiles share. */
        private void note(Id<?> id) {
            isShared |= !(id instanceof ProfileId || id instanceof KeyId || id instanceof TokenId);
        }

        private KnownCaller known(ProfileId id) {
            KnownCaller known = profiles.get(id);
            return known == null ? new KnownCaller(null, List.of()) : known;
        }

        private void know(ProfileId id, KnownCaller known) {
            if (known.isNone()) {
                profiles.remove(id);
            } else {
                profiles.put(id, known);
            }
            known.keys().forEach(key -> keys.put(key.digest(), new KnownKey(key, known)));
        }

        private void withdraw(@Nullable Entity<?> entity) {
            if (entity instanceof ApiKey key) {
                keys.remove(key.digest());
                know(key.profile(), known(key.profile()).withoutKey(key));
            } else if (entity instanceof AccessToken token) {
                tokens.remove(token.digest());
            } else if (entity instanceof AccessProfile profile) {
                know(profile.id(), known(profile.id()).withProfile(null));
                profile.subjects().forEach(subject -> subjects.remove(new Subject(subject.issuer(), subject.value())));
            } else if (entity instanceof ApiCollection collection
                    && collection.publication() == Publication.PUBLISHED) {
                routes = routes.without(collection);
            }
        }

        private void enter(Entity<?> entity) {
            if (entity instanceof ApiKey key) {
                KnownCaller holder = known(key.profile());
                ApiKey crowdedOut = holder.crowdedOut();
                if (crowdedOut != null) {
                    keys.put(crowdedOut.digest(), new KnownKey(crowdedOut, null));
                }
                know(key.profile(), holder.withKey(key));
            } else if (entity instanceof AccessToken token) {
                tokens.put(token.digest(), token);
            } else if (entity instanceof AccessProfile profile) {
                know(profile.id(), known(profile.id()).withProfile(profile));
                profile.subjects()
                        .forEach(subject -> subjects.put(new Subject(subject.issuer(), subject.value()), profile.id()));
            } else if (entity instanceof ApiCollection collection
                    && collection.publication() == Publication.PUBLISHED) {
                routes = routes.with(collection);
            }
        }
    }
}
