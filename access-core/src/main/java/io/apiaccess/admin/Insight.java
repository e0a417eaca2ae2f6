package io.apiaccess.admin;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.CollectionId;
import io.apiaccess.api.PathTemplate;
import io.apiaccess.api.PathTemplate.Segment;
import io.apiaccess.api.Route;
import io.apiaccess.check.Faults;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.AppliedPolicy;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.entity.Publication;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.request.HttpMethod;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What follows from the configuration, found by the stages of the decision themselves; nothing is consumed. Of what the
 * actor may not see, nothing is said. Thread-safe.
 */
public final class Insight {
    private static final List<HttpMethod> USUAL = List.of(
            HttpMethod.GET,
            HttpMethod.HEAD,
            HttpMethod.POST,
            HttpMethod.PUT,
            HttpMethod.PATCH,
            HttpMethod.DELETE,
            HttpMethod.OPTIONS,
            HttpMethod.TRACE);

    private final AdminParts parts;
    private final Reach reach;

    Insight(AdminParts parts, Reach reach) {
        this.parts = parts;
        this.reach = reach;
    }

    /**
     * The policies that a call is held to.
     *
     * @param objection why the call may not be made, whatever they say; nothing if it may
     * @param policies those that the actor may see, in the order in which they apply, with how their limits stand now
     */
    public record EffectivePolicy(Optional<DenyReason> objection, List<AppliedPolicy> policies) {
        /** Copies the list. */
        public EffectivePolicy {
            policies = List.copyOf(policies);
        }
    }

    /**
     * Who can make a call, whatever addresses, conditions and limits say.
     *
     * @param anybody whether it takes no credential
     * @param profiles the profiles, by name
     */
    public record Callers(boolean anybody, List<AccessProfile> profiles) {
        /** Copies the list. */
        public Callers {
            profiles = List.copyOf(profiles);
        }
    }

    /**
     * A route that can be called, whatever addresses, conditions and limits say.
     *
     * @param collection the collection
     * @param route the route, its template with the collection's base path
     * @param methods the methods that can; of a route that takes any, those of RFC 9110 and PATCH that can
     */
    public record Callable(CollectionId collection, Route route, Set<HttpMethod> methods) {
        /** Copies the set. */
        public Callable {
            methods = Collections.unmodifiableSet(new LinkedHashSet<>(methods));
        }
    }

    /**
     * Returns the policies that a profile's call is held to: those of client, profile, plan and collection, all of them.
     *
     * @param path a path as it is called, such as {@code /orders/42}
     * @throws IllegalArgumentException if the path has no canonical form
     */
    public EffectivePolicy effectivePolicy(ProfileId profile, HttpMethod method, String path) {
        return effectivePolicy(profile, AccessRequest.of(method, path).build());
    }

    /** Returns the policies that a profile's call is held to, also those that count by the request's address. */
    public EffectivePolicy effectivePolicy(ProfileId profile, AccessRequest request) {
        canonical(request);
        see(profile);
        List<AppliedPolicy> policies = parts.outlook().policies(profile, request);
        List<AppliedPolicy> seen = parts.store()
                .read(view -> policies.stream()
                        .filter(applied -> reach.sees(view, applied.policy()))
                        .toList());
        return new EffectivePolicy(parts.outlook().objection(profile, request), seen);
    }

    /**
     * Returns who can make a call, as far as the actor sees them.
     *
     * @param path a path as it is called, such as {@code /orders/42}
     * @throws IllegalArgumentException if the path has no canonical form
     */
    public Callers whoCan(HttpMethod method, String path) {
        AccessRequest request = AccessRequest.of(method, path).build();
        canonical(request);
        List<AccessProfile> seen = parts.store().read(view -> new Sight(view, reach).list(AccessProfile.class));
        parts.refreshed().run();
        return new Callers(
                parts.outlook().objection(null, request).isEmpty(),
                seen.stream()
                        .filter(profile ->
                                parts.outlook().objection(profile.id(), request).isEmpty())
                        .sorted(Comparator.comparing(AccessProfile::name)
                                .thenComparing(profile -> profile.id().value()))
                        .toList());
    }

    /** Returns what a profile can call, by collection and in the order of its routes; exceptions for single paths apart. */
    public List<Callable> whatCan(ProfileId profile) {
        see(profile);
        List<ApiCollection> collections = parts.store().read(view -> new Sight(view, reach).list(ApiCollection.class));
        parts.refreshed().run();
        List<Callable> callable = new ArrayList<>();
        collections.stream()
                .filter(collection -> collection.publication() == Publication.PUBLISHED)
                .sorted(Comparator.comparing(ApiCollection::name).thenComparing(ApiCollection::version))
                .forEach(collection -> collection.table().forEach(route -> {
                    Set<HttpMethod> methods = methods(profile, route);
                    if (!methods.isEmpty()) {
                        callable.add(new Callable(collection.id(), route, methods));
                    }
                }));
        return callable;
    }

    /** Returns what in the configuration is probably not meant, as far as the actor sees it. */
    public List<Finding> lint() {
        return parts.store()
                .read(view -> new Lint(new Sight(view, reach), parts.clock().instant()).findings());
    }

    private Set<HttpMethod> methods(ProfileId profile, Route route) {
        String path = sample(route.template());
        Collection<HttpMethod> asked = route.methods().isEmpty() ? USUAL : new TreeSet<>(route.methods());
        return asked.stream()
                .filter(method -> parts.outlook()
                        .objection(profile, AccessRequest.of(method, path).build())
                        .isEmpty())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Returns a path of a template that no other template is likely to be written for. */
    private static String sample(PathTemplate template) {
        return template.segments().stream()
                .map(segment -> segment instanceof Segment.Literal literal
                        ? URLEncoder.encode(literal.text(), StandardCharsets.UTF_8)
                                .replace("+", "%20")
                        : "any-0a9b8c7d")
                .collect(Collectors.joining("/", "/", ""));
    }

    private void see(ProfileId profile) {
        parts.store().read(view -> new Sight(view, reach).get(profile));
        parts.refreshed().run();
    }

    private static void canonical(AccessRequest request) {
        if (request.path().isEmpty()) {
            throw new IllegalArgumentException("request " + Faults.quote(request)
                    + ": its path has no canonical form: give one as it is called, such as `/orders/42`");
        }
    }
}
