package io.apiaccess.admin;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Acme;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.CollectionId;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.Client;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.client.Registration;
import io.apiaccess.entity.Status;
import io.apiaccess.memory.MemoryAccessStore;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.PlanId;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.spi.AccessStore.View;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Creating, reading and updating, and what is refused about it. */
class AccessAdminTest {
    private final MemoryAccessStore store = new MemoryAccessStore();
    private final Acme acme = new Acme(builder -> builder.store(store));
    private final AccessAdmin admin = acme.admin;
    private final Policy gold = admin.create(Policy.named("Gold").build());
    private final Plan plan = admin.create(Plan.named("Plan", gold.id()).build());

    @AfterEach
    void close() {
        acme.close();
    }

    @Test
    void returnsWhatItCreatedAsItIsStored() {
        Client created = admin.create(Client.named("Other").build());
        assertEquals(revision(), created.revision());
        assertEquals(created.toString(), admin.get(created.id()).toString());
        assertEquals(Optional.empty(), admin.find(new ClientId("none")));
    }

    @Test
    void returnsWhatItUpdatedAsItIsStored() {
        Client updated = admin.update(acme.acme.toBuilder().name("ACME Inc.").build());
        assertEquals(revision(), updated.revision());
        assertEquals("ACME Inc.", admin.get(acme.acme.id()).name());
    }

    @Test
    void createsUnderARandomIdUnlessOneIsGiven() {
        Client one = admin.create(Client.named("Same").build());
        Client two = admin.create(Client.named("Same").build());
        assertNotEquals(one.id(), two.id());
        ClientId given = new ClientId("given");
        assertEquals(given, admin.create(Client.named("Same").id(given).build()).id());
    }

    static Stream<Named<Consumer<AccessAdminTest>>> takenIds() {
        return Stream.of(
                named("client", it -> it.admin.create(it.acme.acme)),
                named("profile", it -> it.admin.create(it.acme.mobile)),
                named("collection", it -> it.admin.create(it.acme.orders)),
                named("policy", it -> it.admin.create(it.gold)),
                named("plan", it -> it.admin.create(it.plan)));
    }

    @ParameterizedTest
    @MethodSource("takenIds")
    void refusesToCreateWhatIsThere(Consumer<AccessAdminTest> creation) {
        refused(ConflictException.class, () -> creation.accept(this), "is taken");
    }

    static Stream<Named<Consumer<AccessAdminTest>>> takenNames() {
        return Stream.of(
                named("policy", it -> it.admin.create(Policy.named("Gold").build())),
                named("profile", it -> it.admin.create(it.profile("ACME mobile").build())),
                named(
                        "collection",
                        it -> it.admin.create(
                                ApiCollection.named("Orders").basePath("/o").build())),
                named("renamed policy", it -> {
                    Policy silver = it.admin.create(Policy.named("Silver").build());
                    it.admin.update(silver.toBuilder().name("Gold").build());
                }),
                named("renamed collection", it -> {
                    ApiCollection other = it.admin.create(
                            ApiCollection.named("Other").basePath("/o").build());
                    it.admin.update(other.toBuilder().name("Orders").build());
                }));
    }

    @ParameterizedTest
    @MethodSource("takenNames")
    void refusesANameThatIsTaken(Consumer<AccessAdminTest> change) {
        assertThrows(ConflictException.class, () -> change.accept(this));
    }

    @Test
    void takesANameThatIsTakenElsewhereOnly() {
        Client other = admin.create(Client.named("ACME Company").build());
        AccessProfile twin = admin.create(AccessProfile.named("ACME mobile", other.id())
                .grant(acme.orders.id())
                .build());
        ApiCollection next = admin.create(
                ApiCollection.named("Orders").version("v2").basePath("/v2").build());
        assertNotEquals(acme.mobile.id(), twin.id());
        assertNotEquals(acme.orders.id(), next.id());
    }

