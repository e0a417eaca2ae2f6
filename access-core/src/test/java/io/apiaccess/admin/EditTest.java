package io.apiaccess.admin;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Acme;
import io.apiaccess.Rule;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Route;
import io.apiaccess.api.Visibility;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.client.Grant;
import io.apiaccess.client.Registration;
import io.apiaccess.entity.Entity;
import io.apiaccess.policy.AddressRules;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.policy.TimeWindow;
import io.apiaccess.spi.AuditEntry;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every change is in the audit record: who, when, what, before and after. */
@Rule("M1")
class EditTest {
    private static final RateLimit RATE = RateLimit.of(5).per(Duration.ofMinutes(1));

    private final Acme acme = new Acme();
    private final AccessAdmin admin = acme.admin;
    private final Policy policy = admin.create(Policy.named("Gold").limit(RATE).build());
    private final Plan plan = admin.create(Plan.named("Gold plan", policy.id()).build());

    @AfterEach
    void close() {
        acme.close();
    }

    @Test
    void recordsWhoWhenWhatBeforeAndAfter() {
        acme.time.pass(Duration.ofHours(5));
        Client before = admin.get(acme.acme.id());
        Client after = acme.access.admin("Bob of billing").deactivate(acme.acme.id());
        assertEquals(
                new AuditEntry(
                        0,
                        after.revision(),
                        acme.time.instant(),
                        "Bob of billing",
                        "deactivate",
                        "client `" + acme.acme.id() + "`",
                        Optional.of("retail"),
                        Optional.of(acme.acme.id()),
                        Optional.of(before.toString()),
                        Optional.of(after.toString()),
                        List.of("status: `ACTIVE` → `INACTIVE`")),
                last().withNumber(0));
    }

    @Test
    void recordsACreationWithoutBeforeAndADeletionWithoutAfter() {
        Client created = admin.create(Client.named("Brief").build());
        assertEquals(Optional.empty(), last().before());
        assertEquals(Optional.of(created.toString()), last().after());
        admin.delete(created.id(), false);
        assertEquals(Optional.of(created.toString()), last().before());
        assertEquals(Optional.empty(), last().after());
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                change(
                        "create",
                        "client",
                        it -> it.admin.create(Client.named("x").build())),
                change("update", "client", it -> it.admin.update(it.acme.acme)),
                change("deactivate", "client", it -> it.admin.deactivate(it.acme.acme.id())),
                change("retire", "client", it -> it.admin.retire(it.acme.acme.id())),
                change(
                        "create",
                        "profile",
                        it -> it.admin.create(it.profile("x").build())),
                change("update", "profile", it -> it.admin.update(it.acme.mobile)),
                change("deactivate", "profile", it -> it.admin.deactivate(it.acme.mobile.id())),
                change("retire", "profile", it -> it.admin.retire(it.acme.mobile.id())),
                change(
                        "create",
                        "collection",
                        it -> it.admin.create(
                                ApiCollection.named("x").basePath("/x").build())),
                change("update", "collection", it -> it.admin.update(it.acme.orders)),
                change("deactivate", "collection", it -> it.admin.deactivate(it.acme.orders.id())),
                change("retire", "collection", it -> it.admin.retire(it.acme.orders.id())),
                change(
                        "deactivate route",
                        "collection",
                        it -> it.admin.deactivateRoute(it.acme.orders.id(), "/orders")),
                change(
                        "create",
                        "policy",
                        it -> it.admin.create(Policy.named("x").build())),
                change("update", "policy", it -> it.admin.update(it.policy)),
                change(
                        "create",
                        "plan",
                        it -> it.admin.create(Plan.named("x", it.policy.id()).build())),
                change("update", "plan", it -> it.admin.update(it.plan)),
                change("lock", "plan", it -> it.admin.lock(it.plan.id())),
                change("delete", "plan", it -> {
                    it.admin.delete(it.plan.id());
                    return it;
                }),
                change("issue key", "key", it -> it.admin.issueKey(it.acme.mobile.id())),
                change(
                        "import key",
                        "key",
                        it -> it.admin.importKey(it.acme.mobile.id(), "0123456789abcdef", KeySpec.plain())),
                change("label key", "key", it -> it.admin.labelKey(it.acme.key.id(), "x")),
                change("disable key", "key", it -> it.admin.disableKey(it.acme.key.id())),
                change("revoke key", "key", it -> it.admin.revokeKey(it.acme.key.id())));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void recordsOneEntryForOneChange(String action, String kind, Change change) {
        int before = admin.audit(1_000).size();
        assertNotNull(change.make(this));
        assertEquals(before + 1, admin.audit(1_000).size());
        assertEquals(action, last().action());
        assertTrue(last().target().matches(kind + " `[A-Za-z0-9_-]{1,64}`"), last()::target);
        assertEquals("admin", last().actor());
        String newest = last().after().or(() -> last().before()).orElseThrow();
        assertTrue(newest.startsWith(kind + " `"), newest);
    }

