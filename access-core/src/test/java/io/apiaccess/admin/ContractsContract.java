package io.apiaccess.admin;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.AccessControl;
import io.apiaccess.Acme;
import io.apiaccess.ManualTime;
import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import io.apiaccess.admin.ConfigurationDocument.Force;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.Client;
import io.apiaccess.client.Grant;
import io.apiaccess.client.Registration;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.entity.RegistrationState;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.spi.AccessStore;
import io.apiaccess.spi.AuditEntry;
import io.apiaccess.spi.AuditQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Contracts and their registration on any store, also where two nodes work on one. */
public abstract class ContractsContract {
    private static final RateLimit RATE = RateLimit.of(1_000).per(Duration.ofMinutes(1));
    private static final int RACERS = 4;

    private final ManualTime time = new ManualTime();
    private final ExecutorService threads = Executors.newFixedThreadPool(RACERS);
    private @Nullable AccessControl first;
    private @Nullable AccessControl second;

    /** Opens the same store as before, for another node. */
    protected abstract AccessStore open();

    /** Does away with what the stores were opened on, after they are closed. */
    protected void drop() {}

    @BeforeEach
    void openTwoNodes() {
        first = node();
        second = node();
    }

    @AfterEach
    void closeBoth() {
        threads.shutdownNow();
        first().close();
        second().close();
        drop();
    }

    private AccessControl node() {
        return AccessControl.builder()
                .store(open())
                .clock(time)
                .monotonicClock(time)
                .build();
    }

    private AccessControl first() {
        return Objects.requireNonNull(first, "first");
    }

    private AccessControl second() {
        return Objects.requireNonNull(second, "second");
    }

    private AccessAdmin admin() {
        return first().admin("one");
    }

    private AccessAdmin other() {
        return second().admin("two");
    }

    @ParameterizedTest
    @CsvSource({
        "DRAFT,      DRAFT,      yes",
        "DRAFT,      READY,      yes",
        "DRAFT,      REGISTERED, no",
        "DRAFT,      RETIRED,    yes",
        "READY,      DRAFT,      yes",
        "READY,      READY,      yes",
        "READY,      REGISTERED, yes",
        "READY,      RETIRED,    yes",
        "REGISTERED, DRAFT,      no",
        "REGISTERED, READY,      no",
        "REGISTERED, REGISTERED, yes",
        "REGISTERED, RETIRED,    yes",
        "RETIRED,    DRAFT,      no",
        "RETIRED,    READY,      no",
        "RETIRED,    REGISTERED, no",
        "RETIRED,    RETIRED,    yes",
    })
    @Rule({"M3", "trap 19"})
    void registrationMovesAsTheTableSays(RegistrationState from, RegistrationState to, String allowed) {
        ApiCollection orders = collection("Orders");
        AccessProfile profile = in(from, orders);
        RegistrationState reached;
        try {
            reached = move(other(), profile, to, orders);
        } catch (IllegalStateException refused) {
            reached = from;
        }
        assertEquals(allowed.equals("yes"), reached == to, from + " to " + to + " ended in " + reached);
        assertEquals(reached, admin().get(profile.id()).registrationState());
    }

    @ParameterizedTest
    @EnumSource
    @Rule({"M3", "trap 19"})
    void twoNodesThatRaceEndWhereOneAfterTheOtherWouldHave(RegistrationState from) throws Exception {
        ApiCollection orders = collection("Orders");
        for (Move one : Move.values()) {
            for (Move another : Move.values()) {
                AccessProfile profile = in(from, orders);
                boolean[] done = new boolean[2];
                race(
                        done.length,
                        i -> done[i] = tried(i == 0 ? admin() : other(), profile, i == 0 ? one : another, orders));
                Outcome outcome =
                        new Outcome(other().find(profile.id()).map(AccessProfile::registrationState), done[0], done[1]);
                Outcome oneFirst = Outcome.of(from, one, another);
                Outcome otherFirst = Outcome.of(from, another, one).turned();
                assertTrue(
                        outcome.equals(oneFirst) || outcome.equals(otherFirst),
                        () -> from + ", " + one + " beside " + another + ": " + outcome + ", neither " + oneFirst
                                + " nor " + otherFirst);
                assertEquals(outcome.end(), admin().find(profile.id()).map(AccessProfile::registrationState));
            }
        }
    }

