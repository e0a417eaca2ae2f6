package io.apiaccess.admin;

import static io.apiaccess.request.HttpMethod.DELETE;
import static io.apiaccess.request.HttpMethod.GET;
import static io.apiaccess.request.HttpMethod.POST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Acme;
import io.apiaccess.Rule;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.CollectionId;
import io.apiaccess.api.Route;
import io.apiaccess.api.Visibility;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.Grant;
import io.apiaccess.client.Registration;
import io.apiaccess.entity.Publication;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.PlanId;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.policy.TimeWindow;
import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What must hold between objects is checked on every way in, and all that does not is named at once. */
class ConsistencyTest {
    private static final RateLimit RATE = RateLimit.of(5).per(Duration.ofMinutes(1));

    private final Acme acme = new Acme();
    private final AccessAdmin admin = acme.admin;

    @AfterEach
    void close() {
        acme.close();
    }

    @Test
    void namesAllThatIsWrongWithAProfileAtOnce() {
        ApiCollection draft = admin.create(
                ApiCollection.named("Draft").basePath("/draft").draft().build());
        ApiCollection open = publicCollection();
        AccessProfile wrong = AccessProfile.named("wrong", new ClientId("no-client"))
                .policy(new PolicyId("no-policy"))
                .grant(new CollectionId("no-collection"))
                .grant(draft.id())
                .grant(open.id())
                .grant(Grant.of(acme.orders.id()).plan(new PlanId("no-plan")))
                .build();
        refused(
                () -> admin.create(wrong),
                "`wrong`",
                "`no-client`",
                "`no-policy`",
                "`no-collection`",
                "`Draft v1`",
                "`Open v1`",
                "`no-plan`");
    }

    @Test
    void namesWhatOnlyANewProfileNeedsWithTheRest() {
        admin.retire(acme.acme.id());
        AccessProfile wrong = AccessProfile.named("wrong", acme.acme.id())
                .policy(new PolicyId("no-policy"))
                .build();
        refused(() -> admin.create(wrong), "`ACME Company` is retired", "`no-policy`", "no collection is granted");
    }

    @Test
    void namesAllThatIsWrongWithACollectionAtOnce() {
        Policy policy = admin.create(Policy.named("Gold").build());
        Plan draft = admin.create(Plan.named("Draft plan", policy.id()).build());
        ApiCollection wrong = ApiCollection.named("Wrong")
                .route("/orders", GET)
                .route("/orders/{x}", GET)
                .plan(draft.id())
                .plan(new PlanId("no-plan"))
                .policy(new PolicyId("no-policy"))
                .build();
        refused(
                () -> admin.create(wrong),
                "`Wrong v1`",
                "`no-policy`",
                "`no-plan`",
                "`Draft plan`",
                "`GET /orders`",
                "`GET /orders/{x}`");
    }

    @Test
    void namesThePolicyThatDoesNotExist() {
        PolicyId none = new PolicyId("none");
        refused(() -> admin.create(Client.named("x").policy(none).build()), "client `x`", "`none`");
        refused(() -> admin.update(acme.acme.toBuilder().policy(none).build()), "client `ACME Company`", "`none`");
        refused(() -> admin.update(acme.mobile.toBuilder().policy(none).build()), "`ACME mobile`", "`none`");
        refused(() -> admin.update(acme.orders.toBuilder().policy(none).build()), "`Orders v1`", "`none`");
        refused(() -> admin.create(Plan.named("x", none).build()), "plan `x`", "`none`");
    }

    @Test
    @Rule("X2")
    void aPublicCollectionTakesNoGrant() {
        ApiCollection open = publicCollection();
        refused(
                () -> admin.update(acme.mobile.toBuilder().grant(open.id()).build()),
                "`ACME mobile`",
                "`Open v1` is PUBLIC");
        refused(
                () -> admin.update(
                        acme.orders.toBuilder().visibility(Visibility.PUBLIC).build()),
                "`Orders v1`",
                "`ACME mobile`",
                "PUBLIC");
        admin.update(acme.mobile.toBuilder().withoutGrant(acme.orders.id()).build());
        ApiCollection opened = admin.update(
                acme.orders.toBuilder().visibility(Visibility.PUBLIC).build());
        assertEquals(Visibility.PUBLIC, opened.visibility());
    }

    @Test
    @Rule({"X2", "M3"})
    void aCollectionStaysPrivateWhileARegisteredGrantOfItIsInForce() {
        manual();
        AccessProfile pending = admin.update(admin.get(acme.mobile.id()).toBuilder()
                .withoutGrant(acme.orders.id())
                .grant(Grant.of(acme.orders.id()).readOnly())
                .build());
        refused(
                () -> admin.update(
                        acme.orders.toBuilder().visibility(Visibility.PUBLIC).build()),
                "`" + pending.name() + "`");
    }

