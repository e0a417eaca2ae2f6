package io.apiaccess.client;

import io.apiaccess.api.CollectionId;
import io.apiaccess.api.PathTemplate;
import io.apiaccess.api.Scopes;
import io.apiaccess.check.Faults;
import io.apiaccess.policy.PlanId;
import io.apiaccess.request.HttpMethod;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The right of a profile to call a collection, through a plan where the collection offers plans. Immutable.
 *
 * <p>It may hold fewer scopes than the collection's routes require, and name exceptions, which always deny.
 */
public final class Grant {
    private final CollectionId collection;
    private final @Nullable PlanId plan;
    private final @Nullable Set<String> scopes;
    private final Set<Omission> exceptions;
    private final boolean readOnly;

    private Grant(
            CollectionId collection,
            @Nullable PlanId plan,
            @Nullable Set<String> scopes,
            Set<Omission> exceptions,
            boolean readOnly) {
        this.collection = Objects.requireNonNull(collection, "collection");
        this.plan = plan;
        this.scopes = scopes == null ? null : Set.copyOf(scopes);
        this.exceptions = Set.copyOf(exceptions);
        this.readOnly = readOnly;
    }

    /**
     * What a grant leaves out.
     *
     * @param method the method; GET leaves out HEAD as well
     * @param template the form of its paths, relative to the collection's base path; a trailing slash does not count
     */
    public record Omission(HttpMethod method, PathTemplate template) {
        private boolean holds(HttpMethod called) {
            return method.equals(called) || (method.equals(HttpMethod.GET) && called.equals(HttpMethod.HEAD));
        }

        @Override
        public String toString() {
            return method + " " + template;
        }
    }

    /** Returns the whole right to a collection that offers no plans. */
    public static Grant of(CollectionId collection) {
        return new Grant(collection, null, null, Set.of(), false);
    }

    /** Returns the same grant through a plan. */
    public Grant plan(PlanId plan) {
        return new Grant(collection, plan, scopes, exceptions, readOnly);
    }

    /**
     * Returns the same grant with these scopes only; without this call it has all that the routes require.
     *
     * @throws IllegalArgumentException if a text is no scope (RFC 6749 section 3.3)
     */
    public Grant scopes(String... scopes) {
        Faults faults = new Faults();
        for (String scope : scopes) {
            faults.require(Scopes.isScope(scope), Scopes.fault(scope));
        }
        faults.throwIfAny("grant of", collection.toString());
        return new Grant(collection, plan, new LinkedHashSet<>(Arrays.asList(scopes)), exceptions, readOnly);
    }

    /**
     * Returns the same grant without the paths of a template for a method.
     *
     * @throws IllegalArgumentException if the template is none
     */
    public Grant except(HttpMethod method, String template) {
        Omission omission = new Omission(method, PathTemplate.parse(template));
        return new Grant(collection, plan, scopes, union(exceptions, Set.of(omission)), readOnly);
    }

    /** Returns the same grant for safe methods only: GET, HEAD, OPTIONS, TRACE (RFC 9110 section 9.2.1). */
    public Grant readOnly() {
        return new Grant(collection, plan, scopes, exceptions, true);
    }

    /** Returns this grant without what another leaves out of the same collection. */
    Grant restrictedBy(Grant other) {
        Set<String> held = scopes;
        if (other.scopes != null) {
            held = held == null
                    ? other.scopes
                    : held.stream().filter(other.scopes::contains).collect(Collectors.toSet());
        }
        return new Grant(collection, plan, held, union(exceptions, other.exceptions), readOnly || other.readOnly);
    }

    /**
     * Returns whether the grant leaves out a call on its collection.
     *
     * @param segments the path behind the collection's base path
     */
    public boolean leavesOut(HttpMethod method, List<String> segments) {
        if (readOnly && !method.isSafe()) {
            return true;
        }
        for (Omission omission : exceptions) {
            if (omission.holds(method) && omission.template().covers(segments)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether it leaves out no call on its collection. */
    public boolean isWhole() {
        return !readOnly && exceptions.isEmpty();
    }

    /** Returns the collection. */
    public CollectionId collection() {
        return collection;
    }

    /** Returns the plan. */
    public Optional<PlanId> plan() {
        return Optional.ofNullable(plan);
    }

    /** Returns the scopes; nothing means all that the collection's routes require. */
    public Optional<Set<String>> scopes() {
        return Optional.ofNullable(scopes);
    }

    /** Returns the exceptions. */
    public Set<Omission> exceptions() {
        return exceptions;
    }

    /** Returns whether only safe methods are granted. */
    public boolean isReadOnly() {
        return readOnly;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Grant grant
                && collection.equals(grant.collection)
                && Objects.equals(plan, grant.plan)
                && Objects.equals(scopes, grant.scopes)
                && exceptions.equals(grant.exceptions)
                && readOnly == grant.readOnly;
    }

    @Override
    public int hashCode() {
        return Objects.hash(collection, plan, scopes, exceptions, readOnly);
    }

    @Override
    public String toString() {
        return collection
                + (plan == null ? "" : " through plan " + plan)
                + (scopes == null ? "" : " with scopes " + new TreeSet<>(scopes))
                + (readOnly ? " read-only" : "")
                + (exceptions.isEmpty() ? "" : " except " + exceptions);
    }

    private static <T> Set<T> union(Set<T> some, Set<T> others) {
        return Stream.concat(some.stream(), others.stream()).collect(Collectors.toSet());
    }
}
