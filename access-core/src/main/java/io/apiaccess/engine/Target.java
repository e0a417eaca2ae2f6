package io.apiaccess.engine;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Route;
import io.apiaccess.api.Visibility;
import io.apiaccess.client.Grant;
import io.apiaccess.client.ProfileTerms;
import io.apiaccess.entity.PlanStatus;
import io.apiaccess.policy.PlanId;
import io.apiaccess.request.HttpMethod;
import io.apiaccess.snapshot.RouteTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a path and method lead to: the deciding route if one of the path's shape takes the method, else all routes of the
 * shape.
 *
 * @param candidates the deciding route alone, or all of the shape, or none
 * @param isDecided whether the only candidate takes the method
 */
record Target(List<Candidate> candidates, boolean isDecided) {
    /**
     * A route that may decide.
     *
     * @param grant the intact grant by which the caller has it, unless it is public
     * @param mayCall whether the caller has it: by a grant that does not leave the call out, or since it is public
     */
    record Candidate(
            ApiCollection collection, Route route, @Nullable Grant grant, boolean mayCall) {
        boolean isPublic() {
            return collection.visibility() == Visibility.PUBLIC;
        }
    }

    static Target of(Case it) {
        List<RouteTable.Entry> routes = it.snapshot.routes(it.path());
        HttpMethod method = it.request.method().orElse(null);
        RouteTable.Entry deciding = deciding(routes, method);
        if (deciding != null && method != null) {
            return new Target(List.of(candidate(it, deciding, method)), true);
        }
        return new Target(
                routes.stream().map(entry -> candidate(it, entry, null)).toList(), false);
    }

    /** Returns the deciding route if the caller may call it: then plan and collection bring their policies. */
    @Nullable Candidate reached() {
        return isDecided && candidates.get(0).mayCall() ? candidates.get(0) : null;
    }

    /** Returns the route that takes a method, or {@code null}; one that names HEAD goes before one that has it by GET. */
    private static RouteTable.@Nullable Entry deciding(List<RouteTable.Entry> routes, @Nullable HttpMethod method) {
        RouteTable.Entry byGet = null;
        for (RouteTable.Entry entry : routes) {
            if (entry.route().takes(method)) {
                if (!HttpMethod.HEAD.equals(method) || entry.route().methods().contains(method)) {
                    return entry;
                }
                byGet = entry;
            }
        }
        return byGet;
    }

    /** Judges a route for the caller; without a method, whatever the grant leaves out. */
    private static Candidate candidate(Case it, RouteTable.Entry entry, @Nullable HttpMethod method) {
        ApiCollection collection = it.snapshot.get(entry.collection());
        if (collection.visibility() == Visibility.PUBLIC) {
            return new Candidate(collection, entry.route(), null, true);
        }
        ProfileTerms terms = it.terms();
        Grant grant = terms == null ? null : terms.grant(collection.id()).orElse(null);
        if (grant == null || !isIntact(it, grant, collection)) {
            return new Candidate(collection, entry.route(), null, false);
        }
        boolean leftOut = method != null && grant.leavesOut(method, collection.relative(it.path()));
        return new Candidate(collection, entry.route(), grant, !leftOut);
    }

    /** Returns whether a grant goes through a locked plan of the collection's offer, or there is neither plan nor offer. */
    private static boolean isIntact(Case it, Grant grant, ApiCollection collection) {
        PlanId plan = grant.plan().orElse(null);
        return plan == null
                ? collection.plans().isEmpty()
                : collection.plans().contains(plan) && it.snapshot.get(plan).status() == PlanStatus.LOCKED;
    }
}
