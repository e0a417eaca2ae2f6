package io.apiaccess.document;

import io.apiaccess.client.Authentication;
import io.apiaccess.client.ExternalSubject;
import io.apiaccess.client.Jwt;
import io.apiaccess.client.OAuth2;
import io.apiaccess.client.OpenIdConnect;
import io.apiaccess.client.TokenAuthentication;
import io.apiaccess.json.MalformedException;
import io.apiaccess.json.StrictJson;
import io.apiaccess.jwt.ClaimRules;
import io.apiaccess.jwt.JwtAlgorithm;
import io.apiaccess.jwt.JwtKey;
import io.apiaccess.jwt.KeySource;
import io.apiaccess.request.Secret;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Ways in which profiles prove themselves as trees. A secret is only said to be there. */
final class Proofs {
    /** What stands for a secret. */
    static final String KEPT = "kept";

    private final boolean terse;

    Proofs(boolean terse) {
        this.terse = terse;
    }

    Map<String, Object> write(Authentication authentication) {
        return authentication instanceof TokenAuthentication token
                ? write(token)
                : new Tree().put("method", "AuthToken").members();
    }

    private Map<String, Object> write(TokenAuthentication token) {
        Tree tree = new Tree().put("method", method(token));
        if (token instanceof Jwt jwt) {
            tree.put("by", jwt.isHmac() ? "secret" : "publicKey");
        } else if (token instanceof OAuth2 oauth) {
            tree.flag("introspected", oauth.isIntrospected());
            tree.flag("trustEndpoint", oauth.trustsEndpoint());
        } else if (token instanceof OpenIdConnect oidc) {
            tree.list("authorizedParties", oidc.authorizedParties());
        }
        tree.list(
                        "algorithms",
                        token.algorithms().stream().map(Object::toString).toList())
                .list("keys", token.keys().stream().map(this::key).toList());
        token.keySource().ifPresent(source -> source(source, tree));
        return tree.object("claims", claims(token.claims()))
                .list(
                        "externalSubjects",
                        token.subjects().stream().map(Proofs::subject).toList())
                .members();
    }

    private static String method(TokenAuthentication token) {
        return switch (token.kind()) {
            case JWT -> "Jwt";
            case OAUTH2 -> "OAuth2";
            case OPENID_CONNECT -> "OpenIdConnect";
        };
    }

    private static Map<String, Object> claims(ClaimRules rules) {
        Tree claims = new Tree()
                .list("issuers", rules.issuers())
                .list("audiences", rules.audiences())
                .list("required", rules.required())
                .text("type", rules.type())
                .text("maxLifetime", rules.maxLifetime());
        return (rules.expires() ? claims : claims.put("expires", false)).members();
    }

    private static Map<String, Object> subject(ExternalSubject subject) {
        return new Tree()
                .put("issuer", subject.issuer())
                .put("value", subject.value())
                .members();
    }

    private Object key(JwtKey key) {
        if (terse) {
            return key;
        }
        if (!key.isSecret()) {
            return new Tree().put("jwk", jwk(key)).members();
        }
        return new Tree()
                .put("secret", KEPT)
                .text("kid", key.id())
                .list(
                        "algorithms",
                        key.algorithms().stream().map(JwtAlgorithm::toString).toList())
                .members();
    }

    private static Map<String, @Nullable Object> jwk(JwtKey key) {
        try {
            return StrictJson.object(key.reveal().reveal());
        } catch (MalformedException e) {
            throw new IllegalStateException("a public key has no JSON form", e);
        }
    }

    /** The query of an address may be a secret. */
    private void source(KeySource source, Tree tree) {
        if (source.issuer().isPresent()) {
            tree.text("discover", source.issuer());
            return;
        }
        tree.put("jwkSetUrl", withoutQuery(source));
        String query = source.url().getRawQuery();
        if (query != null) {
            tree.put("query", terse ? Secret.of(query) : KEPT);
        }
    }

    static String withoutQuery(KeySource source) {
        String url = source.url().toString();
        int query = url.indexOf('?');
        return query < 0 ? url : url.substring(0, query);
    }
}
