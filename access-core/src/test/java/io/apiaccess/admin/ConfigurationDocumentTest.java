package io.apiaccess.admin;

import static io.apiaccess.request.HttpMethod.DELETE;
import static io.apiaccess.request.HttpMethod.GET;
import static io.apiaccess.request.HttpMethod.POST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.AccessControl;
import io.apiaccess.Acme;
import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import io.apiaccess.SignedToken;
import io.apiaccess.admin.ConfigurationDocument.Change;
import io.apiaccess.admin.ConfigurationDocument.Force;
import io.apiaccess.admin.ConfigurationDocument.Step;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Route;
import io.apiaccess.api.Visibility;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.CertificateCondition;
import io.apiaccess.client.Client;
import io.apiaccess.client.Grant;
import io.apiaccess.client.Jwt;
import io.apiaccess.client.OAuth2;
import io.apiaccess.client.OpenIdConnect;
import io.apiaccess.client.Registration;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.entity.Status;
import io.apiaccess.policy.AddressRules;
import io.apiaccess.policy.FailureMode;
import io.apiaccess.policy.LimitOverride;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.policy.TimeWindow;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.spi.Actor;
import io.apiaccess.spi.Actor.Permission;
import io.apiaccess.spi.AuditEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A whole configuration in a document, out and in again. */
class ConfigurationDocumentTest {
    private final Acme acme = new Acme(settings -> settings.condition("friend", asked -> true));
    private final AccessAdmin admin = acme.admin;
    private final ConfigurationDocument documents = admin.configuration();

    @AfterEach
    void close() {
        acme.close();
    }

    @Test
    void anExportedConfigurationIsTheSameElsewhereWithoutKeys() {
        fill();
        withoutSecrets();
        String exported = documents.export();
        try (AccessControl elsewhere = elsewhere()) {
            ConfigurationDocument there = elsewhere.admin().configuration();
            List<Change> changes = there.apply(exported, Force.NO);
            assertTrue(changes.stream().allMatch(change -> change.step() == Step.CREATE), changes::toString);
            assertEquals(withoutRevision(exported), withoutRevision(there.export()));
            assertEquals(List.of(), there.diff(exported));
            assertEquals(List.of(), there.apply(exported, Force.NO));
            assertEquals(List.of(), elsewhere.admin().listKeys(acme.mobile.id()));
        }
    }

    @Test
    void withDigestsTheKeysOpenElsewhereToo() {
        withoutSecrets();
        String exported = documents.export(true);
        assertFalse(exported.contains(acme.key.reveal()));
        try (AccessControl elsewhere = elsewhere()) {
            elsewhere.admin().configuration().apply(exported, Force.NO);
            AccessRequest call =
                    Acme.request(GET, "/orders/1").apiKey(acme.key.reveal()).build();
            assertTrue(elsewhere.decider().decide(call).isAllowed());
            assertEquals(
                    withoutRevision(exported),
                    withoutRevision(elsewhere.admin().configuration().export(true)));
        }
    }

    @Test
    void isAsItsSchemaSays() {
        fill();
        assertEquals(List.of(), SchemaCheck.faults(documents.export(true)));
        assertEquals(
                1,
                SchemaCheck.faults(documents.export().replace("\"clients\"", "\"customers\""))
                        .size());
    }

    @Test
    void theSchemaOfTheDocumentationIsTheOneInTheJar() throws IOException {
        assertEquals(resource(), Files.readString(Path.of("../docs/configuration.schema.json")));
    }

    @Test
    void neverHoldsASecretAndKeepsTheOneThatIsThere() {
        AccessProfile robot = robot();
        String exported = documents.export(true);
        assertFalse(exported.contains(SignedToken.SECRET));
        assertTrue(exported.contains("\"secret\": \"kept\""));
        List<Change> changes = documents.apply(exported.replace("ACME robot", "ACME machine"), Force.NO);
        assertEquals(
                List.of("name: `ACME robot` → `ACME machine`"), changes.get(0).differences());
        assertEquals(
                robot.terms().authentication(), admin.get(robot.id()).terms().authentication());
        try (AccessControl elsewhere = elsewhere()) {
            Refusal.of(
                    () -> elsewhere.admin().configuration().apply(exported, Force.NO),
                    "/profiles/1/terms/authentication/keys/0/secret",
                    "`kept` keeps none");
            assertEquals(List.of(), elsewhere.admin().listClients());
        }
    }

