package io.apiaccess.api;

import io.apiaccess.check.Faults;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.Publication;
import io.apiaccess.entity.Transitions;
import io.apiaccess.entity.UniqueKey;
import io.apiaccess.policy.PlanId;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.request.HttpMethod;
import io.apiaccess.request.RequestPath;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A named, versioned group of routes: the unit that is granted. Immutable.
 *
 * <p>All published collections form one table of routes. No two of them may hold routes of equal shape that share a
 * method.
 */
public final class ApiCollection implements Entity<ApiCollection> {
    private final CollectionId id;
    private final long revision;
    private final String name;
    private final String version;
    private final @Nullable String description;
    private final @Nullable String project;
    private final boolean shared;
    private final Set<String> labels;
    private final Visibility visibility;
    private final Publication publication;
    private final boolean active;
    private final @Nullable PathTemplate basePath;
    private final List<Route> routes;
    private final List<Route> table;
    private final Set<String> scopes;
    private final List<PlanId> plans;
    private final @Nullable PolicyId policy;

    private ApiCollection(Builder builder) {
        id = builder.id == null ? new CollectionId(Faults.randomId()) : builder.id;
        revision = builder.revision;
        name = builder.name;
        version = builder.version;
        description = builder.description;
        project = builder.project;
        shared = builder.shared;
        labels = Collections.unmodifiableSet(new TreeSet<>(builder.labels));
        visibility = builder.visibility;
        publication = builder.publication;
        active = builder.active;
        basePath = builder.basePath;
        routes = List.copyOf(builder.routes);
        plans = List.copyOf(builder.plans);
        policy = builder.policy;
        table = compile();
        scopes = routes.stream().flatMap(route -> route.scopes().stream()).collect(Collectors.toUnmodifiableSet());
    }

    /** Starts a collection that is private, published and active, in version {@code v1}. */
    public static Builder named(String name) {
        return new Builder(name);
    }

    /** Returns a builder that starts from this collection, with its id and revision. */
    public Builder toBuilder() {
        Builder builder = new Builder(name);
        builder.id = id;
        builder.revision = revision;
        builder.shared = shared;
        builder.labels.addAll(labels);
        builder.version = version;
        builder.description = description;
        builder.project = project;
        builder.visibility = visibility;
        builder.publication = publication;
        builder.active = active;
        builder.basePath = basePath;
        builder.routes.addAll(routes);
        builder.plans.addAll(plans);
        builder.policy = policy;
        return builder;
    }

    /**
     * Returns this collection in a state of publication; itself if it is in it.
     *
     * @throws IllegalStateException if the transition table does not allow the move
     */
    public ApiCollection withPublication(Publication next) {
        if (publication == next) {
            return this;
        }
        Builder builder = toBuilder();
        builder.publication = Transitions.move(label(), publication, next);
        return new ApiCollection(builder);
    }

    /** Returns this collection switched on or off; itself if it is. */
    public ApiCollection withActive(boolean on) {
        if (active == on) {
            return this;
        }
        Builder builder = toBuilder();
        builder.active = on;
        return new ApiCollection(builder);
    }

    /**
     * Returns this collection with the routes of a template switched on or off; itself if they are.
     *
     * @throws IllegalArgumentException if it has no such route
     */
    public ApiCollection withRouteActive(String template, boolean on) {
        PathTemplate wanted = PathTemplate.parse(template);
        if (routes.stream().noneMatch(route -> route.template().equals(wanted))) {
            throw new IllegalArgumentException(label() + " has no route " + Faults.quote(template));
        }
        List<Route> switched = routes.stream()
                .map(route -> route.template().equals(wanted) ? route.active(on) : route)
                .toList();
        if (switched.equals(routes)) {
            return this;
        }
        Builder builder = toBuilder().clearRoutes();
        builder.routes.addAll(switched);
        return new ApiCollection(builder);
    }

    @Override
    public CollectionId id() {
        return id;
    }

    @Override
    public long revision() {
        return revision;
    }

    @Override
    public ApiCollection withRevision(long revision) {
        Builder builder = toBuilder();
        builder.revision = revision;
        return new ApiCollection(builder);
    }

    @Override
    public Set<Id<?>> references() {
        Set<Id<?>> references = new LinkedHashSet<>(plans);
        if (policy != null) {
            references.add(policy);
        }
        return references;
    }

