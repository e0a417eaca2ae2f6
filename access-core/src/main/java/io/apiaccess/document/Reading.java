package io.apiaccess.document;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.CollectionId;
import io.apiaccess.api.PathTemplate;
import io.apiaccess.api.Route;
import io.apiaccess.api.Visibility;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.Authentication;
import io.apiaccess.client.CertificateCondition;
import io.apiaccess.client.Client;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.Grant;
import io.apiaccess.client.KeyDigest;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.client.ProfileTerms;
import io.apiaccess.client.Registration;
import io.apiaccess.document.Document.Item;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.KeyStatus;
import io.apiaccess.entity.KeyUse;
import io.apiaccess.entity.PlanStatus;
import io.apiaccess.entity.Publication;
import io.apiaccess.entity.Status;
import io.apiaccess.policy.AddressRules;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.LimitOverride;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.PlanId;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.TimeWindow;
import io.apiaccess.request.HttpMethod;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is managed, from trees of JSON values; the counterpart of {@link Written}. Not thread-safe; for one document. */
final class Reading {
    private final Function<ProfileId, Optional<AccessProfile>> held;
    private final List<Item> keys = new ArrayList<>();
    private final Set<ProfileId> keysListed = new HashSet<>();

    Reading(Function<ProfileId, Optional<AccessProfile>> held) {
        this.held = held;
    }

    List<Item> keys() {
        return keys;
    }

    Set<ProfileId> keysListed() {
        return keysListed;
    }

    /** Returns the entity of a node, or {@code null} after noting what is wrong with it. */
    @Nullable Entity<?> read(Class<?> kind, Node node) {
        Entity<?> entity = null;
        if (kind == Policy.class) {
            entity = policy(node);
        } else if (kind == Plan.class) {
            entity = plan(node);
        } else if (kind == ApiCollection.class) {
            entity = collection(node);
        } else if (kind == Client.class) {
            entity = client(node);
        } else if (kind == AccessProfile.class) {
            entity = profile(node);
        }
        node.done();
        return entity;
    }

    private static @Nullable Policy policy(Node node) {
        Policy.Builder builder = Policy.named(node.need("name"))
                .description(node.text("description"))
                .project(node.text("project"))
                .shared(node.flag("shared", false))
                .shadow(node.flag("shadow", false))
                .addresses(addresses(node));
        PolicyId id = node.must("id", PolicyId::new);
        node.texts("labels").forEach(builder::label);
        for (Node limit : node.nodes("limits")) {
            Limit read = limit.build(() -> Limits.read(limit));
            if (read != null) {
                builder.limit(read);
            }
        }
        for (Node window : node.nodes("windows")) {
            TimeWindow read = window.build(() -> window(window));
            if (read != null) {
                builder.during(read);
            }
        }
        for (Node condition : node.nodes("conditions")) {
            builder.condition(condition.need("name"), parameters(condition));
            condition.done();
        }
        return id == null ? null : node.build(() -> builder.id(id).build());
    }

    private static Map<String, String> parameters(Node condition) {
        Map<String, String> parameters = new LinkedHashMap<>();
        Node node = condition.node("parameters");
        if (node != null) {
            node.members().keySet().forEach(name -> parameters.put(name.toString(), node.need(name.toString())));
        }
        return parameters;
    }

    private static @Nullable TimeWindow window(Node node) {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        node.texts("days").forEach(day -> days.add(DayOfWeek.valueOf(day)));
        LocalTime from = node.must("from", LocalTime::parse);
        LocalTime until = node.must("until", LocalTime::parse);
        ZoneId zone = Objects.requireNonNullElse(node.value("zone", ZoneId::of), ZoneOffset.UTC);
        node.done();
        return from == null || until == null ? null : new TimeWindow(days, from, until, zone);
    }

    private static AddressRules addresses(Node parent) {
        Node node = parent.node("addresses");
        if (node == null) {
            return AddressRules.unrestricted();
        }
        AddressRules.Builder builder = AddressRules.builder();
        boolean fromNowhere = node.has("allow") && node.texts("allow").isEmpty();
        node.texts("allow").forEach(range -> node.build(() -> builder.allow(range)));
        node.texts("block").forEach(range -> node.build(() -> builder.block(range)));
        node.done();
        return fromNowhere ? AddressRules.none().blockingAlso(builder.build()) : builder.build();
    }

