package io.apiaccess.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.AccessControl;
import io.apiaccess.Acme;
import io.apiaccess.ManualTime;
import io.apiaccess.Rule;
import io.apiaccess.admin.AccessAdmin;
import io.apiaccess.api.CollectionId;
import io.apiaccess.api.Visibility;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Grant;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.Caller;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.policy.AddressRules;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.policy.TimeWindow;
import io.apiaccess.request.AccessRequest;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Four properties that hold in every configuration. */
class PropertiesTest {
    private static final long SEED = Long.getLong("seed", 77_000);
    private static final int WORLDS = Integer.getInteger("properties.worlds", 300);
    private static final int REQUESTS = 40;

    private final ManualTime time = new ManualTime();

    /** What forbids, each done to the configuration that an allowed decision was made by. */
    private Map<DenyReason, BiConsumer<AccessAdmin, Decision>> forbids() {
        Map<DenyReason, BiConsumer<AccessAdmin, Decision>> forbids = new LinkedHashMap<>();
        forbids.put(
                DenyReason.REVOKED_CREDENTIAL,
                (admin, it) -> admin.revokeKey(caller(it).key().orElseThrow()));
        forbids.put(
                DenyReason.KEY_DISABLED,
                (admin, it) -> admin.disableKey(caller(it).key().orElseThrow()));
        forbids.put(
                DenyReason.PROFILE_INACTIVE,
                (admin, it) -> admin.deactivate(caller(it).profile()));
        forbids.put(
                DenyReason.PROFILE_RETIRED,
                (admin, it) -> admin.retire(caller(it).profile()));
        forbids.put(
                DenyReason.CLIENT_INACTIVE,
                (admin, it) -> admin.deactivate(caller(it).client()));
        forbids.put(
                DenyReason.CLIENT_RETIRED,
                (admin, it) -> admin.retire(caller(it).client()));
        forbids.put(
                DenyReason.ADDRESS_BLOCKED,
                (admin, it) -> edit(admin, it, profile -> {
                    profile.blockFrom("0.0.0.0/0,::/0");
                }));
        forbids.put(
                DenyReason.NOT_GRANTED,
                (admin, it) -> edit(admin, it, profile -> {
                    CollectionId collection = it.collection().orElseThrow();
                    Grant grant = admin.get(caller(it).profile())
                            .terms()
                            .grant(collection)
                            .orElseThrow();
                    profile.withoutGrant(collection)
                            .grant(grant.except(it.method().orElseThrow(), "/{all...}"));
                }));
        forbids.put(
                DenyReason.COLLECTION_INACTIVE,
                (admin, it) -> admin.deactivate(it.collection().orElseThrow()));
        forbids.put(
                DenyReason.NO_SUCH_ROUTE,
                (admin, it) -> admin.listCollections().forEach(collection -> admin.retire(collection.id())));
        forbids.put(DenyReason.OUTSIDE_TIME_WINDOW, (admin, it) -> {
            LocalTime over = time.instant().atZone(ZoneOffset.UTC).toLocalTime();
            bind(admin, it, Policy.named("closed").during(TimeWindow.daily(over.minusHours(1), over)));
        });
        forbids.put(
                DenyReason.RATE_LIMITED,
                (admin, it) -> bind(
                        admin, it, Policy.named("none").limit(RateLimit.of(0).per(Duration.ofHours(1)))));
        return forbids;
    }

    @Test
    @Rule({"D2", "D11", "D12", "N3"})
    void whatForbidsWins() {
        int tried = 0;
        for (int i = 0; i < WORLDS; i++) {
            long seed = SEED + i;
            RandomWorld world = new RandomWorld(new SplittableRandom(seed), time.instant());
            Optional<AccessRequest> request = firstGranted(world);
            if (request.isPresent()) {
                forbids().forEach((reason, forbid) -> {
                    try (AccessControl access = access()) {
                        world.build(access.admin());
                        forbid.accept(
                                access.admin(), access.explain(request.get()).decision());
                        assertEquals(
                                reason,
                                Acme.reason(access.decider().decide(request.get())),
                                () -> "seed " + seed + ": " + request.get());
                    }
                });
                tried++;
            }
        }
        assertTrue(tried > WORLDS / 4, "tried " + tried);
    }

