package io.apiaccess.model;

import io.apiaccess.admin.AccessAdmin;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.Client;
import io.apiaccess.client.Grant;
import io.apiaccess.client.ProfileTerms;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.entity.KeyStatus;
import io.apiaccess.entity.Status;
import io.apiaccess.model.NaiveRoutes.Hit;
import io.apiaccess.policy.AddressRules;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.request.CallerAddress;
import io.apiaccess.request.Credential;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A decider written straight from the rules, with lists where the real one has tables. */
final class NaiveDecider {
    private final AccessAdmin admin;
    private final Map<String, ApiKey> keys;
    private final ExactLog limits = new ExactLog();

    NaiveDecider(AccessAdmin admin, Map<String, ApiKey> keys) {
        this.admin = admin;
        this.keys = keys;
    }

    /** What is asked, and what was found of it: nulls where there is no credential, or no route takes the method. */
    record Question(
            AccessRequest request,
            List<Hit> shape,
            @Nullable Hit hit,
            @Nullable ApiKey key,
            @Nullable AccessProfile profile,
            @Nullable ProfileTerms terms) {
        boolean reaches() {
            return hit != null && (hit.isPublic() || (isGranted(hit, terms) && !leavesOut(hit)));
        }

        private boolean leavesOut(Hit hit) {
            return grant(hit, terms)
                    .filter(grant -> grant.leavesOut(
                            request.method().orElseThrow(),
                            hit.collection().relative(request.path().orElseThrow())))
                    .isPresent();
        }
    }

    @Nullable DenyReason decide(AccessRequest request, Map<String, DenyReason> strangers, Instant now, long nanos) {
        if (request.path().isEmpty()) {
            return DenyReason.PATH_NOT_CANONICAL;
        }
        if (request.credentials().size() > 1) {
            return DenyReason.AMBIGUOUS_CREDENTIAL;
        }
        List<Hit> shape =
                NaiveRoutes.mostSpecific(admin.listCollections(), request.path().get());
        Hit hit = NaiveRoutes.deciding(shape, request.method().orElse(null));
        if (request.credentials().isEmpty()) {
            boolean open = hit != null
                    && hit.isPublic()
                    && hit.collection().isActive()
                    && hit.route().isActive();
            return open
                    ? bounds(new Question(request, shape, hit, null, null, null), now, nanos)
                    : DenyReason.MISSING_CREDENTIAL;
        }
        String text = request.credentials().get(0).secret().reveal();
        boolean bearer = request.credentials().get(0).kind() == Credential.Kind.BEARER;
        if (bearer && !text.startsWith("ak_")) {
            return DenyReason.MALFORMED_CREDENTIAL;
        }
        if (!keys.containsKey(text)) {
            return strangers.get(text);
        }
        ApiKey key = admin.get(keys.get(text).id());
        AccessProfile profile = admin.get(key.profile());
        Client client = admin.get(profile.client());
        ProfileTerms terms = profile.inForce(client.registration()).orElse(null);
        return standing(key, profile, client, now)
                .or(() ->
                        Optional.ofNullable(bounds(new Question(request, shape, hit, key, profile, terms), now, nanos)))
                .orElse(null);
    }

    private static Optional<DenyReason> standing(ApiKey key, AccessProfile profile, Client client, Instant now) {
        return first(List.of(
                when(key.revokedAt().filter(at -> !at.isAfter(now)).isPresent(), DenyReason.REVOKED_CREDENTIAL),
                when(key.statusAt(now) == KeyStatus.DISABLED, DenyReason.KEY_DISABLED),
                when(key.expiresAt().filter(at -> !at.isAfter(now)).isPresent(), DenyReason.EXPIRED_CREDENTIAL),
                when(key.notBefore().filter(now::isBefore).isPresent(), DenyReason.CREDENTIAL_NOT_YET_VALID),
                when(profile.inForce(client.registration()).isEmpty(), DenyReason.PROFILE_NOT_REGISTERED),
                when(profile.status() == Status.RETIRED, DenyReason.PROFILE_RETIRED),
                when(profile.status() == Status.INACTIVE, DenyReason.PROFILE_INACTIVE),
                when(client.status() == Status.RETIRED, DenyReason.CLIENT_RETIRED),
                when(client.status() == Status.INACTIVE, DenyReason.CLIENT_INACTIVE)));
    }

