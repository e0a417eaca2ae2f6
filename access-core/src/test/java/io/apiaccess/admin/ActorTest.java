package io.apiaccess.admin;

import static io.apiaccess.request.HttpMethod.DELETE;
import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Acme;
import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.CollectionId;
import io.apiaccess.api.Route;
import io.apiaccess.api.Visibility;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.Grant;
import io.apiaccess.client.Jwt;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.client.Registration;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.Status;
import io.apiaccess.policy.LimitOverride;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.spi.Actor;
import io.apiaccess.spi.Actor.Permission;
import io.apiaccess.spi.AuditEntry;
import io.apiaccess.spi.AuditQuery;
import io.apiaccess.spi.LimitSubject;
import io.apiaccess.spi.Page;
import io.apiaccess.spi.Query;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Actors see and change what the application lets them, and hear nothing of the rest. */
@Rule("M2")
class ActorTest {
    private static final RateLimit RATE = RateLimit.of(5).per(Duration.ofMinutes(1));

    private final Acme acme = new Acme();
    private final AccessAdmin admin = acme.admin;
    private final Client other =
            admin.create(Client.named("Other").project("wholesale").build());
    private final Policy own =
            admin.create(Policy.named("Own").project("retail").limit(RATE).build());
    private final Policy foreign = admin.create(
            Policy.named("Foreign").project("wholesale").limit(RATE).build());
    private final Policy shared = admin.create(
            Policy.named("Shared").project("wholesale").shared(true).limit(RATE).build());
    private final ApiCollection stock = admin.create(ApiCollection.named("Stock")
            .project("wholesale")
            .route("/stock", GET)
            .build());
    private final ApiCollection catalog = admin.create(ApiCollection.named("Catalog")
            .project("retail")
            .route("/catalog", GET)
            .build());
    private final AccessProfile others = admin.create(
            AccessProfile.named("Others", other.id()).grant(stock.id()).build());
    private final AccessAdmin viewer = as(Permission.VIEW);
    private final AccessAdmin editor = as(Permission.EDIT);
    private final AccessAdmin owner = as(Permission.ADMIN);

    @AfterEach
    void close() {
        acme.close();
    }

    private AccessAdmin as(Permission permission) {
        return acme.access.adminFor(Actor.of(permission.name(), Map.of("retail", permission)));
    }

    static Stream<Named<Id<?>>> hidden() {
        return Stream.of("client", "profile", "policy", "collection", "key")
                .map(kind -> Named.of(
                        kind,
                        switch (kind) {
                            case "client" -> new ClientId("hidden");
                            case "profile" -> new ProfileId("hidden");
                            case "policy" -> new PolicyId("hidden");
                            case "collection" -> new CollectionId("hidden");
                            default -> new KeyId("hidden");
                        }));
    }

    @ParameterizedTest
    @MethodSource("hidden")
    void whatIsUnseenIsAsUnknown(Id<?> id) {
        admin.create(Client.named("hidden")
                .id(new ClientId("hidden"))
                .project("wholesale")
                .build());
        admin.create(Policy.named("hidden")
                .id(new PolicyId("hidden"))
                .project("wholesale")
                .build());
        admin.create(ApiCollection.named("hidden")
                .id(new CollectionId("hidden"))
                .basePath("/hidden")
                .project("wholesale")
                .build());
        admin.create(AccessProfile.named("hidden", new ClientId("hidden"))
                .id(new ProfileId("hidden"))
                .grant(stock.id())
                .build());
        String hidden = message(() -> get(owner, id));
        for (AccessAdmin one : List.of(viewer, editor, owner)) {
            assertEquals(hidden, message(() -> get(one, id)));
            assertTrue(isAbsent(one, id));
        }
        acme.admin.delete(new ClientId("hidden"), true);
        admin.delete(new PolicyId("hidden"));
        admin.delete(new CollectionId("hidden"), true);
        assertEquals(message(() -> get(admin, id)), hidden);
    }

