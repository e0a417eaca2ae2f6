package io.apiaccess.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.apiaccess.Rule;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.CollectionId;
import io.apiaccess.api.Route;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.AccessToken;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.Authentication;
import io.apiaccess.client.CertificateCondition;
import io.apiaccess.client.Client;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.Grant;
import io.apiaccess.client.Jwt;
import io.apiaccess.client.KeyDigest;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.OAuth2;
import io.apiaccess.client.OpenIdConnect;
import io.apiaccess.client.ProfileId;
import io.apiaccess.client.ProfileTerms;
import io.apiaccess.client.Registration;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.KeyStatus;
import io.apiaccess.entity.KeyUse;
import io.apiaccess.entity.PlanStatus;
import io.apiaccess.entity.Publication;
import io.apiaccess.entity.Status;
import io.apiaccess.jwt.JwtAlgorithm;
import io.apiaccess.policy.AddressRules;
import io.apiaccess.policy.FailureMode;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.LimitOverride;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.PlanId;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.policy.TimeWindow;
import io.apiaccess.request.HttpMethod;
import io.apiaccess.spi.SecretCipher;
import io.apiaccess.spi.StoreException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Whatever an entity holds comes back from its rows; and everything is drawn that an entity can hold. */
@Rule({"S1", "S3"})
class KindsTest {
    private static final long SEED = Long.getLong("seed", 20_261_127L);
    private static final SecretCipher CIPHER = SecretCipher.aesGcm("k", Map.of("k", new byte[32]));
    private static final String ISSUER = "https://issuer.example.com";
    private static final String PUBLIC_KEY = "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"ed\","
            + "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}";

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Kinds kinds = new Kinds(Optional.of(CIPHER), () -> new byte[32]);

    @Test
    void keepsWhateverIsDrawn() {
        for (int round = 0; round < 400; round++) {
            returns(policy());
            returns(plan());
            returns(collection());
            returns(client());
            returns(profile());
            returns(key());
            returns(token());
        }
    }

    @Test
    void fillsEveryColumnAtTimes() {
        Map<String, Integer> filled = new TreeMap<>();
        for (int round = 0; round < 400; round++) {
            for (Entity<?> entity : List.of(policy(), plan(), collection(), client(), profile(), key(), token())) {
                count(entity, filled);
            }
        }
        List<String> never = new ArrayList<>();
        for (Table table : kinds.tables()) {
            for (int i = 0; i < table.columns().size(); i++) {
                String column = table.name() + "." + table.columns().get(i).name();
                if (!filled.containsKey(column)) {
                    never.add(column);
                }
            }
        }
        assertEquals(List.of(), never, "no entity that is drawn fills these");
    }

    @Test
    @Rule("S7")
    void keepsNoSecretWithoutACipher() {
        AccessProfile profile = AccessProfile.named("robot", new ClientId("c"))
                .authentication(Jwt.hmac().secret(secret(1)).build())
                .build();
        Kinds open = new Kinds(Optional.empty(), () -> new byte[32]);
        StoreException refused =
                assertThrows(StoreException.class, () -> open.of(profile.id()).sheet(profile));
        assertEquals(
                "profile `" + profile.id()
                        + "` proves itself by a shared secret, which is kept encrypted only: give the"
                        + " store a `SecretCipher`",
                refused.getMessage());
        open.of(profile.id())
                .sheet(profile.toBuilder()
                        .authentication(Jwt.publicKey().jwk(PUBLIC_KEY).build())
                        .build());
    }

