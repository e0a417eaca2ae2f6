package io.apiaccess.jdbc;

import io.apiaccess.client.AccessToken;
import io.apiaccess.client.KeyDigest;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.TokenId;
import io.apiaccess.entity.Id;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Access tokens that were issued, by digest alone. */
final class TokenKind extends Kind<AccessToken> {
    private static final Table MAIN = Table.main(
            "access_issued_token",
            "secret_id",
            "digest:BYTES",
            "pepper_id",
            "narrowed:FLAG",
            "issued_at:TIME",
            "expires_at:TIME");
    private static final Table SCOPES = Table.part("access_issued_token_scope", "token_id", "scope");

    TokenKind() {
        super(AccessToken.class, TokenId::new, MAIN, SCOPES);
    }

    @Override
    void write(AccessToken token, Sheet sheet) {
        sheet.main(
                token.secret(),
                token.digest().bytes(),
                token.digest().pepperId(),
                token.scopes().isPresent(),
                token.issuedAt(),
                token.expiresAt());
        token.scopes().ifPresent(scopes -> scopes.forEach(scope -> sheet.add(SCOPES, scope)));
    }

    @Override
    AccessToken read(Sheet sheet) {
        Row main = sheet.main();
        KeyId secret = new KeyId(main.text());
        KeyDigest digest = KeyDigest.of(main.bytes(), main.textOrNull());
        Set<String> scopes = new LinkedHashSet<>();
        sheet.rows(SCOPES).forEach(row -> scopes.add(row.text()));
        boolean narrowed = main.flag();
        Instant issuedAt = main.instant();
        return AccessToken.of(
                new TokenId(sheet.id()), secret, digest, narrowed ? scopes : null, issuedAt, main.instant());
    }

    @Override
    Map<String, Enum<?>> states(AccessToken token) {
        return Map.of();
    }

    @Override
    Map<Class<? extends Id<?>>, List<String>> references() {
        return Map.ofEntries(refer(KeyId.class, "access_issued_token secret_id"));
    }
}
