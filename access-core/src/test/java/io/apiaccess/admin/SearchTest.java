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
import io.apiaccess.memory.MemoryAccessStore;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.spi.AccessStore;
import io.apiaccess.spi.AccessStore.View;
import io.apiaccess.spi.Actor;
import io.apiaccess.spi.Page;
import io.apiaccess.spi.Query;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
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
    void findsCollectionsThatAreOnOrOffWhateverTheirPublication() {
        admin.deactivate(acme.orders.id());
        ApiCollection draft = admin.create(
                ApiCollection.named("Draft").draft().route("/draft", GET).build());
        assertEquals(
                List.of(admin.get(acme.orders.id())),
                search.collections(Query.all().inState(Status.INACTIVE)).items());
        assertEquals(
                List.of(draft),
                search.collections(Query.all().inState(Status.ACTIVE)).items());
        Query both = Query.all().inState(Publication.PUBLISHED).inState(Status.INACTIVE);
        assertEquals(1, search.collections(both).items().size());
        assertEquals(
                List.of(),
                search.collections(both.inState(Publication.DRAFT)).items(),
                "a state takes the place of another of its type");
        Refusal.of(() -> search.collections(Query.all().inState(Status.RETIRED)), "Publication.RETIRED");
    }

    @Test
    void findsEveryKindByProjectAndLabel() {
        Policy gold = admin.create(
                Policy.named("Gold").project("wholesale").label("beta").build());
        Plan plan = admin.create(
                Plan.named("Plan", gold.id()).project("wholesale").label("beta").build());
        ApiCollection stock = admin.create(ApiCollection.named("Stock")
                .basePath("/stock")
                .project("wholesale")
                .label("beta")
                .build());
        admin.create(Policy.named("Silver").project("retail").label("beta").build());
        Query query = Query.all().inProject("wholesale").labelled("beta");
        assertEquals(List.of(gold), search.policies(query).items());
        assertEquals(List.of(plan), search.plans(query).items());
        assertEquals(List.of(stock), search.collections(query).items());
        assertEquals(List.of(), search.policies(query.labelled("gamma")).items());
        assertEquals(List.of(), search.plans(query.inProject("retail")).items());
    }

    @Test
    void aProfileThatIsToldByTwoStatesHasBoth() {
        Client manual = admin.create(
                Client.named("Manual").registration(Registration.MANUAL).build());
        AccessProfile draft =
                admin.create(AccessProfile.named("draft", manual.id()).build());
        Query query = Query.all().inState(RegistrationState.DRAFT).inState(Status.ACTIVE);
        assertEquals(List.of(draft), search.profiles(query).items());
        admin.deactivate(draft.id());
        assertEquals(List.of(), search.profiles(query).items());
    }

    @Test
    void pagesByIdReadNoMoreOfTheStoreThanAPage() {
        AccessStore store = new MemoryAccessStore();
        for (int i = 0; i < 31; i++) {
            Client client = Client.named("c" + i).project("p" + i % 2).build();
            store.write(transaction -> transaction.put(client));
        }
        List<Integer> read = new ArrayList<>();
        Search byPage = new Search(watched(store, read), new Reach(Actor.fullAdmin("admin")));
        Query query = Query.all().byId().limit(4);
        Page<Client> page = byPage.clients(query);
        List<Client> seen = new ArrayList<>(page.items());
        assertEquals(List.of(5), read);
        while (page.next().isPresent()) {
            page = byPage.clients(query.after(page.next().get()));
            seen.addAll(page.items());
        }
        assertEquals(31, new HashSet<>(seen).size());
        assertEquals(31, seen.size());
        assertEquals(8, read.size());
        assertEquals(
                15, names(byPage.clients(query.limit(1_000).inProject("p1"))).size());
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
        admin.create(Client.named("Zed").build());
        String byName = search.clients(Query.all().limit(1)).next().orElseThrow();
        String byId = search.clients(Query.all().byId().limit(1)).next().orElseThrow();
        Refusal.of(() -> search.clients(Query.all().byId().after(byName)), "no place");
        Refusal.of(() -> search.clients(Query.all().after(byId)), "no place");
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

    /** Returns a store that lists nothing whole, and notes how much of a kind it is asked for. */
    @SuppressWarnings("unchecked") // it is read only
    private static AccessStore watched(AccessStore store, List<Integer> asked) {
        return proxy(
                AccessStore.class,
                (self, method, given) ->
                        store.read(view -> ((Function<View, Object>) given[0]).apply(watched(view, asked))));
    }

    private static View watched(View view, List<Integer> asked) {
        return proxy(View.class, (self, method, given) -> {
            if (method.getName().equals("list")) {
                assertEquals(3, given.length);
                asked.add((Integer) given[2]);
            }
            return method.invoke(view, given);
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
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