    @Test
    @Rule({"M1", "S7"})
    void theRecordSaysThatASecretIsAnotherAndNothingOfIt() {
        AccessProfile robot = robot();
        String other = "another-secret-of-at-least-32-bytes!";
        admin.update(robot.toBuilder()
                .authentication(Jwt.hmac()
                        .secret(other)
                        .externalSubject("https://issuer.example", "robot-7")
                        .build())
                .build());
        AuditEntry entry = admin.audit(1).get(0);
        assertTrue(
                entry.changes().stream()
                        .anyMatch(line -> line.matches("terms.authentication.keys: another `secret of \\d+ bits`")
                                || line.startsWith("terms.authentication.keys: removed `secret of")),
                entry::toString);
        assertFalse(entry.toString().contains(other) || entry.toString().contains(SignedToken.SECRET));
    }

    @Test
    @Rule("C8")
    void saysWhereTheIntrospectionEndpointIsTrustedAlone() {
        fill();
        String exported = documents.export();
        assertTrue(exported.contains("\"trustEndpoint\": true"), exported);
        Refusal.of(
                () -> documents.apply(
                        exported.replace("\"trustEndpoint\": true", "\"trustEndpoint\": false"), Force.NO),
                "an issuer is missing");
    }

    @Test
    void aDryRunChangesNothingAndSaysTheSame() {
        String changed = documents.export().replace("\"ACME Company\"", "\"ACME Corporation\"");
        int audited = admin.audit(1_000).size();
        List<Change> planned = documents.diff(changed);
        assertEquals(audited, admin.audit(1_000).size());
        assertEquals("ACME Company", admin.get(acme.acme.id()).name());
        assertEquals(planned, documents.apply(changed, Force.NO));
        assertEquals("ACME Corporation", admin.get(acme.acme.id()).name());
        assertEquals(
                "UPDATE client `" + acme.acme.id()
                        + "`, client `ACME Corporation`: name: `ACME Company` → `ACME Corporation`",
                planned.get(0).toString());
    }

    @Test
    void namesAllFaultsAtOnceEachWithItsPlace() {
        String message = Refusal.of(
                () -> documents.apply("""
                        {"format": "other", "surprise": 1,
                         "policies": [
                           {"id": "p", "name": "P", "limits": [
                             {"kind": "rate", "name": "rate", "max": -1, "period": "PT1M"},
                             {"kind": "rite", "name": "rate", "max": 1},
                             {"kind": "quota", "name": "quota", "max": 1.5, "each": {"unit": "EON"}},
                             {"kind": "rate", "name": "r", "max": 1, "period": "soon"}]},
                           {"id": "p", "name": "Q", "windows": [{"days": ["SOMEDAY"], "from": "8", "until": "09:00"}]},
                           {"id": "not an id", "name": 7, "addresses": {"allow": ["10.0.0.0/33", "x"]}}],
                         "collections": [{"id": "c", "name": "C", "publication": "LATER",
                             "routes": [{"path": "nowhere", "methods": ["G ET"]}]}],
                         "profiles": [{"id": "x", "client": "y", "name": "X"}, 5]}
                        """, Force.NO),
                "/format: `other` is not",
                "/surprise: is not known here",
                "/policies/0/limits/0: rate limit `rate`: units `-1` are below 0",
                "/policies/0/limits/1/kind: `rite`",
                "/policies/0/limits/2/max: `1.5` is not a whole number",
                "/policies/0/limits/2: unit is none of",
                "/policies/0/limits/3/period: `soon`",
                "/policies/1/windows/0",
                "/policies/2/id: PolicyId `not an id`".replace("PolicyId", "policy id"),
                "/policies/2/name: `7` is not a text",
                "/policies/2/addresses: prefix length of `10.0.0.0/33`",
                "/collections/0/publication: `LATER` is none of",
                "/collections/0/routes/0/path",
                "/profiles/0/terms: is missing",
                "/profiles/1: is not an object");
        assertTrue(message.length() > 500, message);
        assertEquals(List.of(), admin.listPolicies());
    }

