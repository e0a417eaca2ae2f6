package io.apiaccess.admin;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Acme;
import io.apiaccess.Refusal;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.Registration;
import io.apiaccess.entity.KeyStatus;
import io.apiaccess.entity.PlanStatus;
import io.apiaccess.entity.Publication;
import io.apiaccess.entity.RegistrationState;
import io.apiaccess.entity.Status;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.spi.Page;
import io.apiaccess.spi.Query;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is searched for is found, page by page, whatever others write in between. */
class SearchTest {
    private static final long SEED = Long.getLong("seed", 20_260_302);

    private final Acme acme = new Acme();
    private final AccessAdmin admin = acme.admin;
    private final Search search = admin.search();

    @AfterEach
    void close() {
        acme.close();
    }

    @Test
    void findsClientsByEachOfTheirTraits() {
        Policy gold = policy("Gold");
        Client found = admin.create(Client.named("Globex Ltd")
                .project("wholesale")
                .policy(gold.id())
                .label("beta")
                .build());
        admin.create(
                AccessProfile.named("one", found.id()).grant(acme.orders.id()).build());
        admin.deactivate(found.id());
        for (Query query : List.of(
                Query.all().named("gLOBex"),
                Query.all().inProject("wholesale"),
                Query.all().inState(Status.INACTIVE),
                Query.all().heldTo(gold.id()),
                Query.all().labelled("beta"),
                Query.all().granted(acme.orders.id()).inProject("wholesale"))) {
            assertEquals(List.of("Globex Ltd"), names(search.clients(query)), query::toString);
        }
        assertEquals(List.of(), names(search.clients(Query.all().named("Globex").inProject("retail"))));
        assertEquals(List.of("ACME Company", "Globex Ltd"), names(search.clients(Query.all())));
    }

    @Test
    void findsProfilesByEachOfTheirTraits() {
        Policy gold = policy("Gold");
        Client manual = admin.create(
                Client.named("Manual").registration(Registration.MANUAL).build());
        AccessProfile found = admin.create(AccessProfile.named("robot", manual.id())
                .policy(gold.id())
                .label("beta")
                .grant(admin.create(
                                ApiCollection.named("Extra").basePath("/extra").build())
                        .id())
                .build());
        for (Query query : List.of(
                Query.all().named("ROB"),
                Query.all().of(manual.id()),
                Query.all().inState(RegistrationState.READY).of(manual.id()),
                Query.all().heldTo(gold.id()),
                Query.all().labelled("beta"),
                Query.all().granted(found.terms().grants().get(0).collection()))) {
            assertEquals(List.of(found), search.profiles(query).items(), query::toString);
        }
        assertEquals(
                List.of("ACME mobile"),
                search.profiles(Query.all().inProject("retail")).items().stream()
                        .map(AccessProfile::name)
                        .toList());
        assertEquals(
                2, search.profiles(Query.all().inState(Status.ACTIVE)).items().size());
    }

    @Test
    void findsCollectionsPoliciesAndPlans() {
        Policy gold = policy("Gold");
        ApiCollection draft = admin.create(ApiCollection.named("Draft")
                .draft()
                .route("/draft", GET)
                .policy(gold.id())
                .build());
        Plan plan = admin.create(Plan.named("Plan", gold.id()).label("beta").build());
        assertEquals(
                List.of(draft),
                search.collections(Query.all().inState(Publication.DRAFT)).items());
        assertEquals(
                List.of(draft),
                search.collections(Query.all().heldTo(gold.id())).items());
        assertEquals(
                List.of(draft),
                search.collections(Query.all().named("draft v1")).items());
        assertEquals(List.of(gold), search.policies(Query.all().named("gold")).items());
        assertEquals(
                List.of(plan),
                search.plans(Query.all().inState(PlanStatus.DRAFT)).items());
        assertEquals(
                List.of(plan),
                search.plans(Query.all().heldTo(gold.id()).labelled("beta")).items());
        assertEquals(
                List.of(), search.plans(Query.all().inState(PlanStatus.LOCKED)).items());
    }

