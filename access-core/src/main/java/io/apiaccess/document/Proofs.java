package io.apiaccess.document;

import io.apiaccess.check.Faults;
import io.apiaccess.client.Authentication;
import io.apiaccess.client.Jwt;
import io.apiaccess.json.JsonWriter;
import io.apiaccess.json.MalformedException;
import io.apiaccess.json.StrictJson;
import io.apiaccess.jwt.ClaimRules;
import io.apiaccess.jwt.JwtAlgorithm;
import io.apiaccess.jwt.JwtKey;
import io.apiaccess.jwt.KeySource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Ways in which profiles prove themselves as trees, and back. A secret is only said to be there. */
final class Proofs {
    private static final String KEPT = "kept";

    private final boolean terse;

    Proofs(boolean terse) {
        this.terse = terse;
    }

    Map<String, Object> write(Authentication authentication) {
        if (authentication instanceof Jwt jwt) {
            return jwt(jwt);
        }
        return new Tree().put("method", "AuthToken").members();
    }

    private Map<String, Object> jwt(Jwt jwt) {
        Tree tree = new Tree()
                .put("method", "Jwt")
                .put("by", jwt.isHmac() ? "secret" : "publicKey")
                .list(
                        "algorithms",
                        jwt.algorithms().stream().map(Object::toString).toList())
                .list("keys", jwt.keys().stream().map(this::key).toList());
        jwt.keySource().ifPresent(source -> source(source, tree));
        ClaimRules rules = jwt.claims();
        Tree claims = new Tree()
                .list("issuers", rules.issuers())
                .list("audiences", rules.audiences())
                .list("required", rules.required())
                .text("type", rules.type())
                .text("maxLifetime", rules.maxLifetime());
        if (!rules.expires()) {
            claims.put("expires", false);
        }
        return tree.object("claims", claims.members())
                .list(
                        "externalSubjects",
                        jwt.subjects().stream()
                                .map(subject -> new Tree()
                                        .put("issuer", subject.issuer())
                                        .put("value", subject.value())
                                        .members())
                                .toList())
                .members();
    }

    private Object key(JwtKey key) {
        if (terse) {
            return key.toString();
        }
        if (key.isSecret()) {
            return new Tree()
                    .text("secret", KEPT)
                    .text("kid", key.id())
                    .list(
                            "algorithms",
                            key.algorithms().stream().map(Object::toString).toList())
                    .members();
        }
        return new Tree().put("jwk", jwk(key)).members();
    }

    private static Map<String, @Nullable Object> jwk(JwtKey key) {
        try {
            return StrictJson.object(key.reveal().reveal());
        } catch (MalformedException e) {
            throw new IllegalStateException("a public key has no JSON form", e);
        }
    }

    /** The query of an address may be a secret. */
    private static void source(KeySource source, Tree tree) {
        if (source.issuer().isPresent()) {
            tree.text("discover", source.issuer());
            return;
        }
        tree.put("jwkSetUrl", withoutQuery(source));
        if (source.url().getRawQuery() != null) {
            tree.put("query", KEPT);
        }
    }

    private static String withoutQuery(KeySource source) {
        String url = source.url().toString();
        int query = url.indexOf('?');
        return query < 0 ? url : url.substring(0, query);
    }

    /**
     * Returns the proof of a node, or {@code null} after noting what is wrong with it.
     *
     * @param held the proofs that the profile has by now, whose secrets are kept
     */
    static @Nullable Authentication read(Node node, List<Authentication> held) {
        String method = node.need("method");
        Authentication read =
                switch (method) {
                    case "AuthToken" -> Authentication.authToken();
                    case "Jwt" -> jwt(node, held);
                    default -> {
                        node.fault("method", Faults.quote(method) + " is none of `AuthToken` and `Jwt`");
                        yield null;
                    }
                };
        node.done();
        return read;
    }

