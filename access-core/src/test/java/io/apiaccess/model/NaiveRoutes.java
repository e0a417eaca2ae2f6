package io.apiaccess.model;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.PathTemplate.Segment;
import io.apiaccess.api.Route;
import io.apiaccess.api.Visibility;
import io.apiaccess.entity.Publication;
import io.apiaccess.request.HttpMethod;
import io.apiaccess.request.RequestPath;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Routes by going through all of them. */
final class NaiveRoutes {
    private NaiveRoutes() {}

    /** A route that has the shape of a path. */
    record Hit(ApiCollection collection, Route route, String ranks) {
        boolean isPublic() {
            return collection.visibility() == Visibility.PUBLIC;
        }
    }

    /** Returns the published routes of the most specific shape that a path has. */
    static List<Hit> mostSpecific(List<ApiCollection> collections, RequestPath path) {
        List<Hit> hits = collections.stream()
                .filter(collection -> collection.publication() == Publication.PUBLISHED)
                .flatMap(collection -> collection.table().stream()
                        .filter(route -> route.template().matches(path))
                        .map(route -> new Hit(collection, route, ranks(route))))
                .toList();
        Optional<Hit> best = hits.stream().min(Comparator.comparing(Hit::ranks));
        return hits.stream()
                .filter(hit -> hit.ranks.equals(best.orElseThrow().ranks))
                .toList();
    }

    /** Returns a letter for each segment, in the order of how specific it is. */
    private static String ranks(Route route) {
        StringBuilder ranks = new StringBuilder();
        for (Segment segment : route.template().segments()) {
            ranks.append(segment instanceof Segment.Literal ? 'a' : segment instanceof Segment.Variable ? 'b' : 'c');
        }
        return ranks.toString();
    }

    /** Returns the route that takes a method; one that names HEAD goes before one that has it by GET. */
    static @Nullable Hit deciding(List<Hit> shape, @Nullable HttpMethod method) {
        return shape.stream()
                .filter(hit -> hit.route.takes(method))
                .min(Comparator.comparing(hit -> !hit.route.methods().contains(method)))
                .orElse(null);
    }
}
