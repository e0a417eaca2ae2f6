package io.apiaccess.document;

import io.apiaccess.check.Faults;
import io.apiaccess.client.Authentication;
import io.apiaccess.client.ExternalSubject;
import io.apiaccess.client.Jwt;
import io.apiaccess.client.OAuth2;
import io.apiaccess.client.OpenIdConnect;
import io.apiaccess.client.TokenAuthentication;
import io.apiaccess.client.TokenAuthentication.Kind;
import io.apiaccess.json.JsonWriter;
import io.apiaccess.jwt.ClaimRules;
import io.apiaccess.jwt.JwtAlgorithm;
import io.apiaccess.jwt.JwtKey;
import io.apiaccess.jwt.KeySource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Ways in which profiles prove themselves, from trees; the counterpart of {@link Proofs}. To be used for one profile. */
final class ProofReading {
    private final List<TokenAuthentication> held;
    private final boolean registered;

    /**
     * Starts to read.
     *
     * @param held the proofs that the profile has by now, whose secrets are kept
     * @param registered whether it is of what was registered, which later changes may have taken too much from for a new one
     */
    ProofReading(List<Authentication> held, boolean registered) {
        this.held = held.stream()
                .filter(TokenAuthentication.class::isInstance)
                .map(TokenAuthentication.class::cast)
                .toList();
        this.registered = registered;
    }

    /** Returns whether it is of what was registered. */
    boolean isRegistered() {
        return registered;
    }

    /** Returns the proof of a node, or {@code null} after noting what is wrong with it. */
    @Nullable Authentication read(Node node) {
        String method = node.need("method");
        Authentication read = switch (method) {
            case "AuthToken" -> Authentication.authToken();
            case "Jwt" -> token(node, Kind.JWT);
            case "OAuth2" -> token(node, Kind.OAUTH2);
            case "OpenIdConnect" -> token(node, Kind.OPENID_CONNECT);
            default -> {
                if (!method.isEmpty()) {
                    node.fault(
                            "method",
                            Faults.quote(method) + " is none of `AuthToken`, `Jwt`, `OAuth2` and `OpenIdConnect`");
                }
                yield null;
            }
        };
        node.done();
        return read;
    }

    private @Nullable Authentication token(Node node, Kind kind) {
        boolean hmac = kind == Kind.JWT && node.need("by").equals("secret");
        Set<JwtAlgorithm> family = hmac ? JwtAlgorithm.hmac() : JwtAlgorithm.publicKey();
        Set<JwtAlgorithm> algorithms = algorithms(node);
        List<JwtKey> keys = new ArrayList<>();
        List<Node> keyNodes = node.nodes("keys");
        for (int i = 0; i < keyNodes.size(); i++) {
            JwtKey key = key(keyNodes.get(i), i);
            if (key != null) {
                keys.add(key);
            }
        }
        Optional<KeySource> source = source(node);
        ClaimRules claims = claims(node);
        Set<ExternalSubject> subjects = subjects(node);
        boolean introspected = kind == Kind.OAUTH2 && node.flag("introspected", false);
        boolean trusting = kind == Kind.OAUTH2 && node.flag("trustEndpoint", false);
        List<String> parties = kind == Kind.OPENID_CONNECT ? node.texts("authorizedParties") : List.of();
        if (keys.size() != keyNodes.size() || claims == null) {
            return null;
        }
        TokenAuthentication kept = TokenAuthentication.kept(
                kind,
                algorithms.isEmpty() && !registered ? family : algorithms,
                keys,
                source.orElse(null),
                claims,
                subjects,
                introspected,
                new LinkedHashSet<>(parties));
        return registered ? kept : node.build(() -> checked(kept, trusting));
    }

    /** Returns the same, checked as a new one is. */
    private static Authentication checked(TokenAuthentication kept, boolean trusting) {
        return kept instanceof Jwt jwt
                ? jwt.toBuilder().build()
                : kept instanceof OAuth2 oauth
                        ? oauth.toBuilder().trustEndpoint(trusting).build()
                        : ((OpenIdConnect) kept).toBuilder().build();
    }