    private <E extends Entity<E>> void returns(E entity) {
        Kind<E> kind = kinds.of(entity.id());
        Sheet sheet = kind.sheet(entity);
        E back = kind.entity(copy(kind, sheet));
        assertEquals(sorted(entity), sorted(back), this::where);
        assertEquals(entity.references(), back.references(), this::where);
        assertEquals(entity.uniqueKeys(), back.uniqueKeys(), this::where);
        assertEquals(7, back.revision());
        if (entity instanceof AccessProfile profile && back instanceof AccessProfile other) {
            assertEquals(profile.terms(), other.terms(), this::where);
            assertEquals(profile.registered(), other.registered(), this::where);
            assertEquals(profile.overrides(), other.overrides(), this::where);
            assertEquals(profile.subjects(), other.subjects(), this::where);
        } else if (entity instanceof Policy policy && back instanceof Policy other) {
            assertEquals(
                    policy.toBuilder().shadow(false).build().limits(),
                    other.toBuilder().shadow(false).build().limits(),
                    this::where);
            assertEquals(policy.windows(), other.windows(), this::where);
            assertEquals(policy.conditions(), other.conditions(), this::where);
        } else if (entity instanceof Client client && back instanceof Client other) {
            assertEquals(client.logo(), other.logo(), this::where);
        } else if (entity instanceof ApiKey key && back instanceof ApiKey other) {
            assertEquals(key.digest(), other.digest(), this::where);
            assertEquals(key.use(), other.use(), this::where);
        } else if (entity instanceof AccessToken token && back instanceof AccessToken other) {
            assertEquals(token.digest(), other.digest(), this::where);
        }
    }

    /** Returns the same rows as a database would hand them out. */
    private static <E extends Entity<E>> Sheet copy(Kind<E> kind, Sheet sheet) {
        Sheet copy = Sheet.of(sheet.id(), 7, sheet.count(), sheet.main().again());
        for (Table part : kind.parts()) {
            sheet.rows(part).forEach(row -> copy.add(part, row.again()));
        }
        return copy;
    }

    private <E extends Entity<E>> void count(Entity<E> entity, Map<String, Integer> filled) {
        Kind<E> kind = kinds.of(entity.id());
        Sheet sheet = kind.sheet(kind.type().cast(entity));
        count(kind.main(), sheet.main(), filled);
        kind.parts().forEach(part -> sheet.rows(part).forEach(row -> count(part, row, filled)));
    }

    private static void count(Table table, Row row, Map<String, Integer> filled) {
        assertEquals(table.columns().size(), row.values().length, table::name);
        for (int i = 0; i < row.values().length; i++) {
            Object value = row.values()[i];
            if (value != null && !Boolean.FALSE.equals(value)) {
                filled.merge(table.name() + "." + table.columns().get(i).name(), 1, Integer::sum);
            }
        }
    }

    /** Sets have no order, so what they read like has none either. */
    private static List<Integer> sorted(Entity<?> entity) {
        return entity.toString().chars().sorted().boxed().toList();
    }

    private String where() {
        return "seed " + SEED;
    }

    private Policy policy() {
        Policy.Builder policy = Policy.named(text())
                .description(maybe() ? "a\nb " + text() : null)
                .project(maybe() ? text() : null)
                .shared(maybe())
                .shadow(maybe());
        labels().forEach(policy::label);
        for (int i = random.nextInt(4); i > 0; i--) {
            policy.limit(limit().named("limit " + i));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            policy.during(TimeWindow.daily(
                            LocalTime.ofNanoOfDay(random.nextLong(86_400_000_000_000L)),
                            LocalTime.of(random.nextInt(24), 0))
                    .on(pick(DayOfWeek.values()), pick(DayOfWeek.values()))
                    .in(zone()));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            policy.condition("condition-" + i, maybe() ? Map.of() : Map.of("a", text(), "b", ""));
        }
        return policy.addresses(addresses()).build();
    }

    private Limit limit() {
        long max = maybe() ? random.nextInt(9) : Long.MAX_VALUE;
        Duration length = Duration.ofNanos(1 + random.nextLong(Long.MAX_VALUE - 1));
        Limit limit = switch (random.nextInt(8)) {
            case 0 -> RateLimit.of(max).per(length);
            case 1 -> RateLimit.bucket(max).refill(1 + random.nextInt(99), length);
            case 2 -> Quota.of(max).perHour().in(zone());
            case 3 -> Quota.of(max).perDay();
            case 4 -> Quota.of(max).perWeek(pick(DayOfWeek.values())).in(zone());
            case 5 -> Quota.of(max).perMonth(1 + random.nextInt(31));
            case 6 -> Quota.of(max).perYear(MonthDay.of(2, 29));
            default -> Quota.of(max).per(length, instant());
        };
        limit = limit.scope(pick(LimitScope.values()));
        limit = maybe() ? limit.shadow() : limit;
        return switch (random.nextInt(3)) {
            case 0 -> limit.onFailure(FailureMode.open());
            case 1 -> limit.onFailure(FailureMode.local(random.nextInt(3), 3));
            default -> limit;
        };
    }

