package io.apiaccess.admin;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Route;
import io.apiaccess.api.Visibility;
import io.apiaccess.check.Faults;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.client.Grant;
import io.apiaccess.client.ProfileTerms;
import io.apiaccess.client.Registration;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.PlanStatus;
import io.apiaccess.entity.Publication;
import io.apiaccess.entity.Status;
import io.apiaccess.jwt.JwtKey;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.LimitOverride;
import io.apiaccess.policy.LimitOverrides;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.PlanId;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyCondition;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.spi.Actor.Permission;
import io.apiaccess.spi.AuditEntry;
import io.apiaccess.spi.Condition;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What must hold between objects; all that does not is said at once. */
final class Consistency {
    private Consistency() {}

    /**
     * Checks a client.
     *
     * @param before its last state, whose attachments are not looked at again, or {@code null} for a new one
     */
    static void check(Edit edit, Client client, @Nullable Client before) {
        Faults faults = new Faults();
        client.policy().ifPresent(policy -> attached(edit, policy, before, faults));
        List<LimitOverride> held =
                before == null ? List.of() : before.overrides().all();
        overrides(edit, client.overrides(), held, Consistency::countsClients, faults);
        faults.throwIfAny("client", client.name());
    }

    /** Checks a plan. */
    static void check(Edit edit, Plan plan, @Nullable Plan before) {
        Faults faults = new Faults();
        attached(edit, plan.policy(), before, faults);
        faults.throwIfAny("plan", plan.name());
    }

    /**
     * Checks a profile.
     *
     * @param before its last state, whose grants are not looked at again, or {@code null} for a new one
     */
    static void check(Edit edit, AccessProfile profile, @Nullable AccessProfile before) {
        Faults faults = new Faults();
        List<Grant> held = before == null ? List.of() : before.terms().grants();
        Optional<Client> client = edit.find(profile.client());
        faults.require(
                client.isPresent() || edit.isLeftOut(profile.client()),
                "client " + Faults.quote(profile.client()) + " does not exist");
        if (before == null) {
            client.ifPresent(it -> isNew(profile, it, faults));
        }
        profile.terms().policy().ifPresent(policy -> attached(edit, policy, before, faults));
        overrides(
                edit,
                profile.overrides(),
                before == null ? List.of() : before.overrides().all(),
                Consistency::countsProfiles,
                faults);
        keys(edit, profile, before, faults);
        profile.terms().grants().stream()
                .filter(grant -> !held.contains(grant))
                .forEach(grant -> grant(edit, grant, before, faults));
        registered(edit, profile, before, faults);
        faults.throwIfAny("profile", profile.name());
    }

    /** Checks terms that are given as registered, other than by registration. */
    private static void registered(Edit edit, AccessProfile profile, @Nullable AccessProfile before, Faults faults) {
        Optional<ProfileTerms> given = profile.inForce(Registration.MANUAL);
        if (given.isEmpty() || (before != null && profile.registered().equals(before.registered()))) {
            return;
        }
        given.get().policy().ifPresent(policy -> attached(edit, policy, before, faults));
        given.get().grants().stream()
                .filter(grant -> !profile.terms().grants().contains(grant))
                .forEach(grant -> grant(edit, grant, before, faults));
    }

    /** C6: who can sign for one client cannot sign for another. */
    private static void keys(Edit edit, AccessProfile profile, @Nullable AccessProfile before, Faults faults) {
        List<JwtKey> held = before == null ? List.of() : before.tokenKeys();
        List<JwtKey> added = profile.tokenKeys().stream()
                .filter(key -> held.stream().noneMatch(key::isSameAs))
                .toList();
        for (JwtKey key : added) {
            boolean isTaken = edit.profilesWith(key).stream()
                    .flatMap(id -> edit.known(id).stream())
                    .anyMatch(other -> !other.client().equals(profile.client())
                            && other.tokenKeys().stream().anyMatch(key::isSameAs));
            faults.require(!isTaken, key + " verifies tokens of another client already, and one key cannot prove two");
        }
    }

