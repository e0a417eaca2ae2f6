package io.apiaccess.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.AccessControl;
import io.apiaccess.Acme;
import io.apiaccess.ManualTime;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.CollectionId;
import io.apiaccess.api.Route;
import io.apiaccess.api.Visibility;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.Client;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.Grant;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.client.Registration;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.policy.AddressRules;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.request.HttpMethod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Random management of a small world, beside a model that keeps it in plain fields, computes what each change must lead to,
 * and says by a ladder of conditions what each call must. Not thread-safe.
 */
final class RandomAdmin implements AutoCloseable {
    private static final String[] CLIENTS = {"c0", "c1"};
    private static final String[] PROFILES = {"p0", "p1", "p2"};
    private static final String[] COLLECTIONS = {"a", "b", "open"};
    private static final String TAKEN = "taken";

    private final SplittableRandom random;
    private final ManualTime time = new ManualTime();
    private final AccessControl access =
            AccessControl.builder().clock(time).monotonicClock(time).build();
    private final AccessAdmin admin = access.admin();
    private final Map<String, ModelClient> clients = new TreeMap<>();
    private final Map<String, ModelProfile> profiles = new TreeMap<>();
    private final Map<String, ModelCollection> collections = new TreeMap<>();
    private final Map<String, ModelKey> keys = new TreeMap<>();

    RandomAdmin(SplittableRandom random) {
        this.random = random;
        for (String id : COLLECTIONS) {
            createCollection(id);
        }
        for (String id : CLIENTS) {
            perform(
                    TAKEN,
                    () -> admin.create(Client.named(id).id(new ClientId(id)).build()));
            clients.put(id, new ModelClient());
        }
    }

    private static final class ModelClient {
        private String status = "ACTIVE";
        private boolean manual;
    }

    /** What a profile has: which collections with which rights, and whether the address of the calls is blocked. */
    private record Terms(Map<String, Right> rights, boolean blocked) {
        /** These terms, less what others have taken away. */
        Terms less(Terms newer) {
            Map<String, Right> left = new TreeMap<>();
            rights.forEach((id, right) -> {
                Right other = newer.rights.get(id);
                if (other != null) {
                    left.put(
                            id,
                            new Right(
                                    right.reads && other.reads,
                                    right.writes && other.writes,
                                    right.scope && other.scope));
                }
            });
            return new Terms(left, blocked || newer.blocked);
        }
    }

    /** Whether GET, whether POST, and whether the scope that POST requires. */
    private record Right(boolean reads, boolean writes, boolean scope) {}

    private static final class ModelProfile {
        private final String client;
        private String status = "ACTIVE";
        private Terms terms;
        private @Nullable Terms registered;

        ModelProfile(String client, Terms terms) {
            this.client = client;
            this.terms = terms;
        }
    }

    private static final class ModelCollection {
        private String publication = "PUBLISHED";
        private boolean on = true;
        private boolean readOn = true;
        private boolean writeOn = true;
    }

    private static final class ModelKey {
        private final String profile;
        private final String text;
        private final Instant createdAt;
        private boolean disabled;
        private @Nullable Instant from;
        private @Nullable Instant until;
        private @Nullable Instant revoked;

        ModelKey(String profile, String text, Instant createdAt) {
            this.profile = profile;
            this.text = text;
            this.createdAt = createdAt;
        }

        boolean isRevoked(Instant now) {
            return revoked != null && !revoked.isAfter(now);
        }

        boolean isExpired(Instant now) {
            return until != null && !until.isAfter(now);
        }

        boolean isForgotten(Instant now) {
            Instant days = now.minus(Duration.ofDays(90));
            return (revoked != null && !revoked.isAfter(days)) || (until != null && !until.isAfter(days));
        }

        boolean isInForce(Instant now) {
            return !isRevoked(now) && !disabled && !isExpired(now) && (from == null || !from.isAfter(now));
        }
    }

    /**
     * A call to be decided.
     *
     * @param key the model's name of the key, or {@code null} for none
     */
    record Call(@Nullable String key, HttpMethod method, String collection, String path) {}

    /** Makes one change, checks that it is taken or refused as it must be, and says which it was. */
    String change() {
        return switch (random.nextInt(22)) {
            case 0, 1 -> switchClient();
            case 2 -> registration();
            case 3, 4 -> createProfile();
            case 5, 6 -> switchProfile();
            case 7, 8, 9, 10 -> updateProfile();
            case 11 -> deleteProfile();
            case 12 -> register();
            case 13, 14 -> switchCollection();
            case 15 -> deleteOrCreateCollection();
            case 16, 17, 18 -> addKey();
            case 19 -> refresh();
            case 20 -> switchKey();
            default -> pass();
        };
    }

