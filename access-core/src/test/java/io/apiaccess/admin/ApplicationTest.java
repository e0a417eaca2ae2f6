package io.apiaccess.admin;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Acme;
import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import io.apiaccess.admin.ConfigurationDocument.Change;
import io.apiaccess.admin.ConfigurationDocument.Force;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.client.Registration;
import io.apiaccess.entity.RegistrationState;
import io.apiaccess.entity.Status;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.spi.Actor;
import io.apiaccess.spi.Actor.Permission;
import io.apiaccess.spi.AuditQuery;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A document is applied as a whole: with all that is wrong with it at once, and never half. */
class ApplicationTest {
    private static final String BEGIN = "{\"format\": \"io.apiaccess/configuration-1\", ";

    private final Acme acme = new Acme();
    private final AccessAdmin admin = acme.admin;
    private final ConfigurationDocument documents = admin.configuration();

    @AfterEach
    void close() {
        acme.close();
    }

    @Test
    @Rule("M2")
    void namesEveryMissingPermissionAtOnce() {
        Client other = admin.create(Client.named("Other").project("wholesale").build());
        Policy gold = admin.create(Policy.named("Gold").project("wholesale").build());
        AccessAdmin viewer = actor(Permission.VIEW);
        String edited = viewer.configuration()
                .export()
                .replace("ACME Company", "ACME Corporation")
                .replace("\"Other\"", "\"Another\"")
                .replaceFirst("(?s)\\{\\s*\"id\": \"" + gold.id() + "\".*?\\}", "");
        NotPermittedException refused = assertThrows(
                NotPermittedException.class, () -> viewer.configuration().apply(edited, Force.NO));
        assertHolds(
                refused,
                "/clients/0: permission `EDIT` in project `retail` is missing",
                "/clients/1: permission `EDIT` in project `wholesale` is missing",
                "/policy `" + gold.id() + "`: permission `ADMIN` in project `wholesale` is missing");
        assertEquals(Permission.ADMIN, refused.missing());
        assertFalse(refused.needsFullAdmin());
        assertEquals("ACME Company", admin.get(acme.acme.id()).name());
        assertEquals("Other", admin.get(other.id()).name());
        assertEquals(
                String.valueOf(refused.getMessage()),
                String.valueOf(assertThrows(
                                NotPermittedException.class,
                                () -> viewer.configuration().diff(edited, Force.NO))
                        .getMessage()));
    }

    @Test
    @Rule("M2")
    void namesMissingPermissionsBesideEverythingElse() {
        String document = BEGIN + """
                "policies": [{"id": "none-s", "name": "Ours"},
                    {"id": "odd", "name": "Odd", "project": "retail", "conditions": [{"name": "stranger"}]}],
                 "clients": [{"id": "a", "name": "A", "project": "retail", "policy": "nowhere", "status": "INACTIVE"}]}
                """;
        assertHolds(
                assertThrows(
                        NotPermittedException.class,
                        () -> actor(Permission.VIEW).configuration().apply(document, Force.NO)),
                "/policies/0: permission `EDIT` is missing: what belongs to no project is for a full admin",
                "/policies/1: permission `EDIT` in project `retail` is missing",
                "/policies/1: policy `Odd`: condition `stranger` is not registered",
                "/clients/0: permission `EDIT` in project `retail` is missing",
                "/clients/0: client `A`: policy `nowhere` does not exist");
        assertEquals(List.of(), admin.listPolicies());
    }

    @Test
    void namesAStateThatCannotBeAndANameThatIsTakenBesideOtherFaultsOfOneThing() {
        admin.retire(acme.mobile.id());
        admin.create(AccessProfile.named("robot", acme.acme.id())
                .grant(acme.orders.id())
                .build());
        String edited = documents
                .export()
                .replace("\"status\": \"RETIRED\"", "\"status\": \"ACTIVE\"")
                .replace("\"ACME mobile\"", "\"robot\"")
                .replaceFirst("\"collection\": \"" + acme.orders.id() + "\"", "\"collection\": \"nowhere\"");
        Refusal.of(
                () -> documents.apply(edited, Force.NO),
                "is RETIRED and cannot become ACTIVE",
                "collection `nowhere` does not exist",
                "is taken by");
        assertEquals(Status.RETIRED, admin.get(acme.mobile.id()).status());
    }