    /** Returns whether a move was made; who comes too late hears why. */
    private static boolean tried(AccessAdmin admin, AccessProfile profile, Move move, ApiCollection orders) {
        try {
            switch (move) {
                case EMPTY -> move(admin, profile, RegistrationState.DRAFT, orders);
                case FILL -> move(admin, profile, RegistrationState.READY, orders);
                case REGISTER -> move(admin, profile, RegistrationState.REGISTERED, orders);
                case RETIRE -> move(admin, profile, RegistrationState.RETIRED, orders);
                case DELETE -> admin.delete(profile.id(), false);
            }
            return true;
        } catch (IllegalStateException | NotFoundException late) {
            String message = String.valueOf(late.getMessage());
            assertTrue(
                    message.contains(
                            late instanceof StaleRevisionException || late instanceof NotFoundException
                                    ? "`" + profile.id() + "`"
                                    : "profile `profile`"),
                    message);
            return false;
        }
    }

    /** What an owner does with a profile. */
    private enum Move {
        EMPTY,
        FILL,
        REGISTER,
        RETIRE,
        DELETE;

        /** Returns whether it is made from a state, which was read before another move if it is not fresh. */
        boolean isAllowed(Optional<RegistrationState> from, boolean fresh) {
            if (from.isEmpty()) {
                return false;
            }
            return switch (this) {
                case EMPTY, FILL -> fresh;
                case REGISTER -> from.get() != RegistrationState.DRAFT && from.get() != RegistrationState.RETIRED;
                case RETIRE -> true;
                case DELETE -> from.get() != RegistrationState.REGISTERED;
            };
        }

        /** Returns where it ends; an edit of what is registered or retired leaves that so. */
        Optional<RegistrationState> end(RegistrationState from) {
            boolean stays = from == RegistrationState.REGISTERED || from == RegistrationState.RETIRED;
            return switch (this) {
                case EMPTY -> Optional.of(stays ? from : RegistrationState.DRAFT);
                case FILL -> Optional.of(stays ? from : RegistrationState.READY);
                case REGISTER -> Optional.of(RegistrationState.REGISTERED);
                case RETIRE -> Optional.of(RegistrationState.RETIRED);
                case DELETE -> Optional.empty();
            };
        }

        /** Returns whether it writes, where it is allowed. */
        boolean writes(RegistrationState from) {
            return this == EMPTY || this == FILL || !end(from).equals(Optional.of(from));
        }
    }

    /**
     * How a race of two moves may end.
     *
     * @param end the state, or nothing if the profile is deleted
     * @param one whether the one was made
     * @param another whether the other was
     */
    private record Outcome(Optional<RegistrationState> end, boolean one, boolean another) {
        static Outcome of(RegistrationState from, Move first, Move second) {
            boolean one = first.isAllowed(Optional.of(from), true);
            Optional<RegistrationState> between = one ? first.end(from) : Optional.of(from);
            boolean another = second.isAllowed(between, !(one && first.writes(from)));
            return new Outcome(another ? second.end(between.orElseThrow()) : between, one, another);
        }

        Outcome turned() {
            return new Outcome(end, /* one= */ another, /* another= */ one);
        }
    }

    private AccessProfile in(RegistrationState state, ApiCollection orders) {
        Client client = manual();
        AccessProfile.Builder builder = AccessProfile.named("profile", client.id());
        AccessProfile profile = admin().create(
                        state == RegistrationState.DRAFT
                                ? builder.build()
                                : builder.grant(orders.id()).build());
        if (state == RegistrationState.REGISTERED) {
            admin().register(profile.id());
        }
        if (state == RegistrationState.RETIRED) {
            admin().retire(profile.id());
        }
        return admin().get(profile.id());
    }