    @Test
    @Rule({"M3", "X2"})
    void aPlanStaysOfferedWhileARegisteredGrantThroughItIsInForce() {
        Plan old = lockedPlan("old");
        Plan next = lockedPlan("next");
        ApiCollection stock = admin.create(ApiCollection.named("Stock")
                .basePath("/stock")
                .plan(old.id())
                .plan(next.id())
                .build());
        admin.update(acme.mobile.toBuilder()
                .grant(Grant.of(stock.id()).plan(old.id()))
                .build());
        manual();
        admin.update(admin.get(acme.mobile.id()).toBuilder()
                .withoutGrant(stock.id())
                .grant(Grant.of(stock.id()).plan(next.id()))
                .build());
        ApiCollection without = stock.toBuilder().clearPlans().plan(next.id()).build();
        refused(() -> admin.update(without), "`Stock v1`", "`ACME mobile`", "`" + old.id() + "`");
        assertNull(acme.reason(GET, "/stock/1"));
        admin.register(acme.mobile.id());
        assertEquals(List.of(next.id()), admin.update(without).plans());
    }

    @Test
    @Rule("X2")
    void aPublicCollectionRequiresNoScopes() {
        ApiCollection scoped = admin.create(ApiCollection.named("Stock")
                .route(Route.at("/stock", GET).scopes("read"))
                .build());
        refused(
                () -> admin.update(
                        scoped.toBuilder().visibility(Visibility.PUBLIC).build()),
                "`Stock`",
                "`GET /stock requiring [read]`",
                "PUBLIC");
    }

    @ParameterizedTest
    @EnumSource(
            value = LimitScope.class,
            names = {"PROFILE", "CLIENT", "KEY", "PROFILE_AND_COLLECTION"})
    @Rule("D4")
    void aPublicCollectionTakesNoLimitThatCountsByCaller(LimitScope scope) {
        Policy policy = admin.create(Policy.named("Gold")
                .limit(RATE.named("first").scope(scope))
                .limit(Quota.of(9).perDay().named("second").scope(scope))
                .limit(RATE.named("fine").scope(LimitScope.GLOBAL))
                .build());
        String[] named = {"`Gold`", "`first`", "`second`", "`" + scope + "`", "ADDRESS", "GLOBAL"};
        String created = refused(
                () -> admin.create(ApiCollection.named("Open")
                        .visibility(Visibility.PUBLIC)
                        .basePath("/open")
                        .policy(policy.id())
                        .build()),
                named);
        assertFalse(created.contains("`fine`"), created);

        ApiCollection open = publicCollection();
        refused(() -> admin.update(open.toBuilder().policy(policy.id()).build()), named);

        ApiCollection closed = admin.create(ApiCollection.named("Closed")
                .basePath("/closed")
                .policy(policy.id())
                .build());
        refused(
                () -> admin.update(
                        closed.toBuilder().visibility(Visibility.PUBLIC).build()),
                named);

        Policy empty = admin.create(Policy.named("Empty").build());
        admin.update(open.toBuilder().policy(empty.id()).build());
        refused(
                () -> admin.update(empty.toBuilder().limit(RATE.scope(scope)).build()),
                "`Empty`",
                "`rate`",
                "ADDRESS",
                "GLOBAL");
    }

    @ParameterizedTest
    @EnumSource(
            value = LimitScope.class,
            names = {"ADDRESS", "GLOBAL", "COLLECTION"})
    @Rule("D4")
    void aPublicCollectionTakesALimitThatCountsWithoutCaller(LimitScope scope) {
        Policy policy =
                admin.create(Policy.named("Gold").limit(RATE.scope(scope)).build());
        ApiCollection open = admin.create(ApiCollection.named("Open")
                .visibility(Visibility.PUBLIC)
                .basePath("/open")
                .policy(policy.id())
                .build());
        assertNull(acme.reason(Acme.request(GET, "/open/1")), open::toString);
    }

    @Test
    void offersLockedPlansOnly() {
        Policy policy = admin.create(Policy.named("Gold").build());
        Plan plan = admin.create(Plan.named("Gold plan", policy.id()).build());
        ApiCollection stock =
                ApiCollection.named("Stock").basePath("/stock").plan(plan.id()).build();
        refused(() -> admin.create(stock), "`Stock v1`", "`Gold plan` is a draft");
        admin.lock(plan.id());
        assertEquals(List.of(plan.id()), admin.create(stock).plans());
    }