    List<Call> calls() {
        List<Call> calls = new ArrayList<>();
        List<@Nullable String> callers = new ArrayList<>(keys.keySet());
        callers.add(null);
        for (String key : callers) {
            for (String collection : COLLECTIONS) {
                calls.add(new Call(key, HttpMethod.GET, collection, "/" + collection));
                calls.add(new Call(key, HttpMethod.POST, collection, "/" + collection + "/x"));
            }
        }
        return calls;
    }

    String decide(Call call) {
        AccessRequest.Builder request =
                AccessRequest.of(call.method, call.path).from(Acme.INSIDE).apiKey(textOf(call));
        DenyReason reason = Acme.reason(access.decider().decide(request.build()));
        return reason == null ? "ALLOWED" : reason.name();
    }

    /** Says what a call must lead to: the first condition that fails, in the order of the design. */
    String expected(Call call) {
        ModelCollection collection = collections.get(call.collection);
        boolean found = collection != null && collection.publication.equals("PUBLISHED");
        boolean open = call.collection.equals("open");
        boolean reads = call.method.equals(HttpMethod.GET);
        boolean routeOn = collection != null && (reads ? collection.readOn : collection.writeOn);
        if (call.key == null) {
            return found && open && Objects.requireNonNull(collection).on && routeOn ? "ALLOWED" : "MISSING_CREDENTIAL";
        }
        ModelKey key = Objects.requireNonNull(keys.get(call.key));
        ModelProfile profile = profiles.get(key.profile);
        Instant now = time.instant();
        if (profile == null || key.isForgotten(now)) {
            return "UNKNOWN_CREDENTIAL";
        }
        ModelClient client = Objects.requireNonNull(clients.get(profile.client));
        if (key.isRevoked(now)) {
            return "REVOKED_CREDENTIAL";
        }
        if (key.disabled) {
            return "KEY_DISABLED";
        }
        if (key.isExpired(now)) {
            return "EXPIRED_CREDENTIAL";
        }
        if (key.from != null && key.from.isAfter(now)) {
            return "CREDENTIAL_NOT_YET_VALID";
        }
        Terms terms = client.manual ? profile.registered : profile.terms;
        if (terms == null) {
            return "PROFILE_NOT_REGISTERED";
        }
        if (!profile.status.equals("ACTIVE")) {
            return "PROFILE_" + profile.status;
        }
        if (!client.status.equals("ACTIVE")) {
            return "CLIENT_" + client.status;
        }
        if (terms.blocked) {
            return "ADDRESS_BLOCKED";
        }
        if (!found) {
            return "NO_SUCH_ROUTE";
        }
        Right right = terms.rights.get(call.collection);
        if (!open && (right == null || !(reads ? right.reads : right.writes))) {
            return "NOT_GRANTED";
        }
        if (!Objects.requireNonNull(collection).on) {
            return "COLLECTION_INACTIVE";
        }
        if (!routeOn) {
            return "ROUTE_INACTIVE";
        }
        return open || reads || Objects.requireNonNull(right).scope ? "ALLOWED" : "INSUFFICIENT_SCOPE";
    }

    @Override
    public void close() {
        access.close();
    }

    private @Nullable String textOf(Call call) {
        return call.key == null ? null : Objects.requireNonNull(keys.get(call.key)).text;
    }

    private String switchClient() {
        String id = one(CLIENTS);
        ModelClient client = Objects.requireNonNull(clients.get(id));
        String to = state();
        boolean moves = isAllowed(client.status, to);
        perform(moves ? TAKEN : "IllegalStateException", () -> switch (to) {
            case "ACTIVE" -> admin.activate(new ClientId(id));
            case "INACTIVE" -> admin.deactivate(new ClientId(id));
            default -> admin.retire(new ClientId(id));
        });
        client.status = moves ? to : client.status;
        return "client " + id + " " + to;
    }

    private String registration() {
        String id = one(CLIENTS);
        ModelClient client = Objects.requireNonNull(clients.get(id));
        client.manual = !client.manual;
        Client now = admin.get(new ClientId(id));
        perform(
                TAKEN,
                () -> admin.update(now.toBuilder()
                        .registration(client.manual ? Registration.MANUAL : Registration.AUTOMATIC)
                        .build()));
        for (ModelProfile profile : profiles.values()) {
            if (profile.client.equals(id)) {
                profile.registered = client.manual && !profile.status.equals("RETIRED") ? profile.terms : null;
            }
        }
        return "client " + id + " manual " + client.manual;
    }

