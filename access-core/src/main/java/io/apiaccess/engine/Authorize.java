package io.apiaccess.engine;

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
        Target target = it.target();
        if (target instanceof Candidate deciding) {
            return decided(it, deciding);
        }
        return target.candidates().isEmpty() ? DenyReason.NO_SUCH_ROUTE : undecided(it, target.candidates());
    }

    private static @Nullable DenyReason decided(Case it, Candidate reached) {
        it.decidedBy(reached);
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
        it.scopes(held);
        Set<String> required = reached.route().scopes();
        return required.isEmpty() || held.containsAll(required) ? null : DenyReason.INSUFFICIENT_SCOPE;
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
        it.allowedMethods(methods(active));
        return DenyReason.METHOD_NOT_ALLOWED;
    }

    /**
     * C13: a grant that names no scopes holds all that the routes require, and a token that names some holds no others; a
     * public collection requires none.
     */
    private static Set<String> scopes(Case it, Candidate reached) {
        Set<String> granted = reached.reach().scopes();
        Set<String> ofToken = it.presented().scopes();
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
