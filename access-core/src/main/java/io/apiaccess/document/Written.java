package io.apiaccess.document;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Route;
import io.apiaccess.check.Faults;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.CertificateCondition;
import io.apiaccess.client.Client;
import io.apiaccess.client.Grant;
import io.apiaccess.client.ProfileTerms;
import io.apiaccess.entity.Entity;
import io.apiaccess.policy.AddressRules;
import io.apiaccess.policy.LimitOverrides;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyCondition;
import io.apiaccess.policy.TimeWindow;
import io.apiaccess.request.HttpMethod;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What is managed as a tree of JSON values. Secrets are never in it; digests of keys only where they are asked for. */
public final class Written {
    private final boolean terse;

    private Written(boolean terse) {
        this.terse = terse;
    }

    /** Returns the writer whose trees can be read again. */
    public static Written whole() {
        return new Written(false);
    }

    /**
     * Returns the writer whose trees are for people to compare: pictures, key material and secrets are in it as what they are,
     * which differ from others and do not show themselves; digests are not.
     */
    public static Written terse() {
        return new Written(true);
    }

    /** Returns the tree of an entity, its revision left out. */
    public Map<String, Object> of(Entity<?> entity) {
        if (entity instanceof Client client) {
            return client(client);
        }
        if (entity instanceof AccessProfile profile) {
            return profile(profile);
        }
        if (entity instanceof ApiCollection collection) {
            return collection(collection);
        }
        if (entity instanceof Policy policy) {
            return policy(policy);
        }
        if (entity instanceof Plan plan) {
            return plan(plan);
        }
        if (entity instanceof ApiKey key) {
            return key(key);
        }
        throw new IllegalArgumentException("no written form: " + entity.getClass());
    }

    private Map<String, Object> client(Client client) {
        Tree tree = new Tree()
                .text("id", client.id())
                .put("name", client.name())
                .text("description", client.description())
                .text("project", client.project())
                .list("labels", client.labels());
        client.logo()
                .ifPresent(logo ->
                        tree.put("logo", terse ? logo : Base64.getEncoder().encodeToString(logo.bytes())));
        return tree.text("policy", client.policy())
                .text("registration", client.registration())
                .text("status", client.status())
                .list("overrides", overrides(client.overrides()))
                .members();
    }

    private Map<String, Object> profile(AccessProfile profile) {
        Tree tree = new Tree()
                .text("id", profile.id())
                .text("client", profile.client())
                .put("name", profile.name())
                .text("description", profile.description())
                .text("version", profile.version())
                .list("labels", profile.labels())
                .text("status", profile.status())
                .list("overrides", overrides(profile.overrides()))
                .put("terms", terms(profile.terms()));
        profile.registered().ifPresent(registered -> tree.put("registered", terms(registered)));
        return tree.members();
    }

    /** Returns the tree of what a registration puts in force. */
    public Map<String, Object> terms(ProfileTerms terms) {
        return new Tree()
                .list("grants", terms.grants().stream().map(Written::grant).toList())
                .text("policy", terms.policy())
                .object("addresses", addresses(terms.addresses()))
                .put("authentication", new Proofs(terse).write(terms.authentication()))
                .object(
                        "certificate",
                        terms.certificate().map(Written::certificate).orElse(Map.of()))
                .members();
    }

    private static Map<String, Object> certificate(CertificateCondition condition) {
        Tree tree = new Tree();
        condition.thumbprints().ifPresent(thumbprints -> tree.put("thumbprints", List.copyOf(thumbprints)));
        condition.subjects().ifPresent(subjects -> tree.put("subjects", List.copyOf(subjects)));
        return tree.members();
    }

    private static Map<String, Object> grant(Grant grant) {
        Tree tree = new Tree().text("collection", grant.collection()).text("plan", grant.plan());
        grant.scopes().ifPresent(scopes -> tree.put("scopes", List.copyOf(new TreeSet<>(scopes))));
        return tree.flag("readOnly", grant.isReadOnly())
                .list(
                        "except",
                        grant.exceptions().stream()
                                .map(omission -> new Tree()
                                        .text("method", omission.method())
                                        .text("path", omission.template())
                                        .members())
                                .sorted((one, other) -> one.toString().compareTo(other.toString()))
                                .toList())
                .members();
    }

    private static Map<String, Object> addresses(AddressRules rules) {
        Tree tree = new Tree();
        rules.allowed()
                .ifPresent(allowed ->
                        tree.put("allow", allowed.stream().map(Object::toString).toList()));
        return tree.list("block", rules.blocked().stream().map(Object::toString).toList())
                .members();
    }