    @Test
    void doesNotMistakeAVersionForThePartOfAName() {
        admin.create(
                ApiCollection.named("Orders beta").version("1").basePath("/1").build());
        ApiCollection other = admin.create(
                ApiCollection.named("Orders").version("beta 1").basePath("/2").build());
        assertEquals("beta 1", admin.get(other.id()).version());
    }

    static Stream<Named<Consumer<AccessAdminTest>>> staleUpdates() {
        return Stream.of(
                named("client", it -> {
                    it.admin.deactivate(it.acme.acme.id());
                    it.admin.update(it.acme.acme);
                }),
                named("profile", it -> {
                    it.admin.deactivate(it.acme.mobile.id());
                    it.admin.update(it.acme.mobile);
                }),
                named("collection", it -> {
                    it.admin.deactivate(it.acme.orders.id());
                    it.admin.update(it.acme.orders);
                }),
                named("policy", it -> {
                    it.admin.update(it.gold.toBuilder().description("new").build());
                    it.admin.update(it.gold);
                }),
                named("plan", it -> {
                    it.admin.update(it.plan.toBuilder().version("2").build());
                    it.admin.update(it.plan);
                }));
    }

    @ParameterizedTest
    @MethodSource("staleUpdates")
    void refusesAnUpdateOfAnOldStateAndShowsBothRevisions(Consumer<AccessAdminTest> updates) {
        StaleRevisionException stale = assertThrows(StaleRevisionException.class, () -> updates.accept(this));
        assertEquals(revision(), stale.current());
        assertTrue(stale.given() < stale.current());
        String message = String.valueOf(stale.getMessage());
        assertTrue(
                message.contains("`" + stale.given() + "`") && message.contains("`" + stale.current() + "`"), message);
    }

    @Test
    void refusesAnUpdateThatWasNotReadFromTheStore() {
        refused(
                StaleRevisionException.class,
                () -> admin.update(Client.named("ACME").id(acme.acme.id()).build()),
                "`0`");
    }

    @Test
    void takesAnUpdateOfTheStateThatAnUpdateReturned() {
        Client once = admin.update(acme.acme.toBuilder().name("one").build());
        Client twice = admin.update(once.toBuilder().name("two").build());
        assertEquals("two", admin.get(twice.id()).name());
    }

    @Test
    void doesNotLetAnUpdateBringBackWhatWasSwitchedOffMeanwhile() {
        AccessProfile read = admin.get(acme.mobile.id());
        admin.deactivate(read.id());
        assertThrows(
                StaleRevisionException.class,
                () -> admin.update(read.toBuilder().description("new").build()));
        assertEquals(Status.INACTIVE, admin.get(read.id()).status());
    }

    @Test
    void refusesToMoveAProfileToAnotherClient() {
        Client other = admin.create(Client.named("Other").build());
        AccessProfile moved = AccessProfile.named("ACME mobile", other.id())
                .id(acme.mobile.id())
                .grant(acme.orders.id())
                .build()
                .withRevision(admin.get(acme.mobile.id()).revision());
        String message = refused(
                IllegalArgumentException.class,
                () -> admin.update(moved),
                acme.acme.id().value());
        assertTrue(message.contains(other.id().value()), message);
    }

