package io.apiaccess.engine;

import io.apiaccess.client.ApiKey;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.key.KeyFormat;
import io.apiaccess.key.KeyHasher;
import io.apiaccess.request.Credential;
import org.jspecify.annotations.Nullable;

/** Stage 1: whose is the credential? Thread-safe. */
public final class Identify {
    private final KeyFormat format;
    private final KeyHasher hasher;

    /** Returns the stage for keys of a format, kept as a hasher keeps them. */
    public Identify(KeyFormat format, KeyHasher hasher) {
        this.format = format;
        this.hasher = hasher;
    }

    @Nullable DenyReason check(Case it) {
        if (it.assumed != null) {
            it.hold(it.snapshot.get(it.assumed), null);
            return null;
        }
        if (it.request.credentials().isEmpty()) {
            return isOpen(it.target()) ? null : DenyReason.MISSING_CREDENTIAL;
        }
        Credential credential = it.request.credentials().get(0);
        String text = credential.secret().reveal();
        boolean own = format.isOwn(text);
        boolean foreign = credential.kind() == Credential.Kind.API_KEY && KeyFormat.isForeign(text);
        if (own ? !format.isWellFormed(text) : !foreign) {
            return DenyReason.MALFORMED_CREDENTIAL;
        }
        ApiKey key = own || it.snapshot.hasImportedKeys() ? find(it, text) : null;
        if (key == null || key.isForgottenAt(it.now)) {
            return DenyReason.UNKNOWN_CREDENTIAL;
        }
        it.hold(it.snapshot.get(key.profile()), key);
        return null;
    }

    private @Nullable ApiKey find(Case it, String text) {
        ApiKey found = null;
        for (var digest : hasher.candidates(hasher.sha256(text))) {
            ApiKey key = it.snapshot.key(digest);
            found = found == null ? key : found;
        }
        return found;
    }

    /** D4: without credential only a public route that is on, with its collection, can be called. */
    private static boolean isOpen(Target target) {
        if (!target.isDecided()) {
            return false;
        }
        Target.Candidate candidate = target.candidates().get(0);
        return candidate.isPublic()
                && candidate.collection().isActive()
                && candidate.route().isActive();
    }
}
