package io.apiaccess.admin;

import io.apiaccess.api.CollectionId;
import io.apiaccess.check.Faults;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Grant;
import io.apiaccess.client.ProfileTerms;
import io.apiaccess.client.Registration;
import io.apiaccess.document.Differences;
import io.apiaccess.document.Written;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.policy.AddressRange;
import io.apiaccess.policy.AddressRules;
import io.apiaccess.policy.PolicyId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The difference between the terms of a profile that are registered and those that wait, in words. */
final class PendingChanges {
    private final Names names;
    private final List<String> words = new ArrayList<>();

    private PendingChanges(Names names) {
        this.names = names;
    }

    /** Where the names of what is granted and attached come from. */
    @FunctionalInterface
    interface Names {
        <E extends Entity<E>> Optional<E> find(Id<E> id);
    }

    static List<String> of(Names names, AccessProfile profile) {
        ProfileTerms after = profile.terms();
        Optional<ProfileTerms> before = profile.inForce(Registration.MANUAL);
        if (before.isPresent() && before.get().equals(after)) {
            return List.of();
        }
        PendingChanges changes = new PendingChanges(names);
        if (before.isEmpty()) {
            changes.words.add("is registered for the first time");
        }
        changes.grants(before, after);
        changes.policy(before.flatMap(ProfileTerms::policy), after.policy());
        changes.addresses(before.map(ProfileTerms::addresses).orElse(AddressRules.unrestricted()), after.addresses());
        before.ifPresent(terms -> changes.proof(terms, after));
        if (!before.flatMap(ProfileTerms::certificate).equals(after.certificate())) {
            changes.words.add("must call with "
                    + after.certificate().map(Object::toString).orElse("any certificate or none")
                    + before.flatMap(ProfileTerms::certificate)
                            .map(condition -> ", instead of " + condition)
                            .orElse(""));
        }
        return List.copyOf(changes.words);
    }

    private void grants(Optional<ProfileTerms> before, ProfileTerms after) {
        Set<CollectionId> collections = new LinkedHashSet<>();
        before.ifPresent(terms -> terms.grants().forEach(grant -> collections.add(grant.collection())));
        after.grants().forEach(grant -> collections.add(grant.collection()));
        for (CollectionId collection : collections) {
            Grant old = before.flatMap(terms -> terms.grant(collection)).orElse(null);
            Grant next = after.grant(collection).orElse(null);
            if (old == null && next != null) {
                words.add("is granted " + grant(next));
            } else if (old != null && next == null) {
                words.add("is no longer granted " + grant(old));
            } else if (old != null && !old.equals(next)) {
                words.add("is granted " + grant(next) + ", instead of " + grant(old));
            }
        }
    }

    private void policy(Optional<PolicyId> before, Optional<PolicyId> after) {
        if (before.equals(after)) {
            return;
        }
        words.add(after.map(policy -> "is held to " + name(policy)).orElse("is held to no policy of its own")
                + before.map(policy -> ", instead of " + name(policy)).orElse(""));
    }

    private void addresses(AddressRules before, AddressRules after) {
        boolean lists = before.allowed().filter(ranges -> !ranges.isEmpty()).isPresent()
                && after.allowed().filter(ranges -> !ranges.isEmpty()).isPresent();
        if (lists) {
            ranges(before.allowed().get(), after.allowed().get(), "may no longer call from ", "may also call from ");
        } else if (!before.allowed().equals(after.allowed())) {
            words.add("may call from " + allowed(after) + ", instead of " + allowed(before));
        }
        ranges(before.blocked(), after.blocked(), "is no longer blocked from ", "is blocked from ");
    }

    private void ranges(Collection<AddressRange> before, Collection<AddressRange> after, String removed, String added) {
        before.stream().filter(range -> !after.contains(range)).forEach(range -> words.add(removed + range));
        after.stream().filter(range -> !before.contains(range)).forEach(range -> words.add(added + range));
    }

    private void proof(ProfileTerms before, ProfileTerms after) {
        if (before.authentication().equals(after.authentication())) {
            return;
        }
        Written written = Written.terse();
        List<String> differences =
                Differences.between(Map.of("proof", proof(written, before)), Map.of("proof", proof(written, after)));
        words.add("proves itself by " + after.authentication() + ": " + String.join(", ", differences));
    }

    private static Object proof(Written written, ProfileTerms terms) {
        return Objects.requireNonNull(written.terms(terms).get("authentication"));
    }

    private static String allowed(AddressRules rules) {
        return rules.allowed()
                .map(ranges -> ranges.isEmpty() ? "nowhere" : ranges.toString())
                .orElse("anywhere");
    }

    private String grant(@Nullable Grant grant) {
        return grant == null
                ? "nothing"
                : name(grant.collection())
                        + grant.plan().map(plan -> " through " + name(plan)).orElse("")
                        + grant.scopes()
                                .map(scopes -> " with scopes " + new TreeSet<>(scopes))
                                .orElse("")
                        + (grant.isReadOnly() ? " to read only" : "")
                        + (grant.exceptions().isEmpty() ? "" : " except " + grant.exceptions());
    }

    private <E extends Entity<E>> String name(Id<E> id) {
        return names.find(id).map(Written::label).orElse(Faults.quote(id));
    }
}