    private static RegistrationState move(
            AccessAdmin admin, AccessProfile profile, RegistrationState to, ApiCollection orders) {
        return switch (to) {
            case DRAFT ->
                admin.update(profile.toBuilder().withoutGrant(orders.id()).build())
                        .registrationState();
            case READY ->
                admin.update(profile.toBuilder()
                                .withoutGrant(orders.id())
                                .grant(orders.id())
                                .build())
                        .registrationState();
            case REGISTERED -> admin.register(profile.id()).profile().registrationState();
            case RETIRED -> admin.retire(profile.id()).registrationState();
        };
    }

    @Test
    @Rule("M3")
    void whatWaitsIsSaidInWordsAndOnceItIsRegisteredNothingIs() {
        Plan gold = plan("Gold");
        ApiCollection orders = collection("Orders");
        ApiCollection stock = admin().create(ApiCollection.named("Stock")
                .basePath("/stock")
                .plan(gold.id())
                .build());
        Policy fair = policy("Fair use");
        AccessProfile profile = admin().create(AccessProfile.named("profile", manual().id())
                .grant(orders.id())
                .build());
        assertEquals(
                List.of("is registered for the first time", "is granted collection `Orders v1`"),
                other().pendingChanges(profile.id()));
        assertEquals(2, other().register(profile.id()).changes().size());
        admin().update(admin().get(profile.id()).toBuilder()
                .withoutGrant(orders.id())
                .grant(Grant.of(orders.id()).readOnly())
                .grant(Grant.of(stock.id()).plan(gold.id()).scopes("a"))
                .policy(fair.id())
                .allowFrom("10.0.0.0/8")
                .blockFrom("10.0.0.1")
                .build());
        List<String> waiting = List.of(
                "is granted collection `Stock v1` through plan `Gold` with scopes [a]",
                "is held to policy `Fair use`",
                "may call from [10.0.0.0/8], instead of anywhere");
        assertEquals(waiting, admin().pendingChanges(profile.id()));
        Registered registered = admin().register(profile.id());
        assertEquals(waiting, registered.changes());
        long revision = registered.profile().revision();
        Registered again = other().register(profile.id());
        assertTrue(again.isUnchanged());
        assertEquals("profile `profile` was registered as it is, and nothing has changed", again.toString());
        assertEquals(revision, again.profile().revision());
        assertEquals(List.of(), other().pendingChanges(profile.id()));
    }

    @Test
    void underAutomaticRegistrationNothingWaits() {
        AccessProfile profile = admin().create(AccessProfile.named(
                        "profile", admin().create(Client.named("Auto").build()).id())
                .grant(collection("Orders").id())
                .build());
        assertEquals(List.of(), admin().pendingChanges(profile.id()));
        assertThrows(IllegalStateException.class, () -> admin().register(profile.id()));
    }

    @Test
    void aCloneTakesTheContractsAndNeverTheKeys() {
        Plan gold = plan("Gold");
        ApiCollection stock = admin().create(ApiCollection.named("Stock")
                .basePath("/stock")
                .plan(gold.id())
                .build());
        AccessProfile source = admin().create(AccessProfile.named("app", manual().id())
                .version("1")
                .label("mobile")
                .description("what it is for")
                .grant(Grant.of(stock.id()).plan(gold.id()).readOnly())
                .policy(policy("Fair use").id())
                .allowFrom("10.0.0.0/8")
                .build());
        admin().register(source.id());
        IssuedKey key = admin().issueKey(source.id());
        AccessProfile clone = admin().cloneVersion(source.id(), "app 2", "2");
        assertEquals(source.terms(), clone.terms());
        assertEquals(Optional.of("2"), clone.version());
        assertEquals(source.labels(), clone.labels());
        assertEquals(RegistrationState.READY, clone.registrationState());
        assertEquals(List.of(), admin().listKeys(clone.id()));
        IssuedKey own = admin().issueKey(clone.id());
        assertEquals(DenyReason.PROFILE_NOT_REGISTERED, reason(own));
        admin().register(clone.id());
        assertNull(reason(own));
        admin().retire(source.id());
        assertEquals(DenyReason.PROFILE_RETIRED, reason(key));
        assertNull(reason(own));
    }