    @Test
    void recordsEveryThingThatAChangeTouches() {
        AccessProfile second = admin.create(profile("second").build());
        admin.update(acme.acme.toBuilder().registration(Registration.MANUAL).build());
        recorded("update", "client `" + acme.acme.id() + "`", profile(acme.mobile), profile(second));

        IssuedKey fresh = admin.refreshKey(acme.key.id());
        recorded("refresh key", "key `" + acme.key.id() + "`", "key `" + fresh.id() + "`");

        admin.delete(acme.orders.id(), true);
        recorded("delete", "collection `" + acme.orders.id() + "`", profile(acme.mobile), profile(second));

        admin.delete(acme.acme.id(), true);
        recorded(
                "delete",
                "client `" + acme.acme.id() + "`",
                profile(acme.mobile),
                profile(second),
                "key `" + acme.key.id() + "`",
                "key `" + fresh.id() + "`");
    }

    @Test
    void recordsTheRevisionThatTheChangeLedTo() {
        IssuedKey fresh = admin.refreshKey(acme.key.id());
        assertEquals(fresh.key().revision(), last().revision());
        assertEquals(admin.get(acme.key.id()).revision(), admin.audit(2).get(1).revision());
        assertEquals(last().revision(), acme.decide(GET, "/orders/1").snapshotRevision());
    }

    @Test
    void listsTheNewestFirstAndNoMoreThanAsked() {
        admin.deactivate(acme.mobile.id());
        admin.activate(acme.mobile.id());
        assertEquals(
                List.of("activate", "deactivate"),
                admin.audit(2).stream().map(AuditEntry::action).toList());
        assertEquals(List.of(), admin.audit(0));
    }

    static Stream<Named<Consumer<EditTest>>> visibleChanges() {
        return Stream.of(
                client("name", it -> it.name("Other")),
                client("description", it -> it.description("new")),
                client("project", it -> it.project("wholesale")),
                client("registration", it -> it.registration(Registration.MANUAL)),
                named(
                        "client policy",
                        it -> edit(it.admin.update(
                                it.acme.acme.toBuilder().policy(it.policy.id()).build()))),
                profile("name", it -> it.name("Other")),
                profile("description", it -> it.description("new")),
                profile("version", it -> it.version("2")),
                profile("allowed", it -> it.allowFrom("203.0.113.9")),
                profile("blocked", it -> it.blockFrom("203.0.113.9")),
                profile("from anywhere", it -> it.addresses(AddressRules.unrestricted())),
                profile("from nowhere", it -> it.addresses(AddressRules.none())),
                named(
                        "profile policy",
                        it -> edit(it.admin.update(it.acme.mobile.toBuilder()
                                .policy(it.policy.id())
                                .build()))),
                named("no grant", it -> it.regrant(null)),
                named("scopes", it -> it.regrant(Grant.of(it.acme.orders.id()).scopes("read"))),
                named(
                        "no scopes",
                        it -> it.regrant(Grant.of(it.acme.orders.id()).scopes(new String[0]))),
                named(
                        "exception",
                        it -> it.regrant(Grant.of(it.acme.orders.id()).except(GET, "/orders"))),
                named(
                        "read-only",
                        it -> it.regrant(Grant.of(it.acme.orders.id()).readOnly())),
                collection("name", it -> it.name("Other")),
                collection("version", it -> it.version("v2")),
                collection("description", it -> it.description("new")),
                collection("project", it -> it.project("retail")),
                collection("base path", it -> it.basePath("/shop")),
                collection("route", it -> it.route("/more", GET)),
                collection("scopes", it -> it.route(Route.at("/more", GET).scopes("read"))),
                collection(
                        "cost",
                        it -> it.clearRoutes()
                                .route(Route.at("/orders/{id}", GET).cost(2))),
                named("visibility", it -> {
                    it.regrant(null);
                    edit(it.admin.update(it.acme.orders.toBuilder()
                            .visibility(Visibility.PUBLIC)
                            .build()));
                }),
                policy("name", it -> it.name("Other")),
                policy("description", it -> it.description("new")),
                policy("project", it -> it.project("retail")),
                policy("another limit", it -> it.limit(Quota.of(5).perDay())),
                policy("units", it -> it.clearLimits().limit(RateLimit.of(6).per(Duration.ofMinutes(1)))),
                policy("period", it -> it.clearLimits().limit(RateLimit.of(5).per(Duration.ofMinutes(2)))),
                policy("limit name", it -> it.clearLimits().limit(RATE.named("burst"))),
                policy("scope", it -> it.clearLimits().limit(RATE.scope(LimitScope.CLIENT))),
                policy("windows", it -> it.during(TimeWindow.daily(LocalTime.of(8, 0), LocalTime.of(18, 0)))),
                policy("addresses", it -> it.blockFrom("203.0.113.9")),
                named(
                        "plan version",
                        it -> edit(
                                it.admin.update(it.plan.toBuilder().version("2").build()))),
                named(
                        "plan project",
                        it -> edit(it.admin.update(
                                it.plan.toBuilder().project("retail").build()))),
                named("zone of a quota", it -> {
                    Policy daily = it.admin.create(
                            Policy.named("Daily").limit(Quota.of(5).perDay()).build());
                    edit(it.admin.update(daily.toBuilder()
                            .clearLimits()
                            .limit(Quota.of(5).perDay().in(ZoneId.of("Europe/Berlin")))
                            .build()));
                }),
                named(
                        "overlap",
                        it -> edit(it.admin
                                .refreshKey(it.acme.key.id(), Duration.ofDays(1))
                                .key())));
    }