    static Stream<Named<Consumer<ActorTest>>> callsOnTheUnseen() {
        return Stream.of(
                call("deactivate", it -> it.owner.deactivate(it.other.id())),
                call("retire", it -> it.owner.retire(it.others.id())),
                call("update", it -> it.owner.update(it.other)),
                call("update of a policy", it -> it.owner.update(it.foreign)),
                call("delete", it -> it.owner.delete(it.stock.id(), true)),
                call("issue", it -> it.owner.issueKey(it.others.id())),
                call("register", it -> it.owner.register(it.others.id())),
                call("pending changes", it -> it.owner.pendingChanges(it.others.id())),
                call("clone", it -> it.owner.cloneVersion(it.others.id(), "x", "2")),
                call("effective policy", it -> it.owner.insight().effectivePolicy(it.others.id(), GET, "/stock")),
                call("what can", it -> it.owner.insight().whatCan(it.others.id())),
                call("reset", it -> it.owner.resetUsage(it.foreign.id(), "rate", LimitSubject.of(it.others.id()))));
    }

    @ParameterizedTest
    @MethodSource("callsOnTheUnseen")
    void noCallReachesWhatIsUnseen(Consumer<ActorTest> call) {
        long changes = admin.audit(1_000).size();
        String message = String.valueOf(
                assertThrows(NotFoundException.class, () -> call.accept(this)).getMessage());
        assertFalse(message.contains("Other") || message.contains("wholesale"), message);
        assertEquals(changes, admin.audit(1_000).size());
    }

    static Stream<Named<Consumer<ActorTest>>> callsOfAnEditor() {
        return Stream.of(
                call(
                        "create",
                        it -> it.viewer.create(
                                Client.named("New").project("retail").build())),
                call(
                        "create a profile",
                        it -> it.viewer.create(AccessProfile.named("New", it.acme.acme.id())
                                .grant(it.catalog.id())
                                .build())),
                call("update", it -> it.viewer.update(it.admin.get(it.acme.acme.id()))),
                call("deactivate", it -> it.viewer.deactivate(it.acme.mobile.id())),
                call("activate what is active", it -> it.viewer.activate(it.acme.mobile.id())),
                call("issue", it -> it.viewer.issueKey(it.acme.mobile.id())),
                call("refresh", it -> it.viewer.refreshKey(it.acme.key.id())),
                call("revoke", it -> it.viewer.revokeKey(it.acme.key.id())),
                call("label", it -> it.viewer.labelKey(it.acme.key.id(), "x")),
                call(
                        "import",
                        it -> it.viewer.importKey(it.acme.mobile.id(), "a-text-of-some-length", KeySpec.plain())),
                call("clone", it -> it.viewer.cloneVersion(it.acme.mobile.id(), "x", "2")),
                call("reset", it -> it.viewer.resetUsage(it.own.id(), "rate", LimitSubject.of(it.acme.mobile.id()))));
    }

    @ParameterizedTest
    @MethodSource("callsOfAnEditor")
    void whatIsSeenButNotPermittedNamesTheMissingPermission(Consumer<ActorTest> call) {
        long changes = admin.audit(1_000).size();
        NotPermittedException refused = assertThrows(NotPermittedException.class, () -> call.accept(this));
        String message = String.valueOf(refused.getMessage());
        assertEquals(Permission.EDIT, refused.missing());
        assertTrue(message.contains("`EDIT` in project `retail`"), message);
        assertEquals(changes, admin.audit(1_000).size());
    }

