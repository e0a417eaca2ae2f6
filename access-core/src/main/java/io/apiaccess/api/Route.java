package io.apiaccess.api;

import io.apiaccess.check.Faults;
import io.apiaccess.request.HttpMethod;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A path template with the methods that may be called on it, the scopes they require, and what a call costs. Immutable.
 *
 * @param template the form of its paths, relative to the collection's base path if there is one
 * @param methods the methods, at least one, or none for a base path that covers all
 * @param scopes the scopes that a caller must hold, all of them
 * @param cost the units that a call takes of every limit, 0 to 2^63−1
 * @param isActive whether it is switched on; if not, it still matches, and denies
 */
public record Route(PathTemplate template, Set<HttpMethod> methods, Set<String> scopes, long cost, boolean isActive) {
    /** Refuses a negative cost and what is no scope (RFC 6749 section 3.3). */
    public Route {
        Faults faults = new Faults();
        faults.require(cost >= 0, "cost " + Faults.quote(cost) + " is below 0");
        scopes.forEach(scope -> faults.require(Scopes.isScope(scope), Scopes.fault(scope)));
        faults.throwIfAny("route", template.toString());
        methods = Set.copyOf(methods);
        scopes = Set.copyOf(scopes);
    }

    /**
     * Returns a route that requires no scope and costs 1.
     *
     * @throws IllegalArgumentException if the template is none, or no method is named
     */
    public static Route at(String template, HttpMethod... methods) {
        PathTemplate parsed = PathTemplate.parse(template);
        if (methods.length == 0) {
            throw new IllegalArgumentException("route " + Faults.quote(template) + " names no method");
        }
        return new Route(parsed, new LinkedHashSet<>(Arrays.asList(methods)), Set.of(), 1, true);
    }

    /** Returns the same route requiring these scopes, all of them. */
    public Route scopes(String... scopes) {
        return new Route(template, methods, Set.copyOf(Arrays.asList(scopes)), cost, isActive);
    }

    /** Returns the same route costing so many units a call. */
    public Route cost(long units) {
        return new Route(template, methods, scopes, units, isActive);
    }

    /** Returns the same route switched on or off. */
    public Route active(boolean on) {
        return new Route(template, methods, scopes, cost, on);
    }

    /** Returns the same route at another template. */
    public Route withTemplate(PathTemplate template) {
        return new Route(template, methods, scopes, cost, isActive);
    }

    /** Returns whether no request could tell which of the two routes is meant: equal shape and a shared method. */
    public boolean collidesWith(Route other) {
        boolean shared = methods.isEmpty() || other.methods.isEmpty() || !Collections.disjoint(methods, other.methods);
        return shared && template.equals(other.template);
    }

    /** Returns whether the methods of this route take a method: any if it names none, and HEAD where GET is (R4). */
    public boolean takes(@Nullable HttpMethod method) {
        return method != null
                && (methods.isEmpty()
                        || methods.contains(method)
                        || (method.equals(HttpMethod.HEAD) && methods.contains(HttpMethod.GET)));
    }

    /** Returns its methods and its template, such as {@code GET,POST /orders/{id}}; without methods {@code *}. */
    public String label() {
        return (methods.isEmpty() ? "*" : String.join(",", names())) + " " + template;
    }

    @Override
    public String toString() {
        return (methods.isEmpty() ? "any method" : String.join(",", names())) + " " + template
                + (scopes.isEmpty() ? "" : " requiring " + new TreeSet<>(scopes))
                + (cost == 1 ? "" : " costing " + cost)
                + (isActive ? "" : " (inactive)");
    }

    private Set<String> names() {
        Set<String> names = new TreeSet<>();
        methods.forEach(method -> names.add(method.name()));
        return names;
    }
}