    @ParameterizedTest
    @MethodSource("visibleChanges")
    void showsInWordsWhatHasChanged(Consumer<EditTest> change) {
        change.accept(this);
        AuditEntry shown = admin.audit(2).stream()
                .filter(entry -> entry.before().isPresent())
                .findFirst()
                .orElseThrow();
        assertNotEquals(shown.before(), shown.after());
    }

    private void recorded(String action, String... targets) {
        long revision = last().revision();
        List<AuditEntry> entries = admin.audit(1_000).stream()
                .filter(entry -> entry.revision() == revision)
                .toList();
        assertEquals(Set.of(targets), entries.stream().map(AuditEntry::target).collect(Collectors.toSet()));
        assertEquals(targets.length, entries.size());
        assertEquals(Set.of(action), entries.stream().map(AuditEntry::action).collect(Collectors.toSet()));
    }

    private AuditEntry last() {
        return admin.audit(1).get(0);
    }

    private AccessProfile.Builder profile(String name) {
        return AccessProfile.named(name, acme.acme.id()).grant(acme.orders.id());
    }

    private void regrant(@Nullable Grant grant) {
        AccessProfile.Builder builder = acme.mobile.toBuilder().withoutGrant(acme.orders.id());
        edit(admin.update(grant == null ? builder.build() : builder.grant(grant).build()));
    }

    private static String profile(AccessProfile profile) {
        return "profile `" + profile.id() + "`";
    }

    private static void edit(Entity<?> changed) {
        assertTrue(changed.revision() > 0);
    }

    private interface Change {
        Object make(EditTest it);
    }

    private static Arguments change(String action, String kind, Change change) {
        return Arguments.of(action, kind, change);
    }

    private static Named<Consumer<EditTest>> named(String name, Consumer<EditTest> change) {
        return Named.of(name, change);
    }

    private static Named<Consumer<EditTest>> client(String field, UnaryOperator<Client.Builder> change) {
        return named(
                "client " + field,
                it -> edit(
                        it.admin.update(change.apply(it.acme.acme.toBuilder()).build())));
    }

    private static Named<Consumer<EditTest>> profile(String field, UnaryOperator<AccessProfile.Builder> change) {
        return named(
                "profile " + field,
                it -> edit(
                        it.admin.update(change.apply(it.acme.mobile.toBuilder()).build())));
    }

    private static Named<Consumer<EditTest>> collection(String field, UnaryOperator<ApiCollection.Builder> change) {
        return named(
                "collection " + field,
                it -> edit(
                        it.admin.update(change.apply(it.acme.orders.toBuilder()).build())));
    }

    private static Named<Consumer<EditTest>> policy(String field, UnaryOperator<Policy.Builder> change) {
        return named(
                "policy " + field,
                it -> edit(it.admin.update(change.apply(it.policy.toBuilder()).build())));
    }
}