    static Stream<Named<Consumer<ActorTest>>> callsOfAnOwner() {
        return Stream.of(
                call("retire a client", it -> it.editor.retire(it.acme.acme.id())),
                call("retire a profile", it -> it.editor.retire(it.acme.mobile.id())),
                call(
                        "retire by an update",
                        it -> it.editor.update(it.admin.get(it.acme.mobile.id()).withStatus(Status.RETIRED))),
                call("retire a collection", it -> it.editor.retire(it.catalog.id())),
                call("delete a client", it -> it.editor.delete(it.acme.acme.id(), true)),
                call("delete a profile", it -> it.editor.delete(it.acme.mobile.id(), true)),
                call("delete a collection", it -> it.editor.delete(it.catalog.id(), true)),
                call("delete a policy", it -> it.editor.delete(it.own.id())));
    }

    @ParameterizedTest
    @MethodSource("callsOfAnOwner")
    void whatIsFinalNeedsMoreThanEditing(Consumer<ActorTest> call) {
        NotPermittedException refused = assertThrows(NotPermittedException.class, () -> call.accept(this));
        assertEquals(Permission.ADMIN, refused.missing());
        assertTrue(String.valueOf(refused.getMessage()).contains("`ADMIN` in project `retail`"), refused::getMessage);
    }

    @Test
    void anEditorDoesWhatAnEditorMay() {
        Client created = editor.create(Client.named("New").project("retail").build());
        AccessProfile profile = editor.create(AccessProfile.named("New", created.id())
                .grant(catalog.id())
                .policy(own.id())
                .build());
        IssuedKey key = editor.issueKey(profile.id());
        editor.disableKey(editor.refreshKey(key.id()).id());
        editor.deactivate(created.id());
        owner.retire(profile.id());
        owner.delete(created.id(), true);
        assertEquals(Optional.empty(), admin.find(created.id()));
    }

    @Test
    void listsShowOnlyWhatTheActorMaySee() {
        assertEquals(
                List.of("ACME Company"),
                editor.listClients().stream().map(Client::name).toList());
        assertEquals(
                List.of("Own", "Shared"),
                editor.listPolicies().stream().map(Policy::name).toList());
        assertEquals(
                List.of("Catalog"),
                editor.listCollections().stream().map(ApiCollection::name).toList());
        assertEquals(List.of(), editor.listProfiles(other.id()));
        assertEquals(List.of(), editor.listKeys(others.id()));
        Page<Policy> page = editor.search().policies(Query.all());
        assertEquals(
                List.of("Optional[retail] [Own]", "Optional[wholesale] [Shared]"),
                page.groups().stream()
                        .map(group -> group.project() + " "
                                + group.items().stream().map(Policy::name).toList())
                        .toList());
    }

    @Test
    void theAuditRecordShowsOnlyWhatTheActorMaySee() {
        List<AuditEntry> seen = editor.audit(1_000);
        assertTrue(seen.stream().allMatch(entry -> entry.project().equals(Optional.of("retail"))), seen::toString);
        assertTrue(seen.size() >= 5, seen::toString);
        assertEquals(2, editor.audit(2).size());
    }

    @Test
    @Rule({"M1", "M2"})
    void theAuditRecordIsSeenInPagesByWhoSeesSomeOfIt() {
        List<AuditEntry> all = editor.audit(1_000);
        AuditQuery query = AuditQuery.newest().limit(2);
        List<AuditEntry> paged = new ArrayList<>();
        List<AuditEntry> page = editor.audit(query);
        while (!page.isEmpty()) {
            paged.addAll(page);
            admin.deactivate(other.id());
            admin.activate(other.id());
            page = editor.audit(query.before(page.get(page.size() - 1)));
        }
        assertEquals(all, paged);
        AccessAdmin unlisted = acme.access.adminFor(new Actor() {
            @Override
            public String name() {
                return "somebody whose projects nobody can list";
            }

            @Override
            public Optional<Permission> in(String project) {
                return project.equals("retail") ? Optional.of(Permission.VIEW) : Optional.empty();
            }
        });
        assertEquals(all, unlisted.audit(1_000));
        assertEquals(all.subList(0, 2), unlisted.audit(2));
        AuditQuery.Scope wholesale = new AuditQuery.Scope(Set.of("wholesale", "retail"), Set.of());
        assertEquals(all, editor.audit(AuditQuery.newest().limit(1_000).within(wholesale)));
    }