    static Stream<Named<Consumer<AccessAdmin>>> changesOfNothing() {
        ClientId client = new ClientId("none");
        ProfileId profile = new ProfileId("none");
        CollectionId collection = new CollectionId("none");
        PolicyId policy = new PolicyId("none");
        PlanId plan = new PlanId("none");
        KeyId key = new KeyId("none");
        return Stream.of(
                of("get", admin -> assertNull(admin.get(client))),
                of(
                        "update client",
                        admin -> assertNull(
                                admin.update(Client.named("x").id(client).build()))),
                of(
                        "update profile",
                        admin -> assertNull(admin.update(
                                AccessProfile.named("x", client).id(profile).build()))),
                of(
                        "update collection",
                        admin -> assertNull(admin.update(ApiCollection.named("x")
                                .id(collection)
                                .basePath("/x")
                                .build()))),
                of(
                        "update policy",
                        admin -> assertNull(
                                admin.update(Policy.named("x").id(policy).build()))),
                of(
                        "update plan",
                        admin -> assertNull(
                                admin.update(Plan.named("x", policy).id(plan).build()))),
                of("activate client", admin -> assertNull(admin.activate(client))),
                of("deactivate client", admin -> assertNull(admin.deactivate(client))),
                of("retire client", admin -> assertNull(admin.retire(client))),
                of("delete client", admin -> admin.delete(client, true)),
                of("activate profile", admin -> assertNull(admin.activate(profile))),
                of("deactivate profile", admin -> assertNull(admin.deactivate(profile))),
                of("retire profile", admin -> assertNull(admin.retire(profile))),
                of("register", admin -> assertNull(admin.register(profile))),
                of("delete profile", admin -> admin.delete(profile, true)),
                of("publish", admin -> assertNull(admin.publish(collection))),
                of("activate collection", admin -> assertNull(admin.activate(collection))),
                of("deactivate collection", admin -> assertNull(admin.deactivate(collection))),
                of("retire collection", admin -> assertNull(admin.retire(collection))),
                of("activate route", admin -> assertNull(admin.activateRoute(collection, "/x"))),
                of("deactivate route", admin -> assertNull(admin.deactivateRoute(collection, "/x"))),
                of("delete collection", admin -> admin.delete(collection, true)),
                of("delete policy", admin -> admin.delete(policy)),
                of("delete plan", admin -> admin.delete(plan)),
                of("lock", admin -> assertNull(admin.lock(plan))),
                of("issue", admin -> assertNull(admin.issueKey(profile))),
                of("import", admin -> assertNull(admin.importKey(profile, "0123456789abcdef", KeySpec.plain()))),
                of("import digest", admin -> assertNull(admin.importKeyDigest(profile, new byte[32], KeySpec.plain()))),
                of("refresh", admin -> assertNull(admin.refreshKey(key))),
                of("label", admin -> assertNull(admin.labelKey(key, "x"))),
                of("disable", admin -> assertNull(admin.disableKey(key))),
                of("enable", admin -> assertNull(admin.enableKey(key))),
                of("revoke", admin -> assertNull(admin.revokeKey(key))));
    }

    @ParameterizedTest
    @MethodSource("changesOfNothing")
    void saysThatAnIdNamesNothing(Consumer<AccessAdmin> change) {
        refused(NotFoundException.class, () -> change.accept(admin), "`none`");
    }

