package io.apiaccess.engine;

import io.apiaccess.client.Authentication;
import io.apiaccess.client.Jwt;
import io.apiaccess.decision.DenyReason;
import org.jspecify.annotations.Nullable;

/**
 * Stage 2: does the credential prove that? It must be of the kind that the profile proves itself by. A key's look-up by its
 * digest was its proof; a token is proven here. Thread-safe.
 */
public final class Authenticate {
    private final Tokens tokens;

    /** Returns the stage. */
    public Authenticate(Tokens tokens) {
        this.tokens = tokens;
    }

    @Nullable DenyReason check(Case it) {
        Case.Holder holder = it.holder();
        if (holder == null || it.assumed != null) {
            return null;
        }
        Authentication by = it.authentication(holder.profile());
        Tokens.Offered offered = it.offered();
        if (by instanceof Jwt jwt) {
            return offered == null ? DenyReason.WRONG_METHOD : tokens.prove(it, offered, holder.profile(), jwt);
        }
        return offered == null ? null : DenyReason.WRONG_METHOD;
    }
}