    @Override
    public Set<UniqueKey> uniqueKeys() {
        return Set.of(new UniqueKey("collection name and version", name + "\n" + version));
    }

    /** Returns its name, unique together with the version. */
    public String name() {
        return name;
    }

    /** Returns its version label. */
    public String version() {
        return version;
    }

    /** Returns what it is for. */
    public Optional<String> description() {
        return Optional.ofNullable(description);
    }

    /** Returns the project that manages it. */
    public Optional<String> project() {
        return Optional.ofNullable(project);
    }

    /** Returns whether those who manage other projects may see it and attach it to what is theirs. */
    public boolean isShared() {
        return shared;
    }

    /** Returns the labels that it is found by. */
    public Set<String> labels() {
        return labels;
    }

    /** Returns whether it must be granted. */
    public Visibility visibility() {
        return visibility;
    }

    /** Returns its state of publication. */
    public Publication publication() {
        return publication;
    }

    /** Returns whether it is switched on. */
    public boolean isActive() {
        return active;
    }

    /** Returns the path that its templates are relative to. */
    public Optional<PathTemplate> basePath() {
        return Optional.ofNullable(basePath);
    }

    /** Returns its routes as they were given. */
    public List<Route> routes() {
        return routes;
    }

    /** Returns all scopes that its routes require. */
    public Set<String> scopes() {
        return scopes;
    }

    /** Returns the plans it offers; a grant goes through one of them if there are any. */
    public List<PlanId> plans() {
        return plans;
    }

    /** Returns the policy that every call on it is held to. */
    public Optional<PolicyId> policy() {
        return Optional.ofNullable(policy);
    }

    /** Returns its name and version for messages. */
    public String label() {
        return "collection " + Faults.quote(name + " " + version);
    }

    /**
     * Returns its routes with full templates. A base path P without routes is one route, P/{rest...} with all methods,
     * which holds P as well.
     */
    public List<Route> table() {
        return table;
    }

    /** Returns the segments of a path behind the base path, which the path is known to begin with. */
    public List<String> relative(RequestPath path) {
        List<String> segments = path.segments();
        return basePath == null ? segments : segments.subList(basePath.withoutSlash(), segments.size());
    }

    private PathTemplate absolute(PathTemplate template) {
        return basePath == null ? template : template.under(basePath);
    }

    @Override
    public String toString() {
        return label() + " " + id + ": " + visibility + ", " + publication + (active ? ", active" : ", inactive")
                + ", base path " + basePath + ", routes " + routes + ", plans " + plans + ", policy " + policy
                + ", project " + project + (shared ? ", shared" : "") + (labels.isEmpty() ? "" : ", labels " + labels)
                + ", description " + Faults.quote(description);
    }

    private List<Route> compile() {
        if (basePath == null) {
            return routes;
        }
        if (routes.isEmpty()) {
            return List.of(new Route(absolute(PathTemplate.parse("/{rest...}")), Set.of(), Set.of(), 1, true));
        }
        return routes.stream()
                .map(route -> route.withTemplate(absolute(route.template())))
                .toList();
    }

    /** Builds a collection; what is wrong with it is said at once by {@link #build()}. Not thread-safe. */
    public static final class Builder {
        private final Faults refused = new Faults();
        private @Nullable CollectionId id;
        private long revision;
        private boolean shared;
        private final Set<String> labels = new LinkedHashSet<>();
        private String name;
        private String version = "v1";
        private @Nullable String description;
        private @Nullable String project;
        private Visibility visibility = Visibility.PRIVATE;
        private Publication publication = Publication.PUBLISHED;
        private boolean active = true;
        private @Nullable PathTemplate basePath;
        private final List<Route> routes = new ArrayList<>();
        private final List<PlanId> plans = new ArrayList<>();
        private @Nullable PolicyId policy;

        private Builder(String name) {
            this.name = name;
        }

        /** Sets the id, a random one unless given. */
        public Builder id(CollectionId id) {
            this.id = id;
            return this;
        }

        /** Sets the name: 1 to 200 characters. */
        public Builder name(String name) {
            this.name = name;
            return this;
        }