    /** Address, right, conditions, limits. */
    private @Nullable DenyReason bounds(Question it, Instant now, long nanos) {
        List<Policy> policies = policies(it);
        boolean closed = policies.stream()
                .anyMatch(policy -> !policy.windows().isEmpty()
                        && policy.windows().stream().noneMatch(window -> window.contains(now)));
        boolean unmet = policies.stream()
                .flatMap(policy -> policy.conditions().stream())
                .anyMatch(condition -> !RandomWorld.isMet(condition.parameters(), it.request));
        return origin(it, policies)
                .or(() -> it.profile == null ? Optional.empty() : right(it))
                .or(() -> when(closed, DenyReason.OUTSIDE_TIME_WINDOW))
                .or(() -> when(unmet, DenyReason.CONDITION_NOT_MET))
                .or(() -> limits.take(it, policies, now, nanos))
                .orElse(null);
    }

    private static Optional<DenyReason> origin(Question it, List<Policy> policies) {
        List<AddressRules> rules = new ArrayList<>();
        policies.forEach(policy -> rules.add(policy.addresses()));
        Optional.ofNullable(it.terms).ifPresent(terms -> rules.add(terms.addresses()));
        CallerAddress from = it.request.address().orElse(null);
        if (from == null) {
            boolean counts = policies.stream()
                    .flatMap(policy -> policy.limits().stream())
                    .anyMatch(limit -> limit.scope() == LimitScope.ADDRESS);
            boolean any = rules.stream().anyMatch(rule -> !rule.equals(AddressRules.unrestricted()));
            return when(any || counts, DenyReason.ADDRESS_UNKNOWN);
        }
        boolean blocked =
                rules.stream().flatMap(rule -> rule.blocked().stream()).anyMatch(range -> range.contains(from));
        boolean outside = rules.stream()
                .flatMap(rule -> rule.allowed().stream())
                .anyMatch(allowed -> allowed.stream().noneMatch(range -> range.contains(from)));
        return first(List.of(when(blocked, DenyReason.ADDRESS_BLOCKED), when(outside, DenyReason.ADDRESS_NOT_ALLOWED)));
    }

    private static Optional<DenyReason> right(Question it) {
        List<Hit> candidates = it.hit == null ? it.shape : List.of(it.hit);
        boolean granted = it.hit == null
                ? it.shape.stream().allMatch(hit -> hit.isPublic() || isGranted(hit, it.terms))
                : it.reaches();
        Set<String> required = it.hit == null ? Set.of() : it.hit.route().scopes();
        Set<String> held = it.hit == null
                ? Set.of()
                : grant(it.hit, it.terms).flatMap(Grant::scopes).orElse(required);
        return first(List.of(
                when(it.shape.isEmpty(), DenyReason.NO_SUCH_ROUTE),
                when(!granted, DenyReason.NOT_GRANTED),
                when(candidates.stream().noneMatch(hit -> hit.collection().isActive()), DenyReason.COLLECTION_INACTIVE),
                when(
                        candidates.stream()
                                .noneMatch(hit -> hit.collection().isActive()
                                        && hit.route().isActive()),
                        DenyReason.ROUTE_INACTIVE),
                when(it.hit == null, DenyReason.METHOD_NOT_ALLOWED),
                when(!held.containsAll(required), DenyReason.INSUFFICIENT_SCOPE)));
    }

    /** Client, profile, then for the route that is reached plan and collection. */
    private List<Policy> policies(Question it) {
        List<Optional<PolicyId>> ids = new ArrayList<>();
        ids.add(Optional.ofNullable(it.profile)
                .flatMap(profile -> admin.get(profile.client()).policy()));
        ids.add(Optional.ofNullable(it.terms).flatMap(ProfileTerms::policy));
        if (it.hit != null && it.reaches()) {
            ids.add(grant(it.hit, it.terms)
                    .flatMap(Grant::plan)
                    .map(plan -> admin.get(plan).policy()));
            ids.add(it.hit.collection().policy());
        }
        return ids.stream().flatMap(Optional::stream).distinct().map(admin::get).toList();
    }

    private static Optional<Grant> grant(Hit hit, @Nullable ProfileTerms terms) {
        return Optional.ofNullable(terms)
                .flatMap(held -> held.grant(hit.collection().id()));
    }

    private static boolean isGranted(Hit hit, @Nullable ProfileTerms terms) {
        List<?> offer = hit.collection().plans();
        return grant(hit, terms)
                .filter(grant -> grant.plan().map(offer::contains).orElse(offer.isEmpty()))
                .isPresent();
    }

    private static Optional<DenyReason> when(boolean holds, DenyReason reason) {
        return holds ? Optional.of(reason) : Optional.empty();
    }

    private static Optional<DenyReason> first(List<Optional<DenyReason>> reasons) {
        return reasons.stream().flatMap(Optional::stream).findFirst();
    }
}