    private static Set<JwtAlgorithm> algorithms(Node node) {
        Set<JwtAlgorithm> algorithms = EnumSet.noneOf(JwtAlgorithm.class);
        for (String name : node.texts("algorithms")) {
            JwtAlgorithm.named(name)
                    .ifPresentOrElse(
                            algorithms::add,
                            () -> node.fault(
                                    "algorithms", Faults.quote(name) + " is no algorithm that a token may have"));
        }
        return algorithms;
    }

    private @Nullable JwtKey key(Node node, int at) {
        JwtKey key = null;
        Node jwk = node.node("jwk");
        if (jwk != null) {
            key = node.build(() -> JwtKey.jwk(JsonWriter.writeLine(jwk.members())));
        } else if (Proofs.KEPT.equals(node.text("secret"))) {
            key = kept(node, at);
        } else {
            node.fault("jwk", "is missing: a public key is needed, or `secret` that is `kept`");
        }
        node.done();
        return key;
    }

    private @Nullable JwtKey kept(Node node, int at) {
        String id = node.text("kid");
        List<String> algorithms = node.texts("algorithms");
        Optional<JwtKey> kept = held.stream()
                .filter(token -> at < token.keys().size())
                .map(token -> token.keys().get(at))
                .filter(JwtKey::isSecret)
                .filter(secret -> Objects.equals(secret.id().orElse(null), id)
                        && secret.algorithms().stream()
                                .map(JwtAlgorithm::toString)
                                .toList()
                                .equals(algorithms))
                .findFirst();
        if (kept.isEmpty()) {
            node.fault(
                    "secret",
                    "`kept` keeps none: the profile has no such secret at this place, and a document never holds one; give"
                            + " it to the profile by an update first");
        }
        return kept.orElse(null);
    }

    private Optional<KeySource> source(Node node) {
        KeySource discovered = node.value("discover", KeySource::discovery);
        String url = node.text("jwkSetUrl");
        String query = node.text("query");
        if (discovered != null || url == null) {
            return Optional.ofNullable(discovered);
        }
        if (query == null) {
            return Optional.ofNullable(node.value("jwkSetUrl", KeySource::jwkSet));
        }
        Optional<KeySource> kept = held.stream()
                .flatMap(token -> token.keySource().stream())
                .filter(source ->
                        source.issuer().isEmpty() && Proofs.withoutQuery(source).equals(url))
                .findFirst();
        if (kept.isEmpty() || !Proofs.KEPT.equals(query)) {
            node.fault("query", "`kept` keeps none: the profile fetches no keys from " + Faults.quote(url));
        }
        return kept;
    }

    private static @Nullable ClaimRules claims(Node node) {
        Node claims = node.node("claims");
        if (claims == null) {
            return ClaimRules.builder().build();
        }
        ClaimRules.Builder rules = ClaimRules.builder();
        claims.texts("issuers").forEach(rules::issuer);
        claims.texts("audiences").forEach(rules::audience);
        claims.texts("required").forEach(rules::require);
        rules.type(claims.text("type"));
        rules.expires(claims.flag("expires", true));
        rules.maxLifetime(claims.value("maxLifetime", Duration::parse));
        claims.done();
        return claims.build(rules::build);
    }

    private static Set<ExternalSubject> subjects(Node node) {
        Set<ExternalSubject> subjects = new LinkedHashSet<>();
        for (Node subject : node.nodes("externalSubjects")) {
            String issuer = Objects.requireNonNullElse(subject.text("issuer"), "");
            String value = subject.need("value");
            subject.done();
            ExternalSubject read = subject.build(() -> new ExternalSubject(issuer, value));
            if (read != null) {
                subjects.add(read);
            }
        }
        return subjects;
    }
}
