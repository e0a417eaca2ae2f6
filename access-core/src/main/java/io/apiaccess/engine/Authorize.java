package io.apiaccess.engine;

import io.apiaccess.client.Grant;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.engine.Target.Candidate;
import io.apiaccess.request.HttpMethod;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Stage 5: may this be called? */
final class Authorize {
    private Authorize() {}

    static @Nullable DenyReason check(Case it) {
        List<Candidate> candidates = it.target().candidates();
        if (candidates.isEmpty()) {
            return DenyReason.NO_SUCH_ROUTE;
        }
        return it.target().isDecided() ? decided(it, candidates.get(0)) : undecided(it, candidates);
    }

    private static @Nullable DenyReason decided(Case it, Candidate reached) {
        it.found.route(reached.collection().id(), reached.route());
        if (!reached.mayCall()) {
            return DenyReason.NOT_GRANTED;
        }
        if (!reached.collection().isActive()) {
            return DenyReason.COLLECTION_INACTIVE;
        }
        if (!reached.route().isActive()) {
            return DenyReason.ROUTE_INACTIVE;
        }
        Set<String> held = scopes(it, reached);
        it.found.scopes(held);
        return held.containsAll(reached.route().scopes()) ? null : DenyReason.INSUFFICIENT_SCOPE;
    }

    /** No route of the shape takes the method: all of them are asked, in the order of the table (R5). */
    private static DenyReason undecided(Case it, List<Candidate> candidates) {
        if (!candidates.stream().allMatch(Candidate::mayCall)) {
            return DenyReason.NOT_GRANTED;
        }
        if (candidates.stream().noneMatch(candidate -> candidate.collection().isActive())) {
            return DenyReason.COLLECTION_INACTIVE;
        }
        List<Candidate> active = candidates.stream()
                .filter(candidate ->
                        candidate.collection().isActive() && candidate.route().isActive())
                .toList();
        if (active.isEmpty()) {
            return DenyReason.ROUTE_INACTIVE;
        }
        it.found.allowedMethods(methods(active));
        return DenyReason.METHOD_NOT_ALLOWED;
    }

    /**
     * C13: a grant that names no scopes holds all that the routes require, and a token that names some holds no others; a
     * public collection requires none.
     */
    private static Set<String> scopes(Case it, Candidate reached) {
        Grant grant = reached.reach().grant();
        if (grant == null) {
            return Set.of();
        }
        Set<String> granted = grant.scopes().orElse(reached.collection().scopes());
        Set<String> ofToken = it.scopes();
        if (ofToken == null || granted.isEmpty()) {
            return granted;
        }
        Set<String> held = new TreeSet<>(granted);
        held.retainAll(ofToken);
        return held;
    }

    private static Set<HttpMethod> methods(List<Candidate> candidates) {
        Set<HttpMethod> methods = new TreeSet<>();
        for (Candidate candidate : candidates) {
            methods.addAll(candidate.route().methods());
        }
        if (methods.contains(HttpMethod.GET)) {
            methods.add(HttpMethod.HEAD);
        }
        return methods;
    }
}
