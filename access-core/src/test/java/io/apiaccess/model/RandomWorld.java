package io.apiaccess.model;

import static io.apiaccess.request.HttpMethod.DELETE;
import static io.apiaccess.request.HttpMethod.GET;
import static io.apiaccess.request.HttpMethod.HEAD;
import static io.apiaccess.request.HttpMethod.POST;

import io.apiaccess.AccessControl;
import io.apiaccess.admin.AccessAdmin;
import io.apiaccess.admin.KeySpec;
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
import io.apiaccess.entity.Publication;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.PlanId;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.policy.TimeWindow;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.request.HttpMethod;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * A small configuration drawn from a seed, and requests that nearly fit it. It is a list of steps, so that the same one can
 * be built twice, in another order and with duplicates.
 */
final class RandomWorld {
    private static final List<String> PATHS = List.of(
            "/a", "/a/", "/a/b", "/a/b/c", "/b", "/b/7", "/b/7/", "/b/x/y", "/c", "/c/d", "/pub", "/pub/x", "/", "/A/b",
            "/a//b", "/%61/b", "/a/%2e", "/b/%37");
    private static final List<String> TEMPLATES = List.of(
            "/a", "/a/b", "/a/{x}", "/{x}/b", "/b/{id}", "/b/{id}/", "/c/{rest...}", "/{any...}", "/a/b/c", "/");
    private static final List<String> RANGES =
            List.of("10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "2001:db8::/32", "::ffff:10.1.2.0/120", "0.0.0.0/0");
    private static final List<String> ADDRESSES =
            List.of("10.1.2.3", "10.1.9.9", "10.9.9.9", "192.0.2.1", "2001:db8::1", "2001:db9::1", "::ffff:10.1.2.3");
    private static final List<HttpMethod> METHODS = List.of(GET, HEAD, POST, DELETE, HttpMethod.of("PURGE"));
    private static final List<String> SCOPES = List.of("read", "write");

    private final SplittableRandom random;
    private final Instant now;
    private int refused;
    private final List<Policy.Builder> policies = new ArrayList<>();
    private final List<Plan.Builder> plans = new ArrayList<>();
    private final List<Route> routes = new ArrayList<>();
    private final List<ApiCollection.Builder> collections = new ArrayList<>();
    private final List<Client.Builder> clients = new ArrayList<>();
    private final List<Consumer<AccessAdmin>> profiles = new ArrayList<>();
    private final Map<String, Consumer<AccessAdmin>> keys = new LinkedHashMap<>();
    private final List<Consumer<AccessAdmin>> switches = new ArrayList<>();

    RandomWorld(SplittableRandom random, Instant now) {
        this.random = random;
        this.now = now;
        for (int i = 0; i < 4; i++) {
            policies.add(policy(i));
        }
        for (int i = 0; i < 2; i++) {
            plans.add(Plan.named("plan " + i, policyId(random.nextInt(4))).id(new PlanId("plan" + i)));
        }
        for (int i = 0; i < 4; i++) {
            collections.add(collection(i));
        }
        for (int i = 0; i < 2; i++) {
            clients.add(client(i));
        }
        for (int i = 0; i < 3; i++) {
            profiles.add(profile(i));
        }
        for (int i = 0; i < 5; i++) {
            key(i);
        }
        for (int i = random.nextInt(6); i > 0; i--) {
            switches.add(switching());
        }
    }

    /** Registers the condition that policies of the world name. */
    static AccessControl.Builder conditions(AccessControl.Builder settings) {
        return settings.condition("method", asked -> isMet(asked.parameters(), asked.request()));
    }

    /** Returns whether the condition is met: of calls that have not the method which it names. */
    static boolean isMet(Map<String, String> parameters, AccessRequest request) {
        return !request.method().map(HttpMethod::name).equals(Optional.ofNullable(parameters.get("not")));
    }

    /** Builds the world; what its rules refuse is left out. */
    void build(AccessAdmin admin) {
        build(admin, steps -> {});
    }

    /** Builds the world with the steps of each kind in another order, and what can be said twice said twice. */
    void buildShuffledAndDoubled(AccessAdmin admin, long seed) {
        build(admin, steps -> Collections.shuffle(steps, new Random(seed)));
        each(admin.listPolicies(), steps -> {}, policy -> admin.update(doubled(policy)));
    }

    private static Policy doubled(Policy policy) {
        Policy.Builder twice = policy.toBuilder();
        policy.windows().forEach(twice::during);
        policy.addresses().blocked().forEach(range -> twice.blockFrom(range + "," + range));
        policy.addresses().allowed().stream()
                .flatMap(List::stream)
                .forEach(range -> twice.allowFrom(range + "," + range));
        return twice.build();
    }

    private void build(AccessAdmin admin, Consumer<List<?>> order) {
        each(policies, order, policy -> admin.create(policy.build()));
        each(plans, order, plan -> admin.lock(admin.create(plan.build()).id()));
        each(collections, step -> {}, collection -> admin.create(collection.build()));
        each(clients, order, client -> admin.create(client.build()));
        each(profiles, order, profile -> profile.accept(admin));
        each(new ArrayList<>(keys.values()), order, step -> step.accept(admin));
        each(switches, steps -> {}, step -> step.accept(admin));
    }

    private <T> void each(List<T> steps, Consumer<List<?>> order, Consumer<T> action) {
        List<T> ordered = new ArrayList<>(steps);
        order.accept(ordered);
        for (T step : ordered) {
            try {
                action.accept(step);
            } catch (IllegalArgumentException | IllegalStateException | NoSuchElementException e) {
                refused++;
            }
        }
    }

    /** Returns how many steps the rules refused. */
    int refused() {
        return refused;
    }

    /** Returns the texts that were imported and are in the store, with their keys. */
    Map<String, ApiKey> known(AccessAdmin admin) {
        Map<String, ApiKey> known = new LinkedHashMap<>();
        for (Client client : admin.listClients()) {
            for (AccessProfile profile : admin.listProfiles(client.id())) {
                admin.listKeys(profile.id())
                        .forEach(key -> known.put(key.label().orElseThrow(), key));
            }
        }
        return known;
    }

    /** Returns texts that are no key's, and why each is refused. */
    Map<String, DenyReason> strangers() {
        Map<String, DenyReason> strangers = new LinkedHashMap<>();
        strangers.put("", DenyReason.MALFORMED_CREDENTIAL);
        strangers.put("short", DenyReason.MALFORMED_CREDENTIAL);
        strangers.put("ak_" + "0".repeat(44), DenyReason.MALFORMED_CREDENTIAL);
        strangers.put("nobody-has-imported-this-text", DenyReason.UNKNOWN_CREDENTIAL);
        keys.keySet().forEach(text -> strangers.put(text, DenyReason.UNKNOWN_CREDENTIAL));
        return strangers;
    }

    /** Draws a request, two in three times along a route of the world. */
    AccessRequest request() {
        AccessRequest.Builder request = random.nextInt(3) == 0 || routes.isEmpty() ? anywhere() : along(pick(routes));
        if (random.nextInt(20) > 0) {
            request.from(pick(ADDRESSES));
        }
        int credentials = random.nextInt(40);
        if (credentials > 3) {
            credential(request);
        }
        if (credentials == 39) {
            credential(request);
        }
        if (random.nextInt(8) == 0) {
            request.cost(random.nextInt(4));
        }
        return request.build();
    }

    private AccessRequest.Builder anywhere() {
        return AccessRequest.of(
                random.nextInt(40) == 0 ? null : pick(METHODS), random.nextInt(40) == 0 ? null : pick(PATHS));
    }

    private AccessRequest.Builder along(Route route) {
        String path = route.template().toString().replace("{rest...}", "r/s").replaceAll("\\{[a-z.]*}", "v");
        return AccessRequest.of(pick(List.copyOf(route.methods())), path);
    }

    private void credential(AccessRequest.Builder request) {
        boolean strange = random.nextInt(25) == 0;
        String text = pick(List.copyOf(strange ? strangers().keySet() : keys.keySet()));
        if (random.nextInt(25) == 0) {
            request.bearer(text);
        } else {
            request.apiKey(text);
        }
    }

    private Policy.Builder policy(int i) {
        Policy.Builder policy = Policy.named("policy " + i).id(policyId(i));
        if (random.nextInt(3) == 0) {
            policy.limit(RateLimit.of(random.nextInt(6))
                    .per(Duration.ofSeconds(1 + random.nextInt(90)))
                    .scope(scope()));
        }
        if (random.nextInt(3) == 0) {
            policy.limit((random.nextBoolean()
                            ? Quota.of(random.nextInt(9)).perHour()
                            : Quota.of(7).perDay())
                    .scope(scope()));
        }
        if (random.nextInt(6) == 0) {
            policy.during(TimeWindow.daily(LocalTime.of(random.nextInt(24), 0), LocalTime.of(random.nextInt(24), 30)));
        }
        if (random.nextInt(8) == 0) {
            policy.allowFrom(pick(RANGES) + ", " + pick(RANGES));
        }
        if (random.nextInt(10) == 0) {
            policy.blockFrom(pick(RANGES));
        }
        if (random.nextInt(6) == 0) {
            policy.condition("method", Map.of("not", pick(METHODS).name()));
        }
        return policy;
    }

    private ApiCollection.Builder collection(int i) {
        boolean open = random.nextInt(4) == 0;
        ApiCollection.Builder collection = ApiCollection.named("collection " + i)
                .id(collectionId(i))
                .visibility(open ? Visibility.PUBLIC : Visibility.PRIVATE);
        if (random.nextInt(4) == 0) {
            collection.basePath(pick(List.of("/c", "/pub", "/b", "/")));
        }
        for (int left = random.nextInt(4); left > 0; left--) {
            Route route =
                    Route.at(pick(TEMPLATES), pick(METHODS), pick(METHODS)).cost(random.nextInt(3));
            collection.route(!open && random.nextInt(4) == 0 ? route.scopes(pick(SCOPES)) : route);
            routes.add(route);
        }
        if (!open && random.nextInt(3) == 0) {
            collection.plan(new PlanId("plan" + random.nextInt(2)));
        }
        if (random.nextInt(3) == 0) {
            collection.policy(policyId(random.nextInt(4)));
        }
        return random.nextInt(12) == 0 ? collection.draft() : collection;
    }

    private Client.Builder client(int i) {
        Client.Builder client = Client.named("client " + i).id(new ClientId("client" + i));
        if (random.nextInt(3) == 0) {
            client.policy(policyId(random.nextInt(4)));
        }
        return random.nextInt(3) == 0 ? client.registration(Registration.MANUAL) : client;
    }

    private Consumer<AccessAdmin> profile(int i) {
        AccessProfile.Builder profile = AccessProfile.named("profile " + i, new ClientId("client" + random.nextInt(2)))
                .id(new ProfileId("profile" + i));
        if (random.nextInt(2) == 0) {
            profile.policy(policyId(random.nextInt(4)));
        }
        if (random.nextInt(3) == 0) {
            profile.allowFrom(pick(RANGES) + "," + pick(RANGES) + ", 10.0.0.0/8");
        }
        if (random.nextInt(8) == 0) {
            profile.blockFrom(pick(RANGES));
        }
        List<Grant> wishes = new ArrayList<>();
        for (int c = 0; c < 4; c++) {
            if (random.nextInt(4) > 0) {
                wishes.add(grant(c));
            }
        }
        boolean registers = random.nextInt(4) > 0;
        return admin -> {
            AccessProfile.Builder granted = profile.build().toBuilder();
            wishes.forEach(wish -> fitted(admin, wish).ifPresent(granted::grant));
            ProfileId id = admin.create(granted.build()).id();
            if (registers) {
                admin.register(id);
            }
        };
    }

    /** Returns a grant through a plan that its collection offers, if it takes any grant at all. */
    private static Optional<Grant> fitted(AccessAdmin admin, Grant wish) {
        return admin.find(wish.collection())
                .filter(collection -> collection.visibility() == Visibility.PRIVATE)
                .filter(collection -> collection.publication() == Publication.PUBLISHED)
                .map(collection ->
                        collection.plans().stream().findFirst().map(wish::plan).orElse(wish));
    }

    private Grant grant(int collection) {
        Grant grant = Grant.of(collectionId(collection));
        if (random.nextInt(4) == 0) {
            grant = grant.scopes(pick(SCOPES));
        }
        if (random.nextInt(4) == 0) {
            grant = grant.except(pick(METHODS), pick(TEMPLATES));
        }
        return random.nextInt(6) == 0 ? grant.readOnly() : grant;
    }

    private void key(int i) {
        String text = "imported-key-number-" + i + "-of-the-world";
        KeySpec spec = KeySpec.plain().label(text);
        if (random.nextInt(5) == 0) {
            spec = spec.notBefore(now.plusSeconds(random.nextInt(900)));
        }
        if (random.nextInt(5) == 0) {
            spec = spec.expiresAt(now.plusSeconds(1_000 + random.nextInt(900)));
        }
        ProfileId profile = new ProfileId("profile" + random.nextInt(3));
        KeySpec chosen = spec;
        keys.put(text, admin -> admin.importKey(profile, text, chosen));
    }

    private Consumer<AccessAdmin> switching() {
        ProfileId profile = new ProfileId("profile" + random.nextInt(3));
        ClientId client = new ClientId("client" + random.nextInt(2));
        CollectionId collection = collectionId(random.nextInt(4));
        int key = random.nextInt(5);
        String range = pick(RANGES);
        List<Consumer<AccessAdmin>> all = List.of(
                admin -> admin.deactivate(profile),
                admin -> admin.retire(profile),
                admin -> admin.register(profile),
                admin -> admin.register(profile),
                admin -> admin.deactivate(client),
                admin -> admin.retire(client),
                admin -> admin.deactivate(collection),
                admin -> admin.retire(collection),
                admin -> admin.deactivateRoute(
                        collection,
                        admin.get(collection).routes().stream()
                                .findFirst()
                                .orElseThrow()
                                .template()
                                .toString()),
                admin -> admin.revokeKey(keyId(admin, key)),
                admin -> admin.disableKey(keyId(admin, key)),
                admin -> admin.update(
                        admin.get(profile).toBuilder().withoutGrant(collection).build()),
                admin -> {
                    AccessProfile.Builder edited = admin.get(profile).toBuilder();
                    edited.withoutGrant(collection).blockFrom(range);
                    admin.update(edited.build());
                },
                admin -> admin.update(admin.get(client).toBuilder()
                        .registration(Registration.MANUAL)
                        .build()));
        return pick(all);
    }

    private KeyId keyId(AccessAdmin admin, int i) {
        return Optional.ofNullable(known(admin).get("imported-key-number-" + i + "-of-the-world"))
                .orElseThrow()
                .id();
    }

    private LimitScope scope() {
        return pick(List.of(LimitScope.values()));
    }

    private static PolicyId policyId(int i) {
        return new PolicyId("policy" + i);
    }

    private static CollectionId collectionId(int i) {
        return new CollectionId("collection" + i);
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