    @Test
    void whatBelongsToNoProjectIsAFullAdmins() {
        assertEquals(Optional.empty(), owner.find(acme.orders.id()));
        NotPermittedException refused = assertThrows(
                NotPermittedException.class,
                () -> owner.create(Client.named("New").build()));
        assertTrue(refused.needsFullAdmin());
    }

    @Test
    void whatIsSharedIsAttachedAndNotChanged() {
        AccessProfile held = editor.update(
                admin.get(acme.mobile.id()).toBuilder().policy(shared.id()).build());
        assertEquals(Optional.of(shared.id()), held.terms().policy());
        assertThrows(
                NotPermittedException.class,
                () -> owner.update(shared.toBuilder().clearLimits().build()));
        assertThrows(NotPermittedException.class, () -> owner.delete(shared.id()));
    }

    @Test
    void whatIsHiddenIsNotAttachedAndWhatIsOnlySeenNeither() {
        Refusal.of(
                () -> editor.update(admin.get(acme.mobile.id()).toBuilder()
                        .policy(foreign.id())
                        .grant(stock.id())
                        .build()),
                "policy `" + foreign.id() + "` does not exist",
                "collection `" + stock.id() + "` does not exist");
        AccessAdmin both =
                acme.access.adminFor(Actor.of("both", Map.of("retail", Permission.EDIT, "wholesale", Permission.VIEW)));
        Refusal.of(
                () -> both.update(admin.get(acme.mobile.id()).toBuilder()
                        .policy(foreign.id())
                        .build()),
                "policy `Foreign` is not shared",
                "`EDIT` in project `wholesale`");
    }

    @Test
    void whatSomebodyElseAttachedStaysWhileTheRestIsEdited() {
        admin.update(
                admin.get(acme.mobile.id()).toBuilder().policy(foreign.id()).build());
        AccessProfile renamed = editor.update(
                admin.get(acme.mobile.id()).toBuilder().name("renamed").build());
        assertEquals(Optional.of(foreign.id()), renamed.terms().policy());
    }

    @Test
    void movingNeedsEditingInBothProjects() {
        Client moved =
                admin.get(acme.acme.id()).toBuilder().project("wholesale").build();
        NotPermittedException refused = assertThrows(NotPermittedException.class, () -> owner.update(moved));
        assertTrue(String.valueOf(refused.getMessage()).contains("`wholesale`"), refused::getMessage);
        assertThrows(
                NotPermittedException.class,
                () -> owner.update(
                        admin.get(acme.acme.id()).toBuilder().project(null).build()));
        Actor onlyClient = new Actor() {
            @Override
            public String name() {
                return "one client";
            }

            @Override
            public Optional<Permission> in(String project) {
                return project.equals("wholesale") ? Optional.of(Permission.EDIT) : Optional.empty();
            }

            @Override
            public Optional<Permission> on(ClientId client) {
                return client.equals(acme.acme.id()) ? Optional.of(Permission.ADMIN) : Optional.empty();
            }
        };
        assertThrows(
                NotPermittedException.class,
                () -> acme.access.adminFor(onlyClient).update(moved));
        AccessAdmin both =
                acme.access.adminFor(Actor.of("both", Map.of("retail", Permission.EDIT, "wholesale", Permission.EDIT)));
        assertEquals(Optional.of("wholesale"), both.update(moved).project());
    }