    private static List<Map<String, Object>> overrides(LimitOverrides overrides) {
        return overrides.all().stream()
                .map(override -> new Tree()
                        .text("policy", override.policy())
                        .put("limit", override.limit())
                        .put("max", override.max())
                        .text("until", override.until())
                        .members())
                .toList();
    }

    private static Map<String, Object> collection(ApiCollection collection) {
        return new Tree()
                .text("id", collection.id())
                .put("name", collection.name())
                .put("version", collection.version())
                .text("description", collection.description())
                .text("project", collection.project())
                .flag("shared", collection.isShared())
                .list("labels", collection.labels())
                .text("visibility", collection.visibility())
                .text("publication", collection.publication())
                .put("active", collection.isActive())
                .text("basePath", collection.basePath())
                .list("routes", collection.routes().stream().map(Written::route).toList())
                .list("plans", collection.plans().stream().map(Object::toString).toList())
                .text("policy", collection.policy())
                .members();
    }

    private static Map<String, Object> route(Route route) {
        Tree tree = new Tree()
                .text("path", route.template())
                .put(
                        "methods",
                        route.methods().stream().map(HttpMethod::name).sorted().toList())
                .list("scopes", new TreeSet<>(route.scopes()));
        if (route.cost() != 1) {
            tree.put("cost", route.cost());
        }
        return (route.isActive() ? tree : tree.put("active", false)).members();
    }

    private static Map<String, Object> policy(Policy policy) {
        Policy enforced = policy.isShadow() ? policy.toBuilder().shadow(false).build() : policy;
        return new Tree()
                .text("id", policy.id())
                .put("name", policy.name())
                .text("description", policy.description())
                .text("project", policy.project())
                .flag("shared", policy.isShared())
                .list("labels", policy.labels())
                .flag("shadow", policy.isShadow())
                .list("limits", enforced.limits().stream().map(Limits::write).toList())
                .list("windows", policy.windows().stream().map(Written::window).toList())
                .object("addresses", addresses(policy.addresses()))
                .list(
                        "conditions",
                        policy.conditions().stream().map(Written::condition).toList())
                .members();
    }

    private static Map<String, Object> window(TimeWindow window) {
        return new Tree()
                .put(
                        "days",
                        new TreeSet<>(window.days()).stream().map(Enum::name).toList())
                .text("from", window.from())
                .text("until", window.until())
                .text("zone", window.zone())
                .members();
    }

    private static Map<String, Object> condition(PolicyCondition condition) {
        return new Tree()
                .put("name", condition.name())
                .object("parameters", new TreeMap<>(condition.parameters()))
                .members();
    }

    private static Map<String, Object> plan(Plan plan) {
        return new Tree()
                .text("id", plan.id())
                .put("name", plan.name())
                .text("version", plan.version())
                .text("project", plan.project())
                .flag("shared", plan.isShared())
                .list("labels", plan.labels())
                .text("policy", plan.policy())
                .text("status", plan.status())
                .members();
    }

    private Map<String, Object> key(ApiKey key) {
        Tree tree = new Tree().text("id", key.id());
        if (terse) {
            tree.text("profile", key.profile());
        } else {
            tree.put("digest", HexFormat.of().formatHex(key.digest().bytes()))
                    .text("pepper", key.digest().pepperId());
        }
        return tree.put("hint", key.hint())
                .flag("imported", key.isImported())
                .text("label", key.label())
                .text("use", key.use())
                .text("status", key.status())
                .text("createdAt", key.createdAt())
                .text("notBefore", key.notBefore())
                .text("expiresAt", key.expiresAt())
                .text("revokedAt", key.revokedAt())
                .members();
    }

    /** Returns what an entity is called in messages, such as {@code policy `Gold`}. */
    public static String label(Entity<?> entity) {
        if (entity instanceof Client client) {
            return "client " + Faults.quote(client.name());
        }
        if (entity instanceof AccessProfile profile) {
            return "profile " + Faults.quote(profile.name());
        }
        if (entity instanceof ApiCollection collection) {
            return collection.label();
        }
        if (entity instanceof Policy policy) {
            return "policy " + Faults.quote(policy.name());
        }
        if (entity instanceof Plan plan) {
            return "plan " + Faults.quote(plan.name());
        }
        return "key " + Faults.quote(entity.id());
    }
}