    static Stream<Named<Consumer<AccessAdminTest>>> refusals() {
        return Stream.concat(
                takenNames().filter(refusal -> !refusal.getName().startsWith("renamed")),
                Stream.of(
                        named(
                                "unknown policy",
                                it -> it.admin.update(it.acme.acme.toBuilder()
                                        .policy(new PolicyId("none"))
                                        .build())),
                        named("in use", it -> it.admin.delete(it.acme.orders.id(), false)),
                        named("key in force", it -> it.admin.delete(it.acme.acme.id(), false)),
                        named(
                                "old state",
                                it -> it.admin.update(
                                        Client.named("x").id(it.acme.acme.id()).build())),
                        named("overlap below 0", it -> it.admin.refreshKey(it.acme.key.id(), Duration.ofNanos(-1)))));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void leavesNothingOfARefusedChange(Consumer<AccessAdminTest> change) {
        long before = revision();
        int audited = admin.audit(1_000).size();
        assertThrows(RuntimeException.class, () -> change.accept(this));
        assertEquals(before, revision());
        assertEquals(audited, admin.audit(1_000).size());
        assertNull(acme.reason(GET, "/orders/1"));
    }

    @Test
    void listsByNameAndThenById() {
        admin.create(Client.named("b").id(new ClientId("2")).build());
        admin.create(Client.named("b").id(new ClientId("1")).build());
        admin.create(Client.named("a").id(new ClientId("3")).build());
        assertEquals(
                List.of(acme.acme.id(), new ClientId("3"), new ClientId("1"), new ClientId("2")),
                admin.listClients().stream().map(Client::id).toList());
    }

    @Test
    void listsCollectionsPoliciesAndPlansByName() {
        admin.create(
                ApiCollection.named("Invoices").version("v2").basePath("/2").build());
        admin.create(
                ApiCollection.named("Invoices").version("v1").basePath("/1").build());
        admin.create(Policy.named("Bronze").build());
        admin.create(Plan.named("Basic", gold.id()).build());
        assertEquals(
                List.of("Invoices v1", "Invoices v2", "Orders v1"),
                admin.listCollections().stream()
                        .map(it -> it.name() + " " + it.version())
                        .toList());
        assertEquals(
                List.of("Bronze", "Gold"),
                admin.listPolicies().stream().map(Policy::name).toList());
        assertEquals(
                List.of("Basic", "Plan"),
                admin.listPlans().stream().map(Plan::name).toList());
    }

    @Test
    void listsTheProfilesOfOneClientAndTheKeysOfOneProfile() {
        Client other = admin.create(Client.named("Other").build());
        AccessProfile theirs = admin.create(AccessProfile.named("theirs", other.id())
                .grant(acme.orders.id())
                .build());
        AccessProfile app = admin.create(profile("ACME app").build());
        acme.time.pass(Duration.ofSeconds(1));
        IssuedKey second = admin.issueKey(acme.mobile.id());
        IssuedKey foreign = admin.issueKey(theirs.id());
        assertEquals(
                List.of(app.id(), acme.mobile.id()),
                admin.listProfiles(acme.acme.id()).stream()
                        .map(AccessProfile::id)
                        .toList());
        assertEquals(List.of(acme.key.id(), second.id()), keyIds(acme.mobile.id()));
        assertEquals(List.of(foreign.id()), keyIds(theirs.id()));
        assertEquals(List.of(), keyIds(app.id()));
    }

    @Test
    void listsNothingOfWhatDoesNotExist() {
        assertEquals(List.of(), admin.listProfiles(new ClientId("none")));
        assertEquals(List.of(), admin.listKeys(new ProfileId("none")));
        assertEquals(List.of(), admin.listProfiles(new ClientId(acme.mobile.id().value())));
    }

    @Test
    void ignoresARevisionAndARegistrationThatANewObjectClaims() {
        Client manual = admin.create(
                Client.named("Manual").registration(Registration.MANUAL).build());
        AccessProfile claimed = AccessProfile.named("claims", manual.id())
                .grant(acme.orders.id())
                .build()
                .register()
                .withRevision(99);
        AccessProfile created = admin.create(claimed);
        assertEquals(Optional.empty(), created.registered());
        assertEquals(revision(), created.revision());
    }

    @Test
    void takesWhatNamesAnythingThatIsAllowedAsAName() {
        String name = "`\u00c4\ud83d\ude80\u200d` ' \" ; DROP TABLE {rest...} %00 ${x}";
        assertDoesNotThrow(() -> admin.create(Client.named(name).build()));
        assertEquals(name, admin.create(Policy.named(name).build()).name());
    }

    private List<KeyId> keyIds(ProfileId profile) {
        return admin.listKeys(profile).stream().map(ApiKey::id).toList();
    }

    private AccessProfile.Builder profile(String name) {
        return AccessProfile.named(name, acme.acme.id()).grant(acme.orders.id());
    }

    private long revision() {
        return store.read(View::revision);
    }

    private static <X extends RuntimeException> String refused(Class<X> type, Runnable change, String named) {
        String message = String.valueOf(assertThrows(type, change::run).getMessage());
        assertTrue(message.contains(named), message);
        return message;
    }

    private static Named<Consumer<AccessAdminTest>> named(String name, Consumer<AccessAdminTest> change) {
        return Named.of(name, change);
    }

    private static Named<Consumer<AccessAdmin>> of(String name, Consumer<AccessAdmin> change) {
        return Named.of(name, change);
    }
}