    @Test
    void namesAllFaultsBetweenObjectsAtOnceAndLeavesNothingHalfDone() {
        Refusal.of(
                () -> documents.apply("""
                        {"format": "io.apiaccess/configuration-1",
                         "policies": [{"id": "fine", "name": "Fine"}, {"id": "odd", "name": "Odd",
                             "conditions": [{"name": "stranger"}]}],
                         "collections": [{"id": "c", "name": "C", "policy": "none", "basePath": "/c"},
                             {"id": "d", "name": "D", "basePath": "/c"}],
                         "clients": [{"id": "a", "name": "A", "policy": "none"}]}
                        """, Force.YES),
                "/policies/1: policy `Odd`: condition `stranger` is not registered",
                "/collections/0: collection `C v1`: policy `none` does not exist",
                "/clients/0: client `A`: policy `none` does not exist");
        assertEquals(List.of(), admin.listPolicies());
        assertEquals(List.of(acme.orders), admin.listCollections());
        assertNull(acme.reason(GET, "/orders/1"));
    }

    @Test
    void whatIsNoJsonIsRefused() {
        Refusal.of(() -> documents.apply("[]", Force.NO), "document");
        Refusal.of(() -> documents.apply("{\"format\": 1", Force.NO), "document");
    }

    @Test
    void aKindThatIsNotNamedIsLeftAlone() {
        assertEquals(
                List.of(),
                documents.apply("{\"format\": \"io.apiaccess/configuration-1\", \"policies\": []}", Force.NO));
        assertEquals(1, admin.listClients().size());
        assertNull(acme.reason(GET, "/orders/1"));
    }

    @Test
    void deletesWhatIsNoLongerThereAndSparesWhatIsInUseUnlessForced() {
        String without = "{\"format\": \"io.apiaccess/configuration-1\", \"clients\": [], \"profiles\": []}";
        Refusal.of(() -> documents.apply(without, Force.NO), "has key", "in force: revoke it first");
        assertNull(acme.reason(GET, "/orders/1"));
        List<Change> changes = documents.apply(without, Force.YES);
        assertEquals(
                List.of(
                        "DELETE key `" + acme.key.id() + "`",
                        "DELETE profile `ACME mobile`",
                        "DELETE client `ACME Company`"),
                changes.stream()
                        .map(change -> change.step() + " " + change.name())
                        .toList());
        assertEquals(List.of(), admin.listClients());
    }

    @Test
    void deletesACollectionWithTheGrantsThatTheDocumentNoLongerHas() {
        ApiCollection extra =
                admin.create(ApiCollection.named("Extra").basePath("/extra").build());
        String before = withoutRevision(documents.export());
        admin.update(admin.get(acme.mobile.id()).toBuilder().grant(extra.id()).build());
        assertEquals(
                List.of(Step.UPDATE),
                documents.apply(before, Force.NO).stream().map(Change::step).toList());
        admin.delete(extra.id(), false);
        assertEquals(
                List.of(Step.CREATE),
                documents.apply(before, Force.NO).stream().map(Change::step).toList());
    }

    @Test
    void waitsForRegistrationAsAnyOtherEditAndForgetsNone() {
        admin.update(admin.get(acme.acme.id()).toBuilder()
                .registration(Registration.MANUAL)
                .build());
        ApiCollection extra =
                admin.create(ApiCollection.named("Extra").basePath("/extra").build());
        String exported = documents.export();
        String granted =
                exported.replaceFirst("\"grants\": \\[", "\"grants\": [{\"collection\": \"" + extra.id() + "\"},");
        documents.apply(granted.replaceAll("(?s),\\s*\"registered\": \\{.*?\\n {6}\\}", ""), Force.NO);
        assertEquals(DenyReason.NOT_GRANTED, acme.reason(GET, "/extra/1"));
        assertEquals(List.of("is granted collection `Extra v1`"), admin.pendingChanges(acme.mobile.id()));
        assertNull(acme.reason(GET, "/orders/1"));
    }

