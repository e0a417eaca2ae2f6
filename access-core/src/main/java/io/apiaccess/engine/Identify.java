package io.apiaccess.engine;

import io.apiaccess.client.AccessToken;
import io.apiaccess.client.KeyDigest;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.introspect.Introspection;
import io.apiaccess.key.KeyFormat;
import io.apiaccess.key.KeyHasher;
import io.apiaccess.request.Credential;
import io.apiaccess.snapshot.KnownKey;
import io.apiaccess.snapshot.Ways;
import org.jspecify.annotations.Nullable;

/** Stage 1: whose is the credential? Thread-safe. */
public final class Identify {
    private final KeyLookup keys;
    private final Tokens tokens;
    private final @Nullable Introspected introspected;

    /**
     * Returns the stage for keys of a format, kept as a hasher keeps them, and for tokens.
     *
     * @param introspection what knows tokens of others, or {@code null} if nothing does
     */
    public Identify(KeyFormat format, KeyHasher hasher, Tokens tokens, @Nullable Introspection introspection) {
        introspected = introspection == null ? null : new Introspected(introspection, tokens);
        this.keys = new KeyLookup(format, hasher);
        this.tokens = tokens;
    }

    @Nullable DenyReason check(Case it) {
        if (it.assumed != null) {
            return assumed(it, it.assumed);
        }
        if (it.request.credentials().isEmpty()) {
            return isOpen(it.target()) ? null : DenyReason.MISSING_CREDENTIAL;
        }
        Credential credential = it.request.credentials().get(0);
        String text = credential.secret().reveal();
        return keys.isOwn(text) ? key(it, text) : other(it, credential.kind(), text);
    }

    /** What is not a key that was issued here: a client secret, which no call takes, a token, or a key that was imported. */
    private @Nullable DenyReason other(Case it, Credential.Kind kind, String text) {
        if (keys.isSecret(text)) {
            return DenyReason.MALFORMED_CREDENTIAL;
        }
        if (keys.isToken(text)) {
            return token(it, kind, text);
        }
        if (kind == Credential.Kind.API_KEY) {
            return key(it, text);
        }
        return introspected == null || Tokens.looksSigned(text)
                ? tokens.identify(it, text)
                : introspected.identify(it, text);
    }

    private @Nullable DenyReason key(Case it, String text) {
        KeyDigest plain = keys.plain(text);
        if (plain == null) {
            return DenyReason.MALFORMED_CREDENTIAL;
        }
        KnownKey key = keys.find(it.snapshot, plain);
        if (key == null || key.key().isForgottenAt(it.now)) {
            return DenyReason.UNKNOWN_CREDENTIAL;
        }
        it.hold(key);
        return null;
    }

    private static @Nullable DenyReason assumed(Case it, ProfileId profile) {
        KeyId id = it.presented().assumedKey();
        KnownKey key = id == null ? null : it.snapshot.key(id);
        Ways ways = it.snapshot.ways(profile);
        if (ways == null) {
            return DenyReason.UNKNOWN_CREDENTIAL;
        }
        if (id == null) {
            it.hold(ways);
            return null;
        }
        if (key == null || !key.key().profile().equals(profile) || key.key().isForgottenAt(it.now)) {
            return DenyReason.UNKNOWN_CREDENTIAL;
        }
        it.hold(key);
        return null;
    }

    /**
     * Returns what the offered key, or token that was issued here, is kept as, if it is well-formed and of the own form, or
     * {@code null}.
     */
    @Nullable KeyDigest ownCredential(Case it) {
        return keys.own(it.request.credentials().get(0).secret().reveal());
    }

    /** A token that was issued here is one as a Bearer credential only. */
    private @Nullable DenyReason token(Case it, Credential.Kind kind, String text) {
        if (kind != Credential.Kind.BEARER || !keys.isWellFormedToken(text)) {
            return DenyReason.MALFORMED_CREDENTIAL;
        }
        AccessToken token = keys.findToken(it.snapshot, text);
        KnownKey secret = token == null ? null : it.snapshot.key(token.secret());
        if (token == null || secret == null) {
            return DenyReason.UNKNOWN_CREDENTIAL;
        }
        it.present().offer(token);
        it.hold(secret);
        return null;
    }

    /** D4: without credential only a public route that is on, with its collection, can be called. */
    private static boolean isOpen(Target target) {
        return target instanceof Target.Candidate candidate
                && candidate.reach().isPublic()
                && candidate.collection().isActive()
                && candidate.route().isActive();
    }
}