    @Test
    void aCloneOfContractsThatCannotBeMadeAnewIsRefusedWithAllOfThem() {
        ApiCollection orders = collection("Orders");
        ApiCollection stock =
                admin().create(ApiCollection.named("Stock").basePath("/stock").build());
        AccessProfile source = admin().create(AccessProfile.named("app", manual().id())
                .grant(orders.id())
                .grant(stock.id())
                .build());
        admin().retire(orders.id());
        admin().retire(stock.id());
        Refusal.of(
                () -> admin().cloneVersion(source.id(), "app 2", "2"),
                "`Orders v1` is RETIRED",
                "`Stock v1` is RETIRED");
        assertThrows(
                ConflictException.class,
                () -> admin().create(AccessProfile.named("app", source.client()).build()));
    }

    @Test
    void aLockedPlanStaysAndANewVersionReplacesIt() {
        Plan gold = plan("Gold");
        Policy policy = admin().get(gold.policy());
        assertThrows(
                IllegalStateException.class,
                () -> other().update(
                                gold.toBuilder().policy(policy("Other").id()).build()));
        Refusal.of(() -> other().update(policy.toBuilder().clearLimits().build()), "plan `Gold` is locked");
        Refusal.of(
                () -> other().update(policy.toBuilder().condition("x", Map.of()).build()),
                "plan `Gold` is locked",
                "condition `x`");
        Plan next = admin().create(
                        Plan.named("Gold", policy("Better").id()).version("2").build());
        ApiCollection stock = admin().create(ApiCollection.named("Stock")
                .basePath("/stock")
                .plan(gold.id())
                .build());
        Refusal.of(() -> other().update(stock.toBuilder().plan(next.id()).build()), "`Gold` is a draft");
        other().lock(next.id());
        assertEquals(
                2,
                other().update(stock.toBuilder().plan(next.id()).build())
                        .plans()
                        .size());
    }

    @Test
    @Rule("L3")
    void oneOfManyRacingEditsWinsAndTheOthersHearOfIt() throws Exception {
        Client client = manual();
        List<Integer> won = Collections.synchronizedList(new ArrayList<>());
        List<StaleRevisionException> lost = Collections.synchronizedList(new ArrayList<>());
        race(i -> {
            try {
                (i % 2 == 0 ? admin() : other())
                        .update(client.toBuilder().description("by " + i).build());
                won.add(i);
            } catch (StaleRevisionException stale) {
                lost.add(stale);
            }
        });
        assertEquals(1, won.size());
        assertEquals(RACERS - 1, lost.size());
        String written = "by " + won.get(0);
        assertEquals(Optional.of(written), admin().get(client.id()).description());
        for (StaleRevisionException stale : lost) {
            assertEquals(client.revision(), stale.given());
            assertTrue(stale.current() > stale.given());
            assertTrue(stale.differences().get(0).endsWith("→ `" + written + "`"), stale::getMessage);
        }
    }

    @Test
    @Rule({"M3", "trap 19"})
    void aRetiredProfileIsNeverRegisteredHoweverTheyRace() throws Exception {
        for (int round = 0; round < 5; round++) {
            AccessProfile profile = admin().create(AccessProfile.named("racer", manual().id())
                    .grant(collection("Orders " + round, "/orders" + round).id())
                    .build());
            race(i -> {
                try {
                    if (i == 0) {
                        admin().retire(profile.id());
                    } else {
                        (i % 2 == 0 ? admin() : other()).register(profile.id());
                    }
                } catch (IllegalStateException afterTheRetirement) {
                    assertTrue(String.valueOf(afterTheRetirement.getMessage()).contains("RETIRED"));
                }
            });
            assertEquals(RegistrationState.RETIRED, other().get(profile.id()).registrationState());
            assertThrows(IllegalStateException.class, () -> other().register(profile.id()));
            long registrations = admin().audit(AuditQuery.newest().of(profile.id())).stream()
                    .filter(entry -> entry.action().equals("register"))
                    .count();
            assertTrue(registrations <= 1, registrations + " registrations");
        }
    }