    private String createProfile() {
        String id = one(PROFILES);
        String client = one(CLIENTS);
        Terms terms = randomTerms(new Terms(Map.of(), false));
        ModelClient owner = Objects.requireNonNull(clients.get(client));
        boolean refused = owner.status.equals("RETIRED")
                || (!owner.manual && terms.rights.isEmpty())
                || !canBeGranted(terms, Map.of());
        String expected = profiles.containsKey(id) ? "ConflictException" : refused ? "IllegalArgumentException" : TAKEN;
        perform(
                expected,
                () -> admin.create(
                        with(AccessProfile.named(id, new ClientId(client)).id(new ProfileId(id)), terms)));
        if (expected.equals(TAKEN)) {
            profiles.put(id, new ModelProfile(client, terms));
        }
        return "create " + id + " of " + client + " with " + terms + " " + expected;
    }

    private String updateProfile() {
        String id = one(PROFILES);
        ModelProfile profile = profiles.get(id);
        if (profile == null) {
            return "nothing";
        }
        Terms terms = randomTerms(profile.terms);
        AccessProfile.Builder builder = admin.get(new ProfileId(id)).toBuilder().addresses(AddressRules.unrestricted());
        for (String collection : COLLECTIONS) {
            builder.withoutGrant(new CollectionId(collection));
        }
        String expected = canBeGranted(terms, profile.terms.rights) ? TAKEN : "IllegalArgumentException";
        perform(expected, () -> admin.update(with(builder, terms)));
        if (expected.equals(TAKEN)) {
            profile.terms = terms;
            profile.registered = profile.registered == null ? null : profile.registered.less(terms);
        }
        return "update " + id + " to " + terms + " " + expected;
    }

    private String switchProfile() {
        String id = one(PROFILES);
        ModelProfile profile = profiles.get(id);
        String to = state();
        String expected =
                profile == null ? "NotFoundException" : isAllowed(profile.status, to) ? TAKEN : "IllegalStateException";
        perform(expected, () -> switch (to) {
            case "ACTIVE" -> admin.activate(new ProfileId(id));
            case "INACTIVE" -> admin.deactivate(new ProfileId(id));
            default -> admin.retire(new ProfileId(id));
        });
        if (profile != null && expected.equals(TAKEN)) {
            profile.status = to;
        }
        return "profile " + id + " " + to + " " + expected;
    }

    private String deleteProfile() {
        String id = one(PROFILES);
        ModelProfile profile = profiles.get(id);
        boolean force = random.nextBoolean();
        String expected = "NotFoundException";
        if (profile != null) {
            boolean guarded = Objects.requireNonNull(clients.get(profile.client)).manual
                    ? profile.registered != null && !profile.status.equals("RETIRED")
                    : keys.values().stream().anyMatch(key -> key.profile.equals(id) && key.isInForce(time.instant()));
            expected = guarded && !force ? "ConflictException" : TAKEN;
        }
        perform(expected, () -> {
            admin.delete(new ProfileId(id), force);
            return id;
        });
        if (expected.equals(TAKEN)) {
            profiles.remove(id);
            keys.values().removeIf(key -> key.profile.equals(id));
        }
        return "delete " + id + " " + expected;
    }

    private String register() {
        String id = one(PROFILES);
        ModelProfile profile = profiles.get(id);
        String expected = "NotFoundException";
        if (profile != null) {
            boolean ready = !profile.terms.rights.isEmpty() || profile.registered != null;
            boolean manual = Objects.requireNonNull(clients.get(profile.client)).manual;
            expected = manual && ready && !profile.status.equals("RETIRED") ? TAKEN : "IllegalStateException";
        }
        perform(expected, () -> admin.register(new ProfileId(id)));
        if (profile != null && expected.equals(TAKEN)) {
            profile.registered = profile.terms;
        }
        return "register " + id + " " + expected;
    }

    private String switchCollection() {
        String id = one(COLLECTIONS);
        ModelCollection collection = collections.get(id);
        CollectionId named = new CollectionId(id);
        boolean on = random.nextBoolean();
        String expected = collection == null ? "NotFoundException" : TAKEN;
        int what = random.nextInt(7);
        ModelCollection changed = collection == null ? new ModelCollection() : collection;
        if (what < 2) {
            perform(expected, () -> on ? admin.activate(named) : admin.deactivate(named));
            changed.on = on;
        } else if (what < 4) {
            perform(expected, () -> on ? admin.activateRoute(named, "/" + id) : admin.deactivateRoute(named, "/" + id));
            changed.readOn = on;
        } else if (what < 6) {
            String template = "/" + id + "/{any}";
            perform(expected, () -> on ? admin.activateRoute(named, template) : admin.deactivateRoute(named, template));
            changed.writeOn = on;
        } else {
            perform(expected, () -> admin.retire(named));
            changed.publication = "RETIRED";
        }
        return "switch " + id + " " + what + " " + on + " " + expected;
    }

