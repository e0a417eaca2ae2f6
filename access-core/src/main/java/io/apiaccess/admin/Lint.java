package io.apiaccess.admin;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.check.Faults;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.Authentication;
import io.apiaccess.client.Client;
import io.apiaccess.client.Grant;
import io.apiaccess.document.Written;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.Status;
import io.apiaccess.jwt.JwtKey;
import io.apiaccess.policy.AddressRange;
import io.apiaccess.policy.AddressRules;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.Policy;
import io.apiaccess.request.CallerAddress;
import io.apiaccess.spi.AuditEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What is odd in a configuration. To be used for one state of it. */
final class Lint {
    private static final int VARIED = 16;

    private final Sight sight;
    private final Instant now;
    private final List<Finding> findings = new ArrayList<>();

    Lint(Sight sight, Instant now) {
        this.sight = sight;
        this.now = now;
    }

    List<Finding> findings() {
        all(Policy.class).forEach(this::policy);
        all(Plan.class).forEach(plan -> unused(plan, "is offered by no collection"));
        all(Client.class);
        all(AccessProfile.class).forEach(this::profile);
        all(ApiKey.class).forEach(this::key);
        List<ApiCollection> collections = all(ApiCollection.class);
        collections.forEach(this::scopes);
        List<ApiCollection> meeting = sight.view().list(ApiCollection.class, damaged -> {});
        findings.addAll(new RouteLint(meeting).findings(collections));
        return List.copyOf(findings);
    }

    private <E extends Entity<E>> List<E> all(Class<E> kind) {
        return sight.list(kind, this::damaged);
    }

    private void damaged(Id<?> id) {
        if (sight.reach().isFull()) {
            add(
                    Finding.Kind.UNREADABLE,
                    id,
                    AuditEntry.target(id)
                            + " cannot be read from what is kept, and what depends on it is denied: put its rows right");
        }
    }

    private void policy(Policy policy) {
        ranges(policy.id(), policy.addresses());
        unused(policy, "is attached to nothing: it holds no call to anything");
        boolean isEmpty = policy.limits().isEmpty()
                && policy.windows().isEmpty()
                && policy.conditions().isEmpty()
                && policy.addresses().isUnrestricted();
        if (isEmpty) {
            add(Finding.Kind.WITHOUT_EFFECT, policy.id(), Written.label(policy) + " has neither limit nor condition");
        }
        LimitLint.unreachable(policy).forEach(text -> add(Finding.Kind.UNREACHABLE_QUOTA, policy.id(), text));
    }

    private void unused(Entity<?> entity, String what) {
        if (sight.view().referrersOf(entity.id()).isEmpty()) {
            add(Finding.Kind.WITHOUT_EFFECT, entity.id(), Written.label(entity) + " " + what);
        }
    }

    private void ranges(Id<?> owner, AddressRules rules) {
        List<AddressRange> allowed = rules.allowed().orElse(List.of());
        list(owner, allowed);
        list(owner, rules.blocked());
        for (AddressRange range : allowed) {
            rules.blocked().stream()
                    .filter(blocked -> holds(blocked, range))
                    .forEach(blocked -> add(
                            Finding.Kind.REDUNDANT_RANGE,
                            owner,
                            "range " + Faults.quote(range) + " is allowed, and blocked by " + Faults.quote(blocked)
                                    + ", which wins"));
        }
    }

    private void list(Id<?> owner, List<AddressRange> ranges) {
        for (AddressRange range : ranges) {
            String text = range.toString();
            int slash = text.indexOf('/');
            Optional<CallerAddress> typed =
                    slash < 0 ? Optional.empty() : CallerAddress.parse(text.substring(0, slash));
            if (typed.isPresent() && !typed.get().equals(range.first())) {
                add(
                        Finding.Kind.HOST_BITS,
                        owner,
                        "range " + Faults.quote(text) + " has bits behind its prefix: it is " + range.first() + " to "
                                + range.last());
            }
            ranges.stream()
                    .filter(other -> !other.equals(range) && holds(other, range))
                    .findFirst()
                    .ifPresent(other -> add(
                            Finding.Kind.REDUNDANT_RANGE,
                            owner,
                            "range " + Faults.quote(range) + " lies in " + Faults.quote(other) + ": leave one out"));
        }
    }

    private static boolean holds(AddressRange outer, AddressRange inner) {
        return outer.contains(inner.first()) && outer.contains(inner.last());
    }

    private void profile(AccessProfile profile) {
        ranges(profile.id(), profile.terms().addresses());
        boolean isUsed = profile.status() == Status.ACTIVE
                && sight.readable(profile.client()).map(Client::status).orElse(Status.RETIRED) == Status.ACTIVE;
        Set<Id<?>> damaged = new HashSet<>();
        boolean hasKey = sight.view().referrersOf(profile.id(), ApiKey.class, damaged::add).stream()
                        .anyMatch(key -> key.isLiveAt(now))
                || !damaged.isEmpty();
        if (isUsed && !hasKey && profile.terms().authentication() instanceof Authentication.AuthToken) {
            add(
                    Finding.Kind.NO_KEY,
                    profile.id(),
                    Written.label(profile)
                            + " proves itself by key and has none that is or will be in force: issue one");
        }
        for (JwtKey key : profile.tokenKeys()) {
            if (key.isSecret() && key.variety() < VARIED) {
                add(
                        Finding.Kind.WEAK_KEY,
                        profile.id(),
                        key + " has fewer than " + VARIED + " different bytes: take a random one");
            }
            sight.view().profilesWith(key).stream()
                    .filter(id -> id.value().compareTo(profile.id().value()) > 0)
                    .flatMap(id -> sight.readable(id).stream())
                    .filter(other -> other.tokenKeys().stream().anyMatch(key::isSameAs))
                    .forEach(other -> add(
                            Finding.Kind.SHARED_KEY,
                            profile.id(),
                            key + " also proves " + Written.label(other) + ": give each a key of its own"));
        }
    }

    private void key(ApiKey key) {
        if (key.isImported() && key.hint().isEmpty() && key.expiresAt().isEmpty() && key.isLiveAt(now)) {
            add(
                    Finding.Kind.WEAK_KEY,
                    key.id(),
                    "key " + Faults.quote(key.id())
                            + " was imported by its digest, so that nobody here knows how strong it is, and never"
                            + " expires: refresh it");
        }
    }

    private void scopes(ApiCollection collection) {
        Set<Id<?>> damaged = new HashSet<>();
        List<Grant> grants =
                sight.view().referrersOf(collection.id(), AccessProfile.class, damaged::add).stream()
                        .flatMap(profile -> profile.terms().grant(collection.id()).stream())
                        .toList();
        if (!damaged.isEmpty()) {
            return;
        }
        for (String scope : new TreeSet<>(collection.scopes())) {
            if (grants.stream()
                    .noneMatch(grant ->
                            grant.scopes().isEmpty() || grant.scopes().get().contains(scope))) {
                add(
                        Finding.Kind.UNHELD_SCOPE,
                        collection.id(),
                        "scope " + Faults.quote(scope) + " is required by a route of " + collection.label()
                                + " and held by no grant");
            }
        }
    }

    private void add(Finding.Kind kind, Id<?> object, String text) {
        findings.add(new Finding(kind, object, text));
    }
}
