package io.apiaccess.engine;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Route;
import io.apiaccess.client.Grant;
import io.apiaccess.request.HttpMethod;
import io.apiaccess.snapshot.Reach;
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
     * @param reach what the caller finds at its collection
     * @param mayCall whether the caller has it: by a grant that does not leave the call out, or since it is public
     */
    record Candidate(Reach reach, Route route, boolean mayCall) {
        ApiCollection collection() {
            return reach.collection();
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
        Reach reach = it.ways().at(entry.collection(), it.snapshot);
        Grant grant = reach.grant();
        boolean mayCall = grant == null
                ? reach.isPublic()
                : method == null || !grant.leavesOut(method, reach.collection().relative(it.path()));
        return new Candidate(reach, entry.route(), mayCall);
    }
}