    private static void isNew(AccessProfile profile, Client client, Faults faults) {
        faults.require(client.status() != Status.RETIRED, "client " + Faults.quote(client.name()) + " is retired");
        faults.require(
                client.registration() == Registration.MANUAL
                        || !profile.terms().grants().isEmpty(),
                "no collection is granted; under automatic registration a profile needs at least one");
    }

    /** Checks a collection. */
    static void check(Edit edit, ApiCollection collection, @Nullable ApiCollection before) {
        Faults faults = new Faults();
        collection
                .policy()
                .flatMap(policy -> attached(edit, policy, before, faults))
                .ifPresent(policy -> {
                    if (collection.visibility() == Visibility.PUBLIC) {
                        suitsThePublic(edit, policy, faults);
                    }
                });
        for (PlanId plan : collection.plans()) {
            attached(edit, plan, before, faults)
                    .ifPresent(it -> faults.require(
                            it.status() == PlanStatus.LOCKED,
                            "plan " + Faults.quote(it.name()) + " is a draft: lock it before it is offered"));
        }
        if (before != null && !isOfferedAs(collection, before)) {
            granted(edit, collection, faults);
        }
        if (collection.publication() == Publication.PUBLISHED) {
            routes(edit, collection, faults);
        }
        faults.throwIfAny("collection", collection.name() + " " + collection.version());
    }

    private static boolean isOfferedAs(ApiCollection collection, ApiCollection before) {
        return collection.visibility() == before.visibility()
                && collection.plans().equals(before.plans());
    }

    /** Checks the grants that there are: all of them, so only where what is offered has changed. */
    private static void granted(Edit edit, ApiCollection collection, Faults faults) {
        for (AccessProfile profile : edit.referrers(collection.id(), AccessProfile.class)) {
            for (Grant grant : grantsOf(profile, collection)) {
                if (collection.visibility() != Visibility.PRIVATE) {
                    faults.add(edit.label(profile) + " has a grant, and a PUBLIC collection takes none");
                }
                plan(edit, grant, collection, faults, () -> edit.label(profile) + " has a grant ");
            }
        }
    }

    /** Checks a policy, also against where it hangs. */
    static void check(Edit edit, Policy policy, @Nullable Policy before) {
        Faults faults = new Faults();
        conditions(edit, policy, faults);
        if (before != null) {
            check(edit, policy, before, faults);
        }
        faults.throwIfAny("policy", policy.name());
    }

    private static void conditions(Edit edit, Policy policy, Faults faults) {
        for (PolicyCondition named : policy.conditions()) {
            Condition condition = edit.conditions.get(named.name());
            if (condition == null) {
                faults.add("condition " + Faults.quote(named.name()) + " is not registered: known are "
                        + new TreeSet<>(edit.conditions.keySet()));
            } else {
                validate(condition, named, faults);
            }
        }
    }

    /** Asks the application's code, which may fail: then nobody knows that the parameters are right. */
    private static void validate(Condition condition, PolicyCondition named, Faults faults) {
        try {
            condition.validate(named.parameters());
        } catch (IllegalArgumentException refused) {
            faults.add(String.valueOf(refused.getMessage()));
        } catch (RuntimeException failed) {
            faults.add("condition " + Faults.quote(named.name()) + " could not check its parameters: "
                    + failed.getClass().getName());
        }
    }

