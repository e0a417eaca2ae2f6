package io.apiaccess.admin;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.PathTemplate.Segment;
import io.apiaccess.api.Route;
import io.apiaccess.check.Faults;
import io.apiaccess.entity.Publication;
import java.util.ArrayList;
import java.util.List;

/** Routes that take calls away from others: a path leads to the most specific shape, whether that takes the method or not. */
final class RouteLint {
    private final List<ApiCollection> published;

    RouteLint(List<ApiCollection> all) {
        published = all.stream()
                .filter(collection -> collection.publication() == Publication.PUBLISHED)
                .toList();
    }

    /** Returns what is odd between routes of collections that are seen; of the others nothing is said. */
    List<Finding> findings(List<ApiCollection> seen) {
        List<Finding> findings = new ArrayList<>();
        for (ApiCollection collection : published) {
            if (!seen.contains(collection)) {
                continue;
            }
            for (Route route : collection.table()) {
                for (ApiCollection other : published) {
                    if (seen.contains(other)) {
                        other.table().stream()
                                .filter(winner -> takesFrom(winner, other, route, collection))
                                .forEach(winner -> findings.add(finding(winner, other, route, collection)));
                    }
                }
            }
        }
        return findings;
    }

    private static Finding finding(Route winner, ApiCollection of, Route loser, ApiCollection collection) {
        return new Finding(
                Finding.Kind.SHADOWED_ROUTE,
                collection.id(),
                "route " + Faults.quote(loser) + " of " + collection.label() + " does not get the calls that "
                        + Faults.quote(winner) + " of " + of.label() + " matches, which is more specific");
    }

    /** Within one collection a more specific route is meant, unless the less specific one takes methods that it does not. */
    private boolean takesFrom(Route winner, ApiCollection of, Route loser, ApiCollection collection) {
        if (winner.template().equals(loser.template())
                || !overlap(winner.template().segments(), loser.template().segments())
                || !wins(winner.template().segments(), loser.template().segments())) {
            return false;
        }
        return !of.id().equals(collection.id()) || !methodsAreTaken(winner, loser);
    }

    private boolean methodsAreTaken(Route winner, Route loser) {
        List<Route> sameShape = published.stream()
                .flatMap(collection -> collection.table().stream())
                .filter(route -> route.template().equals(winner.template()))
                .toList();
        if (loser.methods().isEmpty()) {
            return sameShape.stream().anyMatch(route -> route.methods().isEmpty());
        }
        return loser.methods().stream().allMatch(method -> sameShape.stream().anyMatch(route -> route.takes(method)));
    }

    /** Returns whether there is a path of both. */
    private static boolean overlap(List<Segment> some, List<Segment> others) {
        for (int i = 0; ; i++) {
            boolean someEnd = i == some.size();
            boolean othersEnd = i == others.size();
            if ((!someEnd && some.get(i) instanceof Segment.Rest)
                    || (!othersEnd && others.get(i) instanceof Segment.Rest)
                    || (someEnd && othersEnd)) {
                return true;
            }
            if (someEnd || othersEnd || !meet(some.get(i), others.get(i))) {
                return false;
            }
        }
    }

    private static boolean meet(Segment one, Segment other) {
        if (one instanceof Segment.Literal literal) {
            return other.matches(literal.text());
        }
        return !(other instanceof Segment.Literal literal) || one.matches(literal.text());
    }

    /** Returns whether a path of both leads to the first: literal before variable before rest, from the left. */
    private static boolean wins(List<Segment> first, List<Segment> second) {
        for (int i = 0; i < Math.min(first.size(), second.size()); i++) {
            int rank = rank(first.get(i)) - rank(second.get(i));
            if (rank != 0) {
                return rank < 0;
            }
        }
        // what is left of the longer is a rest that takes no segment: the shorter ends where the path does
        return first.size() < second.size();
    }

    private static int rank(Segment segment) {
        if (segment instanceof Segment.Literal) {
            return 0;
        }
        return segment instanceof Segment.Variable ? 1 : 2;
    }
}
