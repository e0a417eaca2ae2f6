package io.apiaccess.servlet;

import io.apiaccess.admin.IssuedKey;
import io.apiaccess.admin.KeySpec;
import io.apiaccess.client.ProfileId;
import java.time.Instant;
import java.util.List;

/** Keys of one profile that are refused, each for another reason. */
record KeyStates(List<String> refused) {
    KeyStates(Shop shop) {
        this(keys(shop, new ProfileId("mobile")));
    }

    private static List<String> keys(Shop shop, ProfileId profile) {
        IssuedKey revoked = shop.admin.issueKey(profile);
        shop.admin.revokeKey(revoked.id());
        IssuedKey disabled = shop.admin.issueKey(profile);
        shop.admin.disableKey(disabled.id());
        Instant soon = shop.now.plusSeconds(60);
        IssuedKey expired = shop.admin.issueKey(profile, KeySpec.plain().expiresAt(soon));
        IssuedKey early = shop.admin.issueKey(profile, KeySpec.plain().notBefore(soon.plusSeconds(1)));
        shop.now = soon;
        String good = shop.key.reveal();
        String mistyped = good.substring(0, good.length() - 1) + (good.endsWith("0") ? "1" : "0");
        return List.of(revoked.reveal(), disabled.reveal(), expired.reveal(), early.reveal(), mistyped, "not-a-key");
    }
}
