package io.apiaccess.admin;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.CollectionId;
import io.apiaccess.check.Faults;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.client.ProfileTerms;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.PlanStatus;
import io.apiaccess.entity.Publication;
import io.apiaccess.entity.RegistrationState;
import io.apiaccess.entity.Status;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.spi.AccessStore;
import io.apiaccess.spi.Page;
import io.apiaccess.spi.Query;
import io.apiaccess.spi.UnreadableException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What an actor may see, searched: by project, name and id, page by page. Thread-safe.
 *
 * <p>A page begins behind the last object of the one before, not behind a number of objects, so that writers in between
 * neither repeat nor lose any.
 */
public final class Search {
    private final AccessStore store;
    private final Reach reach;

    Search(AccessStore store, Reach reach) {
        this.store = store;
        this.reach = reach;
    }

    /** Returns clients; one is granted what one of its profiles is. */
    public Page<Client> clients(Query query) {
        refuse(query, "client", Set.of("collection", "policy"), Status.class);
        return page(
                query,
                Client.class,
                new Traits<>(Client::name, Client::labels),
                sight -> query.collection()
                        .map(collection -> clientsGranted(query, sight, collection))
                        .or(() -> query.policy().map(policy -> sight.referrers(policy, Client.class))),
                client -> isIn(query, client.status()) && holds(query, client.policy()));
    }

    private static List<Client> clientsGranted(Query query, Sight sight, CollectionId collection) {
        return sight.referrers(collection, AccessProfile.class).stream()
                .filter(profile -> isGranted(query, profile))
                .map(AccessProfile::client)
                .distinct()
                .flatMap(client -> sight.find(client).stream())
                .toList();
    }

    /** Returns profiles, also of one client. */
    public Page<AccessProfile> profiles(Query query) {
        refuse(query, "profile", Set.of("client", "collection", "policy"), Status.class, RegistrationState.class);
        return page(
                query,
                AccessProfile.class,
                new Traits<>(AccessProfile::name, AccessProfile::labels),
                sight -> query.client()
                        .<Id<?>>map(id -> id)
                        .or(query::collection)
                        .or(query::policy)
                        .map(id -> sight.referrers(id, AccessProfile.class)),
                profile -> isIn(query, profile.status(), profile.registrationState())
                        && query.client()
                                .filter(it -> !profile.client().equals(it))
                                .isEmpty()
                        && holds(query, profile.terms().policy())
                        && isGranted(query, profile));
    }

    /** Returns collections. */
    public Page<ApiCollection> collections(Query query) {
        refuse(query, "collection", Set.of("policy"), Publication.class, Status.class);
        return page(
                query,
                ApiCollection.class,
                new Traits<>(it -> it.name() + " " + it.version(), ApiCollection::labels),
                sight -> query.policy().map(policy -> sight.referrers(policy, ApiCollection.class)),
                collection ->
                        isIn(query, collection.publication(), collection.isActive() ? Status.ACTIVE : Status.INACTIVE)
                                && holds(query, collection.policy()));
    }

    /** Returns policies. */
    public Page<Policy> policies(Query query) {
        refuse(query, "policy", Set.of());
        return page(
                query,
                Policy.class,
                new Traits<>(Policy::name, Policy::labels),
                sight -> Optional.empty(),
                policy -> true);
    }

    /** Returns plans. */
    public Page<Plan> plans(Query query) {
        refuse(query, "plan", Set.of("policy"), PlanStatus.class);
        return page(
                query,
                Plan.class,
                new Traits<>(Plan::name, Plan::labels),
                sight -> query.policy().map(policy -> sight.referrers(policy, Plan.class)),
                plan -> isIn(query, plan.status()) && holds(query, Optional.of(plan.policy())));
    }

    /** What a kind is found by. */
    private record Traits<E>(Function<E, String> name, Function<E, Set<String>> labels) {}

    /** What a query is about, where the store knows it by something that it refers to; otherwise all of its kind is. */
    @FunctionalInterface
    private interface Source<E> {
        Optional<List<E>> few(Sight sight);
    }

    private <E extends Entity<E>> Page<E> page(
            Query query, Class<E> kind, Traits<E> traits, Source<E> source, Predicate<E> filter) {
        Optional<Place> after = query.after().map(text -> Place.parse(text, query.isById()));
        return store.read(view -> {
            Sight sight = new Sight(new Remembering(view), reach);
            Predicate<E> isMeant = entity -> filter.test(entity) && isMeant(query, sight, entity, traits);
            Optional<List<E>> few = source.few(sight);
            List<E> found = query.isById() && few.isEmpty()
                    ? next(query, sight, kind, after.map(Place::id).orElse(""), isMeant)
                    : few.orElseGet(() -> sight.list(kind)).stream()
                            .filter(isMeant)
                            .toList();
            Function<E, Place> byName = entity -> place(sight, entity, traits);
            Function<E, Place> byId = entity -> new Place("", "", entity.id().value());
            return page(query, after, found, query.isById() ? byId : byName, byName);
        });
    }

