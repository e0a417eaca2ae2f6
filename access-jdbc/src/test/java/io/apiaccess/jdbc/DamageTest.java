package io.apiaccess.jdbc;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Acme;
import io.apiaccess.Rule;
import io.apiaccess.admin.AccessAdmin;
import io.apiaccess.admin.ConfigurationDocument.Force;
import io.apiaccess.admin.Finding;
import io.apiaccess.admin.NotPermittedException;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.Jwt;
import io.apiaccess.policy.Policy;
import io.apiaccess.spi.Actor;
import io.apiaccess.spi.Query;
import io.apiaccess.spi.StoreException;
import io.apiaccess.spi.UnreadableException;
import io.apiaccess.spi.UsageDimension;
import io.apiaccess.usage.UsagePeriod;
import io.apiaccess.usage.UsageReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** One damaged row stops nothing but itself, and is named wherever it is missing. */
@ParameterizedClass
@EnumSource
@Rule("S9")
class DamageTest {
    private static final String KEY =
            "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}";

    private final TestDatabase database;
    private final Acme acme;
    private final String document;
    private final AccessProfile partner;

    DamageTest(Engine engine) {
        database = Databases.fresh(engine);
        acme = new Acme(builder -> builder.maxStaleness(Duration.ofDays(365))
                .store(JdbcAccessStore.builder(database.dataSource())
                        .timeout(Duration.ofSeconds(20))
                        .build()));
        document = acme.admin.configuration().export();
        partner = acme.admin.create(AccessProfile.named("partner", acme.acme.id())
                .grant(acme.orders.id())
                .allowFrom("10.0.0.0/8")
                .build());
        acme.decide(Acme.request(GET, "/orders/1")
                .apiKey(acme.admin.issueKey(partner.id()).reveal()));
    }

    /** What is lost is the restriction: the row that says from where the partner may call. */
    @BeforeEach
    void damage() {
        database.execute("DELETE FROM access_profile_range WHERE profile_id = '" + partner.id() + "'");
    }

    @AfterEach
    void close() {
        acme.close();
        database.close();
    }

    @Test
    void listsAndFindsTheOthers() {
        assertEquals(List.of(acme.mobile.id()), ids(acme.admin.listProfiles(acme.acme.id())));
        assertEquals(
                List.of(acme.mobile.id()),
                ids(acme.admin.search().profiles(Query.all()).items()));
        assertEquals(
                List.of(acme.mobile.id()),
                ids(acme.admin.search().profiles(Query.all().byId().limit(1)).items()));
        assertEquals(List.of(partner.id()), acme.admin.listUnreadable());
        UnreadableException refused = assertThrows(UnreadableException.class, () -> acme.admin.get(partner.id()));
        assertEquals(Set.of(partner.id()), refused.ids());
        assertEquals("profile `" + partner.id() + "` cannot be read from what is kept", refused.getMessage());
    }

    @Test
    void namesItAmongWhatIsOdd() {
        List<Finding> findings = acme.admin.insight().lint().stream()
                .filter(finding -> finding.kind() == Finding.Kind.UNREADABLE)
                .toList();
        assertEquals(
                List.of(partner.id()), findings.stream().map(Finding::object).toList());
        assertEquals(
                "UNREADABLE profile `" + partner.id() + "`: profile `" + partner.id()
                        + "` cannot be read from what is kept, and what depends on it is denied: put its rows right",
                findings.get(0).toString());
    }

    @Test
    void writesNoDocumentThatLacksIt() {
        StoreException refused = assertThrows(
                StoreException.class, () -> acme.admin.configuration().export());
        assertEquals(
                "the configuration is not exported without profile `" + partner.id()
                        + "`, which cannot be read from what is kept: put its rows right",
                refused.getMessage());
        assertThrows(UnreadableException.class, () -> acme.admin.configuration().apply(document, Force.YES));
    }

    /** An actor who may do everything with one client. */
    private Actor eve() {
        return new Actor() {
            @Override
            public String name() {
                return "Eve";
            }

            @Override
            public boolean isFullAdmin() {
                return false;
            }

            @Override
            public Optional<Permission> in(String project) {
                return Optional.empty();
            }

            @Override
            public Optional<Permission> on(ClientId client) {
                return client.equals(acme.acme.id()) ? Optional.of(Permission.ADMIN) : Optional.empty();
            }
        };
    }

    @Test
    @Rule("M2")
    void tellsWhoMayNotSeeItThatThereIsSomething() {
        AccessAdmin narrow = acme.access.adminFor(eve());
        assertEquals(List.of(acme.mobile.id()), ids(narrow.listProfiles(acme.acme.id())));
        assertThrows(NotPermittedException.class, narrow::listUnreadable);
        assertTrue(narrow.insight().lint().stream().noneMatch(it -> it.kind() == Finding.Kind.UNREADABLE));
        StoreException refused =
                assertThrows(StoreException.class, () -> narrow.configuration().export());
        assertEquals(
                "the configuration is not exported without something that `Eve` may not see, which cannot be read from what"
                        + " is kept: put its rows right",
                refused.getMessage());
        StoreException unchecked =
                assertThrows(StoreException.class, () -> narrow.configuration().apply("""
                                {"format": "io.apiaccess/configuration-1", "profiles": []}
                                """, Force.NO));
        assertEquals(
                "something that `Eve` may not see cannot be read from what is kept, and this cannot be checked without it:"
                        + " a full admin sees what it is",
                unchecked.getMessage());
    }

    @Test
    @Rule("C6")
    void takesNewTokenKeysAllTheSame() {
        AccessProfile robot = acme.admin.create(AccessProfile.named("robot", acme.acme.id())
                .grant(acme.orders.id())
                .authentication(Jwt.publicKey().jwk(KEY).build())
                .build());
        assertEquals(1, robot.tokenKeys().size());
        database.execute("UPDATE access_profile SET parts = parts + 1 WHERE id = '" + robot.id() + "'");
        assertThrows(
                UnreadableException.class,
                () -> acme.admin.create(AccessProfile.named("android", acme.acme.id())
                        .grant(acme.orders.id())
                        .authentication(Jwt.publicKey().jwk(KEY).build())
                        .build()));
    }

    @Test
    @Rule("S6")
    void reportsOnItsUsageWithoutItsName() {
        acme.decide(GET, "/orders/1");
        Instant now = acme.time.instant();
        UsageReport report = acme.access
                .usage()
                .calls(UsagePeriod.of(now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(1))))
                .by(UsageDimension.PROFILE)
                .report();
        assertEquals(2, report.calls());
        String csv = report.toCsv();
        assertTrue(csv.contains(",ACME Company," + acme.mobile.id() + ",ACME mobile,1,1,0"), csv);
        assertTrue(csv.contains(",ACME Company," + partner.id() + ",,1,0,1"), csv);
    }

    @Test
    void loadsEverythingWhereItCannotBeReadWhatIsGone() {
        database.execute(
                "UPDATE access_revision SET latest = latest + 1",
                "INSERT INTO access_removal (kind, entity_id, revision, removed_at)"
                        + " SELECT 'Policy', 'not an id', latest, 0 FROM access_revision");
        Policy policy = acme.admin.create(Policy.named("gold").build());
        acme.access.refreshNow();
        assertEquals(policy.revision(), acme.access.storeHealth().revision());
        assertTrue(acme.access.storeHealth().up());
    }

    private static List<?> ids(List<AccessProfile> profiles) {
        return profiles.stream().map(AccessProfile::id).toList();
    }
}