    @Test
    @Rule({"M1", "M2"})
    void aMoveIsReadInBothProjectsAndInNeitherWhatTheOtherHas() {
        admin.update(admin.get(acme.acme.id()).toBuilder()
                .project("wholesale")
                .description("of the new one")
                .build());
        AuditEntry gone = editor.audit(1).get(0);
        assertEquals("client `" + acme.acme.id() + "`", gone.target());
        assertEquals(List.of("project: moved to another"), gone.changes());
        assertTrue(gone.before().orElseThrow().contains("retail"), gone::toString);
        assertEquals(Optional.empty(), gone.after());
        assertFalse(
                gone.toString().contains("wholesale") || gone.toString().contains("of the new one"), gone::toString);
        AccessAdmin there = acme.access.adminFor(Actor.of("there", Map.of("wholesale", Permission.VIEW)));
        AuditEntry come = there.audit(1).get(0);
        assertEquals(List.of("project: moved from another"), come.changes());
        assertEquals(Optional.empty(), come.before());
        assertTrue(come.after().orElseThrow().contains("of the new one"), come::toString);
        assertFalse(come.toString().contains("retail"), come::toString);
        assertEquals(List.of(come, gone), admin.audit(2));
    }

    @Test
    void aPermissionOnOneClientReachesItsProfilesAndKeys() {
        AccessAdmin one = acme.access.adminFor(new Actor() {
            @Override
            public String name() {
                return "one client";
            }

            @Override
            public Optional<Permission> in(String project) {
                return Optional.empty();
            }

            @Override
            public Optional<Permission> on(ClientId client) {
                return client.equals(other.id()) ? Optional.of(Permission.EDIT) : Optional.empty();
            }
        });
        assertEquals(List.of(other), one.listClients());
        one.issueKey(others.id());
        assertEquals(1, one.listKeys(others.id()).size());
        assertThrows(NotFoundException.class, () -> one.get(acme.mobile.id()));
        assertThrows(NotPermittedException.class, () -> one.retire(others.id()));
        assertFalse(one.audit(100).isEmpty());
    }

    @Test
    void digestsAndAddressesToFetchFromAreForAFullAdmin() {
        assertTrue(assertThrows(
                        NotPermittedException.class,
                        () -> owner.importKeyDigest(acme.mobile.id(), new byte[32], KeySpec.plain()))
                .needsFullAdmin());
        AccessProfile fetching = admin.get(acme.mobile.id()).toBuilder()
                .authentication(Jwt.publicKey()
                        .jwkSetUrl("https://keys.example/set")
                        .claims(rules -> rules.issuer("https://issuer.example"))
                        .build())
                .build();
        assertTrue(assertThrows(NotPermittedException.class, () -> owner.update(fetching))
                .needsFullAdmin());
        AccessProfile robot = admin.create(AccessProfile.named(
                        "robot",
                        admin.create(Client.named("Manual")
                                        .project("retail")
                                        .registration(Registration.MANUAL)
                                        .build())
                                .id())
                .grant(catalog.id())
                .build());
        admin.register(robot.id());
        String hidden = owner.configuration()
                .export()
                .replaceFirst(
                        "(?s)(\"registered\": .*?)\"authentication\": \\{\\s*\"method\": \"AuthToken\"\\s*\\}",
                        "$1\"authentication\": {\"method\": \"Jwt\", \"by\": \"publicKey\", \"jwkSetUrl\": \"https://keys.example/set\","
                                + " \"claims\": {\"issuers\": [\"https://issuer.example\"]}}");
        assertTrue(assertThrows(
                        NotPermittedException.class,
                        () -> owner.configuration().apply(hidden, ConfigurationDocument.Force.NO))
                .needsFullAdmin());
        AccessProfile set = admin.update(fetching);
        editor.update(set.toBuilder().description("still the same address").build());
        assertTrue(assertThrows(
                        NotPermittedException.class, () -> owner.configuration().export(true))
                .needsFullAdmin());
    }

