package io.apiaccess.admin;

import static io.apiaccess.request.HttpMethod.DELETE;
import static io.apiaccess.request.HttpMethod.GET;
import static io.apiaccess.request.HttpMethod.HEAD;
import static io.apiaccess.request.HttpMethod.OPTIONS;
import static io.apiaccess.request.HttpMethod.POST;
import static io.apiaccess.request.HttpMethod.TRACE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Acme;
import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Route;
import io.apiaccess.api.Visibility;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.client.Grant;
import io.apiaccess.client.Jwt;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.AppliedPolicy;
import io.apiaccess.decision.AppliedPolicy.Origin;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.policy.AddressRules;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.spi.Actor;
import io.apiaccess.spi.Actor.Permission;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What follows from the configuration is what decisions say. */
class InsightTest {
    private static final RateLimit RATE = RateLimit.of(10).per(Duration.ofMinutes(1));

    private final Acme acme = new Acme();
    private final AccessAdmin admin = acme.admin;

    @AfterEach
    void close() {
        acme.close();
    }

    @Test
    @Rule("trap 13")
    void theEffectivePolicyIsAllFourLevelsInOrderWithTheirCounters() {
        Policy onClient = policy("client", RATE.scope(LimitScope.CLIENT));
        Policy onProfile = policy("profile", RATE);
        Policy onPlan = policy("plan", RATE);
        Policy onCollection = policy("collection", RATE.scope(LimitScope.COLLECTION));
        Plan plan =
                admin.lock(admin.create(Plan.named("plan", onPlan.id()).build()).id());
        ApiCollection extra = admin.create(ApiCollection.named("Extra")
                .basePath("/extra")
                .policy(onCollection.id())
                .plan(plan.id())
                .build());
        admin.update(acme.acme.toBuilder().policy(onClient.id()).build());
        admin.update(admin.get(acme.mobile.id()).toBuilder()
                .policy(onProfile.id())
                .grant(Grant.of(extra.id()).plan(plan.id()))
                .build());
        assertTrue(acme.decide(GET, "/extra/1").isAllowed());
        Insight.EffectivePolicy effective = admin.insight().effectivePolicy(acme.mobile.id(), GET, "/extra/1");
        assertEquals(Optional.empty(), effective.objection());
        assertEquals(
                List.of(
                        Origin.CLIENT + " client 9",
                        Origin.PROFILE + " profile 9",
                        Origin.PLAN + " plan 9",
                        Origin.COLLECTION + " collection 9"),
                effective.policies().stream().map(InsightTest::words).toList());
        assertEquals(
                List.of(Origin.CLIENT + " client 9", Origin.PROFILE + " profile 9"),
                admin.insight().effectivePolicy(acme.mobile.id(), GET, "/orders/1").policies().stream()
                        .map(InsightTest::words)
                        .toList());
    }

    @Test
    void theEffectivePolicyOfACallThatMayNotBeMadeSaysWhy() {
        Policy held = acme.hold(Policy.named("Gold").limit(RATE));
        Insight.EffectivePolicy effective = admin.insight().effectivePolicy(acme.mobile.id(), GET, "/nowhere");
        assertEquals(Optional.of(DenyReason.NO_SUCH_ROUTE), effective.objection());
        assertEquals(
                List.of(held),
                effective.policies().stream().map(AppliedPolicy::policy).toList());
        Refusal.of(() -> admin.insight().effectivePolicy(acme.mobile.id(), GET, "nowhere"), "canonical");
        Refusal.of(() -> admin.insight().whoCan(GET, "/a//b"), "canonical");
    }

    @Test
    void theEffectivePolicyTakesNothing() {
        acme.hold(Policy.named("Gold").limit(RATE.max(1)));
        for (int i = 0; i < 3; i++) {
            admin.insight().effectivePolicy(acme.mobile.id(), GET, "/orders/1");
        }
        assertTrue(acme.decide(GET, "/orders/1").isAllowed());
    }

    @Test
    void whoCanIsWhoTheDecisionLetsPass() {
        AccessProfile reader = admin.create(AccessProfile.named("reader", acme.acme.id())
                .grant(Grant.of(acme.orders.id()).readOnly())
                .build());
        AccessProfile off = admin.create(AccessProfile.named("off", acme.acme.id())
                .grant(acme.orders.id())
                .build());
        admin.deactivate(off.id());
        admin.create(ApiCollection.named("Status")
                .visibility(Visibility.PUBLIC)
                .route("/status", GET)
                .build());
        assertEquals(List.of("ACME mobile", "reader"), who(admin, "/orders"));
        assertEquals(
                List.of("ACME mobile"),
                admin.insight().whoCan(POST, "/orders").profiles().stream()
                        .map(AccessProfile::name)
                        .toList());
        Insight.Callers everybody = admin.insight().whoCan(GET, "/status");
        assertTrue(everybody.anybody());
        assertEquals(2, everybody.profiles().size());
        assertTrue(!admin.insight().whoCan(GET, "/orders").anybody());
        assertEquals(List.of(), who(admin, "/nowhere"));
        admin.retire(reader.id());
        assertEquals(List.of("ACME mobile"), who(admin, "/orders"));
    }