    private static @Nullable Authentication jwt(Node node, List<Authentication> held) {
        boolean hmac = node.need("by").equals("secret");
        List<Jwt> tokens =
                held.stream().filter(Jwt.class::isInstance).map(Jwt.class::cast).toList();
        Jwt.Builder builder = hmac ? Jwt.hmac() : Jwt.publicKey();
        JwtAlgorithm[] algorithms = node.texts("algorithms").stream()
                .map(JwtAlgorithm::named)
                .flatMap(Optional::stream)
                .toArray(JwtAlgorithm[]::new);
        if (algorithms.length != node.texts("algorithms").size()) {
            node.fault("algorithms", Faults.quote(node.texts("algorithms")) + " are not all algorithms of tokens");
        } else if (algorithms.length > 0
                && algorithms.length
                        < (hmac ? JwtAlgorithm.hmac() : JwtAlgorithm.publicKey()).size()) {
            builder.algorithms(algorithms);
        }
        List<Node> keys = node.nodes("keys");
        boolean whole = true;
        for (int i = 0; i < keys.size(); i++) {
            JwtKey key = key(keys.get(i), i, tokens);
            whole &= key != null;
            if (key != null) {
                builder.key(key);
            }
        }
        whole &= source(node, builder, tokens);
        claims(node, builder);
        for (Node subject : node.nodes("externalSubjects")) {
            builder.externalSubject(
                    Objects.requireNonNullElse(subject.text("issuer"), ""), subject.need("value"));
            subject.done();
        }
        return whole ? node.build(builder::build) : null;
    }

    private static @Nullable JwtKey key(Node node, int at, List<Jwt> held) {
        JwtKey key = null;
        Node jwk = node.node("jwk");
        if (jwk != null) {
            key = node.build(() -> JwtKey.jwk(JsonWriter.writeLine(jwk.members())));
        } else if (KEPT.equals(node.text("secret"))) {
            String id = node.text("kid");
            List<String> algorithms = node.texts("algorithms");
            key = held.stream()
                    .filter(jwt -> jwt.isHmac() && at < jwt.keys().size())
                    .map(jwt -> jwt.keys().get(at))
                    .filter(secret -> Objects.equals(secret.id().orElse(null), id)
                            && (algorithms.isEmpty()
                                    || secret.algorithms().stream()
                                            .map(Object::toString)
                                            .toList()
                                            .equals(algorithms)))
                    .findFirst()
                    .orElse(null);
            if (key == null) {
                node.fault(
                        "secret",
                        "`kept` keeps none: the profile has no such secret, and a document never holds one; give it to the"
                                + " profile by an update first");
            }
        } else {
            node.fault("jwk", "is missing: a public key is needed, or `secret` that is `kept`");
        }
        node.done();
        return key;
    }

    private static boolean source(Node node, Jwt.Builder builder, List<Jwt> held) {
        String issuer = node.text("discover");
        String url = node.text("jwkSetUrl");
        String query = node.text("query");
        if (issuer != null) {
            builder.discover(issuer);
        } else if (url != null && query == null) {
            builder.jwkSetUrl(url);
        } else if (url != null) {
            Optional<KeySource> kept = held.stream()
                    .flatMap(jwt -> jwt.keySource().stream())
                    .filter(source -> source.issuer().isEmpty() && withoutQuery(source).equals(url))
                    .findFirst();
            if (kept.isEmpty() || !KEPT.equals(query)) {
                node.fault("query", "`kept` keeps none: the profile fetches no keys from " + Faults.quote(url));
                return false;
            }
            builder.jwkSetUrl(kept.get().url().toString());
        }
        return true;
    }

    private static void claims(Node node, Jwt.Builder builder) {
        Node claims = node.node("claims");
        if (claims == null) {
            return;
        }
        builder.claims(rules -> {
            claims.texts("issuers").forEach(rules::issuer);
            claims.texts("audiences").forEach(rules::audience);
            claims.texts("required").forEach(rules::require);
            rules.type(claims.text("type"));
            rules.expires(claims.flag("expires", true));
            rules.maxLifetime(claims.value("maxLifetime", Duration::parse));
        });
        claims.done();
    }
}