    @Test
    void namesUnknownReferencesBesideInvalidFields() {
        String message = Refusal.of(
                () -> documents.apply(BEGIN + """
                        "policies": [{"id": "p", "name": "P", "limits": [{"kind": "rite"}]}],
                         "collections": [{"id": "c", "name": "C", "basePath": "/c", "policy": "p", "visibility": "SOME"},
                             {"id": "d", "name": "D", "basePath": "/d", "policy": "nowhere", "publication": "LATER"}],
                         "clients": [{"id": "a", "name": "A", "policy": "p"},
                             {"id": "b", "name": "B", "policy": "nobody"}],
                         "profiles": [{"id": "x", "client": "a", "name": "X", "terms":
                             {"authentication": {"method": "AuthToken"}, "grants": [{"collection": "c"}]}}]}
                        """, Force.NO),
                "/policies/0/limits/0/kind: `rite`",
                "/collections/0/visibility: `SOME`",
                "/collections/1/publication: `LATER`",
                "/collections/1: policy `nowhere` does not exist",
                "/clients/1: client `B`: policy `nobody` does not exist");
        assertFalse(message.contains("policy `p` does not exist"), message);
        assertFalse(message.contains("/profiles/0"), message);
        assertEquals(1, admin.listClients().size());
    }

    @Test
    void whatHangsOnAFaultIsNotBlamedForIt() {
        String message = Refusal.of(
                () -> documents.apply(
                        BEGIN + """
                        "policies": [{"id": "p", "name": "P", "conditions": [{"name": "stranger"}]}],
                         "plans": [{"id": "q", "name": "Q", "policy": "p", "status": "LOCKED"}],
                         "collections": [{"id": "c", "name": "C", "plans": ["q"], "basePath": "/c"}],
                         "clients": [{"id": "a", "name": "A", "policy": "p"}],
                         "profiles": [{"id": "x", "client": "a", "name": "X", "policy": "p", "terms":
                             {"authentication": {"method": "AuthToken"}, "grants": [{"collection": "c"}]}}]}
                        """.replace("\"name\": \"X\", \"policy\": \"p\"", "\"name\": \"X\""), Force.YES),
                "/policies/0: policy `P`: condition `stranger` is not registered");
        assertFalse(message.contains("does not exist"), message);
    }

    @Test
    void aRestrictionThatCannotBeLiftedKeepsItsPolicyWithoutASecondFault() {
        Policy gold = admin.create(Policy.named("Gold").build());
        ApiCollection stock = admin.create(ApiCollection.named("Stock")
                .basePath("/stock")
                .policy(gold.id())
                .build());
        String edited = documents
                .export()
                .replaceFirst("(?s)\\{\\s*\"id\": \"" + gold.id() + "\".*?\\}", "")
                .replace("\"" + gold.id() + "\"", "\"nowhere\"");
        String message = Refusal.of(() -> documents.apply(edited, Force.YES), "policy `nowhere` does not exist");
        assertFalse(message.contains("in use"), message);
        assertEquals(gold.id(), admin.get(stock.id()).policy().orElseThrow());
    }

    @Test
    void createsNothingAgainThatOthersHaveDeletedSinceTheExport() {
        Policy gold = admin.create(Policy.named("Gold").build());
        String exported = documents.export();
        admin.delete(gold.id());
        Refusal.of(() -> documents.diff(exported), "/policies/0: policy `Gold` is not there, and was deleted");
        Refusal.of(() -> documents.apply(exported, Force.YES), "leave out `revision` to create it again");
        assertEquals(List.of(), admin.listPolicies());
        String with = exported.replaceFirst(
                        "(?s)\"policies\": \\[.*?\\{", "\"policies\": [{\"id\": \"new\", \"name\": \"New\"}, {")
                .replace("\"" + gold.id() + "\"", "\"other\"");
        documents.apply(with, Force.NO);
        assertEquals(2, admin.listPolicies().size());
        documents.apply(exported.replaceFirst("\"revision\": [0-9]+,", ""), Force.NO);
        assertEquals(
                List.of(gold.id()),
                admin.listPolicies().stream().map(Policy::id).toList());
    }

    @Test
    void appliesWhatWasPlannedAndNothingElse() {
        Policy gold = admin.create(Policy.named("Gold").build());
        String wished = documents
                .export()
                .replaceFirst("\"revision\": [0-9]+,", "")
                .replace("ACME Company", "ACME Corporation");
        List<Change> planned = documents.diff(wished, Force.NO);
        admin.delete(gold.id());
        ConflictException refused =
                assertThrows(ConflictException.class, () -> documents.apply(wished, Force.NO, planned));
        assertHolds(refused, "now also CREATE policy `" + gold.id() + "`");
        assertEquals("ACME Company", admin.get(acme.acme.id()).name());
        assertEquals(List.of(), admin.listPolicies());
        List<Change> anew = documents.diff(wished, Force.NO);
        assertEquals(anew, documents.apply(wished, Force.NO, anew));
        assertHolds(
                assertThrows(ConflictException.class, () -> documents.apply(wished, Force.NO, anew)),
                "no more CREATE policy `" + gold.id() + "`");
    }

