package io.apiaccess.spi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.CollectionId;
import io.apiaccess.api.Route;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.AccessToken;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.Authentication;
import io.apiaccess.client.Client;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.Grant;
import io.apiaccess.client.Jwt;
import io.apiaccess.client.KeyDigest;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.Logo;
import io.apiaccess.client.ProfileId;
import io.apiaccess.client.Registration;
import io.apiaccess.client.TokenId;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.KeyStatus;
import io.apiaccess.entity.KeyUse;
import io.apiaccess.entity.PlanStatus;
import io.apiaccess.entity.Status;
import io.apiaccess.entity.UniqueKey;
import io.apiaccess.jwt.JwtKey;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.PlanId;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.policy.TimeWindow;
import io.apiaccess.request.HttpMethod;
import io.apiaccess.spi.AccessStore.Transaction;
import io.apiaccess.spi.AccessStore.View;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every access store must do, whatever it keeps its content in. */
@Rule("S1")
public abstract class AccessStoreContract {
    private static final Instant NOW = Instant.parse("2026-03-02T10:00:00Z");
    private static final long SEED = Long.getLong("seed", 20_260_302L);

    /** The store under test. */
    @SuppressWarnings("NullAway.Init") // set before each test
    protected AccessStore store;

    /** Returns a new store with nothing in it. */
    protected abstract AccessStore open();

    /** Returns how many random histories are lived through. */
    protected int rounds() {
        return Integer.getInteger("store.rounds", 25);
    }