    @Test
    void conflictsSayNothingOfWhatIsHidden() {
        String taken = message(() -> editor.create(
                Policy.named("Foreign").project("retail").limit(RATE).build()));
        assertFalse(taken.contains(foreign.id().value()), taken);
        String collision = message(() -> editor.create(ApiCollection.named("Mine")
                .project("retail")
                .route("/stock", GET)
                .build()));
        assertFalse(collision.contains("Stock") || collision.contains(stock.id().value()), collision);
        admin.update(admin.get(stock.id()).toBuilder()
                .route(Route.at("/cellar/{secret}", DELETE, GET)
                        .scopes("hidden.scope")
                        .cost(77))
                .build());
        String shape = message(() -> editor.create(ApiCollection.named("Mine")
                .project("retail")
                .route("/cellar/{id}", GET)
                .build()));
        assertTrue(shape.contains("collides with a route of something that `EDIT` may not see"), shape);
        assertFalse(shape.matches(".*(secret|DELETE|hidden|77).*"), shape);
        assertTrue(message(() -> admin.create(
                        ApiCollection.named("Mine").route("/cellar/{id}", GET).build()))
                .contains("/cellar/{secret}"));
        Instant end = acme.time.instant().plus(Duration.ofHours(1));
        admin.update(admin.get(others.id()).toBuilder()
                .override(new LimitOverride(own.id(), "rate", 4711, end))
                .build());
        String held = message(() -> editor.update(own.toBuilder().clearLimits().build()));
        assertTrue(held.contains("may not see holds an override that would have no effect, of limit `rate`"), held);
        assertFalse(held.contains("4711") || held.contains(others.id().value()), held);
        admin.update(admin.get(other.id()).toBuilder().policy(own.id()).build());
        String used = message(() -> owner.delete(own.id()));
        assertFalse(used.contains(other.id().value()), used);
    }

    @Test
    void anOverrideIsForWhoMayEditThePolicy() {
        Instant end = acme.time.instant().plus(Duration.ofHours(1));
        LimitOverride lifting = new LimitOverride(shared.id(), "rate", Long.MAX_VALUE, end);
        for (AccessAdmin one : List.of(editor, owner)) {
            Refusal.of(
                    () -> one.update(admin.get(acme.mobile.id()).toBuilder()
                            .override(lifting)
                            .build()),
                    "override of policy `Shared` takes permission `EDIT`");
            Refusal.of(
                    () -> one.update(admin.get(acme.acme.id()).toBuilder()
                            .override(lifting)
                            .build()),
                    "override");
        }
        AccessProfile held = admin.update(admin.get(acme.mobile.id()).toBuilder()
                .override(new LimitOverride(shared.id(), "rate", 1, end))
                .build());
        AccessProfile described =
                editor.update(held.toBuilder().description("still held").build());
        Refusal.of(
                () -> editor.update(described.toBuilder()
                        .withoutOverride(shared.id(), "rate")
                        .build()),
                "override of policy `Shared` takes permission `EDIT`");
        editor.update(described.toBuilder()
                .override(new LimitOverride(own.id(), "rate", 7, end))
                .build());
        acme.time.pass(Duration.ofHours(2));
        editor.update(admin.get(acme.mobile.id()).toBuilder()
                .withoutOverride(shared.id(), "rate")
                .build());
    }

    @Test
    void whatWasAttachedBeforeIsNotNamedToWhoDoesNotSeeIt() {
        ApiCollection drafted = admin.create(ApiCollection.named("Secret")
                .project("wholesale")
                .route("/secret", GET)
                .build());
        admin.update(admin.get(acme.acme.id()).toBuilder()
                .registration(Registration.MANUAL)
                .build());
        AccessProfile held = admin.update(admin.get(acme.mobile.id()).toBuilder()
                .grant(drafted.id())
                .policy(foreign.id())
                .build());
        assertFalse(editor.register(held.id()).changes().toString().matches(".*(Secret|Foreign).*"));
        admin.retire(drafted.id());
        AccessProfile narrower = admin.get(held.id()).toBuilder()
                .withoutGrant(drafted.id())
                .grant(Grant.of(drafted.id()).readOnly())
                .build();
        String retired = message(() -> editor.update(narrower));
        assertTrue(retired.contains("may not see") && !retired.contains("Secret"), retired);
        ApiCollection limited = admin.update(
                admin.get(catalog.id()).toBuilder().policy(foreign.id()).build());
        String open = message(() ->
                editor.update(limited.toBuilder().visibility(Visibility.PUBLIC).build()));
        assertTrue(open.contains("counts by") && !open.contains("Foreign") && !open.contains("`rate`"), open);
    }