    @Test
    void aClientDoesNotTakeProfilesWithItThatTheDocumentDoesNotName() {
        String document = BEGIN + "\"revision\": " + revision() + ", \"clients\": []}";
        AccessProfile added = robot();
        Refusal.of(
                () -> documents.apply(document, Force.YES),
                "/client `" + acme.acme.id() + "`: client `ACME Company` has profiles",
                "does not name `profiles`");
        assertEquals(added, admin.get(added.id()));
        Client bare = admin.create(Client.named("Bare").build());
        assertEquals(
                1,
                documents
                        .apply(
                                documents
                                        .export()
                                        .replaceFirst("(?s),\\s*\\{\\s*\"id\": \"" + bare.id() + "\".*?\\}", ""),
                                Force.NO)
                        .size());
        assertFalse(admin.listClients().contains(bare));
    }

    @Test
    void whatGoesWithAnotherThingIsAChangeOfItsOwnAndIsNotDeletedIfOthersHaveChangedIt() {
        String without = BEGIN + "\"revision\": %d, \"clients\": [], \"profiles\": []}";
        long before = revision();
        IssuedKey added = admin.issueKey(acme.mobile.id());
        Refusal.of(
                () -> documents.apply(without.formatted(before), Force.YES),
                "/profile `" + acme.mobile.id() + "`: key `" + added.id() + "` is of revision");
        assertEquals(
                Set.of("key", "profile", "client"),
                documents.apply(without.formatted(revision()), Force.YES).stream()
                        .map(change -> change.target().replaceFirst(" .*", ""))
                        .collect(Collectors.toSet()));
        assertEquals(List.of(), admin.listClients());
    }

    @Test
    void aPlanDeletesNothingThatOthersHaveEditedOrAddedMeanwhile() {
        String without = BEGIN + "\"clients\": [], \"profiles\": []}";
        List<Change> planned = documents.diff(without);
        admin.update(admin.get(acme.acme.id()).toBuilder().description("edited").build());
        assertHolds(
                assertThrows(ConflictException.class, () -> documents.apply(without, Force.YES, planned)),
                "now also DELETE client `" + acme.acme.id() + "`, client `ACME Company`, of revision `"
                        + admin.get(acme.acme.id()).revision() + "`");
        List<Change> edited = documents.diff(without);
        IssuedKey key = admin.issueKey(acme.mobile.id());
        assertHolds(
                assertThrows(ConflictException.class, () -> documents.apply(without, Force.YES, edited)),
                "now also DELETE key `" + key.id() + "`");
        List<Change> keyed = documents.diff(without);
        AccessProfile robot = robot();
        assertHolds(
                assertThrows(ConflictException.class, () -> documents.apply(without, Force.YES, keyed)),
                "now also DELETE profile `" + robot.id() + "`");
        List<Change> all = documents.diff(without);
        assertEquals(Set.copyOf(all), Set.copyOf(documents.apply(without, Force.YES, all)));
        assertEquals(List.of(), admin.listClients());
    }

    @Test
    void grantsThatADeletedCollectionBreaksAreChangesOfTheirOwn() {
        String without = BEGIN + "\"collections\": []}";
        List<Change> planned = documents.diff(without);
        assertEquals(
                List.of("UPDATE profile `ACME mobile`", "DELETE collection `Orders v1`"),
                planned.stream().map(it -> it.step() + " " + it.name()).toList());
        String ofNow = BEGIN + "\"revision\": " + revision() + ", \"collections\": []}";
        admin.update(
                admin.get(acme.mobile.id()).toBuilder().description("edited").build());
        assertHolds(
                assertThrows(ConflictException.class, () -> documents.apply(without, Force.YES, planned)),
                "now also UPDATE profile `" + acme.mobile.id() + "`");
        Refusal.of(
                () -> documents.apply(ofNow, Force.YES),
                "/collection `" + acme.orders.id() + "`: profile `ACME mobile` is of revision");
        assertNull(acme.reason(GET, "/orders/1"));
        assertEquals(2, documents.apply(without, Force.YES).size());
    }

    @Test
    @Rule("M3")
    void aClientChangesItsRegistrationTogetherWithItsProfiles() {
        AccessProfile robot = robot();
        String edited = documents
                .export()
                .replace("\"AUTOMATIC\"", "\"MANUAL\"")
                .replace("\"name\": \"robot\"", "\"name\": \"robot\", \"description\": \"edited\"");
        List<Change> planned = documents.diff(edited);
        assertEquals(Set.copyOf(planned), Set.copyOf(documents.apply(edited, Force.NO, planned)));
        assertEquals(RegistrationState.REGISTERED, admin.get(acme.mobile.id()).registrationState());
        assertEquals(Optional.of("edited"), admin.get(robot.id()).description());
        assertEquals(List.of(), documents.diff(documents.export()));
        String back = documents
                .export()
                .replace("\"MANUAL\"", "\"AUTOMATIC\"")
                .replace("\"description\": \"edited\"", "\"description\": \"edited again\"");
        documents.apply(back, Force.NO);
        assertEquals(Registration.AUTOMATIC, admin.get(acme.acme.id()).registration());
        assertEquals(Optional.empty(), admin.get(acme.mobile.id()).registered());
        assertEquals(Optional.of("edited again"), admin.get(robot.id()).description());
        assertEquals(Optional.empty(), admin.get(robot.id()).registered());
        assertNull(acme.reason(GET, "/orders/1"));
    }

