package io.apiaccess.jdbc;

import io.apiaccess.client.ApiKey;
import io.apiaccess.client.KeyDigest;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.KeyStatus;
import io.apiaccess.entity.KeyUse;
import java.util.List;
import java.util.Map;

/** API keys and client secrets, by digest alone. */
final class KeyKind extends Kind<ApiKey> {
    private static final Table MAIN = Table.main(
            "access_key",
            "profile_id",
            "digest:BYTES",
            "pepper_id",
            "used_for",
            "hint",
            "imported:FLAG",
            "label",
            "status",
            "created_at:TIME",
            "not_before:TIME",
            "expires_at:TIME",
            "revoked_at:TIME");

    KeyKind() {
        super(ApiKey.class, KeyId::new, MAIN);
    }

    @Override
    void write(ApiKey key, Sheet sheet) {
        sheet.main(
                key.profile(),
                key.digest().bytes(),
                key.digest().pepperId(),
                key.use(),
                key.hint(),
                key.isImported(),
                key.label(),
                key.status(),
                key.createdAt(),
                key.notBefore(),
                key.expiresAt(),
                key.revokedAt());
    }

    @Override
    ApiKey read(Sheet sheet) {
        Row main = sheet.main();
        ProfileId profile = new ProfileId(main.text());
        KeyDigest digest = KeyDigest.of(main.bytes(), main.textOrNull());
        return ApiKey.of(new KeyId(sheet.id()), profile, digest)
                .use(main.constant(KeyUse.class))
                .hint(main.text())
                .imported(main.flag())
                .label(main.textOrNull())
                .status(main.constant(KeyStatus.class))
                .createdAt(main.instant())
                .notBefore(main.instantOrNull())
                .expiresAt(main.instantOrNull())
                .revokedAt(main.instantOrNull())
                .build();
    }

    @Override
    Map<String, Enum<?>> states(ApiKey key) {
        return Map.of("status", key.status());
    }

    @Override
    Map<Class<? extends Id<?>>, List<String>> references() {
        return Map.ofEntries(refer(ProfileId.class, "access_key profile_id"));
    }
}