    /** Returns a request that a grant allows, with an address and at a cost, if one is soon drawn. */
    private Optional<AccessRequest> firstGranted(RandomWorld world) {
        try (AccessControl access = access()) {
            world.build(access.admin());
            for (int i = 0; i < REQUESTS; i++) {
                AccessRequest request = world.request();
                Decision decision = access.explain(request).decision();
                boolean fits = decision.isAllowed()
                        && decision.caller().isPresent()
                        && decision.address().isPresent()
                        && !isPublic(access, decision)
                        && request.cost().orElse(decision.route().orElseThrow().cost()) > 0;
                if (fits) {
                    return Optional.of(request);
                }
            }
            return Optional.empty();
        }
    }

    @Test
    @Rule({"D2", "D4"})
    void onlyAnIntactGrantOrAPublicRouteAllows() {
        int allowed = 0;
        for (int i = 0; i < WORLDS; i++) {
            RandomWorld world = new RandomWorld(new SplittableRandom(SEED + i), time.instant());
            try (AccessControl access = access()) {
                world.build(access.admin());
                for (int j = 0; j < REQUESTS; j++) {
                    AccessRequest request = world.request();
                    Decision decision = access.explain(request).decision();
                    if (decision.isAllowed() && !isPublic(access, decision)) {
                        AccessProfile profile =
                                access.admin().get(caller(decision).profile());
                        CollectionId collection = decision.collection().orElseThrow();
                        assertTrue(profile.terms().grant(collection).isPresent(), "seed " + (SEED + i));
                        access.admin()
                                .update(profile.toBuilder()
                                        .withoutGrant(collection)
                                        .build());
                        assertEquals(
                                DenyReason.NOT_GRANTED,
                                Acme.reason(access.decider().decide(request)));
                        allowed++;
                    }
                }
            }
        }
        assertTrue(allowed > WORLDS / 4, "allowed " + allowed);
    }

    @Test
    @Rule("D2")
    void nothingConfiguredMeansDenied() {
        RandomWorld world = new RandomWorld(new SplittableRandom(SEED), time.instant());
        try (AccessControl access = access()) {
            for (int i = 0; i < 1_000; i++) {
                assertFalse(access.decider().decide(world.request()).isAllowed());
            }
        }
    }

    @Test
    void orderAndDuplicatesDoNotMatter() {
        for (int i = 0; i < WORLDS; i++) {
            long seed = SEED + i;
            RandomWorld world = new RandomWorld(new SplittableRandom(seed), time.instant());
            try (AccessControl one = access();
                    AccessControl other = access()) {
                world.build(one.admin());
                world.buildShuffledAndDoubled(other.admin(), seed);
                for (int j = 0; j < REQUESTS; j++) {
                    time.pass(Duration.ofSeconds(7));
                    AccessRequest request = world.request();
                    assertEquals(
                            Acme.reason(one.decider().decide(request)),
                            Acme.reason(other.decider().decide(request)),
                            () -> "seed " + seed + ": " + one.explain(request) + "\n" + other.explain(request));
                }
            }
        }
    }

    private AccessControl access() {
        return RandomWorld.conditions(AccessControl.builder())
                .clock(time)
                .monotonicClock(time)
                .build();
    }

    private static boolean isPublic(AccessControl access, Decision decision) {
        return access.admin().get(decision.collection().orElseThrow()).visibility() == Visibility.PUBLIC;
    }

    private static Caller caller(Decision decision) {
        return decision.caller().orElseThrow();
    }

    private static void edit(AccessAdmin admin, Decision decision, Consumer<AccessProfile.Builder> change) {
        ProfileId id = caller(decision).profile();
        AccessProfile.Builder builder = admin.get(id).toBuilder();
        change.accept(builder);
        admin.update(builder.build());
    }

    /** Holds the client to a policy: that is in force at once, however the profile is registered. */
    private static void bind(AccessAdmin admin, Decision decision, Policy.Builder policy) {
        admin.update(admin.get(caller(decision).client()).toBuilder()
                .policy(admin.create(
                                policy.addresses(AddressRules.unrestricted()).build())
                        .id())
                .build());
    }
}
