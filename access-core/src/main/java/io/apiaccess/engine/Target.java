package io.apiaccess.engine;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Route;
import io.apiaccess.api.Visibility;
import io.apiaccess.client.Grant;
import io.apiaccess.client.ProfileTerms;
import io.apiaccess.entity.PlanStatus;
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
     * @param mayCall whether the caller has it: by an intact grant that does not leave the call out, or since it is public
     */
    record Candidate(ApiCollection collection, Route route, boolean mayCall) {
        boolean isPublic() {
            return collection.visibility() == Visibility.PUBLIC;
        }
    }

    static Target of(Case it) {
        List<RouteTable.Entry> routes = it.snapshot.routes(it.path());
        HttpMethod method = it.request.method().orElse(null);
        RouteTable.Entry deciding = deciding(routes, method);
        return new Target(
                (deciding == null ? routes : List.of(deciding))
                        .stream()
                                .map(entry -> candidate(it, entry, deciding == null ? null : method))
                                .toList(),
                deciding != null);
    }

    /** Returns the collection whose plan and policy apply, or {@code null} if no one route decides or it is not granted. */
    @Nullable ApiCollection grantedCollection() {
        return isDecided && candidates.get(0).mayCall() ? candidates.get(0).collection() : null;
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

    private static Candidate candidate(Case it, RouteTable.Entry entry, @Nullable HttpMethod method) {
        ApiCollection collection = it.snapshot.get(entry.collection());
        ProfileTerms terms = it.terms();
        boolean mayCall = collection.visibility() == Visibility.PUBLIC
                || (terms != null
                        && terms.grant(collection.id())
                                .filter(grant -> isIntact(it, grant, collection))
                                .filter(grant ->
                                        method == null || !grant.leavesOut(method, collection.relative(it.path())))
                                .isPresent());
        return new Candidate(collection, entry.route(), mayCall);
    }

    /** Returns whether a grant goes through a locked plan of the collection's offer, or there is neither plan nor offer. */
    private static boolean isIntact(Case it, Grant grant, ApiCollection collection) {
        return grant.plan()
                .map(plan -> collection.plans().contains(plan)
                        && it.snapshot.get(plan).status() == PlanStatus.LOCKED)
                .orElse(collection.plans().isEmpty());
    }
}
