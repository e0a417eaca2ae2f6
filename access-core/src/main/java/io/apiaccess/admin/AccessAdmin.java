package io.apiaccess.admin;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.CollectionId;
import io.apiaccess.check.Faults;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.Client;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.client.Registration;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.KeyStatus;
import io.apiaccess.entity.KeyUse;
import io.apiaccess.entity.PlanStatus;
import io.apiaccess.entity.Publication;
import io.apiaccess.entity.Status;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.PlanId;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.spi.AccessStore;
import io.apiaccess.spi.AccessStore.View;
import io.apiaccess.spi.Actor;
import io.apiaccess.spi.Actor.Permission;
import io.apiaccess.spi.AuditEntry;
import io.apiaccess.spi.AuditQuery;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore;
import io.apiaccess.spi.LimitSubject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Management of clients, profiles, collections, policies, plans and keys. Thread-safe.
 *
 * <p>What is wrong with an object is refused by {@link IllegalArgumentException}, all faults at once; an id that names
 * nothing by {@link NotFoundException}; an update of an old state by {@link StaleRevisionException}; a name that is taken
 * or a thing in use by {@link ConflictException}; what the actor may not do by {@link NotPermittedException}; a move that the transition table does not have by
 * {@link IllegalStateException}. When a change returns, the next decision of this process sees it. Every change is in the
 * audit record.
 */
public final class AccessAdmin {
    private final AccessStore store;
    private final LimitStore limits;
    private final InstantSource clock;
    private final Keys keys;
    private final AdminParts parts;
    private final Reach reach;

    /** Returns the management by an actor; applications get it from the object that wires. */
    public AccessAdmin(AdminParts parts, Actor actor) {
        this.parts = parts;
        this.store = parts.store();
        this.limits = parts.limits();
        this.clock = parts.clock();
        this.keys = new Keys(parts.format(), parts.hasher(), parts.random());
        this.reach = new Reach(actor);
    }

    /** Returns what is searched by name, project, state and what hangs together, page by page. */
    public Search search() {
        return new Search(store, reach);
    }

    /** Returns what follows from the configuration: who can call what, held to what, and what in it is odd. */
    public Insight insight() {
        return new Insight(parts, reach);
    }

    /** Returns the configuration as a document: to write, to compare and to apply. */
    public ConfigurationDocument configuration() {
        return new ConfigurationDocument(this::tried, parts, reach);
    }

    /** Adds a client. */
    public Client create(Client client) {
        return change("create", edit -> {
            isNew(edit, client);
            return Updates.create(edit, client);
        });
    }

    /** Adds a profile; under automatic registration it needs at least one grant. */
    public AccessProfile create(AccessProfile profile) {
        return change("create", edit -> {
            isNew(edit, profile);
            return Updates.create(edit, profile.withRegistered(null));
        });
    }

    /** Adds a collection. */
    public ApiCollection create(ApiCollection collection) {
        return change("create", edit -> {
            isNew(edit, collection);
            return Updates.create(edit, collection);
        });
    }

    /** Adds a policy. */
    public Policy create(Policy policy) {
        return change("create", edit -> {
            isNew(edit, policy);
            return Updates.create(edit, policy);
        });
    }

    /** Adds a plan. */
    public Plan create(Plan plan) {
        return change("create", edit -> {
            isNew(edit, plan);
            return Updates.create(edit, plan);
        });
    }

    /**
     * Replaces the state that a client was read in. Switching it to manual registration registers the present state of
     * its profiles.
     */
    public Client update(Client client) {
        return change("update", edit -> Updates.apply(edit, client));
    }

    /** Replaces the state that a profile was read in; under manual registration it waits for its registration. */
    public AccessProfile update(AccessProfile profile) {
        return change("update", edit -> {
            AccessProfile before = edit.current(profile);
            return Updates.apply(
                    edit, profile, before.inForce(Registration.MANUAL).orElse(null));
        });
    }