    private static @Nullable Plan plan(Node node) {
        PolicyId policy = node.must("policy", PolicyId::new);
        PlanId id = node.must("id", PlanId::new);
        PlanStatus status = node.choice("status", PlanStatus.class, PlanStatus.DRAFT);
        String name = node.need("name");
        String version = node.text("version");
        String project = node.text("project");
        boolean shared = node.flag("shared", false);
        List<String> labels = node.texts("labels");
        if (policy == null || id == null) {
            return null;
        }
        return node.build(() -> {
            Plan.Builder builder = Plan.named(name, policy)
                    .id(id)
                    .version(version)
                    .project(project)
                    .shared(shared);
            labels.forEach(builder::label);
            return builder.build().withStatus(status);
        });
    }

    private static @Nullable ApiCollection collection(Node node) {
        CollectionId id = node.must("id", CollectionId::new);
        Publication publication = node.choice("publication", Publication.class, Publication.PUBLISHED);
        boolean active = node.flag("active", true);
        ApiCollection.Builder builder = ApiCollection.named(node.need("name"))
                .version(Objects.requireNonNullElse(node.text("version"), "v1"))
                .description(node.text("description"))
                .project(node.text("project"))
                .shared(node.flag("shared", false))
                .visibility(node.choice("visibility", Visibility.class, Visibility.PRIVATE))
                .policy(node.value("policy", PolicyId::new));
        node.texts("labels").forEach(builder::label);
        ids(node, "plans", PlanId::new, builder::plan);
        String base = node.text("basePath");
        if (base != null) {
            builder.basePath(base);
        }
        for (Node route : node.nodes("routes")) {
            Route read = route.build(() -> route(route));
            if (read != null) {
                builder.route(read);
            }
        }
        if (id == null) {
            return null;
        }
        return node.build(() -> {
            ApiCollection built = publication == Publication.DRAFT
                    ? builder.id(id).draft().build()
                    : builder.id(id).build();
            return built.withPublication(publication).withActive(active);
        });
    }

    private static @Nullable Route route(Node node) {
        PathTemplate path = node.must("path", PathTemplate::parse);
        Set<HttpMethod> methods =
                node.texts("methods").stream().map(HttpMethod::of).collect(Collectors.toCollection(LinkedHashSet::new));
        Set<String> scopes = new LinkedHashSet<>(node.texts("scopes"));
        long cost = node.number("cost", 1);
        boolean active = node.flag("active", true);
        node.done();
        return path == null ? null : new Route(path, methods, scopes, cost, active);
    }

    private static @Nullable Client client(Node node) {
        ClientId id = node.must("id", ClientId::new);
        Status status = node.choice("status", Status.class, Status.ACTIVE);
        Client.Builder builder = Client.named(node.need("name"))
                .description(node.text("description"))
                .project(node.text("project"))
                .policy(node.value("policy", PolicyId::new))
                .registration(node.choice("registration", Registration.class, Registration.AUTOMATIC));
        node.texts("labels").forEach(builder::label);
        byte[] logo = node.value("logo", Base64.getDecoder()::decode);
        if (logo != null) {
            builder.logo(logo);
        }
        overrides(node, builder::override);
        return id == null ? null : node.build(() -> builder.id(id).build().withStatus(status));
    }

    private @Nullable AccessProfile profile(Node node) {
        ProfileId id = node.must("id", ProfileId::new);
        ClientId client = node.must("client", ClientId::new);
        Optional<AccessProfile> before = id == null ? Optional.empty() : held.apply(id);
        List<Authentication> proofs =
                before.stream().map(profile -> profile.terms().authentication()).toList();
        List<Authentication> registeredProofs = before.flatMap(AccessProfile::registered).stream()
                .map(ProfileTerms::authentication)
                .toList();
        Status status = node.choice("status", Status.class, Status.ACTIVE);
        String name = node.need("name");
        String description = node.text("description");
        String version = node.text("version");
        List<String> labels = node.texts("labels");
        ProfileTerms terms = terms(node.needNode("terms"), new ProofReading(proofs, false));
        Node registeredNode = node.node("registered");
        ProfileTerms registered =
                registeredNode == null ? null : terms(registeredNode, new ProofReading(registeredProofs, true));
        List<LimitOverride> overrides = new ArrayList<>();
        overrides(node, overrides::add);
        if (id != null && node.has("keys")) {
            keysListed.add(id);
            node.nodes("keys").forEach(key -> key(key, id));
        }
        if (id == null || client == null || terms == null || (registeredNode != null && registered == null)) {
            return null;
        }
        return node.build(() -> {
            AccessProfile.Builder builder = AccessProfile.named(name, client)
                    .id(id)
                    .description(description)
                    .version(version)
                    .policy(terms.policy().orElse(null))
                    .addresses(terms.addresses())
                    .authentication(terms.authentication())
                    .certificate(terms.certificate().orElse(null));
            labels.forEach(builder::label);
            terms.grants().forEach(builder::grant);
            overrides.forEach(builder::override);
            return builder.build().withStatus(status).withRegistered(registered);
        });
    }