        /** Sets the version label: 1 to 200 characters, {@code v1} unless given. */
        public Builder version(String version) {
            this.version = version;
            return this;
        }

        /** Sets the description: at most 2,000 characters. */
        public Builder description(@Nullable String description) {
            this.description = description;
            return this;
        }

        /** Sets the project that manages it. */
        public Builder project(@Nullable String project) {
            this.project = project;
            return this;
        }

        /** Sets whether those who manage other projects may see it and attach it to what is theirs. */
        public Builder shared(boolean shared) {
            this.shared = shared;
            return this;
        }

        /** Adds a label to find it by: 1 to 200 characters. */
        public Builder label(String label) {
            labels.add(label);
            return this;
        }

        /** Removes a label, if it is there. */
        public Builder withoutLabel(String label) {
            labels.remove(label);
            return this;
        }

        /** Sets whether it must be granted. */
        public Builder visibility(Visibility visibility) {
            this.visibility = visibility;
            return this;
        }

        /** Makes it a draft: no request meets it until it is published. */
        public Builder draft() {
            publication = Publication.DRAFT;
            return this;
        }

        /** Sets the path that its templates are relative to; without routes it covers all below it, with all methods. */
        public Builder basePath(String path) {
            refused.gather(() -> basePath = literal(PathTemplate.parse(path)));
            return this;
        }

        /** Adds a route that requires no scope and costs 1. */
        public Builder route(String template, HttpMethod... methods) {
            refused.gather(() -> routes.add(Route.at(template, methods)));
            return this;
        }

        /** Adds a route. */
        public Builder route(Route route) {
            routes.add(route);
            return this;
        }

        /** Removes all routes. */
        public Builder clearRoutes() {
            routes.clear();
            return this;
        }

        /** Offers a plan; it must be locked. */
        public Builder plan(PlanId plan) {
            plans.add(plan);
            return this;
        }

        /** Withdraws all plans. */
        public Builder clearPlans() {
            plans.clear();
            return this;
        }

        /** Sets the policy that every call on it is held to. */
        public Builder policy(@Nullable PolicyId policy) {
            this.policy = policy;
            return this;
        }

        /**
         * Returns the collection.
         *
         * @throws IllegalArgumentException naming everything that is wrong with it
         */
        public ApiCollection build() {
            Faults faults = new Faults(refused);
            faults.name("name", name);
            faults.name("version", version);
            labels.forEach(label -> faults.name("label", label));
            faults.description(description);
            faults.optionalName("project", project);
            checkPlans(faults);
            checkRoutes(faults);
            faults.throwIfAny("collection", name);
            return new ApiCollection(this);
        }

        private void checkPlans(Faults faults) {
            Set<PlanId> offered = new HashSet<>();
            for (PlanId plan : plans) {
                faults.require(offered.add(plan), "plan " + Faults.quote(plan) + " is offered twice");
                faults.require(
                        visibility == Visibility.PRIVATE,
                        "plan " + Faults.quote(plan) + " is offered, and a PUBLIC collection takes no grant");
            }
        }

        private void checkRoutes(Faults faults) {
            faults.require(
                    basePath != null || !routes.isEmpty(),
                    "neither a route nor a base path is given, so it covers nothing");
            Map<PathTemplate, List<Route>> byShape = new HashMap<>();
            for (Route route : routes) {
                faults.require(
                        !route.methods().isEmpty(), "route " + Faults.quote(route.template()) + " names no method");
                faults.require(
                        visibility == Visibility.PRIVATE || route.scopes().isEmpty(),
                        "route " + Faults.quote(route)
                                + " of a PUBLIC collection requires a scope, which no caller needs");
                List<Route> others = byShape.computeIfAbsent(route.template(), shape -> new ArrayList<>(1));
                others.stream()
                        .filter(route::collidesWith)
                        .forEach(other -> faults.add("route " + Faults.quote(route) + " collides with "
                                + Faults.quote(other) + ": equal shape and a shared method"));
                others.add(route);
            }
        }

        private static PathTemplate literal(PathTemplate path) {
            if (!path.segments().stream().allMatch(PathTemplate.Segment.Literal.class::isInstance)) {
                throw new IllegalArgumentException("base path " + Faults.quote(path) + " has a variable");
            }
            return path;
        }
    }
}