    /** Replaces the state that a collection was read in. */
    public ApiCollection update(ApiCollection collection) {
        return change("update", edit -> Updates.apply(edit, collection));
    }

    /** Replaces the state that a policy was read in; one of a locked plan keeps what it holds calls to. */
    public Policy update(Policy policy) {
        return change("update", edit -> Updates.apply(edit, policy));
    }

    /** Replaces the state that a draft of a plan was read in. */
    public Plan update(Plan plan) {
        return change("update", edit -> Updates.apply(edit, plan));
    }

    /** Switches a client on. */
    public Client activate(ClientId id) {
        return change("activate", edit -> edit.move(id, it -> it.withStatus(Status.ACTIVE)));
    }

    /** Switches a client off: none of its profiles may call until it is on again. */
    public Client deactivate(ClientId id) {
        return change("deactivate", edit -> edit.move(id, it -> it.withStatus(Status.INACTIVE)));
    }

    /** Takes a client out of use for good. */
    public Client retire(ClientId id) {
        return change("retire", edit -> edit.move(id, it -> it.withStatus(Status.RETIRED)));
    }

    /** Switches a profile on. */
    public AccessProfile activate(ProfileId id) {
        return change("activate", edit -> edit.move(id, it -> it.withStatus(Status.ACTIVE)));
    }

    /** Switches a profile off: it may not call until it is on again. */
    public AccessProfile deactivate(ProfileId id) {
        return change("deactivate", edit -> edit.move(id, it -> it.withStatus(Status.INACTIVE)));
    }

    /** Takes a profile out of use for good. */
    public AccessProfile retire(ProfileId id) {
        return change("retire", edit -> edit.move(id, it -> it.withStatus(Status.RETIRED)));
    }

    /**
     * Puts the present terms of a profile in force.
     *
     * @return what that has changed; nothing, and that is said, if they were in force already
     * @throws IllegalStateException if its client has automatic registration, or it is retired or has no grant
     */
    public Registered register(ProfileId id) {
        return change("register", edit -> {
            AccessProfile profile = edit.get(id);
            if (edit.get(profile.client()).registration() == Registration.AUTOMATIC) {
                throw new IllegalStateException("profile " + Faults.quote(profile.name())
                        + " belongs to a client with automatic registration: its changes are in force at once");
            }
            List<String> changes = PendingChanges.of(edit::find, profile);
            return new Registered(edit.move(id, AccessProfile::register), changes);
        });
    }

    /**
     * Returns in words what a registration of a profile would put in force, one line for each change; none under automatic
     * registration, where all is in force at once.
     */
    public List<String> pendingChanges(ProfileId id) {
        return store.read(view -> {
            AccessProfile profile = seen(view, id);
            boolean waits = view.find(profile.client()).orElseThrow().registration() == Registration.MANUAL
                    && profile.status() != Status.RETIRED;
            return waits ? PendingChanges.of(new Sight(view, reach)::find, profile) : List.of();
        });
    }

    /**
     * Adds a version of a profile: with its contracts, policy and address rules, and never with its keys. It proves itself
     * by auth token until it is told otherwise.
     *
     * @param name the name of the new profile, unique in the client
     * @param version the label of the new version
     * @throws IllegalArgumentException naming every contract that cannot be made anew
     */
    public AccessProfile cloneVersion(ProfileId id, String name, String version) {
        return change("clone version", edit -> {
            AccessProfile source = edit.get(id);
            edit.need(source, Permission.EDIT);
            AccessProfile.Builder builder = AccessProfile.named(name, source.client())
                    .version(version)
                    .description(source.description().orElse(null))
                    .policy(source.terms().policy().orElse(null))
                    .addresses(source.terms().addresses())
                    .certificate(source.terms().certificate().orElse(null));
            source.labels().forEach(builder::label);
            source.terms().grants().forEach(builder::grant);
            AccessProfile clone = builder.build();
            return Updates.create(edit, clone);
        });
    }