    private Plan plan() {
        Plan.Builder plan = Plan.named(text(), policyId())
                .version(maybe() ? text() : null)
                .project(maybe() ? text() : null)
                .shared(maybe());
        labels().forEach(plan::label);
        return plan.build().withStatus(pick(PlanStatus.values()));
    }

    private ApiCollection collection() {
        ApiCollection.Builder collection = ApiCollection.named(text())
                .version(text())
                .description(maybe() ? text() : null)
                .project(maybe() ? text() : null)
                .shared(maybe())
                .basePath("/base" + random.nextInt(9))
                .policy(maybe() ? policyId() : null);
        labels().forEach(collection::label);
        for (int i = random.nextInt(4); i > 0; i--) {
            Route route = Route.at("/r" + i + "/{id}/{rest...}", HttpMethod.GET, HttpMethod.of("PURGE"))
                    .cost(random.nextLong(Long.MAX_VALUE))
                    .active(maybe());
            collection.route(maybe() ? route.scopes("read", "write") : route);
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            collection.plan(new PlanId("plan" + i));
        }
        ApiCollection built = maybe() ? collection.draft().build() : collection.build();
        return (maybe() ? built : built.withPublication(Publication.RETIRED)).withActive(maybe());
    }

    private Client client() {
        Client.Builder client = Client.named(text())
                .description(maybe() ? text() : null)
                .project(maybe() ? text() : null)
                .policy(maybe() ? policyId() : null)
                .registration(pick(Registration.values()));
        if (maybe()) {
            client.logo(new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 7, (byte) 0xff, (byte) 0xd9});
        }
        labels().forEach(client::label);
        overrides().forEach(client::override);
        return client.build().withStatus(pick(Status.values()));
    }

    private AccessProfile profile() {
        AccessProfile.Builder profile = AccessProfile.named(text(), new ClientId("client"))
                .id(new ProfileId("profile" + random.nextInt(99)))
                .description(maybe() ? text() : null)
                .version(maybe() ? text() : null);
        labels().forEach(profile::label);
        overrides().forEach(profile::override);
        ProfileTerms terms = terms();
        terms.grants().forEach(profile::grant);
        AccessProfile built = profile.policy(terms.policy().orElse(null))
                .addresses(terms.addresses())
                .authentication(terms.authentication())
                .certificate(terms.certificate().orElse(null))
                .build();
        if (maybe()) {
            built = built.withRegistered(terms());
            // what is registered may have lost what no new terms could be without
            built = maybe()
                    ? built.withRegistered(built.inForce(Registration.MANUAL).orElseThrow())
                    : built;
        }
        return built.withStatus(pick(Status.values()));
    }

    private ProfileTerms terms() {
        List<Grant> grants = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            Grant grant = Grant.of(new CollectionId("collection" + i));
            grant = maybe() ? grant.plan(new PlanId("plan" + i)) : grant;
            grant = maybe() ? grant.scopes("read", "write") : maybe() ? grant.scopes(new String[0]) : grant;
            grant = maybe() ? grant.except(HttpMethod.GET, "/a/{b}").except(HttpMethod.POST, "/c") : grant;
            grants.add(maybe() ? grant.readOnly() : grant);
        }
        return new ProfileTerms(
                grants, maybe() ? policyId() : null, addresses(), authentication(), maybe() ? certificate() : null);
    }

    private Authentication authentication() {
        return switch (random.nextInt(5)) {
            case 0 ->
                Jwt.hmac()
                        .algorithms(JwtAlgorithm.HS256)
                        .secret(secret(1))
                        .secret(secret(2))
                        .claims(rules -> rules.audience("me").require("tenant").expires(maybe()))
                        .externalSubject(ISSUER, "someone ")
                        .externalSubject("", text())
                        .build();
            case 1 ->
                Jwt.publicKey()
                        .jwk(PUBLIC_KEY)
                        .jwkSetUrl("https://keys.example.com/set?secret=1")
                        .claims(rules ->
                                rules.issuer(ISSUER).issuer("other").type("jwt").maxLifetime(Duration.ofNanos(7)))
                        .build();
            case 2 ->
                OAuth2.builder()
                        .discover(ISSUER)
                        .claims(rules -> rules.audience("me"))
                        .introspected(maybe())
                        .build();
            case 3 ->
                OpenIdConnect.discovered(ISSUER)
                        .claims(rules -> rules.audience("me"))
                        .authorizedParty("portal")
                        .build();
            default -> maybe() ? Authentication.authToken() : OAuth2.issuedHere();
        };
    }

    private CertificateCondition certificate() {
        CertificateCondition.Builder certificate = CertificateCondition.builder();
        boolean byThumbprint = maybe();
        if (byThumbprint) {
            certificate.thumbprint("ab".repeat(32)).thumbprint("cd".repeat(32));
        }
        if (!byThumbprint || maybe()) {
            certificate.subject("CN=robot,O=ACME Company\\, Inc.");
        }
        return certificate.build();
    }

    private ApiKey key() {
        boolean secret = maybe();
        return ApiKey.of(new KeyId("key" + random.nextInt(99)), new ProfileId("p"), digest())
                .use(secret ? KeyUse.TOKENS : KeyUse.CALLS)
                .hint(maybe() ? "aB9z" : "")
                .imported(!secret && maybe())
                .label(maybe() ? text() : null)
                .status(pick(KeyStatus.values()))
                .createdAt(Instant.EPOCH.minusNanos(random.nextInt(9)))
                .notBefore(maybe() ? Instant.EPOCH : null)
                .expiresAt(maybe() ? Instant.MAX : null)
                .revokedAt(maybe() ? instant() : null)
                .build();
    }

    private AccessToken token() {
        ApiKey secret = ApiKey.of(new KeyId("secret"), new ProfileId("p"), digest())
                .use(KeyUse.TOKENS)
                .build();
        return AccessToken.issue(
                secret, digest(), maybe() ? null : maybe() ? Set.of() : Set.of("read", "write"), instant());
    }

    private KeyDigest digest() {
        byte[] bytes = new byte[KeyDigest.BYTES];
        random.nextBytes(bytes);
        return KeyDigest.of(bytes, maybe() ? "pepper" : null);
    }

    private List<LimitOverride> overrides() {
        List<LimitOverride> overrides = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            overrides.add(new LimitOverride(new PolicyId("policy" + i), text(), random.nextInt(9), instant()));
        }
        return overrides;
    }

    private AddressRules addresses() {
        AddressRules.Builder rules =
                (random.nextInt(4) == 0 ? AddressRules.none() : AddressRules.unrestricted()).toBuilder();
        if (maybe()) {
            rules.allow("106.226.100.3/20, 2001:DB8::/32");
        }
        return (maybe() ? rules.block("106.226.100.9, ::ffff:10.1.2.0/120") : rules).build();
    }

    private List<String> labels() {
        return maybe() ? List.of("b", "a") : List.of();
    }

    private Instant instant() {
        return Instant.ofEpochSecond(random.nextLong(4_000_000_000L), random.nextInt(1_000_000_000));
    }

    private ZoneId zone() {
        return pick(new ZoneId[] {ZoneId.of("Europe/Berlin"), ZoneOffset.UTC, ZoneId.of("+05:30")});
    }

    private PolicyId policyId() {
        return new PolicyId("policy" + random.nextInt(9));
    }

    private String text() {
        return "text \u00c4\ud83d\ude80 `" + random.nextInt(999) + "`";
    }

    private static String secret(int number) {
        return "a shared secret of enough characters, number " + number;
    }

    private boolean maybe() {
        return random.nextBoolean();
    }

    private <T> T pick(T[] all) {
        return all[random.nextInt(all.length)];
    }
}
