package io.apiaccess.engine;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Route;
import io.apiaccess.request.HttpMethod;
import io.apiaccess.snapshot.Reach;
import io.apiaccess.snapshot.RouteTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a path and method lead to: the deciding route if one of the path's shape takes the method, else all of the shape. */
sealed interface Target {
    /** Returns the deciding route alone, or all of the shape, or none. */
    List<Candidate> candidates();

    /** Returns the deciding route if the caller may call it: then plan and collection bring their policies. */
    default @Nullable Candidate reached() {
        return null;
    }

    /**
     * A route: as a target the one that decides.
     *
     * @param reach what the caller finds at its collection
     * @param mayCall whether the caller has it: by a grant that does not leave the call out, or since it is public
     */
    record Candidate(Reach reach, Route route, boolean mayCall) implements Target {
        ApiCollection collection() {
            return reach.collection();
        }

        @Override
        public List<Candidate> candidates() {
            return List.of(this);
        }

        @Override
        public @Nullable Candidate reached() {
            return mayCall ? this : null;
        }
    }

    /**
     * No route decides.
     *
     * @param candidates those of the shape, none of which takes the method
     */
    record Undecided(List<Candidate> candidates) implements Target {}

    static Target of(Case it) {
        List<RouteTable.Entry> routes = it.snapshot.routes(it.path());
        HttpMethod method = it.method();
        RouteTable.Entry deciding = deciding(routes, method);
        return deciding == null
                ? new Undecided(
                        routes.stream().map(entry -> candidate(it, entry, null)).toList())
                : candidate(it, deciding, method);
    }

    /** Returns the route that takes a method, or {@code null}; one that names HEAD goes before one that has it by GET. */
    private static RouteTable.@Nullable Entry deciding(List<RouteTable.Entry> routes, @Nullable HttpMethod method) {
        RouteTable.Entry byGet = null;
        for (int i = 0; i < routes.size(); i++) {
            RouteTable.Entry entry = routes.get(i);
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
        return new Candidate(reach, entry.route(), reach.takes(method, it.path()));
    }
}