    /** Offers a draft of a collection. */
    public ApiCollection publish(CollectionId id) {
        return change("publish", edit -> {
            ApiCollection draft = edit.get(id);
            Consistency.check(edit, draft.withPublication(Publication.PUBLISHED), draft);
            return edit.move(id, it -> it.withPublication(Publication.PUBLISHED));
        });
    }

    /** Switches a collection on. */
    public ApiCollection activate(CollectionId id) {
        return change("activate", edit -> edit.move(id, it -> it.withActive(true)));
    }

    /** Switches a collection off: its routes still match, and deny. */
    public ApiCollection deactivate(CollectionId id) {
        return change("deactivate", edit -> edit.move(id, it -> it.withActive(false)));
    }

    /** Takes a collection out of use for good: no request meets it. */
    public ApiCollection retire(CollectionId id) {
        return change("retire", edit -> edit.move(id, it -> it.withPublication(Publication.RETIRED)));
    }

    /** Switches the routes of a template on. */
    public ApiCollection activateRoute(CollectionId id, String template) {
        return change("activate route", edit -> edit.move(id, it -> it.withRouteActive(template, true)));
    }

    /** Switches the routes of a template off: they still match, and deny. */
    public ApiCollection deactivateRoute(CollectionId id, String template) {
        return change("deactivate route", edit -> edit.move(id, it -> it.withRouteActive(template, false)));
    }

    /** Fixes a plan for good, so that it can be offered. */
    public Plan lock(PlanId id) {
        return change("lock", edit -> edit.move(id, it -> it.withStatus(PlanStatus.LOCKED)));
    }

    /**
     * Deletes a client with its profiles and their keys.
     *
     * @param force whether to delete it though a profile is registered (manual registration) or has a key in force
     *     (automatic registration)
     */
    public void delete(ClientId id, boolean force) {
        change("delete", edit -> Deletion.of(edit, force).delete(edit.get(id)));
    }

    /**
     * Deletes a profile with its keys.
     *
     * @param force whether to delete it though it is registered (manual registration) or has a key in force (automatic
     *     registration)
     */
    public void delete(ProfileId id, boolean force) {
        change("delete", edit -> Deletion.of(edit, force).delete(edit.get(id)));
    }

    /**
     * Deletes a collection.
     *
     * @param force whether to break its grants, if there are any
     */
    public void delete(CollectionId id, boolean force) {
        change("delete", edit -> Deletion.of(edit, force).delete(edit.get(id)));
    }

    /** Deletes a policy that is not in use. */
    public void delete(PolicyId id) {
        change("delete", edit -> Deletion.of(edit, false).deleteUnused(edit.get(id)));
    }

    /** Deletes a plan that is not in use. */
    public void delete(PlanId id) {
        change("delete", edit -> Deletion.of(edit, false).deleteUnused(edit.get(id)));
    }

    /** Makes a key for a profile, in force from now on for ever. */
    public IssuedKey issueKey(ProfileId profile) {
        return issueKey(profile, KeySpec.plain());
    }

    /**
     * Makes a key for a profile.
     *
     * @throws IllegalStateException if the profile is retired or has 20 live keys
     */
    public IssuedKey issueKey(ProfileId profile, KeySpec spec) {
        return change("issue key", edit -> keys.issue(edit, profile, KeyUse.CALLS, spec));
    }

    /** Makes a client secret for a profile, in force from now on for ever. */
    public IssuedKey issueClientSecret(ProfileId profile) {
        return issueClientSecret(profile, KeySpec.plain());
    }

    /**
     * Makes a client secret for a profile, for which it gets access tokens (RFC 6749 section 4.4); its client id is the
     * profile's id. It is a key like API keys are, and refreshed, labelled, switched and revoked like them, but none of them:
     * no call takes it, and no API key gets a token.
     *
     * @throws IllegalStateException if the profile is retired, does not prove itself by OAuth 2.0, or has 20 live client
     *     secrets
     */
    public IssuedKey issueClientSecret(ProfileId profile, KeySpec spec) {
        return change("issue client secret", edit -> keys.issue(edit, profile, KeyUse.TOKENS, spec));
    }

