package io.apiaccess.engine;

import io.apiaccess.client.AccessToken;
import io.apiaccess.client.Authentication;
import io.apiaccess.client.CertificateCondition;
import io.apiaccess.client.TokenAuthentication;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.decision.Stage;
import org.jspecify.annotations.Nullable;

/**
 * Stage 2: does the credential prove that? It must be of the kind that the profile proves itself by. A key's look-up by its
 * digest was its proof; a token is proven here. Whatever the proof, the certificate that the profile asks for must have been
 * shown; a token that is out of its times is that only then. Thread-safe.
 */
public final class Authenticate {
    private final Tokens tokens;

    /** Returns the stage. */
    public Authenticate(Tokens tokens) {
        this.tokens = tokens;
    }

    @Nullable DenyReason check(Case it) {
        if (!it.isHeld() || it.assumed != null) {
            return null;
        }
        DenyReason unproven = proof(it);
        if (unproven != null && unproven.stage() != Stage.STATUS) {
            return unproven;
        }
        return hasCertificate(it) ? unproven : DenyReason.CERTIFICATE_MISMATCH;
    }

    /** Returns whether the certificate that the profile asks for, if any, has been shown. */
    static boolean hasCertificate(Case it) {
        CertificateCondition condition = it.ways().certificate();
        return condition == null || condition.isMetBy(it.request.certificate().orElse(null));
    }

    private @Nullable DenyReason proof(Case it) {
        Authentication by = it.ways().authentication();
        AccessToken issued = it.presented().issued();
        if (issued != null) {
            return it.takesIssued() ? proof(it, issued) : DenyReason.WRONG_METHOD;
        }
        Introspected.Active active = it.presented().active();
        if (active != null) {
            return Introspected.prove(it, active, by);
        }
        Tokens.Offered offered = it.presented().offered();
        if (by instanceof TokenAuthentication token) {
            return offered == null
                    ? DenyReason.WRONG_METHOD
                    : tokens.prove(it, offered, it.ways().profile(), token);
        }
        return offered == null ? null : DenyReason.WRONG_METHOD;
    }

    /** The look-up by its digest was the proof of a token that was issued here. */
    private static @Nullable DenyReason proof(Case it, AccessToken issued) {
        it.present().proves(null, issued.scopes().orElse(null));
        return issued.isExpiredAt(it.now) ? DenyReason.EXPIRED_CREDENTIAL : null;
    }
}