    @Test
    void refusesWhatCannotBeAskedRatherThanFindingNothing() {
        Refusal.of(
                () -> search.policies(
                        Query.all().inState(Status.ACTIVE).of(acme.acme.id()).granted(acme.orders.id())),
                "state `ACTIVE`",
                "client `" + acme.acme.id() + "`",
                "collection `" + acme.orders.id() + "`");
        Refusal.of(() -> search.clients(Query.all().inState(KeyStatus.ENABLED)), "state `ENABLED`");
        Refusal.of(() -> search.plans(Query.all().granted(acme.orders.id())), "collection");
        Refusal.of(() -> search.collections(Query.all().of(acme.acme.id())), "client");
        Refusal.of(() -> Query.all().limit(0), "limit `0`", "1 to 1000");
        Refusal.of(() -> Query.all().limit(1_001), "limit `1001`");
        Refusal.of(() -> search.clients(Query.all().after("x y")), "`x y`", "next");
        Refusal.of(() -> search.clients(Query.all().after("eA")), "`eA`");
    }

    @Test
    void groupsByProjectFirstWhatBelongsToNone() {
        admin.create(Client.named("Zed").build());
        admin.create(Client.named("Alpha").project("wholesale").build());
        admin.create(Client.named("Beta").project("retail").build());
        assertEquals(
                List.of("Optional.empty [Zed]", "Optional[retail] [ACME Company, Beta]", "Optional[wholesale] [Alpha]"),
                search.clients(Query.all()).groups().stream()
                        .map(group -> group.project() + " "
                                + group.items().stream().map(Client::name).toList())
                        .toList());
    }

    @Test
    void aPageGoesOnWithinAProject() {
        admin.create(Client.named("Beta").project("retail").build());
        Page<Client> first = search.clients(Query.all().limit(1));
        Page<Client> second =
                search.clients(Query.all().limit(1).after(first.next().orElseThrow()));
        assertEquals(List.of("ACME Company"), names(first));
        assertEquals(List.of("Beta"), names(second));
        assertEquals(Optional.empty(), second.next());
    }

    @Test
    void eachThatStaysIsOnExactlyOnePageWhileOthersWrite() {
        SplittableRandom random = new SplittableRandom(SEED);
        Set<ClientId> staying = new HashSet<>();
        List<ClientId> going = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Client client = admin.create(Client.named("c" + random.nextInt(20))
                    .project("p" + random.nextInt(3))
                    .build());
            if (i % 3 == 0) {
                going.add(client.id());
            } else {
                staying.add(client.id());
            }
        }
        List<ClientId> seen = new ArrayList<>();
        Query query = Query.all().limit(7);
        Page<Client> page = search.clients(query);
        while (true) {
            assertTrue(page.items().size() <= 7);
            page.items().forEach(client -> seen.add(client.id()));
            if (page.next().isEmpty()) {
                break;
            }
            if (!going.isEmpty()) {
                admin.delete(going.remove(random.nextInt(going.size())), true);
            }
            admin.create(Client.named("c" + random.nextInt(20))
                    .project("p" + random.nextInt(3))
                    .build());
            ClientId any = seen.get(random.nextInt(seen.size()));
            admin.find(any).ifPresent(client -> admin.deactivate(client.id()));
            page = search.clients(query.after(page.next().get()));
        }
        assertEquals(seen.size(), new HashSet<>(seen).size(), () -> "seed " + SEED);
        assertTrue(seen.containsAll(staying), () -> "seed " + SEED);
    }

    private Policy policy(String name) {
        return admin.create(Policy.named(name)
                .limit(RateLimit.of(5).per(Duration.ofMinutes(1)))
                .build());
    }

    private static List<String> names(Page<Client> page) {
        return page.items().stream().map(Client::name).toList();
    }
}
