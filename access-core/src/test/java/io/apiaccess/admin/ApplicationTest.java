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
import io.apiaccess.entity.Status;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.spi.Actor;
import io.apiaccess.spi.Actor.Permission;
import io.apiaccess.spi.AuditQuery;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
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
    @Rule("M1")
    void thingsSwapTheirNames() {
        Policy gold = admin.create(Policy.named("Gold").build());
        Policy silver = admin.create(Policy.named("Silver").build());
        AccessProfile robot = admin.create(AccessProfile.named("robot", acme.acme.id())
                .grant(acme.orders.id())
                .build());
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