    @Test
    void oneOfManyRacingCreationsTakesAName() throws Exception {
        List<ConflictException> refused = Collections.synchronizedList(new ArrayList<>());
        race(i -> {
            try {
                (i % 2 == 0 ? admin() : other())
                        .create(Policy.named("Gold").limit(RATE).build());
            } catch (ConflictException taken) {
                refused.add(taken);
            }
        });
        assertEquals(RACERS - 1, refused.size());
        assertEquals(1, other().listPolicies().size());
    }

    @Test
    void racersDoNotTakeMoreKeysThanThereMayBe() throws Exception {
        AccessProfile profile =
                admin().create(AccessProfile.named("app", manual().id()).build());
        for (int i = 0; i < ApiKey.MAX_LIVE - 1; i++) {
            admin().issueKey(profile.id());
        }
        List<IllegalStateException> refused = Collections.synchronizedList(new ArrayList<>());
        race(i -> {
            try {
                (i % 2 == 0 ? admin() : other()).issueKey(profile.id());
            } catch (IllegalStateException full) {
                refused.add(full);
            }
        });
        assertEquals(RACERS - 1, refused.size());
        assertEquals(ApiKey.MAX_LIVE, other().listKeys(profile.id()).size());
    }

    @Test
    @Rule("M1")
    void theAuditRecordIsAskedByObjectActorAndTime() {
        Client client = manual();
        time.pass(Duration.ofHours(1));
        other().deactivate(client.id());
        time.pass(Duration.ofHours(1));
        admin().activate(client.id());
        assertEquals(
                List.of("activate", "deactivate", "create"),
                actions(AuditQuery.newest().of(client.id())));
        assertEquals(List.of("deactivate"), actions(AuditQuery.newest().by("two")));
        assertEquals(
                List.of("activate"), actions(AuditQuery.newest().of(client.id()).from(time.instant())));
        assertEquals(
                List.of("deactivate"),
                actions(AuditQuery.newest()
                        .from(time.instant().minus(Duration.ofHours(1)))
                        .until(time.instant())));
        assertEquals(List.of("activate"), actions(AuditQuery.newest().limit(1)));
        assertEquals(List.of(), actions(AuditQuery.newest().limit(0)));
        AuditEntry entry = admin().audit(AuditQuery.newest().by("two")).get(0);
        assertEquals(List.of("status: `ACTIVE` → `INACTIVE`"), entry.changes());
        assertEquals(Optional.of(client.id()), entry.client());
        assertNotNull(entry.before().orElse(null));
        Refusal.of(() -> AuditQuery.newest().limit(-1), "limit `-1`");
    }

    @Test
    void aConfigurationIsTheSameOnEveryStore() {
        ApiCollection orders = collection("Orders");
        AccessProfile profile = admin().create(AccessProfile.named("app", manual().id())
                .grant(Grant.of(orders.id()).except(GET, "/x").readOnly())
                .policy(policy("Fair use").id())
                .label("b")
                .label("a")
                .build());
        admin().register(profile.id());
        String exported = admin().configuration().export();
        assertEquals(List.of(), other().configuration().diff(exported));
        try (AccessControl memory =
                AccessControl.builder().clock(time).monotonicClock(time).build()) {
            memory.admin().configuration().apply(exported, ConfigurationDocument.Force.NO);
            assertEquals(
                    withoutRevision(exported),
                    withoutRevision(memory.admin().configuration().export()));
        }
    }

