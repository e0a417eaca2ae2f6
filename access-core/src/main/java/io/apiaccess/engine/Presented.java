package io.apiaccess.engine;

import io.apiaccess.client.AccessToken;
import io.apiaccess.client.KeyId;
import io.apiaccess.jwt.Claims;
import io.apiaccess.jwt.JwtKey;
import io.apiaccess.token.ClaimCheck;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a call presents beside a key: a token, as far as it was read and proven, or a proof that is assumed. Not thread-safe. */
final class Presented {
    /** Nothing; nobody may add to it. */
    static final Presented NOTHING = new Presented();

    private Tokens.@Nullable Offered offered;
    private @Nullable AccessToken issued;
    private Introspected.@Nullable Active active;
    private @Nullable String malformed;
    private @Nullable JwtKey provenBy;
    private ClaimCheck.@Nullable Fault claimFault;
    private @Nullable Claims claims;
    private @Nullable Set<String> scopes;
    private @Nullable KeyId assumedKey;

    void offer(Tokens.Offered token) {
        offered = token;
    }

    /** Returns the token that was offered, or {@code null}. */
    Tokens.@Nullable Offered offered() {
        return offered;
    }

    void offer(AccessToken token) {
        issued = token;
    }

    /** Returns the token that was offered and issued here, or {@code null}. */
    @Nullable AccessToken issued() {
        return issued;
    }

    void offer(Introspected.Active token) {
        active = token;
    }

    /** Returns the token of others that was offered and is active, or {@code null}. */
    Introspected.@Nullable Active active() {
        return active;
    }

    void malformed(String fault) {
        malformed = fault;
    }

    /** Returns what is wrong with the token itself, or {@code null}. */
    @Nullable String malformed() {
        return malformed;
    }

    void proven(JwtKey key, ClaimCheck.@Nullable Fault fault) {
        provenBy = key;
        claimFault = fault;
    }

    /** Returns the key that has verified the token, or {@code null}. */
    @Nullable JwtKey provenBy() {
        return provenBy;
    }

    void claimFault(ClaimCheck.@Nullable Fault fault) {
        claimFault = fault;
    }

    /** Returns what is wrong with the token's claims, or {@code null}. */
    ClaimCheck.@Nullable Fault claimFault() {
        return claimFault;
    }

    /** Takes what a token holds that is proven. */
    void proves(@Nullable Claims claims, @Nullable Set<String> scopes) {
        this.claims = claims;
        this.scopes = scopes;
    }

    /** Returns the claims of the token, once it is proven, or {@code null}. */
    @Nullable Claims claims() {
        return claims;
    }

    /** Returns the scopes that the token holds, or {@code null} if there is none or it says nothing of them. */
    @Nullable Set<String> scopes() {
        return scopes;
    }

    /** Takes for granted by which key and with which of a token's scopes the assumed profile has proven itself. */
    void assume(@Nullable KeyId key, @Nullable Set<String> ofToken) {
        assumedKey = key;
        scopes = ofToken;
    }

    /** Returns the key by which the assumed profile has proven itself, or {@code null}. */
    @Nullable KeyId assumedKey() {
        return assumedKey;
    }
}