    /** Checks a policy against where it hangs, which is read only as far as the change can matter to it. */
    private static void check(Edit edit, Policy policy, Policy before, Faults faults) {
        boolean countsMore = policy.limits().stream()
                .anyMatch(limit -> limit.scope().needsProfile() && !has(before, limit, LimitScope::needsProfile));
        if (countsMore) {
            for (ApiCollection collection : edit.referrers(policy.id(), ApiCollection.class)) {
                if (collection.visibility() == Visibility.PUBLIC) {
                    suitsThePublic(edit, policy, faults);
                }
            }
        }
        if (losesOneOf(policy, before, Consistency::countsClients)) {
            for (Client client : edit.referrers(policy.id(), Client.class)) {
                keeps(edit, policy, client.overrides(), Consistency::countsClients, client, faults);
            }
        }
        if (losesOneOf(policy, before, Consistency::countsProfiles)) {
            for (AccessProfile profile : edit.referrers(policy.id(), AccessProfile.class)) {
                keeps(edit, policy, profile.overrides(), Consistency::countsProfiles, profile, faults);
            }
        }
        boolean bindsOtherwise = !policy.limits().equals(before.limits())
                || !policy.windows().equals(before.windows())
                || !policy.conditions().equals(before.conditions())
                || !policy.addresses().equals(before.addresses())
                || policy.isShadow() != before.isShadow();
        if (bindsOtherwise) {
            for (Plan plan : edit.referrers(policy.id(), Plan.class)) {
                faults.require(
                        plan.status() == PlanStatus.DRAFT,
                        edit.label(plan)
                                + " is locked, and its policy with it: make a new policy and a new version of the plan");
            }
        }
    }

    private static boolean losesOneOf(Policy policy, Policy before, Predicate<LimitScope> counts) {
        return before.limits().stream().anyMatch(limit -> counts.test(limit.scope()) && !has(policy, limit, counts));
    }

    private static boolean has(Policy policy, Limit limit, Predicate<LimitScope> counts) {
        return policy.limits().stream()
                .anyMatch(other -> other.name().equals(limit.name()) && counts.test(other.scope()));
    }

    private static boolean countsClients(LimitScope scope) {
        return scope == LimitScope.CLIENT;
    }

    private static boolean countsProfiles(LimitScope scope) {
        return scope.needsProfile() && !countsClients(scope);
    }

    /** Checks that a policy still has the limits that a holder's overrides in force are of, counting as they did. */
    private static void keeps(
            Edit edit,
            Policy policy,
            LimitOverrides overrides,
            Predicate<LimitScope> counts,
            Entity<?> holder,
            Faults faults) {
        for (LimitOverride override : overrides.all()) {
            boolean isInForce =
                    override.policy().equals(policy.id()) && override.until().isAfter(edit.now);
            boolean isKept = policy.limits().stream()
                    .anyMatch(limit -> limit.name().equals(override.limit()) && counts.test(limit.scope()));
            if (isInForce && !isKept) {
                faults.add(edit.label(holder) + " holds an override that would have no effect, "
                        + (edit.sees(holder) ? override : "of limit " + Faults.quote(override.limit()))
                        + ": end it before its limit goes");
            }
        }
    }

    /**
     * Returns the limit of a policy that has a name.
     *
     * @throws IllegalArgumentException if none has
     */
    static Limit limit(Policy policy, String name) {
        return policy.limits().stream()
                .filter(limit -> limit.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("policy " + Faults.quote(policy.name())
                        + " has no limit " + Faults.quote(name) + ", only "
                        + policy.limits().stream().map(Limit::name).toList()));
    }

    /**
     * Checks the overrides of a holder.
     *
     * @param held those it had, which are not looked at again
     * @param counts whether a limit of a scope counts the usage of such a holder
     */
    private static void overrides(
            Edit edit,
            LimitOverrides overrides,
            List<LimitOverride> held,
            Predicate<LimitScope> counts,
            Faults faults) {
        held.stream()
                .filter(override ->
                        override.until().isAfter(edit.now) && !overrides.all().contains(override))
                .forEach(override ->
                        edit.known(override.policy()).ifPresent(policy -> mayOverride(edit, policy, faults)));
        for (LimitOverride override : overrides.all()) {
            if (held.contains(override)) {
                continue;
            }
            faults.require(override.until().isAfter(edit.now), override + " is over before it begins");
            policy(edit, override.policy(), faults)
                    .ifPresent(policy -> faults.gather(() -> {
                        mayOverride(edit, policy, faults);
                        LimitScope scope = limit(policy, override.limit()).scope();
                        faults.require(
                                counts.test(scope),
                                override + " is for a limit that counts by " + scope
                                        + ": only who is counted can hold an override");
                    }));
        }
    }