    @Test
    @Rule("M3")
    void aClientChangesNoRegistrationOfProfilesThatOthersHaveEdited() {
        String edited = documents.export().replace("\"AUTOMATIC\"", "\"MANUAL\"");
        admin.update(
                admin.get(acme.mobile.id()).toBuilder().description("edited").build());
        Refusal.of(() -> documents.apply(edited, Force.NO), "/clients/0: profile `ACME mobile` is of revision");
        assertEquals(Registration.AUTOMATIC, admin.get(acme.acme.id()).registration());
    }

    private long revision() {
        return admin.audit(1).get(0).revision();
    }

    private AccessProfile robot() {
        return admin.create(AccessProfile.named("robot", acme.acme.id())
                .grant(acme.orders.id())
                .build());
    }

    @Test
    @Rule("M1")
    void thingsSwapTheirNames() {
        Policy gold = admin.create(Policy.named("Gold").build());
        Policy silver = admin.create(Policy.named("Silver").build());
        AccessProfile robot = robot();
        ApiCollection stock =
                admin.create(ApiCollection.named("Stock").basePath("/stock").build());
        String swapped =
                swap(swap(swap(documents.export(), "Gold", "Silver"), "robot", "ACME mobile"), "Orders", "Stock");
        List<Change> changes = documents.apply(swapped, Force.NO);
        assertEquals(6, changes.size(), changes::toString);
        assertEquals("Silver", admin.get(gold.id()).name());
        assertEquals("Gold", admin.get(silver.id()).name());
        assertEquals("ACME mobile", admin.get(robot.id()).name());
        assertEquals("Stock", admin.get(acme.orders.id()).name());
        assertEquals("Orders", admin.get(stock.id()).name());
        assertNull(acme.reason(GET, "/orders/1"));
        for (PolicyId id : List.of(gold.id(), silver.id())) {
            List<String> names =
                    admin.audit(AuditQuery.newest().of(id).limit(1)).get(0).changes();
            assertTrue(
                    names.contains("name: `Gold` → `Silver`") || names.contains("name: `Silver` → `Gold`"),
                    names::toString);
        }
        assertEquals(List.of(), documents.diff(swapped.replaceFirst("\"revision\": [0-9]+,", "")));
    }

    @Test
    void aNewThingTakesTheNameOfOneThatGoes() {
        Policy gold = admin.create(Policy.named("Gold").build());
        String replaced = documents.export().replace("\"" + gold.id() + "\"", "\"other\"");
        assertEquals(2, documents.apply(replaced, Force.NO).size());
        assertEquals(
                List.of("other"),
                admin.listPolicies().stream().map(policy -> policy.id().value()).toList());
        assertTrue(admin.audit(AuditQuery.newest().of(gold.id()).limit(1))
                .get(0)
                .before()
                .orElseThrow()
                .contains("`Gold`"));
        Policy hidden = admin.create(Policy.named("Hidden").project("secret").build());
        assertHolds(
                assertThrows(
                        IllegalArgumentException.class,
                        () -> actor(Permission.ADMIN)
                                .configuration()
                                .apply(
                                        BEGIN
                                                + "\"policies\": [{\"id\": \"x\", \"name\": \"Hidden\", \"project\": \"retail\"}]}",
                                        Force.NO)),
                "policy name `Hidden` is taken by something that");
        assertEquals("Hidden", admin.get(hidden.id()).name());
    }

    private AccessAdmin actor(Permission permission) {
        return acme.access.adminFor(Actor.of("actor", Map.of("retail", permission, "wholesale", permission)));
    }

    private static String swap(String document, String one, String other) {
        UnaryOperator<String> quoted = name -> "\"name\": \"" + name + "\"";
        return document.replace(quoted.apply(one), "\u0000")
                .replace(quoted.apply(other), quoted.apply(one))
                .replace("\u0000", quoted.apply(other));
    }

    private static void assertHolds(RuntimeException refused, String... parts) {
        String message = String.valueOf(refused.getMessage());
        assertAll(List.of(parts).stream().map(part -> () -> assertTrue(message.contains(part), message)));
    }
}
