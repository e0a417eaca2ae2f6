package io.apiaccess.admin;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.check.Faults;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.client.ProfileTerms;
import io.apiaccess.entity.Entity;
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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

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
                (sight, client) -> query.status()
                                .filter(status -> client.status() != status)
                                .isEmpty()
                        && holds(query, client.policy())
                        && (query.collection().isEmpty()
                                || sight.referrers(client.id(), AccessProfile.class).stream()
                                        .anyMatch(profile -> isGranted(query, profile))));
    }

    /** Returns profiles, also of one client. */
    public Page<AccessProfile> profiles(Query query) {
        refuse(query, "profile", Set.of("client", "collection", "policy"), Status.class, RegistrationState.class);
        return page(
                query,
                AccessProfile.class,
                new Traits<>(AccessProfile::name, AccessProfile::labels),
                (sight, profile) -> query.status()
                                .filter(status -> profile.status() != status && profile.registrationState() != status)
                                .isEmpty()
                        && query.client()
                                .filter(client -> !profile.client().equals(client))
                                .isEmpty()
                        && holds(query, profile.terms().policy())
                        && isGranted(query, profile));
    }

    /** Returns collections. */
    public Page<ApiCollection> collections(Query query) {
        refuse(query, "collection", Set.of("policy"), Publication.class);
        return page(
                query,
                ApiCollection.class,
                new Traits<>(it -> it.name() + " " + it.version(), ApiCollection::labels),
                (sight, collection) -> query.status()
                                .filter(status -> collection.publication() != status)
                                .isEmpty()
                        && holds(query, collection.policy()));
    }

    /** Returns policies. */
    public Page<Policy> policies(Query query) {
        refuse(query, "policy", Set.of());
        return page(query, Policy.class, new Traits<>(Policy::name, Policy::labels), (sight, policy) -> true);
    }

    /** Returns plans. */
    public Page<Plan> plans(Query query) {
        refuse(query, "plan", Set.of("policy"), PlanStatus.class);
        return page(
                query,
                Plan.class,
                new Traits<>(Plan::name, Plan::labels),
                (sight, plan) ->
                        query.status().filter(status -> plan.status() != status).isEmpty()
                                && holds(query, Optional.of(plan.policy())));
    }

    /** What a kind is found by. */
    private record Traits<E>(Function<E, String> name, Function<E, Set<String>> labels) {}

    /** What else of a query must hold. */
    @FunctionalInterface
    private interface Filter<E> {
        boolean takes(Sight sight, E entity);
    }

    /** Where an object stands among all. */
    private record Place(String project, String name, String id) implements Comparable<Place> {
        private static final Comparator<Place> ORDER =
                Comparator.comparing(Place::project).thenComparing(Place::name).thenComparing(Place::id);

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }

        String text() {
            String text = project + "\n" + name + "\n" + id;
            return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        }

        static Place parse(String text) {
            try {
                String[] parts =
                        new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split("\n", -1);
                if (parts.length == 3) {
                    return new Place(parts[0], parts[1], parts[2]);
                }
            } catch (IllegalArgumentException notBase64) {
                // said below, as for another number of parts
            }
            throw new IllegalArgumentException(
                    "query: " + Faults.quote(text) + " is no place that a page has named: give its `next`");
        }
    }

    private <E extends Entity<E>> Page<E> page(Query query, Class<E> kind, Traits<E> traits, Filter<E> filter) {
        Optional<Place> after = query.after().map(Place::parse);
        return store.read(view -> {
            Sight sight = new Sight(view, reach);
            List<Map.Entry<Place, E>> found = sight.list(kind).stream()
                    .filter(entity -> isMeant(query, sight, entity, traits) && filter.takes(sight, entity))
                    .map(entity -> Map.entry(place(sight, entity, traits), entity))
                    .filter(entry -> after.isEmpty() || entry.getKey().compareTo(after.get()) > 0)
                    .sorted(Map.Entry.comparingByKey())
                    .limit(query.limit() + 1L)
                    .toList();
            boolean more = found.size() > query.limit();
            List<Map.Entry<Place, E>> here = more ? found.subList(0, query.limit()) : found;
            Optional<String> next =
                    more ? Optional.of(here.get(here.size() - 1).getKey().text()) : Optional.empty();
            return new Page<>(groups(here), next);
        });
    }

    private static <E extends Entity<E>> Place place(Sight sight, E entity, Traits<E> traits) {
        return new Place(
                sight.project(entity).orElse(""),
                traits.name().apply(entity),
                entity.id().value());
    }

    private static <E> List<Page.Group<E>> groups(List<Map.Entry<Place, E>> found) {
        Map<String, List<E>> byProject = new LinkedHashMap<>();
        for (Map.Entry<Place, E> entry : found) {
            byProject
                    .computeIfAbsent(entry.getKey().project(), project -> new ArrayList<>())
                    .add(entry.getValue());
        }
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
        query.status().ifPresent(status -> {
            boolean known = false;
            for (Class<?> state : states) {
                known |= state == status.getDeclaringClass();
            }
            faults.require(known, "state " + Faults.quote(status) + " is none that a " + kind + " has");
        });
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