    /** M2: who may not edit a policy may neither lift what it holds others to nor end what its owner has set. */
    private static void mayOverride(Edit edit, Policy policy, Faults faults) {
        faults.require(
                edit.may(policy, Permission.EDIT),
                "an override of " + edit.label(policy) + " takes permission `EDIT` on it, and "
                        + Faults.quote(edit.reach.name()) + " has it not");
    }

    private static Optional<Policy> policy(Edit edit, PolicyId id, Faults faults) {
        if (edit.isLeftOut(id)) {
            return Optional.empty();
        }
        Optional<Policy> policy = edit.find(id);
        faults.require(policy.isPresent(), AuditEntry.target(id) + " does not exist");
        return policy;
    }

    /**
     * Returns what something is attached to, which must be there and, unless it was attached before, be the actor's to
     * attach.
     */
    private static <E extends Entity<E>> Optional<E> attached(
            Edit edit, Id<E> id, @Nullable Entity<?> before, Faults faults) {
        if (edit.isLeftOut(id)) {
            return Optional.empty();
        }
        boolean held = before != null && before.references().contains(id);
        Optional<E> found = held ? edit.known(id) : edit.find(id);
        faults.require(found.isPresent(), AuditEntry.target(id) + " does not exist");
        if (!held) {
            found.map(edit::attachmentFault).ifPresent(faults::add);
        }
        return found;
    }

    private static void suitsThePublic(Edit edit, Policy policy, Faults faults) {
        for (Limit limit : policy.limits()) {
            faults.require(
                    !limit.scope().needsProfile(),
                    (edit.sees(policy) ? "limit " + Faults.quote(limit.name()) + " of " : "a limit of ")
                            + edit.label(policy) + " counts by " + Faults.quote(limit.scope())
                            + ", which a caller without credential has not: a PUBLIC collection takes ADDRESS and GLOBAL");
        }
    }

    private static void grant(Edit edit, Grant grant, @Nullable AccessProfile before, Faults faults) {
        attached(edit, grant.collection(), before, faults).ifPresent(collection -> {
            String label = edit.label(collection);
            faults.require(collection.visibility() == Visibility.PRIVATE, label + " is PUBLIC and takes no grant");
            faults.require(
                    collection.publication() == Publication.PUBLISHED,
                    label + " is " + collection.publication() + ": only a PUBLISHED one can be granted");
            plan(edit, grant, collection, faults, () -> "grant of " + label + " is ");
        });
    }

    private static void plan(
            Edit edit, Grant grant, ApiCollection collection, Faults faults, Supplier<String> subject) {
        boolean isOffered = collection.plans().isEmpty()
                ? grant.plan().isEmpty()
                : grant.plan().filter(collection.plans()::contains).isPresent();
        if (!isOffered) {
            faults.add(subject.get() + "through plan "
                    + Faults.quote(grant.plan().orElse(null))
                    + (collection.plans().isEmpty()
                            ? ", but none is offered"
                            : ", not one of those offered" + (edit.sees(collection) ? ": " + collection.plans() : "")));
        }
    }

    private static Set<Grant> grantsOf(AccessProfile profile, ApiCollection collection) {
        Set<Grant> grants = new HashSet<>();
        profile.terms().grant(collection.id()).ifPresent(grants::add);
        profile.inForce(Registration.MANUAL)
                .flatMap(terms -> terms.grant(collection.id()))
                .ifPresent(grants::add);
        return grants;
    }

    private static void routes(Edit edit, ApiCollection collection, Faults faults) {
        List<ApiCollection> others = edit.list(ApiCollection.class).stream()
                .filter(other -> other.publication() == Publication.PUBLISHED)
                .filter(other -> !other.id().equals(collection.id()) && !edit.isLeftOut(other.id()))
                .toList();
        for (Route route : collection.table()) {
            for (ApiCollection other : others) {
                other.table().stream()
                        .filter(route::collidesWith)
                        .forEach(taken -> faults.add("route " + Faults.quote(route) + " collides with "
                                + (edit.sees(other) ? Faults.quote(taken) : "a route") + " of "
                                + edit.label(other)
                                + ": equal shape and a shared method"));
            }
        }
    }
}