    /** Makes a new key in place of another, with its label and length of life, and revokes the old one at once. */
    public IssuedKey refreshKey(KeyId id) {
        return refreshKey(id, Duration.ZERO);
    }

    /**
     * Makes a new key in place of another, with its label and length of life from now.
     *
     * @param overlap how long the old one is kept, at most until its own end
     * @throws IllegalStateException if the key is revoked, or the profile is retired or has 20 live keys
     */
    public IssuedKey refreshKey(KeyId id, Duration overlap) {
        return change("refresh key", edit -> keys.refresh(edit, id, overlap));
    }

    /**
     * Takes over a key that was made elsewhere; its text is hashed at once.
     *
     * @param text 16 to 512 printable ASCII characters
     * @throws ConflictException if the text is already one of a key, also of a revoked one
     */
    public ApiKey importKey(ProfileId profile, String text, KeySpec spec) {
        return change("import key", edit -> keys.importText(edit, profile, text, spec));
    }

    /**
     * Takes over a key that was made elsewhere and of which only the SHA-256 is known.
     *
     * @param sha256 32 bytes
     * @throws ConflictException if it is already that of a key, also of a revoked one
     */
    public ApiKey importKeyDigest(ProfileId profile, byte[] sha256, KeySpec spec) {
        return change("import key", edit -> keys.importDigest(edit, profile, sha256, spec));
    }

    /** Sets or removes the label of a key. */
    public ApiKey labelKey(KeyId id, @Nullable String label) {
        return change(
                "label key",
                edit -> edit.move(id, it -> it.toBuilder().label(label).build()));
    }

    /** Switches a key off. */
    public ApiKey disableKey(KeyId id) {
        return change("disable key", edit -> edit.move(id, it -> it.withStatus(KeyStatus.DISABLED, edit.now)));
    }

    /** Switches a key on. */
    public ApiKey enableKey(KeyId id) {
        return change("enable key", edit -> edit.move(id, it -> it.withStatus(KeyStatus.ENABLED, edit.now)));
    }

    /** Ends a key for good. */
    public ApiKey revokeKey(KeyId id) {
        return change("revoke key", edit -> edit.move(id, it -> it.withStatus(KeyStatus.REVOKED, edit.now)));
    }

    /**
     * Forgets what one subject has used of a limit, and how far the counter's time has come: it is free at once, also if a
     * wrong clock has frozen it. It is recorded once it has happened; the store of limits is waited for without holding up
     * other changes.
     *
     * @throws IllegalArgumentException if the policy has no such limit, or it counts in another scope
     * @throws io.apiaccess.spi.StoreException if the store of limits cannot answer, or the record cannot be written: the usage
     *     may then be free all the same
     */
    public void resetUsage(PolicyId policy, String limit, LimitSubject subject) {
        Policy holder = tried("reset usage", edit -> {
            Policy known = edit.get(policy);
            edit.need(known, Permission.EDIT);
            return known;
        });
        Limit named = Consistency.limit(holder, limit);
        limits.reset(LimitDemand.of(policy, named, subject));
        change("reset usage", edit -> {
            edit.note(
                    edit.known(policy).orElse(holder),
                    "usage of limit " + Faults.quote(named.name()) + " by " + Faults.quote(subject.value())
                            + ": reset");
            return holder;
        });
    }

    /** Returns an entity, or nothing if the id names none. */
    public <E extends Entity<E>> Optional<E> find(Id<E> id) {
        return store.read(view -> view.find(id).filter(entity -> reach.sees(view, entity)));
    }

    /**
     * Returns an entity.
     *
     * @throws NotFoundException if the id names none
     */
    public <E extends Entity<E>> E get(Id<E> id) {
        return find(id).orElseThrow(() -> new NotFoundException(id));
    }