    private static @Nullable ProfileTerms terms(Node node, ProofReading proofs) {
        List<Grant> grants = new ArrayList<>();
        for (Node grant : node.nodes("grants")) {
            Grant read = grant.build(() -> grant(grant));
            if (read != null && grants.stream().anyMatch(it -> it.collection().equals(read.collection()))) {
                grant.fault("collection", "`" + read.collection() + "` is granted twice");
            } else if (read != null) {
                grants.add(read);
            }
        }
        PolicyId policy = node.value("policy", PolicyId::new);
        AddressRules addresses = addresses(node);
        Node proof = node.needNode("authentication");
        Authentication authentication = proof.build(() -> proofs.read(proof));
        CertificateCondition certificate = certificate(node, proofs);
        node.done();
        return authentication == null ? null : new ProfileTerms(grants, policy, addresses, authentication, certificate);
    }

    private static @Nullable CertificateCondition certificate(Node parent, ProofReading proofs) {
        Node node = parent.node("certificate");
        if (node == null) {
            return null;
        }
        Set<String> thumbprints = node.has("thumbprints") ? new LinkedHashSet<>(node.texts("thumbprints")) : null;
        Set<String> subjects = node.has("subjects") ? new LinkedHashSet<>(node.texts("subjects")) : null;
        node.done();
        return node.build(() -> {
            CertificateCondition kept = CertificateCondition.kept(thumbprints, subjects);
            return proofs.isRegistered() ? kept : kept.toBuilder().build();
        });
    }

    private static @Nullable Grant grant(Node node) {
        CollectionId collection = node.must("collection", CollectionId::new);
        PlanId plan = node.value("plan", PlanId::new);
        boolean readOnly = node.flag("readOnly", false);
        List<String> scopes = node.has("scopes") ? node.texts("scopes") : null;
        List<Node> exceptions = node.nodes("except");
        node.done();
        if (collection == null) {
            return null;
        }
        Grant grant = Grant.of(collection);
        grant = plan == null ? grant : grant.plan(plan);
        grant = scopes == null ? grant : grant.scopes(scopes.toArray(String[]::new));
        grant = readOnly ? grant.readOnly() : grant;
        for (Node exception : exceptions) {
            HttpMethod method = exception.must("method", HttpMethod::of);
            String path = exception.need("path");
            exception.done();
            grant = method == null ? grant : grant.except(method, path);
        }
        return grant;
    }

    private static void overrides(Node node, Consumer<LimitOverride> add) {
        for (Node override : node.nodes("overrides")) {
            PolicyId policy = override.must("policy", PolicyId::new);
            Instant until = override.must("until", Instant::parse);
            String limit = override.need("limit");
            long max = override.number("max", -1);
            override.done();
            if (policy != null && until != null) {
                LimitOverride read = override.build(() -> new LimitOverride(policy, limit, max, until));
                if (read != null) {
                    add.accept(read);
                }
            }
        }
    }

    private void key(Node node, ProfileId profile) {
        KeyId id = node.must("id", KeyId::new);
        byte[] digest = node.must("digest", HexFormat.of()::parseHex);
        String pepper = node.text("pepper");
        KeyStatus status = node.choice("status", KeyStatus.class, KeyStatus.ENABLED);
        Instant created = node.must("createdAt", Instant::parse);
        String hint = Objects.requireNonNullElse(node.text("hint"), "");
        boolean imported = node.flag("imported", false);
        KeyUse use = node.choice("use", KeyUse.class, KeyUse.CALLS);
        String label = node.text("label");
        Instant notBefore = node.value("notBefore", Instant::parse);
        Instant expires = node.value("expiresAt", Instant::parse);
        Instant revoked = node.value("revokedAt", Instant::parse);
        node.done();
        if (id == null || digest == null || created == null) {
            return;
        }
        ApiKey key = node.build(() -> ApiKey.of(id, profile, KeyDigest.of(digest, pepper))
                .status(status)
                .createdAt(created)
                .hint(hint)
                .imported(imported)
                .use(use)
                .label(label)
                .notBefore(notBefore)
                .expiresAt(expires)
                .revokedAt(revoked)
                .build());
        if (key != null) {
            keys.add(new Item(node.pointer(), key, true));
        }
    }

    private static <I> void ids(Node node, String member, Function<String, I> parse, Consumer<I> add) {
        List<String> texts = node.texts(member);
        for (String text : texts) {
            I id = node.build(() -> parse.apply(text));
            if (id != null) {
                add.accept(id);
            }
        }
    }
}