    private static <E> Page<E> page(
            Query query, Optional<Place> after, List<E> found, Function<E, Place> order, Function<E, Place> byName) {
        List<E> here = found.stream()
                .filter(entity -> after.isEmpty() || order.apply(entity).compareTo(after.get()) > 0)
                .sorted(Comparator.comparing(order))
                .limit(query.limit() + 1L)
                .toList();
        boolean more = here.size() > query.limit();
        List<E> shown = more ? here.subList(0, query.limit()) : here;
        Optional<String> next =
                more ? Optional.of(order.apply(shown.get(shown.size() - 1)).text()) : Optional.empty();
        return new Page<>(groups(shown, byName), next);
    }

    /** Returns what comes next by id, one more than a page of it if there is, without reading much behind that. */
    private static <E extends Entity<E>> List<E> next(
            Query query, Sight sight, Class<E> kind, String after, Predicate<E> isMeant) {
        List<E> found = new ArrayList<>();
        String last = after;
        int size = query.limit() + 1;
        while (found.size() <= query.limit()) {
            List<E> read;
            try {
                read = sight.view().list(kind, last, size);
            } catch (UnreadableException e) {
                // what is damaged is left out, as of every search, but no page can be told without it
                return sight.list(kind).stream().filter(isMeant).toList();
            }
            read.stream().filter(sight::sees).filter(isMeant).forEach(found::add);
            if (read.size() < size) {
                break;
            }
            last = read.get(size - 1).id().value();
            size = Math.max(size, Math.min(Query.MAX_LIMIT, size * 2));
        }
        return found;
    }

    private static <E extends Entity<E>> Place place(Sight sight, E entity, Traits<E> traits) {
        return new Place(
                sight.project(entity).orElse(""),
                traits.name().apply(entity),
                entity.id().value());
    }

    private static <E> List<Page.Group<E>> groups(List<E> shown, Function<E, Place> byName) {
        Map<String, List<E>> byProject = new LinkedHashMap<>();
        shown.stream()
                .sorted(Comparator.comparing(byName))
                .forEach(entity -> byProject
                        .computeIfAbsent(byName.apply(entity).project(), project -> new ArrayList<>())
                        .add(entity));
        List<Page.Group<E>> groups = new ArrayList<>();
        byProject.forEach((project, items) ->
                groups.add(new Page.Group<>(project.isEmpty() ? Optional.empty() : Optional.of(project), items)));
        return groups;
    }

    private static <E extends Entity<E>> boolean isMeant(Query query, Sight sight, E entity, Traits<E> traits) {
        String name = traits.name().apply(entity).toLowerCase(Locale.ROOT);
        return query.name()
                        .filter(part -> !name.contains(part.toLowerCase(Locale.ROOT)))
                        .isEmpty()
                && (query.project().isEmpty() || query.project().equals(sight.project(entity)))
                && query.label()
                        .filter(label -> !traits.labels().apply(entity).contains(label))
                        .isEmpty();
    }

    private static boolean isIn(Query query, Enum<?>... states) {
        return List.of(states).containsAll(query.states());
    }

    private static boolean holds(Query query, Optional<PolicyId> policy) {
        return query.policy().isEmpty() || query.policy().equals(policy);
    }

    private static boolean isGranted(Query query, AccessProfile profile) {
        ProfileTerms terms = profile.terms();
        return query.collection()
                .filter(collection -> terms.grant(collection).isEmpty())
                .isEmpty();
    }

    /** Refuses what cannot be asked of a kind, rather than finding nothing or everything. */
    private static void refuse(Query query, String kind, Set<String> askable, Class<?>... states) {
        Faults faults = new Faults();
        for (Enum<?> state : query.states()) {
            faults.require(
                    List.of(states).contains(state.getDeclaringClass())
                            && !(kind.equals("collection") && state == Status.RETIRED),
                    "state " + Faults.quote(state) + " is none that a " + kind + " has"
                            + (state == Status.RETIRED ? ": ask for `Publication.RETIRED`" : ""));
        }
        ask(faults, query.client(), "client", kind, askable);
        ask(faults, query.collection(), "collection", kind, askable);
        ask(faults, query.policy(), "policy", kind, askable);
        faults.throwIfAny("query", kind);
    }

    private static void ask(Faults faults, Optional<?> given, String what, String kind, Set<String> askable) {
        given.ifPresent(value -> faults.require(
                askable.contains(what),
                what + " " + Faults.quote(value) + " cannot be asked of a " + kind + ": leave it out"));
    }
}