    @Test
    void overwritesAndDeletesNothingThatOthersHaveChangedSinceTheExport() {
        String exported = documents.export();
        admin.deactivate(acme.acme.id());
        Policy added = admin.create(Policy.named("Added").build());
        Refusal.of(
                () -> documents.apply(exported, Force.YES),
                "/clients/0: client `ACME Company` is of revision",
                "/policy `" + added.id() + "`: policy `Added` is of revision",
                "export anew");
        Refusal.of(() -> documents.diff(exported), "client `ACME Company` is of revision");
        assertEquals(Status.INACTIVE, admin.get(acme.acme.id()).status());
        assertEquals(List.of(added), admin.listPolicies());
        String described = exported.replace("\"name\": \"Orders\"", "\"name\": \"Purchases\"");
        Refusal.of(() -> documents.apply(described, Force.NO), "client `ACME Company` is of revision");
        assertEquals("Orders", admin.get(acme.orders.id()).name());
        documents.apply(withoutRevision(exported), Force.NO);
        assertEquals(Status.ACTIVE, admin.get(acme.acme.id()).status());
        assertEquals(List.of(), admin.listPolicies());
        Refusal.of(
                () -> documents.apply("{\"format\": \"io.apiaccess/configuration-1\", \"revision\": -1}", Force.NO),
                "/revision: `-1` is below 0");
    }

    @Test
    @Rule("M3")
    void whatAnEditHasTakenAwayComesBackByARegistrationOnly() {
        admin.update(admin.get(acme.acme.id()).toBuilder()
                .registration(Registration.MANUAL)
                .build());
        String exported = withoutRevision(documents.export());
        admin.update(admin.get(acme.mobile.id()).toBuilder()
                .withoutGrant(acme.orders.id())
                .build());
        assertEquals(DenyReason.NOT_GRANTED, acme.reason(GET, "/orders/1"));
        documents.apply(exported, Force.NO);
        assertEquals(DenyReason.NOT_GRANTED, acme.reason(GET, "/orders/1"));
        assertEquals(List.of("is granted collection `Orders v1`"), admin.pendingChanges(acme.mobile.id()));
        admin.register(acme.mobile.id());
        assertNull(acme.reason(GET, "/orders/1"));
    }

    @Test
    void keysAreDeletedByAFullAdminOnly() {
        String without = documents.export(true).replaceFirst("(?s)\"keys\": \\[\\s*\\{.*?\\}\\s*\\]", "\"keys\": []");
        String theirs = without.replaceFirst("(?s)\"collections\": \\[.*?\"clients\"", "\"clients\"");
        AccessAdmin editor = acme.access.adminFor(Actor.of("editor", Map.of("retail", Permission.EDIT)));
        assertTrue(assertThrows(
                        NotPermittedException.class,
                        () -> editor.configuration().apply(theirs, Force.YES))
                .needsFullAdmin());
        assertNull(acme.reason(GET, "/orders/1"));
        assertEquals(
                List.of(Step.DELETE),
                documents.apply(theirs, Force.YES).stream().map(Change::step).toList());
        assertEquals(DenyReason.UNKNOWN_CREDENTIAL, acme.reason(GET, "/orders/1"));
    }

    @Test
    void anActorAppliesWhatIsTheirsAndDeletesNothingElse() {
        AccessAdmin actor = acme.access.adminFor(Actor.of("actor", Map.of("retail", Permission.ADMIN)));
        admin.create(Client.named("Other").project("wholesale").build());
        String theirs = withoutRevision(actor.configuration().export());
        assertFalse(theirs.contains("Other") || theirs.contains("Orders"));
        assertEquals(
                1,
                actor.configuration()
                        .apply(theirs.replace("ACME Company", "ACME Corporation"), Force.NO)
                        .size());
        assertEquals(2, admin.listClients().size());
        AccessAdmin viewer = acme.access.adminFor(Actor.of("viewer", Map.of("retail", Permission.VIEW)));
        assertThrows(NotPermittedException.class, () -> viewer.configuration().apply(theirs, Force.NO));
    }

    private void withoutSecrets() {
        admin.listProfiles(acme.acme.id()).stream()
                .filter(profile -> profile.terms().authentication() instanceof Jwt jwt && jwt.isHmac())
                .forEach(profile -> admin.delete(profile.id(), true));
    }

    private static String withoutRevision(String document) {
        return document.replaceFirst("\"revision\": [0-9]+,", "");
    }

    private AccessControl elsewhere() {
        return AccessControl.builder()
                .clock(acme.time)
                .monotonicClock(acme.time)
                .condition("friend", asked -> true)
                .build();
    }

    private AccessProfile robot() {
        return admin.create(AccessProfile.named("ACME robot", acme.acme.id())
                .grant(acme.orders.id())
                .authentication(Jwt.hmac()
                        .secret(SignedToken.SECRET)
                        .externalSubject("https://issuer.example", "robot-7")
                        .claims(rules -> rules.maxLifetime(Duration.ofHours(1)).issuer("https://issuer.example"))
                        .build())
                .build());
    }