    @BeforeEach
    void openStore() {
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void beginsWithNothingAtRevision0() {
        ChangeSet all = store.changesSince(0);
        assertEquals(0, all.revision());
        assertTrue(all.complete());
        assertEquals(List.of(), all.put());
        assertEquals(Set.of(), all.removed());
        assertEquals(List.of(), store.audit(10));
    }

    @Test
    void keepsEveryFieldOfAClient() {
        Policy policy = put(Policy.named("Gold").build());
        byte[] png = png();
        Client given = Client.named("ACME `Company` \u00c4\ud83d\ude80")
                .description("line 1\nline 2")
                .logo(png)
                .project("retail")
                .policy(policy.id())
                .registration(Registration.MANUAL)
                .build()
                .withStatus(Status.INACTIVE);
        Client kept = kept(given);
        assertEquals(given.description(), kept.description());
        assertArrayEquals(png, kept.logo().map(Logo::bytes).orElseThrow());
    }

    @Test
    void keepsEveryFieldOfAProfileAlsoWhatIsRegistered() {
        Client client = put(Client.named("ACME").build());
        Policy policy = put(Policy.named("Gold").build());
        Plan plan = put(Plan.named("Gold plan", policy.id()).build());
        ApiCollection orders = put(collection("Orders"));
        ApiCollection stock = put(collection("Stock"));
        AccessProfile registered = AccessProfile.named("mobile", client.id())
                .grant(Grant.of(orders.id())
                        .plan(plan.id())
                        .scopes("read", "write")
                        .except(HttpMethod.GET, "/secret/{rest...}")
                        .readOnly())
                .allowFrom("106.226.100.3/20, 2001:db8::/32")
                .blockFrom("106.226.100.9")
                .build()
                .register();
        AccessProfile given = registered.toBuilder()
                .description("the app")
                .version("2")
                .grant(stock.id())
                .policy(policy.id())
                .build()
                .withStatus(Status.INACTIVE);
        AccessProfile kept = kept(given);
        assertEquals(given.terms(), kept.terms());
        assertEquals(given.registered(), kept.registered());
        assertEquals(given.inForce(Registration.MANUAL), kept.inForce(Registration.MANUAL));
    }

    @Test
    void keepsEveryFieldOfACollection() {
        Policy policy = put(Policy.named("Gold").build());
        Plan plan = put(Plan.named("Gold plan", policy.id()).build().withStatus(PlanStatus.LOCKED));
        ApiCollection given = ApiCollection.named("Orders")
                .version("2")
                .description("what is ordered")
                .project("retail")
                .draft()
                .basePath("/shop")
                .route("/orders", HttpMethod.GET, HttpMethod.POST)
                .route(Route.at("/orders/{id}/{rest...}", HttpMethod.of("REPORT"))
                        .scopes("read", "write")
                        .cost(Long.MAX_VALUE)
                        .active(false))
                .plan(plan.id())
                .policy(policy.id())
                .build()
                .withActive(false);
        ApiCollection kept = kept(given);
        assertEquals(given.routes(), kept.routes());
        assertEquals(given.table(), kept.table());
        assertEquals(
                given.routes().get(1).template().toString(),
                kept.routes().get(1).template().toString());
    }

    @Test
    void keepsEveryFieldOfAPolicy() {
        Policy given = Policy.named("Gold")
                .description("for the best")
                .project("retail")
                .limit(RateLimit.of(Long.MAX_VALUE).per(Duration.ofNanos(1)).scope(LimitScope.ADDRESS))
                .limit(RateLimit.of(0).per(Duration.ofNanos(Long.MAX_VALUE)).named("second"))
                .limit(Quota.of(50).per(Duration.ofDays(30)))
                .limit(Quota.of(1_000_000).perMonth(31).named("month").in(ZoneId.of("Europe/Berlin")))
                .during(TimeWindow.daily(LocalTime.of(22, 0), LocalTime.of(6, 0))
                        .on(DayOfWeek.MONDAY, DayOfWeek.SUNDAY)
                        .in(ZoneId.of("Europe/Berlin")))
                .allowFrom("106.226.100.3/20")
                .blockFrom("106.226.100.9")
                .build();
        Policy kept = kept(given);
        assertEquals(given.limits(), kept.limits());
        assertEquals(given.windows(), kept.windows());
        assertEquals(given.addresses(), kept.addresses());
    }

    @Test
    void keepsEveryFieldOfAPlan() {
        Policy policy = put(Policy.named("Gold").build());
        kept(Plan.named("Gold plan", policy.id())
                .version("2")
                .project("retail")
                .build()
                .withStatus(PlanStatus.LOCKED));
    }

    @Test
    void keepsEveryFieldOfAKey() {
        AccessProfile profile = profile();
        ApiKey given = ApiKey.of(new KeyId("k"), profile.id(), digest(7, "pepper-1"))
                .hint("aB9z")
                .imported(true)
                .label("nightly run")
                .status(KeyStatus.DISABLED)
                .createdAt(NOW)
                .notBefore(NOW.plusNanos(123_456_000))
                .expiresAt(Instant.parse("9999-12-31T23:59:59.999999Z"))
                .revokedAt(NOW.plusSeconds(9))
                .build();
        ApiKey kept = kept(given);
        assertEquals(given.digest(), kept.digest());
        assertEquals(Optional.of("pepper-1"), kept.digest().pepperId());
        assertEquals(given.isImported(), kept.isImported());
    }

    @Test
    void keepsEveryFieldOfAClientSecretAndOfATokenThatWasIssuedForIt() {
        ApiKey secret = kept(ApiKey.of(new KeyId("s"), profile().id(), digest(8, null))
                .use(KeyUse.TOKENS)
                .createdAt(NOW)
                .build());
        assertEquals(KeyUse.TOKENS, secret.use());
        AccessToken token = kept(AccessToken.of(
                new TokenId("t"),
                secret.id(),
                digest(9, "pepper-1"),
                Set.of("orders.read", "files:write/*"),
                NOW,
                NOW.plusSeconds(3600)));
        assertEquals(secret.id(), token.secret());
        assertEquals(digest(9, "pepper-1"), token.digest());
        assertEquals(Optional.of(Set.of("orders.read", "files:write/*")), token.scopes());
        assertEquals(NOW, token.issuedAt());
        assertEquals(NOW.plusSeconds(3600), token.expiresAt());
        AccessToken all = kept(AccessToken.issue(secret, digest(10, null), null, NOW));
        assertEquals(Optional.empty(), all.scopes());
        AccessToken none = kept(AccessToken.issue(secret, digest(11, null), Set.of(), NOW));
        assertEquals(Optional.of(Set.of()), none.scopes(), "to hold none is not to hold all");
        assertEquals(Set.of(token.id(), all.id(), none.id()), store.read(view -> view.referrersOf(secret.id())));
        refuses(AccessToken.issue(secret, digest(9, "pepper-1"), null, NOW));
    }

    @Test
    void keepsTheAbsenceOfEverythingOptional() {
        AccessProfile profile = profile();
        kept(Client.named("bare").build());
        kept(AccessProfile.named("bare", profile.client()).build());
        kept(ApiCollection.named("bare").basePath("/bare").build());
        kept(Policy.named("bare").build());
        ApiKey key = kept(ApiKey.of(new KeyId("bare"), profile.id(), digest(1, null))
                .createdAt(NOW)
                .build());
        assertEquals(Optional.empty(), key.digest().pepperId());
    }

    @Test
    void givesTheNextRevisionToEverythingThatATransactionPuts() {
        Policy first = put(Policy.named("a").build());
        assertEquals(1, first.revision());
        write(transaction -> {
            assertEquals(1, transaction.revision());
            Policy b = transaction.put(Policy.named("b").build());
            Policy c = transaction.put(Policy.named("c").build());
            assertEquals(2, b.revision());
            assertEquals(2, c.revision());
        });
        assertEquals(2, revision());
        assertEquals(2, store.changesSince(1).revision());
        assertEquals(1, find(first.id()).revision());
    }

    @Test
    void givesTheNextRevisionToARemoval() {
        Policy policy = put(Policy.named("a").build());
        remove(policy.id());
        assertEquals(2, revision());
    }

    @Test
    void hasNoNewRevisionWithoutAPutOrARemoval() {
        put(Policy.named("a").build());
        write(transaction -> transaction.record(entry(1, "looked")));
        write(transaction -> assertEquals(1, transaction.list(Policy.class).size()));
        assertEquals(1, revision());
        assertEquals(List.of("looked"), actions(10));
    }

    @Test
    void returnsWhatTheWorkReturns() {
        Object result = new Object();
        assertSame(result, store.write(transaction -> result));
        assertSame(result, store.read(view -> result));
    }

    @Test
    void keepsTheNewestStateOnly() {
        Policy first = put(Policy.named("a").build());
        Policy second = put(first.toBuilder().name("b").build());
        assertEquals("b", find(first.id()).name());
        assertEquals(second.revision(), find(first.id()).revision());
        assertEquals(1, store.read(view -> view.list(Policy.class).size()).intValue());
    }

    @Test
    void findsNothingUnderAnIdThatNamesNothing() {
        assertEquals(Optional.empty(), store.read(view -> view.find(new PolicyId("none"))));
        assertEquals(Set.of(), referrers(new PolicyId("none")));
        assertEquals(Optional.empty(), findBy(new UniqueKey("policy name", "none")));
    }

    @Test
    @Rule("trap 11")
    void keepsKindsApartWhoseIdsReadTheSame() {
        Policy policy = put(Policy.named("same").id(new PolicyId("same")).build());
        Client client = put(Client.named("same").id(new ClientId("same")).build());
        put(AccessProfile.named("same", client.id()).id(new ProfileId("same")).build());
        put(collection("same"));
        put(Plan.named("same", policy.id()).id(new PlanId("same")).build());
        put(ApiKey.of(new KeyId("same"), new ProfileId("same"), digest(1, null)).build());
        assertEquals(6, store.changesSince(0).put().size());
        remove(new KeyId("same"));
        remove(new ProfileId("same"));
        assertEquals("same", find(new PolicyId("same")).name());
        assertEquals("same", find(new ClientId("same")).name());
        assertEquals(Optional.empty(), store.read(view -> view.find(new ProfileId("same"))));
        assertEquals(
                Set.of(new KeyId("same"), new ProfileId("same")),
                store.changesSince(6).removed());
    }

    @Test
    void listsOneKindOnly() {
        Policy policy = put(Policy.named("a").build());
        put(Client.named("b").policy(policy.id()).build());
        put(Client.named("c").build());
        assertEquals(
                Set.of("b", "c"),
                store.read(view -> Set.copyOf(
                        view.list(Client.class).stream().map(Client::name).toList())));
        assertEquals(List.of(), store.read(view -> view.list(ApiKey.class)));
    }

    @Test
    void findsByEachUniqueKey() {
        AccessProfile profile = profile();
        Policy policy = put(Policy.named("Gold").build());
        ApiCollection collection = put(collection("Orders"));
        ApiKey key = put(ApiKey.of(new KeyId("k"), profile.id(), digest(1, "p")).build());
        for (Entity<?> entity : List.of(profile, policy, collection, key)) {
            assertEquals(1, entity.uniqueKeys().size());
            for (UniqueKey unique : entity.uniqueKeys()) {
                assertEquals(Optional.of(entity.id()), findBy(unique).map(AccessStoreContract::idOf), unique::kind);
            }
        }
    }

    @Test
    void refusesASecondHolderOfAUniqueKey() {
        Policy policy = put(Policy.named("Gold").build());
        AccessProfile profile = profile();
        put(ApiKey.of(new KeyId("k"), profile.id(), digest(1, null)).build());
        put(collection("Orders"));
        refuses(Policy.named("Gold").build());
        refuses(ApiKey.of(new KeyId("other"), profile.id(), digest(1, null)).build());
        refuses(AccessProfile.named(profile.name(), profile.client()).build());
        refuses(ApiCollection.named("Orders").basePath("/other").build());
        assertEquals(policy.revision(), find(policy.id()).revision());
    }

    @Test
    void takesTheSameNameWhereItIsNotTheSameKey() {
        AccessProfile profile = profile();
        Client other = put(Client.named("other").build());
        put(AccessProfile.named(profile.name(), other.id()).build());
        put(Client.named("other").build());
        put(collection("Orders"));
        put(ApiCollection.named("Orders").version("v2").basePath("/2").build());
        put(ApiCollection.named("Orders v1").version("2").basePath("/3").build());
        put(ApiCollection.named("Orders").version("v1 2").basePath("/4").build());
        put(Policy.named("Orders").build());
        put(Policy.named("ORDERS").build());
        put(Policy.named("Orders2").build());
        assertEquals(3, store.read(view -> view.list(Policy.class).size()).intValue());
    }

    @Test
    void neverShowsADigestInARefusal() {
        AccessProfile profile = profile();
        ApiKey key =
                put(ApiKey.of(new KeyId("k"), profile.id(), digest(1, null)).build());
        StoreException refused = refuses(
                ApiKey.of(new KeyId("other"), profile.id(), digest(1, null)).build());
        for (UniqueKey unique : key.uniqueKeys()) {
            assertFalse(String.valueOf(refused.getMessage()).contains(unique.value()), refused::getMessage);
        }
    }

    @Test
    void freesAUniqueKeyWithItsHolder() {
        Policy policy = put(Policy.named("a").build());
        remove(policy.id());
        put(Policy.named("a").build());
        Policy b = put(Policy.named("b").build());
        put(b.toBuilder().name("c").build());
        put(Policy.named("b").build());
        assertEquals(
                Optional.of(b.id()), findBy(new UniqueKey("policy name", "c")).map(AccessStoreContract::idOf));
    }

    @Test
    void freesAUniqueKeyWithinTheTransaction() {
        Policy a = put(Policy.named("a").build());
        Policy gone = put(Policy.named("gone").build());
        write(transaction -> {
            transaction.put(a.toBuilder().name("b").build());
            transaction.put(Policy.named("a").id(new PolicyId("new")).build());
            transaction.remove(gone.id());
            transaction.put(Policy.named("gone").id(new PolicyId("newer")).build());
        });
        assertEquals(
                Optional.of(new PolicyId("new")),
                findBy(new UniqueKey("policy name", "a")).map(AccessStoreContract::idOf));
        assertEquals(
                Optional.of(new PolicyId("newer")),
                findBy(new UniqueKey("policy name", "gone")).map(AccessStoreContract::idOf));
    }

    @Test
    void keepsReferrersThroughUpdatesAndRemovals() {
        Policy gold = put(Policy.named("Gold").build());
        Policy silver = put(Policy.named("Silver").build());
        Client acme = put(Client.named("ACME").policy(gold.id()).build());
        ApiCollection orders =
                put(collection("Orders").toBuilder().policy(gold.id()).build());
        assertEquals(Set.of(acme.id(), orders.id()), referrers(gold.id()));

        acme = put(acme.toBuilder().policy(silver.id()).build());
        assertEquals(Set.of(orders.id()), referrers(gold.id()));
        assertEquals(Set.of(acme.id()), referrers(silver.id()));

        put(acme.toBuilder().name("renamed").build());
        assertEquals(Set.of(acme.id()), referrers(silver.id()));

        remove(acme.id());
        assertEquals(Set.of(), referrers(silver.id()));
    }

    @Test
    void knowsTheReferrersByGrantPlanAndRegistration() {
        Client acme = put(Client.named("ACME").build());
        Policy gold = put(Policy.named("Gold").build());
        Plan plan = put(Plan.named("Gold plan", gold.id()).build().withStatus(PlanStatus.LOCKED));
        ApiCollection orders =
                put(collection("Orders").toBuilder().plan(plan.id()).build());
        AccessProfile profile = put(AccessProfile.named("mobile", acme.id())
                .grant(Grant.of(orders.id()).plan(plan.id()))
                .policy(gold.id())
                .build()
                .register());
        ApiKey key =
                put(ApiKey.of(new KeyId("k"), profile.id(), digest(1, null)).build());
        assertEquals(Set.of(profile.id()), referrers(acme.id()));
        assertEquals(Set.of(plan.id(), profile.id()), referrers(gold.id()));
        assertEquals(Set.of(orders.id(), profile.id()), referrers(plan.id()));
        assertEquals(Set.of(profile.id()), referrers(orders.id()));
        assertEquals(Set.of(key.id()), referrers(profile.id()));

        put(profile.toBuilder().policy(null).build());
        assertEquals(Set.of(plan.id(), profile.id()), referrers(gold.id()), "the registered terms still refer to it");
        put(profile.toBuilder().policy(null).withoutGrant(orders.id()).build());
        assertEquals(Set.of(), referrers(orders.id()), "a broken contract refers to nothing");
        assertEquals(Set.of(orders.id()), referrers(plan.id()));
    }

    @Test
    @Rule("C6")
    void knowsWhoHoldsAKeyForTokens() {
        knowsTheHolders(JwtKey.jwk(
                "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}"));
        knowsTheHolders(JwtKey.secret("a secret of the robot, which is long enough"));
    }

    private void knowsTheHolders(JwtKey key) {
        JwtKey renamed = key.withId("renamed");
        assertEquals(Set.of(), holders(key));
        Client client = put(Client.named("ACME").build());
        ApiCollection orders = put(collection("Orders-" + key.isSecret()));
        AccessProfile present = put(robot("present", client, key));
        AccessProfile registered = put(robot("registered", client, renamed)
                .toBuilder()
                .grant(orders.id())
                .build()
                .register()
                .toBuilder()
                .authentication(Authentication.authToken())
                .build());
        put(robot("other", client, JwtKey.secret("another secret, which is long enough too")));
        assertEquals(Set.of(present.id(), registered.id()), holders(key));
        assertEquals(Set.of(present.id(), registered.id()), holders(renamed));
        assertThrows(IllegalStateException.class, () -> store.write(transaction -> {
            transaction.remove(present.id());
            assertEquals(Set.of(registered.id()), transaction.profilesWith(key));
            throw new IllegalStateException("changed my mind");
        }));
        assertEquals(Set.of(present.id(), registered.id()), holders(key));
        put(present.toBuilder()
                .authentication(Authentication.authToken())
                .build());
        remove(registered.id());
        assertEquals(Set.of(), holders(key));
    }

    private Set<ProfileId> holders(JwtKey key) {
        return store.read(view -> view.profilesWith(key));
    }

    private static AccessProfile robot(String name, Client client, JwtKey key) {
        return AccessProfile.named(name, client.id())
                .authentication(
                        key.isSecret()
                                ? Jwt.hmac().key(key).build()
                                : Jwt.publicKey().key(key).build())
                .build();
    }

    @Test
    void letsATransactionSeeItsOwnChanges() {
        Policy gold = put(Policy.named("Gold").build());
        Client acme = put(Client.named("ACME").policy(gold.id()).build());
        write(transaction -> {
            Client changed = transaction.put(
                    acme.toBuilder().name("changed").policy(null).build());
            assertEquals("changed", transaction.find(acme.id()).orElseThrow().name());
            assertEquals(
                    changed.revision(),
                    transaction.find(acme.id()).orElseThrow().revision());
            assertEquals(Set.of(), transaction.referrersOf(gold.id()));
            assertEquals(1, transaction.list(Client.class).size());

            transaction.put(gold.toBuilder().name("Golden").build());
            assertEquals(Optional.empty(), transaction.findBy(new UniqueKey("policy name", "Gold")));
            assertTrue(
                    transaction.findBy(new UniqueKey("policy name", "Golden")).isPresent());

            transaction.remove(gold.id());
            assertEquals(Optional.empty(), transaction.find(gold.id()));
            assertEquals(Optional.empty(), transaction.findBy(new UniqueKey("policy name", "Golden")));
            assertEquals(List.of(), transaction.list(Policy.class));
        });
    }

    @Test
    void leavesNothingOfWorkThatThrows() {
        Policy gold = put(Policy.named("Gold").build());
        Policy silver = put(Policy.named("Silver").build());
        Client acme = put(Client.named("ACME").policy(gold.id()).build());
        List<String> before = content();
        IllegalStateException thrown = new IllegalStateException("stop");
        assertSame(
                thrown,
                assertThrows(
                        IllegalStateException.class,
                        () -> write(transaction -> {
                            transaction.put(acme.toBuilder().policy(silver.id()).build());
                            transaction.put(acme.toBuilder().policy(null).build());
                            transaction.put(gold.toBuilder().name("Golden").build());
                            transaction.remove(silver.id());
                            transaction.put(Policy.named("Silver").build());
                            transaction.put(Policy.named("Gold").build());
                            transaction.remove(acme.id());
                            transaction.record(entry(4, "never"));
                            throw thrown;
                        })));
        assertEquals(before, content());
        assertEquals(3, revision());
        assertEquals(Set.of(acme.id()), referrers(gold.id()));
        assertEquals(Set.of(), referrers(silver.id()));
        assertEquals(
                Optional.of(silver.id()),
                findBy(new UniqueKey("policy name", "Silver")).map(AccessStoreContract::idOf));
        assertEquals(Optional.empty(), findBy(new UniqueKey("policy name", "Golden")));
        assertEquals(List.of(), store.audit(10));
        ChangeSet since = store.changesSince(2);
        assertEquals(List.of(acme.id()), ids(since));
        assertEquals(Set.of(), since.removed());
    }

    @Test
    void leavesNothingOfWorkThatEndsInAnError() {
        Policy gold = put(Policy.named("Gold").build());
        AssertionError thrown = new AssertionError("stop");
        assertSame(
                thrown,
                assertThrows(
                        AssertionError.class,
                        () -> write(transaction -> {
                            transaction.remove(gold.id());
                            throw thrown;
                        })));
        assertEquals(1, revision());
        assertEquals("Gold", find(gold.id()).name());
    }

    @Test
    void leavesNothingOfWorkThatARefusedPutEnds() {
        put(Policy.named("Gold").build());
        assertThrows(
                StoreException.class,
                () -> write(transaction -> {
                    transaction.put(Policy.named("Silver").build());
                    transaction.put(Policy.named("Gold").build());
                }));
        assertEquals(1, revision());
        assertEquals(1, store.changesSince(0).put().size());
    }

    @Test
    @Rule({"D12", "trap 15"})
    void stillTellsOfARemovalAfterAFailedAttemptToPutItAgain() {
        Policy gold = put(Policy.named("Gold").build());
        remove(gold.id());
        assertThrows(
                IllegalStateException.class,
                () -> write(transaction -> {
                    transaction.put(gold);
                    throw new IllegalStateException("stop");
                }));
        assertEquals(Set.of(gold.id()), store.changesSince(1).removed());
    }

    @Test
    void goesOnAfterAFailure() {
        assertThrows(
                IllegalStateException.class,
                () -> write(transaction -> {
                    throw new IllegalStateException("stop");
                }));
        assertEquals(1, put(Policy.named("Gold").build()).revision());
    }

    @Test
    void tellsWhatChangedSinceARevisionInItsNewestState() {
        Policy a = put(Policy.named("a").build());
        Policy b = put(Policy.named("b").build());
        Policy c = put(Policy.named("c").build());
        put(b.toBuilder().name("b2").build());
        put(find(b.id()).toBuilder().name("b3").build());
        ChangeSet since = store.changesSince(2);
        assertFalse(since.complete());
        assertEquals(5, since.revision());
        assertEquals(Set.of(b.id(), c.id()), Set.copyOf(ids(since)));
        assertEquals(2, since.put().size());
        assertTrue(since.put().stream().anyMatch(entity -> entity.toString().contains("`b3`")));
        assertEquals(Set.of(a.id(), b.id(), c.id()), Set.copyOf(ids(store.changesSince(0))));
    }

    @Test
    void tellsWhatIsGoneSinceARevision() {
        Policy early = put(Policy.named("early").build());
        Policy late = put(Policy.named("late").build());
        Policy back = put(Policy.named("back").build());
        remove(early.id());
        remove(back.id());
        remove(late.id());
        put(back);
        Policy brief = put(Policy.named("brief").build());
        remove(brief.id());
        ChangeSet since = store.changesSince(4);
        assertFalse(since.complete());
        assertEquals(List.of(back.id()), ids(since));
        assertEquals(Set.of(late.id(), brief.id()), since.removed());
        assertEquals(9, since.revision());
    }

    @Test
    void tellsNothingSinceItsOwnRevision() {
        put(Policy.named("a").build());
        ChangeSet since = store.changesSince(1);
        assertEquals(new ChangeSet(1, false, List.of(), Set.of()), since);
    }

    @Test
    void tellsEverythingSinceRevision0AndNothingGone() {
        Policy a = put(Policy.named("a").build());
        put(Policy.named("b").build());
        remove(a.id());
        ChangeSet all = store.changesSince(0);
        assertTrue(all.complete());
        assertEquals(1, all.put().size());
        assertEquals(3, all.revision());
    }

    @Test
    void listsAKindByIdInPages() {
        write(transaction -> {
            for (String id : List.of("b", "_", "a", "B", "-", "9")) {
                transaction.put(
                        Policy.named("policy " + id).id(new PolicyId(id)).build());
            }
            transaction.put(Client.named("other").id(new ClientId("aa")).build());
        });
        assertEquals(List.of("-", "9", "B"), policies("", 3));
        assertEquals(List.of("_", "a", "b"), policies("B", 3));
        assertEquals(List.of(), policies("b", 3));
        assertEquals(List.of("a"), policies("Z_", 2).subList(1, 2));
    }

    private List<String> policies(String after, int limit) {
        return store.read(view -> view.list(Policy.class, after, limit)).stream()
                .map(policy -> policy.id().value())
                .toList();
    }

    @Test
    void knowsWhatWasRemovedSinceARevision() {
        Policy gold = put(Policy.named("Gold").build());
        Policy silver = put(Policy.named("Silver").build());
        write(transaction -> transaction.remove(gold.id()));
        write(transaction -> transaction.remove(silver.id()));
        assertTrue(isRemovedSince(gold.id(), 2));
        assertFalse(isRemovedSince(gold.id(), 3));
        assertTrue(isRemovedSince(silver.id(), 3));
        assertFalse(isRemovedSince(new PolicyId("never"), 0));
        assertFalse(isRemovedSince(new ClientId(gold.id().value()), 0));
        put(gold);
        assertFalse(isRemovedSince(gold.id(), 2));
    }

    private boolean isRemovedSince(Id<?> id, long revision) {
        return store.read(view -> view.isRemovedSince(id, revision));
    }

    @Test
    @Rule("M1")
    void listsTheAuditRecordNewestFirst() {
        write(transaction -> {
            transaction.put(Policy.named("a").build());
            transaction.record(entry(1, "one"));
            transaction.record(entry(1, "two"));
        });
        write(transaction -> {
            transaction.put(Policy.named("b").build());
            transaction.record(entry(2, "three"));
        });
        assertEquals(List.of("three", "two", "one"), actions(10));
        assertEquals(List.of("three", "two"), actions(2));
        assertEquals(List.of(), actions(0));
    }

    @Test
    @Rule("M1")
    void keepsEveryFieldOfAnAuditEntry() {
        AuditEntry created = new AuditEntry(
                1,
                NOW,
                "J\u00f6rg \ud83d\ude80",
                "create",
                "client `a`",
                Optional.empty(),
                Optional.of("x".repeat(9_000)));
        AuditEntry deleted = new AuditEntry(
                1, NOW.plusNanos(1_000), "admin", "delete", "client `a`", Optional.of("it\nwas"), Optional.empty());
        write(transaction -> {
            transaction.record(created);
            transaction.record(deleted);
        });
        assertEquals(
                List.of(deleted, created),
                store.audit(10).stream().map(entry -> entry.withNumber(0)).toList());
    }

    @Test
    @Rule("M1")
    void pagesTheAuditRecordWithoutRepeatsOrGapsWhileOthersWrite() {
        write(transaction -> IntStream.range(0, 7).forEach(n -> transaction.record(entry(1, "old " + n))));
        List<String> seen = new ArrayList<>();
        AuditQuery query = AuditQuery.newest().limit(2);
        List<AuditEntry> page = store.audit(query);
        while (!page.isEmpty()) {
            page.forEach(entry -> seen.add(entry.action()));
            write(transaction -> transaction.record(entry(2, "new")));
            page = store.audit(query.before(page.get(page.size() - 1)));
        }
        assertEquals(List.of("old 6", "old 5", "old 4", "old 3", "old 2", "old 1", "old 0"), seen);
    }

    @Test
    @Rule({"M1", "M2"})
    void listsTheAuditRecordOfSomeProjectsAndClients() {
        ClientId acme = new ClientId("acme");
        write(transaction -> {
            transaction.record(entry("a", "retail", null));
            transaction.record(entry("b", "wholesale", acme));
            transaction.record(entry("c", "retail", acme));
            transaction.record(entry("d", null, new ClientId("other")));
            transaction.record(entry("e", null, null));
        });
        assertEquals(List.of("c", "a"), actions(Set.of("retail", "unused"), Set.of()));
        assertEquals(List.of("c", "b"), actions(Set.of(), Set.of(acme)));
        assertEquals(List.of("c", "b", "a"), actions(Set.of("retail"), Set.of(acme)));
        assertEquals(List.of(), actions(Set.of(), Set.of()));
    }

    @Test
    void showsReadersOneState() throws Exception {
        PolicyId left = put(Policy.named("left 0").build()).id();
        PolicyId right = put(Policy.named("right 0").build()).id();
        int rounds = 12 * rounds();
        AtomicBoolean done = new AtomicBoolean();
        Callable<String> writer = () -> {
            for (int round = 1; round <= rounds; round++) {
                int now = round;
                write(transaction -> {
                    transaction.put(get(transaction, left).toBuilder()
                            .name("left " + now)
                            .build());
                    transaction.put(get(transaction, right).toBuilder()
                            .name("right " + now)
                            .build());
                });
            }
            done.set(true);
            return "";
        };
        Callable<String> reader = () -> {
            while (!done.get()) {
                String torn = store.read(
                        view -> torn(view.revision(), List.of(get(view, left), get(view, right), get(view, left))));
                ChangeSet changes = store.changesSince(0);
                String tornChanges = torn(changes.revision(), changes.put());
                if (!torn.isEmpty() || !tornChanges.isEmpty()) {
                    done.set(true);
                    return torn + tornChanges;
                }
            }
            return "";
        };
        assertEquals(List.of("", "", ""), together(List.of(writer, reader, reader)));
        assertEquals("left " + rounds, find(left).name());
    }

    @Test
    void letsWritersGoOneAfterTheOther() throws Exception {
        PolicyId counter = put(Policy.named("counter").description("0").build()).id();
        int writers = 4;
        int each = 100;
        Callable<List<Long>> writer = () -> IntStream.range(0, each)
                .mapToObj(i -> store.write(transaction -> {
                    Policy now = get(transaction, counter);
                    int count = Integer.parseInt(now.description().orElseThrow());
                    return transaction
                            .put(now.toBuilder()
                                    .description(Integer.toString(count + 1))
                                    .build())
                            .revision();
                }))
                .toList();
        Set<Long> revisions = new TreeSet<>();
        for (List<Long> ascending : together(List.of(writer, writer, writer, writer))) {
            assertEquals(ascending.stream().sorted().toList(), ascending, "revisions go up");
            revisions.addAll(ascending);
        }
        assertEquals(
                Integer.toString(writers * each), find(counter).description().orElseThrow());
        assertEquals(writers * each, revisions.size());
        assertEquals(1 + writers * each, revision());
    }

    @Test
    void losesNothingToAFollowerWhateverHappens() {
        for (long seed = SEED; seed < SEED + rounds(); seed++) {
            try (AccessStore fresh = open()) {
                new Follower(fresh, seed).run();
            }
        }
    }

    /** Random transactions, some of which fail, beside a naive model and a reader that follows by change sets. */
    private static final class Follower {
        private static final int NAMES = 8;
        private final AccessStore store;
        private final long seed;
        private final SplittableRandom random;
        private final Map<Id<?>, Entity<?>> followed = new HashMap<>();
        private Map<Id<?>, Entity<?>> model = new HashMap<>();
        private long modelRevision;
        private long followedRevision;

        Follower(AccessStore store, long seed) {
            this.store = store;
            this.seed = seed;
            this.random = new SplittableRandom(seed);
        }

        void run() {
            for (int step = 0; step < 60; step++) {
                transact();
                if (random.nextInt(3) == 0) {
                    follow();
                }
            }
            follow();
        }

        private void transact() {
            Map<Id<?>, Entity<?>> next = new HashMap<>(model);
            int changes = random.nextInt(4);
            boolean fails = random.nextInt(4) == 0;
            try {
                store.write(transaction -> {
                    for (int i = 0; i < changes; i++) {
                        change(transaction, next);
                    }
                    compare(transaction, next);
                    if (fails) {
                        throw new IllegalStateException("stop");
                    }
                    return null;
                });
                modelRevision += changes > 0 ? 1 : 0;
                model = next;
            } catch (IllegalStateException | StoreException refused) {
                // the model has not moved either
            }
            store.read(view -> {
                compare(view, model);
                return null;
            });
        }

        /** Puts a client or a policy that may exist, or removes one that does. */
        private void change(Transaction transaction, Map<Id<?>, Entity<?>> next) {
            String text = "id" + random.nextInt(NAMES);
            PolicyId policy = new PolicyId("id" + random.nextInt(NAMES));
            Entity<?> present = random.nextBoolean() ? next.get(policy) : next.get(new ClientId(text));
            if (present != null && random.nextInt(3) == 0) {
                transaction.remove(present.id());
                next.remove(present.id());
                return;
            }
            if (random.nextBoolean()) {
                Client client = Client.named("client " + random.nextInt(NAMES))
                        .id(new ClientId(text))
                        .policy(random.nextBoolean() ? policy : null)
                        .build();
                next.put(client.id(), transaction.put(client));
            } else {
                Policy given =
                        Policy.named("name " + random.nextInt(NAMES)).id(policy).build();
                boolean taken = next.values().stream()
                        .anyMatch(other -> !other.id().equals(policy)
                                && other.uniqueKeys().equals(given.uniqueKeys())
                                && !given.uniqueKeys().isEmpty());
                if (taken) {
                    assertThrows(StoreException.class, () -> transaction.put(given), this::where);
                    throw new IllegalStateException("taken");
                }
                next.put(policy, transaction.put(given));
            }
        }

        private void compare(View view, Map<Id<?>, Entity<?>> expected) {
            List<Entity<?>> present = new ArrayList<>(view.list(Client.class));
            present.addAll(view.list(Policy.class));
            assertEquals(described(expected.values()), described(present), this::where);
            for (int i = 0; i < NAMES; i++) {
                PolicyId id = new PolicyId("id" + i);
                Set<Id<?>> referring = new HashSet<>();
                Optional<Id<?>> holder = Optional.empty();
                for (Entity<?> entity : expected.values()) {
                    if (entity.references().contains(id)) {
                        referring.add(entity.id());
                    }
                    if (entity instanceof Policy policy && policy.name().equals("name " + i)) {
                        holder = Optional.of(entity.id());
                    }
                }
                assertEquals(referring, view.referrersOf(id), this::where);
                assertEquals(
                        holder,
                        view.findBy(new UniqueKey("policy name", "name " + i)).map(AccessStoreContract::idOf),
                        this::where);
            }
        }

        private void follow() {
            ChangeSet changes = store.changesSince(followedRevision);
            assertEquals(modelRevision, changes.revision(), this::where);
            if (changes.complete()) {
                followed.clear();
            }
            followed.keySet().removeAll(changes.removed());
            changes.put().forEach(entity -> followed.put(entity.id(), entity));
            assertEquals(described(model.values()), described(followed.values()), this::where);
            followedRevision = changes.revision();
        }

        private String where() {
            return "seed " + seed;
        }
    }

    private static <T> List<T> together(List<Callable<T>> tasks) throws InterruptedException, ExecutionException {
        CountDownLatch start = new CountDownLatch(tasks.size());
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            List<Future<T>> running = new ArrayList<>();
            for (Callable<T> task : tasks) {
                running.add(threads.submit(() -> {
                    start.countDown();
                    start.await();
                    return task.call();
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> one : running) {
                results.add(one.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    /** Returns what is wrong unless all were written by the transaction of a revision, in the same round. */
    private static String torn(long revision, List<? extends Entity<?>> entities) {
        Set<String> rounds = new HashSet<>();
        boolean newest = false;
        for (Entity<?> entity : entities) {
            newest |= entity.revision() == revision;
            rounds.add(((Policy) entity).name().split(" ", -1)[1]);
        }
        return newest && rounds.size() == 1 ? "" : "at revision " + revision + ": " + described(entities);
    }

    private <E extends Entity<E>> E put(E entity) {
        return store.write(transaction -> transaction.put(entity));
    }

    private <E extends Entity<E>> E kept(E given) {
        E put = put(given);
        E found = find(given.id());
        assertEquals(given.toString(), put.toString());
        assertEquals(given.toString(), found.toString());
        assertEquals(put.revision(), found.revision());
        assertEquals(given.uniqueKeys(), found.uniqueKeys());
        assertEquals(given.references(), found.references());
        return found;
    }

    private <E extends Entity<E>> StoreException refuses(E entity) {
        long before = revision();
        StoreException refused = assertThrows(StoreException.class, () -> put(entity));
        assertEquals(before, revision());
        return refused;
    }

    private void write(Consumer<Transaction> work) {
        assertTrue(store.<Boolean>write(transaction -> {
            work.accept(transaction);
            return true;
        }));
    }

    private void remove(Id<?> id) {
        write(transaction -> transaction.remove(id));
    }

    private long revision() {
        return store.read(View::revision);
    }

    private <E extends Entity<E>> E find(Id<E> id) {
        return store.read(view -> get(view, id));
    }

    private static <E extends Entity<E>> E get(View view, Id<E> id) {
        return view.find(id).orElseThrow();
    }

    private Optional<Entity<?>> findBy(UniqueKey key) {
        return store.read(view -> view.findBy(key));
    }

    private Set<Id<?>> referrers(Id<?> id) {
        return store.read(view -> view.referrersOf(id));
    }

    private List<String> actions(int limit) {
        return store.audit(limit).stream().map(AuditEntry::action).toList();
    }

    private List<String> actions(Set<String> projects, Set<ClientId> clients) {
        AuditQuery query = AuditQuery.newest().within(new AuditQuery.Scope(projects, clients));
        return store.audit(query).stream().map(AuditEntry::action).toList();
    }

    private static AuditEntry entry(String action, @Nullable String project, @Nullable ClientId client) {
        return new AuditEntry(
                0,
                1,
                NOW,
                "admin",
                action,
                "policy `a`",
                Optional.ofNullable(project),
                Optional.ofNullable(client),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    private List<String> content() {
        return described(store.changesSince(0).put());
    }

    private static List<String> described(Iterable<? extends Entity<?>> entities) {
        List<String> words = new ArrayList<>();
        entities.forEach(entity -> words.add(entity + " at revision " + entity.revision()));
        return words.stream().sorted().toList();
    }

    private static List<Id<?>> ids(ChangeSet changes) {
        return changes.put().stream().<Id<?>>map(AccessStoreContract::idOf).toList();
    }

    private static Id<?> idOf(Entity<?> entity) {
        return entity.id();
    }

    private AccessProfile profile() {
        Client client = put(Client.named("ACME").build());
        return put(AccessProfile.named("mobile", client.id()).build());
    }

    private static ApiCollection collection(String name) {
        return ApiCollection.named(name)
                .id(new CollectionId(name))
                .route("/" + name + "/{id}", HttpMethod.GET)
                .build();
    }

    private static AuditEntry entry(long revision, String action) {
        return new AuditEntry(revision, NOW, "admin", action, "policy `a`", Optional.empty(), Optional.empty());
    }

    private static KeyDigest digest(int fill, @Nullable String pepper) {
        byte[] bytes = new byte[KeyDigest.BYTES];
        Arrays.fill(bytes, (byte) fill);
        return KeyDigest.of(bytes, pepper);
    }

    private static byte[] png() {
        int[] bytes = {
            0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13, 'I', 'H', 'D', 'R', 1, 2, 3, 0, 0, 0, 0, 'I', 'E', 'N',
            'D', 0xae, 0x42, 0x60, 0x82
        };
        byte[] png = new byte[bytes.length];
        for (int i = 0; i < png.length; i++) {
            png[i] = (byte) bytes[i];
        }
        return Objects.requireNonNull(png);
    }
}