    /**
     * Returns what cannot be read from what is kept, by kind and id: it is in no list and found by no search, and what depends
     * on it is denied. Reads everything.
     *
     * @throws NotPermittedException unless the actor is a full admin
     */
    public List<Id<?>> listUnreadable() {
        reach.needFull("listing what cannot be read");
        List<Id<?>> damaged = new ArrayList<>();
        store.read(view -> {
            view.list(Policy.class, damaged::add);
            view.list(Plan.class, damaged::add);
            view.list(ApiCollection.class, damaged::add);
            view.list(Client.class, damaged::add);
            view.list(AccessProfile.class, damaged::add);
            return view.list(ApiKey.class, damaged::add);
        });
        damaged.sort(Comparator.comparing(AuditEntry::target));
        return List.copyOf(damaged);
    }

    /** Returns all clients, by name. */
    public List<Client> listClients() {
        return list(Client.class, Comparator.comparing(Client::name));
    }

    /** Returns all profiles of a client, by name. */
    public List<AccessProfile> listProfiles(ClientId client) {
        return children(client, AccessProfile.class, Comparator.comparing(AccessProfile::name));
    }

    /** Returns all collections, by name and version. */
    public List<ApiCollection> listCollections() {
        return list(
                ApiCollection.class, Comparator.comparing(ApiCollection::name).thenComparing(ApiCollection::version));
    }

    /** Returns all policies, by name. */
    public List<Policy> listPolicies() {
        return list(Policy.class, Comparator.comparing(Policy::name));
    }

    /** Returns all plans, by name. */
    public List<Plan> listPlans() {
        return list(Plan.class, Comparator.comparing(Plan::name));
    }

    /**
     * Returns all keys of a profile, its client secrets too, also revoked and expired ones that are remembered, by when they
     * were made.
     */
    public List<ApiKey> listKeys(ProfileId profile) {
        Instant now = clock.instant();
        return children(profile, ApiKey.class, Comparator.comparing(ApiKey::createdAt)).stream()
                .filter(key -> !key.isForgottenAt(now))
                .toList();
    }

    /** Returns the newest changes, newest first, at most so many. */
    public List<AuditEntry> audit(int limit) {
        return audit(AuditQuery.newest().limit(limit));
    }

    /**
     * Returns the changes that are asked for, newest first: of one object, by somebody, of a time. The next page is that of
     * {@link AuditQuery#before} the last of them.
     */
    public List<AuditEntry> audit(AuditQuery query) {
        return reach.audit(store, query);
    }

    private <T> T change(String action, Function<Edit, T> work) {
        T result = tried(action, work);
        parts.published().run();
        return result;
    }

    private <T> T tried(String action, Function<Edit, T> work) {
        return store.write(
                transaction -> work.apply(new Edit(transaction, reach, parts.conditions(), action, clock.instant())));
    }

    private <E extends Entity<E>> E seen(View view, Id<E> id) {
        return view.find(id).filter(entity -> reach.sees(view, entity)).orElseThrow(() -> new NotFoundException(id));
    }

    private <E extends Entity<E>> List<E> list(Class<E> kind, Comparator<E> order) {
        return store.read(view -> new Sight(view, reach).list(kind)).stream()
                .sorted(order.thenComparing(entity -> entity.id().value()))
                .toList();
    }

    private <E extends Entity<E>> List<E> children(Id<?> parent, Class<E> kind, Comparator<E> order) {
        return store.read(view -> new Sight(view, reach)
                .referrers(parent, kind).stream()
                        .sorted(order.thenComparing(entity -> entity.id().value()))
                        .toList());
    }

    private static <E extends Entity<E>> void isNew(Edit edit, E entity) {
        Objects.requireNonNull(entity, "entity");
        if (edit.known(entity.id()).isPresent()) {
            throw new ConflictException("id " + Faults.quote(entity.id()) + " is taken: update what is there");
        }
        edit.permitAsFarAsSeen(null, entity);
    }
}