    @Test
    void whatCanIsWhatTheDecisionLetsPass() {
        ApiCollection files = admin.create(
                ApiCollection.named("Files v ü").basePath("/files & more").build());
        AccessProfile reader = admin.create(AccessProfile.named("reader", acme.acme.id())
                .grant(Grant.of(acme.orders.id()).scopes("other").except(GET, "/orders/{id}"))
                .grant(Grant.of(files.id()).readOnly())
                .build());
        assertEquals(
                List.of(
                        files.id() + " " + Set.of(),
                        acme.orders.id() + " " + acme.orders.routes().get(1).methods()),
                admin.insight().whatCan(reader.id()).stream()
                        .map(it -> it.collection() + " " + it.route().methods())
                        .toList());
        assertEquals(
                Set.of(GET, HEAD, OPTIONS, TRACE),
                admin.insight().whatCan(reader.id()).get(0).methods());
        admin.deactivate(files.id());
        assertEquals(1, admin.insight().whatCan(reader.id()).size());
        admin.deactivate(acme.acme.id());
        assertEquals(List.of(), admin.insight().whatCan(reader.id()));
    }

    @Test
    @Rule("M2")
    void saysNothingOfWhatTheActorMayNotSee() {
        admin.create(AccessProfile.named(
                        "hidden", admin.create(Client.named("Hidden").build()).id())
                .grant(acme.orders.id())
                .build());
        AccessAdmin actor = acme.access.adminFor(Actor.of("actor", Map.of("retail", Permission.VIEW)));
        assertEquals(List.of("ACME mobile"), who(actor, "/orders"));
        assertEquals(2, who(admin, "/orders").size());
        acme.hold(Policy.named("Hidden").limit(RATE));
        assertEquals(
                List.of(),
                actor.insight()
                        .effectivePolicy(acme.mobile.id(), GET, "/orders/1")
                        .policies());
        assertTrue(actor.insight().lint().stream().allMatch(finding -> finding.object() instanceof ProfileId));
    }

    @Test
    void lintFindsEachKindOnce() {
        admin.create(Policy.named("unused")
                .limit(RATE)
                .limit(Quota.of(1_000_000).perDay())
                .build());
        admin.create(AccessProfile.named("keyless", acme.acme.id())
                .grant(Grant.of(acme.orders.id()).scopes("other"))
                .allowFrom("10.0.0.0/8, 10.1.0.0/16")
                .build());
        for (String name : List.of("one", "two")) {
            admin.create(AccessProfile.named(name, acme.acme.id())
                    .grant(acme.orders.id())
                    .authentication(Jwt.hmac()
                            .secret("abcdefghabcdefghabcdefghabcdefgh")
                            .build())
                    .build());
        }
        ApiCollection scoped = admin.create(ApiCollection.named("Scoped")
                .route(Route.at("/scoped/{id}", GET).scopes("read"))
                .route(Route.at("/orders/new", DELETE))
                .build());
        Map<Finding.Kind, List<Finding>> found =
                admin.insight().lint().stream().collect(Collectors.groupingBy(Finding::kind));
        // what is damaged is found where there are rows: DamageTest of access-jdbc
        assertEquals(EnumSet.complementOf(EnumSet.of(Finding.Kind.UNREADABLE)), found.keySet());
        assertTrue(text(found, Finding.Kind.HOST_BITS).contains("106.226.96.0 to 106.226.111.255"));
        assertTrue(text(found, Finding.Kind.REDUNDANT_RANGE).contains("`10.1.0.0/16` lies in `10.0.0.0/8`"));
        assertTrue(text(found, Finding.Kind.SHARED_KEY).contains("also proves profile `"));
        assertTrue(text(found, Finding.Kind.NO_KEY).contains("profile `keyless`"));
        assertTrue(text(found, Finding.Kind.UNREACHABLE_QUOTA).contains("`rate` admits 15600"));
        assertTrue(text(found, Finding.Kind.WITHOUT_EFFECT).contains("policy `unused` is attached to nothing"));
        assertTrue(text(found, Finding.Kind.SHADOWED_ROUTE).contains("/orders/{id}"));
        assertTrue(text(found, Finding.Kind.UNHELD_SCOPE).contains(scoped.id().value()));
    }

    @Test
    void lintIsSilentAboutWhatIsMeant() {
        admin.update(
                acme.mobile.toBuilder().addresses(AddressRules.unrestricted()).build());
        acme.hold(Policy.named("Gold").limit(RATE).limit(Quota.of(15_000).perDay()));
        admin.create(ApiCollection.named("Items")
                .route("/items/new", GET, POST)
                .route("/items/{id}", GET)
                .route("/items/{rest...}", GET)
                .build());
        assertEquals(List.of(), admin.insight().lint());
    }

    @Test
    void lintNamesRangesThatAreAllowedAndBlocked() {
        admin.update(acme.mobile.toBuilder().blockFrom("106.0.0.0/8").build());
        assertTrue(admin.insight().lint().stream()
                .anyMatch(finding -> finding.text().contains("is allowed, and blocked by `106.0.0.0/8`, which wins")));
    }

    @Test
    void lintNamesDigestsThatNobodyKnows() {
        admin.importKeyDigest(acme.mobile.id(), new byte[32], KeySpec.plain());
        assertTrue(admin.insight().lint().stream()
                .anyMatch(finding -> finding.toString().startsWith("WEAK_KEY key `")));
    }

    private Policy policy(String name, RateLimit rate) {
        return admin.create(Policy.named(name).limit(rate).build());
    }

    private static List<String> who(AccessAdmin admin, String path) {
        return admin.insight().whoCan(GET, path).profiles().stream()
                .map(AccessProfile::name)
                .toList();
    }

    private static String words(AppliedPolicy applied) {
        return applied.origin() + " " + applied.policy().name() + " "
                + applied.limits().get(0).remaining();
    }

    private static String text(Map<Finding.Kind, List<Finding>> found, Finding.Kind kind) {
        return found.getOrDefault(kind, List.of()).toString();
    }
}