    @Test
    @Rule({"M1", "S1"})
    void oneDocumentSwapsNamesAndReplacesWhatHasOne() {
        Policy gold = policy("Gold");
        Policy silver = policy("Silver");
        ApiCollection orders = collection("Orders");
        String edited = admin().configuration()
                .export()
                .replace("\"Gold\"", "\"Bronze\"")
                .replace("\"Silver\"", "\"Gold\"")
                .replace("\"Bronze\"", "\"Silver\"")
                .replace("\"" + orders.id() + "\"", "\"others\"");
        int changes = admin().configuration()
                .apply(edited.replace("/orders", "/purchases"), Force.NO)
                .size();
        assertEquals(4, changes);
        assertEquals("Silver", other().get(gold.id()).name());
        assertEquals("Gold", other().get(silver.id()).name());
        assertEquals(
                List.of("others"),
                other().listCollections().stream().map(it -> it.id().value()).toList());
        Refusal.of(
                () -> other().configuration().apply(edited.replace("\"others\"", "\"" + orders.id() + "\""), Force.NO),
                "collection `Orders v1` is not there, and was deleted",
                "/collection `others`: collection `Orders v1` is of revision");
    }

    @Test
    @Rule("S1")
    void oneDocumentNamesItsFaultsWithoutThoseThatFollowFromThem() {
        Policy gold = policy("Gold");
        ApiCollection stock = admin().create(ApiCollection.named("Stock")
                .basePath("/stock")
                .policy(gold.id())
                .build());
        String message = Refusal.of(
                () -> admin().configuration().apply("""
                                {"format": "io.apiaccess/configuration-1",
                                 "policies": [{"id": "p", "name": "P", "conditions": [{"name": "stranger"}]}],
                                 "plans": [{"id": "q", "name": "Q", "policy": "p", "status": "LOCKED"}],
                                 "collections": [{"id": "c", "name": "C", "plans": ["q"], "basePath": "/c"},
                                     {"id": "%s", "name": "Stock", "basePath": "/stock", "policy": "p"}],
                                 "clients": [{"id": "a", "name": "A", "policy": "p"}, {"id": "b", "name": "B"}],
                                 "profiles": [
                                     {"id": "x", "client": "a", "name": "X", "terms": {
                                         "authentication": {"method": "AuthToken"}, "grants": [{"collection": "c"}]}},
                                     {"id": "y", "client": "b", "name": "Y", "terms": {
                                         "authentication": {"method": "AuthToken"}, "policy": "nowhere",
                                         "grants": [{"collection": "%1$s"}]}}]}
                                """.formatted(stock.id()), Force.YES),
                "/policies/0: policy `P`: condition `stranger` is not registered",
                "/profiles/1: profile `Y`: policy `nowhere` does not exist");
        assertEquals(2, message.split("; /").length, message);
        assertEquals(
                List.of(gold.id()),
                other().listPolicies().stream().map(Policy::id).toList());
        assertEquals(List.of(), other().listClients());
    }

    private static String withoutRevision(String document) {
        return document.replaceFirst("\"revision\": [0-9]+,", "");
    }

    private List<String> actions(AuditQuery query) {
        return admin().audit(query).stream().map(AuditEntry::action).toList();
    }

    private void race(IntConsumer racer) throws InterruptedException, ExecutionException {
        race(RACERS, racer);
    }

    private void race(int racers, IntConsumer racer) throws InterruptedException, ExecutionException {
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < racers; i++) {
            int number = i;
            running.add(threads.submit(() -> {
                start.await();
                racer.accept(number);
                return null;
            }));
        }
        start.countDown();
        for (Future<?> one : running) {
            try {
                one.get(2, TimeUnit.MINUTES);
            } catch (TimeoutException e) {
                throw new AssertionError("a racer has not come in", e);
            }
        }
    }

    private @Nullable DenyReason reason(IssuedKey key) {
        AccessRequest request = AccessRequest.of(GET, "/stock")
                .from("10.0.0.7")
                .apiKey(key.reveal())
                .build();
        return Acme.reason(first().decider().decide(request));
    }

    private Client manual() {
        return admin().create(
                        Client.named("Manual").registration(Registration.MANUAL).build());
    }

    private ApiCollection collection(String name) {
        return collection(name, "/orders");
    }

    private ApiCollection collection(String name, String path) {
        return admin().create(ApiCollection.named(name).route(path, GET).build());
    }

    private Policy policy(String name) {
        return admin().create(Policy.named(name).limit(RATE).build());
    }

    private Plan plan(String name) {
        return admin().lock(admin().create(Plan.named(name, policy(name).id()).build())
                .id());
    }
}