    private String deleteOrCreateCollection() {
        String id = one(COLLECTIONS);
        if (!collections.containsKey(id)) {
            createCollection(id);
            return "create collection " + id;
        }
        boolean force = random.nextBoolean();
        boolean granted = profiles.values().stream()
                .anyMatch(profile -> profile.terms.rights.containsKey(id)
                        || (profile.registered != null && profile.registered.rights.containsKey(id)));
        String expected = granted && !force ? "ConflictException" : TAKEN;
        perform(expected, () -> {
            admin.delete(new CollectionId(id), force);
            return id;
        });
        if (expected.equals(TAKEN)) {
            collections.remove(id);
            for (ModelProfile profile : profiles.values()) {
                profile.terms = without(profile.terms, id);
                profile.registered = profile.registered == null ? null : without(profile.registered, id);
            }
        }
        return "delete collection " + id + " " + expected;
    }

    private void createCollection(String id) {
        Route write = Route.at("/" + id + "/{any}", HttpMethod.POST);
        ApiCollection.Builder builder = ApiCollection.named(id)
                .id(new CollectionId(id))
                .visibility(id.equals("open") ? Visibility.PUBLIC : Visibility.PRIVATE)
                .route("/" + id, HttpMethod.GET)
                .route(id.equals("open") ? write : write.scopes("write"));
        perform(TAKEN, () -> admin.create(builder.build()));
        collections.put(id, new ModelCollection());
    }

    private String addKey() {
        String id = one(PROFILES);
        Instant now = time.instant();
        ModelProfile profile = profiles.get(id);
        String expected = expectedOfKey(id, profile);
        Instant from = random.nextInt(3) == 0 ? now.plus(randomTime()) : null;
        Duration life = random.nextBoolean() ? randomTime() : null;
        KeySpec spec = from == null ? KeySpec.plain() : KeySpec.plain().notBefore(from);
        KeySpec whole = life == null ? spec : spec.lifetime(life);
        if (random.nextInt(3) == 0) {
            String text = "imported-" + random.nextLong() + "-0123456789";
            Object made = perform(expected, () -> admin.importKey(new ProfileId(id), text, whole));
            if (made instanceof ApiKey key) {
                enter(id, key.id(), text, from, life);
            }
        } else {
            Object made = perform(expected, () -> admin.issueKey(new ProfileId(id), whole));
            if (made instanceof IssuedKey key) {
                enter(id, key.id(), key.reveal(), from, life);
            }
        }
        return "key for " + id + " " + expected;
    }

    private String refresh() {
        if (keys.isEmpty()) {
            return "nothing";
        }
        String id = one(keys.keySet().toArray(String[]::new));
        ModelKey old = Objects.requireNonNull(keys.get(id));
        Instant now = time.instant();
        Duration overlap = random.nextBoolean() ? Duration.ZERO : randomTime();
        boolean atOnce = overlap.isZero();
        long freed = atOnce && isLive(old, now) ? 1 : 0;
        String expected = old.isRevoked(now)
                ? "IllegalStateException"
                : expectedOfKey(old.profile, profiles.get(old.profile), freed);
        Object made = perform(expected, () -> admin.refreshKey(new KeyId(id), overlap));
        if (made instanceof IssuedKey fresh) {
            Instant end = now.plus(overlap);
            old.revoked = old.revoked == null || old.revoked.isAfter(end) ? end : old.revoked;
            Duration life =
                    old.until == null ? null : Duration.between(old.from == null ? old.createdAt : old.from, old.until);
            enter(old.profile, fresh.id(), fresh.reveal(), null, life);
        }
        return "refresh " + id + " over " + overlap + " " + expected;
    }

    private String switchKey() {
        if (keys.isEmpty()) {
            return "nothing";
        }
        String id = one(keys.keySet().toArray(String[]::new));
        ModelKey key = Objects.requireNonNull(keys.get(id));
        boolean dead = key.isRevoked(time.instant());
        KeyId named = new KeyId(id);
        int what = random.nextInt(3);
        String expected = dead && what < 2 ? "IllegalStateException" : TAKEN;
        perform(expected, () -> switch (what) {
            case 0 -> admin.disableKey(named);
            case 1 -> admin.enableKey(named);
            default -> admin.revokeKey(named);
        });
        if (!dead) {
            key.disabled = what == 0 || (what == 2 && key.disabled);
            key.revoked = what == 2 ? time.instant() : key.revoked;
        }
        return "switch key " + id + " " + what + " " + expected;
    }