    /** Some of everything that a document can hold. */
    private void fill() {
        Policy all = admin.create(Policy.named("All of it")
                .description("more than\none line")
                .project("retail")
                .shared(true)
                .label("b")
                .label("a")
                .limit(RateLimit.of(Long.MAX_VALUE)
                        .per(Duration.ofMillis(1))
                        .named("one")
                        .scope(LimitScope.CLIENT))
                .limit(RateLimit.bucket(3)
                        .refill(4, Duration.ofHours(1))
                        .named("two")
                        .onFailure(FailureMode.local(1, 3)))
                .limit(Quota.of(0).perHour().named("three").onFailure(FailureMode.open()))
                .limit(Quota.of(1).perDay().named("four").in(ZoneId.of("Europe/Berlin")))
                .limit(Quota.of(1).perWeek(DayOfWeek.SUNDAY).named("five").shadow())
                .limit(Quota.of(1).perMonth(31).named("six"))
                .limit(Quota.of(1).perYear(MonthDay.of(2, 29)).named("seven"))
                .limit(Quota.of(1)
                        .per(Duration.ofDays(30), Instant.parse("2026-01-01T00:00:00Z"))
                        .named("eight"))
                .during(TimeWindow.daily(LocalTime.of(22, 0), LocalTime.of(6, 0))
                        .on(DayOfWeek.FRIDAY))
                .during(TimeWindow.daily(LocalTime.MIDNIGHT, LocalTime.MIDNIGHT).in(ZoneId.of("Asia/Tokyo")))
                .allowFrom("10.0.0.0/8, 2001:db8::/32")
                .blockFrom("10.1.2.3")
                .condition("friend", Map.of("of", "ACME \"Company\""))
                .build());
        admin.create(Policy.named("Shadow")
                .shadow(true)
                .limit(RateLimit.of(1).per(Duration.ofMinutes(1)))
                .build());
        Plan plan = admin.lock(
                admin.create(Plan.named("Plan", all.id()).version("2").build()).id());
        ApiCollection extra = admin.create(ApiCollection.named("Extra")
                .version("v2")
                .basePath("/extra")
                .route(Route.at("/{id}", GET, POST)
                        .scopes("read", "write")
                        .cost(3)
                        .active(false))
                .route(Route.at("/{rest...}", DELETE))
                .plan(plan.id())
                .policy(all.id())
                .build());
        admin.create(ApiCollection.named("Open")
                .visibility(Visibility.PUBLIC)
                .basePath("/open")
                .draft()
                .build());
        Client manual = admin.create(Client.named("Manual")
                .registration(Registration.MANUAL)
                .override(new LimitOverride(all.id(), "one", 5, Instant.parse("2027-01-01T00:00:00Z")))
                .build());
        AccessProfile profile = admin.create(AccessProfile.named("manual", manual.id())
                .version("7")
                .grant(Grant.of(extra.id())
                        .plan(plan.id())
                        .scopes("read")
                        .readOnly()
                        .except(GET, "/secret"))
                .policy(all.id())
                .blockFrom("10.0.0.1")
                .certificate(CertificateCondition.builder()
                        .thumbprint("ab".repeat(32))
                        .subject("CN=robot,O=ACME")
                        .build())
                .build());
        admin.register(profile.id());
        admin.update(admin.get(profile.id()).toBuilder()
                .description("waits")
                .withoutGrant(extra.id())
                .addresses(AddressRules.none())
                .build());
        admin.deactivate(profile.id());
        admin.create(AccessProfile.named("oauth", manual.id())
                .authentication(OAuth2.builder()
                        .introspected(true)
                        .trustEndpoint(true)
                        .claims(rules -> rules.audience("us"))
                        .build())
                .build());
        admin.create(AccessProfile.named("oidc", manual.id())
                .authentication(OpenIdConnect.discovered("https://issuer.example")
                        .authorizedParty("app")
                        .claims(rules -> rules.audience("us").require("email"))
                        .build())
                .build());
        robot();
    }

    private static String resource() {
        try (var in = AccessAdmin.class.getResourceAsStream("/io/apiaccess/configuration.schema.json")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