    @Test
    void grantsThroughOneOfTheOfferedPlansWhereThereAreAny() {
        Plan offered = lockedPlan("offered");
        Plan other = lockedPlan("other");
        ApiCollection stock = admin.create(ApiCollection.named("Stock")
                .basePath("/stock")
                .plan(offered.id())
                .build());
        refused(
                () -> admin.update(acme.mobile.toBuilder().grant(stock.id()).build()),
                "`Stock v1`",
                offered.id().value());
        refused(
                () -> admin.update(acme.mobile.toBuilder()
                        .grant(Grant.of(stock.id()).plan(other.id()))
                        .build()),
                "`Stock v1`",
                "`" + other.id() + "`",
                offered.id().value());
        admin.update(acme.mobile.toBuilder()
                .grant(Grant.of(stock.id()).plan(offered.id()))
                .build());
        assertNull(acme.reason(GET, "/stock/1"));
    }

    @Test
    void grantsThroughNoPlanWhereNoneIsOffered() {
        Plan plan = lockedPlan("plan");
        refused(
                () -> admin.update(acme.mobile.toBuilder()
                        .withoutGrant(acme.orders.id())
                        .grant(Grant.of(acme.orders.id()).plan(plan.id()))
                        .build()),
                "`Orders v1`",
                "`" + plan.id() + "`",
                "none is offered");
    }

    @Test
    void neitherBeginsToOfferPlansNorWithdrawsOneUnderAGrant() {
        Plan plan = lockedPlan("plan");
        refused(
                () -> admin.update(acme.orders.toBuilder().plan(plan.id()).build()),
                "`Orders v1`",
                "`ACME mobile`",
                plan.id().value());
        ApiCollection stock = admin.create(
                ApiCollection.named("Stock").basePath("/stock").plan(plan.id()).build());
        admin.update(acme.mobile.toBuilder()
                .grant(Grant.of(stock.id()).plan(plan.id()))
                .build());
        refused(
                () -> admin.update(stock.toBuilder().clearPlans().build()),
                "`Stock v1`",
                "`ACME mobile`",
                "`" + plan.id() + "`");
        Plan better = lockedPlan("better");
        ApiCollection both = admin.update(stock.toBuilder().plan(better.id()).build());
        assertEquals(List.of(plan.id(), better.id()), both.plans());
    }

    @Test
    void keepsWhatThePolicyOfALockedPlanHoldsCallsTo() {
        Policy policy = admin.create(Policy.named("Gold").limit(RATE).build());
        Plan plan = admin.create(Plan.named("Gold plan", policy.id()).build());
        policy = admin.update(policy.toBuilder().limit(Quota.of(9).perDay()).build());
        admin.lock(plan.id());
        Policy.Builder[] changes = {
            policy.toBuilder().clearLimits(),
            policy.toBuilder().clearLimits().limit(RATE).limit(Quota.of(10).perDay()),
            policy.toBuilder().limit(RATE.named("third")),
            policy.toBuilder().during(TimeWindow.daily(LocalTime.of(8, 0), LocalTime.of(18, 0))),
            policy.toBuilder().allowFrom("0.0.0.0/0"),
            policy.toBuilder().blockFrom("203.0.113.9"),
        };
        for (Policy.Builder change : changes) {
            refused(() -> admin.update(change.build()), "`Gold`", "`Gold plan` is locked");
        }
        Policy renamed = admin.update(policy.toBuilder()
                .name("Golden")
                .description("as before")
                .project("retail")
                .build());
        assertEquals("Golden", renamed.name());
    }

    @Test
    @Rule("R2")
    void namesBothRoutesThatCollide() {
        String message = refused(
                () -> admin.create(ApiCollection.named("Second")
                        .route("/orders/{number}", GET, DELETE)
                        .build()),
                "`Second v1`",
                "`DELETE,GET /orders/{number}`",
                "`GET /orders/{id}`",
                "`Orders v1`");
        assertFalse(message.contains("`GET,POST /orders`"), message);
    }

    @Test
    @Rule({"R2", "X8"})
    void takesRoutesOfEqualShapeWithOtherMethods() {
        admin.create(ApiCollection.named("Second").route("/orders/{n}", DELETE).build());
        admin.create(ApiCollection.named("Third").route("/orders/", GET).build());
        admin.create(
                ApiCollection.named("Fourth").route("/orders/{rest...}", GET).build());
        assertEquals(4, admin.listCollections().size());
    }