    private String pass() {
        Duration passed = random.nextInt(6) == 0 ? Duration.ofDays(90) : randomTime();
        assertTrue(time.pass(passed).instant().isAfter(Instant.EPOCH));
        return "pass " + passed;
    }

    private String expectedOfKey(String id, @Nullable ModelProfile profile) {
        return expectedOfKey(id, profile, 0);
    }

    private String expectedOfKey(String id, @Nullable ModelProfile profile, long freed) {
        if (profile == null) {
            return "NotFoundException";
        }
        long live = keys.values().stream()
                .filter(key -> key.profile.equals(id) && isLive(key, time.instant()))
                .count();
        return profile.status.equals("RETIRED") || live - freed >= 20 ? "IllegalStateException" : TAKEN;
    }

    private static boolean isLive(ModelKey key, Instant now) {
        return !key.isRevoked(now) && !key.isExpired(now);
    }

    /** Adds a key to the model, from which those that the store forgets with it are taken. */
    private void enter(String profile, KeyId id, String text, @Nullable Instant from, @Nullable Duration life) {
        Instant now = time.instant();
        keys.values().removeIf(key -> key.profile.equals(profile) && key.isForgotten(now));
        ModelKey key = new ModelKey(profile, text, now);
        key.from = from;
        key.until = life == null ? null : (from == null ? now : from).plus(life);
        keys.put(id.value(), key);
    }

    /** Runs a change and returns what it made, if it was to be taken. */
    private static @Nullable Object perform(String expected, Change change) {
        try {
            Object made = change.make();
            assertEquals(expected, TAKEN);
            return made;
        } catch (RuntimeException refused) {
            assertEquals(expected, refused.getClass().getSimpleName(), refused::toString);
            return null;
        }
    }

    private interface Change {
        Object make();
    }

    private boolean canBeGranted(Terms terms, Map<String, Right> held) {
        return terms.rights.entrySet().stream().allMatch(entry -> {
            ModelCollection collection = collections.get(entry.getKey());
            return entry.getValue().equals(held.get(entry.getKey()))
                    || (collection != null
                            && collection.publication.equals("PUBLISHED")
                            && !entry.getKey().equals("open"));
        });
    }

    /** Other terms: for each collection those that were there, or none, or new ones. */
    private Terms randomTerms(Terms before) {
        Map<String, Right> rights = new TreeMap<>();
        for (String id : COLLECTIONS) {
            Right held = before.rights.get(id);
            int what = random.nextInt(id.equals("open") ? 40 : 4);
            if (what == 0) {
                rights.put(id, new Right(random.nextInt(4) > 0, random.nextInt(4) > 0, random.nextInt(4) > 0));
            } else if (what == 1 && !id.equals("open")) {
                rights.put(id, new Right(true, true, true));
            } else if (what == 2 && held != null) {
                rights.put(id, held);
            }
        }
        return new Terms(rights, random.nextInt(6) == 0);
    }

    private static AccessProfile with(AccessProfile.Builder builder, Terms terms) {
        terms.rights.forEach((id, right) -> {
            Grant grant = Grant.of(new CollectionId(id));
            Grant reads = right.reads ? grant : grant.except(HttpMethod.GET, "/" + id);
            Grant writes = right.writes ? reads : reads.except(HttpMethod.POST, "/" + id + "/{any}");
            builder.grant(right.scope ? writes : writes.scopes("other"));
        });
        return (terms.blocked ? builder.blockFrom("106.226.0.0/16") : builder).build();
    }

    private static Terms without(Terms terms, String collection) {
        Map<String, Right> left = new TreeMap<>(terms.rights);
        left.remove(collection);
        return new Terms(left, terms.blocked);
    }

    private static boolean isAllowed(String from, String to) {
        return from.equals(to) || !from.equals("RETIRED");
    }

    private String state() {
        return random.nextInt(12) == 0 ? "RETIRED" : random.nextInt(3) == 0 ? "INACTIVE" : "ACTIVE";
    }

    private Duration randomTime() {
        return Duration.ofHours(1 + random.nextInt(100));
    }

    private String one(String[] some) {
        return some[random.nextInt(some.length)];
    }
}