    @Test
    void deletingByForceWhatOthersAreGrantedIsForAFullAdmin() {
        admin.update(admin.get(others.id()).toBuilder().grant(catalog.id()).build());
        assertTrue(assertThrows(NotPermittedException.class, () -> owner.delete(catalog.id(), true))
                .needsFullAdmin());
        assertTrue(admin.get(others.id()).terms().grant(catalog.id()).isPresent());
    }

    @Test
    void oneCallSaysAllThatIsWrongWithIt() {
        Client moved = admin.get(acme.acme.id()).toBuilder()
                .project("wholesale")
                .policy(foreign.id())
                .build();
        String both = message(() -> owner.update(moved));
        assertThrows(NotPermittedException.class, () -> owner.update(moved));
        assertTrue(both.contains("`EDIT` in project `wholesale`"), both);
        assertTrue(both.contains("policy `" + foreign.id() + "` does not exist"), both);
        Refusal.of(
                () -> admin.create(ApiCollection.named("Stock")
                        .policy(new PolicyId("nowhere"))
                        .route("/stock", GET)
                        .build()),
                "policy `nowhere` does not exist",
                "route `GET /stock",
                "is taken by `" + stock.id() + "`");
        Policy third = admin.create(Policy.named("Third").build());
        Refusal.of(
                () -> admin.update(third.toBuilder()
                        .name("Own")
                        .condition("stranger", Map.of())
                        .build()),
                "condition `stranger` is not registered",
                "is taken by `" + own.id() + "`");
        AccessProfile taken = admin.create(
                AccessProfile.named("taken", acme.acme.id()).grant(catalog.id()).build());
        AccessProfile retired = admin.retire(acme.mobile.id());
        String state = message(() -> admin.update(acme.mobile.withRevision(retired.revision()).toBuilder()
                .name("taken")
                .build()));
        assertTrue(state.contains("is RETIRED and cannot become ACTIVE"), state);
        assertTrue(state.contains("is taken by `" + taken.id() + "`"), state);
    }

    @Test
    void permissionsAreAskedAnew() {
        Permission[] held = {Permission.EDIT};
        AccessAdmin changing = acme.access.adminFor(new Actor() {
            @Override
            public String name() {
                return "changing";
            }

            @Override
            public Optional<Permission> in(String project) {
                return project.equals("retail") ? Optional.of(held[0]) : Optional.empty();
            }
        });
        changing.deactivate(acme.mobile.id());
        held[0] = Permission.VIEW;
        assertThrows(NotPermittedException.class, () -> changing.activate(acme.mobile.id()));
        assertEquals("changing", admin.audit(1).get(0).actor());
    }

    @Test
    void anActorNeedsAName() {
        Refusal.of(() -> acme.access.adminFor(Actor.fullAdmin("")), "actor", "name");
    }

    private static Named<Consumer<ActorTest>> call(String name, Consumer<ActorTest> call) {
        return Named.of(name, call);
    }

    private static String message(Executable call) {
        return String.valueOf(assertThrows(RuntimeException.class, call).getMessage());
    }

    private static <E extends Entity<E>> void get(AccessAdmin admin, Id<E> id) {
        admin.get(id);
    }

    private static <E extends Entity<E>> boolean isAbsent(AccessAdmin admin, Id<E> id) {
        return admin.find(id).isEmpty();
    }
}