    @ParameterizedTest
    @CsvSource({
        "/stock, , /stock, ",
        "/stock, , , /stock/{rest...}",
        "/, , , /{all...}",
        "/stock, /{id}, , /stock/{x}",
        "/stock/, /{id}, /stock, /{x}",
        "/a, /b/{c}, /a/b, /{c}",
    })
    @Rule({"R2", "R3", "X8"})
    void comparesRoutesWithTheirBasePaths(
            String base, @Nullable String route, @Nullable String otherBase, @Nullable String otherRoute) {
        admin.create(collection("First", base, route).build());
        refused(() -> admin.create(collection("Second", otherBase, otherRoute).build()), "`Second v1`", "`First v1`");
    }

    @Test
    @Rule("R2")
    void looksAtCollisionsOnEveryWayIntoTheTable() {
        ApiCollection draft = admin.create(
                ApiCollection.named("Draft").route("/orders", POST).draft().build());
        refused(() -> admin.publish(draft.id()), "`Draft v1`", "`Orders v1`");
        assertEquals(Publication.DRAFT, admin.get(draft.id()).publication());
        refused(() -> admin.update(draft.withPublication(Publication.PUBLISHED)), "`Draft v1`", "`Orders v1`");
        ApiCollection other =
                admin.create(ApiCollection.named("Other").route("/other", POST).build());
        refused(() -> admin.update(other.toBuilder().route("/orders", POST).build()), "`Other v1`", "`Orders v1`");
        admin.deactivate(acme.orders.id());
        refused(() -> admin.publish(draft.id()), "`Orders v1`");
        admin.retire(acme.orders.id());
        assertEquals(Publication.PUBLISHED, admin.publish(draft.id()).publication());
    }

    @Test
    @Rule("R2")
    void doesNotTakeACollectionForItsOwnRival() {
        ApiCollection updated =
                admin.update(acme.orders.toBuilder().description("same routes").build());
        assertEquals(acme.orders.routes(), updated.routes());
    }

    @ParameterizedTest
    @EnumSource(
            value = Publication.class,
            names = {"DRAFT", "RETIRED"})
    void grantsPublishedCollectionsOnly(Publication publication) {
        ApiCollection stock = admin.create(
                ApiCollection.named("Stock").basePath("/stock").draft().build());
        if (publication == Publication.RETIRED) {
            admin.retire(stock.id());
        }
        refused(
                () -> admin.update(acme.mobile.toBuilder().grant(stock.id()).build()),
                "`ACME mobile`",
                "`Stock v1` is " + publication);
    }

    @Test
    void grantsAnInactiveCollection() {
        admin.deactivate(acme.orders.id());
        AccessProfile created = admin.create(AccessProfile.named("other", acme.acme.id())
                .grant(acme.orders.id())
                .build());
        assertEquals(List.of(Grant.of(acme.orders.id())), created.terms().grants());
    }

    @Test
    void letsAProfileKeepItsGrantOfACollectionThatWasRetired() {
        admin.retire(acme.orders.id());
        AccessProfile updated =
                admin.update(acme.mobile.toBuilder().description("still here").build());
        assertEquals(List.of(Grant.of(acme.orders.id())), updated.terms().grants());
    }

    @Test
    @Rule("X9")
    void aNewProfileNeedsAGrantUnderAutomaticRegistrationOnly() {
        refused(
                () -> admin.create(AccessProfile.named("empty", acme.acme.id()).build()),
                "`empty`",
                "no collection is granted");
        manual();
        AccessProfile created =
                admin.create(AccessProfile.named("empty", acme.acme.id()).build());
        assertEquals(List.of(), created.terms().grants());
    }

    @Test
    @Rule("X9")
    void aProfileMayLoseItsLastGrant() {
        AccessProfile left = admin.update(
                acme.mobile.toBuilder().withoutGrant(acme.orders.id()).build());
        assertEquals(List.of(), left.terms().grants());
        assertEquals(Registration.AUTOMATIC, admin.get(left.client()).registration());
    }

    private void manual() {
        admin.update(acme.acme.toBuilder().registration(Registration.MANUAL).build());
    }

    private ApiCollection publicCollection() {
        return admin.create(ApiCollection.named("Open")
                .visibility(Visibility.PUBLIC)
                .basePath("/open")
                .build());
    }

    private Plan lockedPlan(String name) {
        Policy policy = admin.create(Policy.named(name).build());
        return admin.lock(admin.create(Plan.named(name, policy.id()).build()).id());
    }

    private static ApiCollection.Builder collection(String name, @Nullable String base, @Nullable String route) {
        ApiCollection.Builder builder = ApiCollection.named(name);
        if (base != null) {
            builder.basePath(base);
        }
        return route == null ? builder : builder.route(route, GET);
    }

    private static String refused(Runnable change, String... named) {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, change::run).getMessage());
        for (String name : named) {
            assertTrue(message.contains(name), () -> name + " is not named by: " + message);
        }
        assertFalse(message.contains("\n"), message);
        return message;
    }
}
