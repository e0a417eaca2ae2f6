package io.apiaccess.admin;

import io.apiaccess.check.Faults;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.KeyDigest;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.OAuth2;
import io.apiaccess.client.ProfileId;
import io.apiaccess.document.Written;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.KeyStatus;
import io.apiaccess.entity.KeyUse;
import io.apiaccess.entity.Status;
import io.apiaccess.key.KeyFormat;
import io.apiaccess.key.KeyHasher;
import io.apiaccess.request.Secret;
import io.apiaccess.spi.Actor.Permission;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How keys come to be: issued, refreshed, imported. Thread-safe. */
final class Keys {
    private static final int HINT = 4;

    private final KeyFormat format;
    private final KeyFormat secretFormat;
    private final KeyHasher hasher;
    private final SecureRandom random;

    Keys(KeyFormat format, KeyHasher hasher, SecureRandom random) {
        this.format = format;
        this.secretFormat = format.ofSecrets();
        this.hasher = hasher;
        this.random = random;
    }

    IssuedKey issue(Edit edit, ProfileId profile, KeyUse use, KeySpec spec) {
        KeyFormat form = use == KeyUse.TOKENS ? secretFormat : format;
        Secret text = form.generate(random);
        byte[] sha256 = hasher.sha256(text.reveal());
        ApiKey key = ApiKey.of(form.idOf(text), profile, hasher.seal(sha256))
                .use(use)
                .hint(hint(text.reveal()))
                .label(spec.label().orElse(null))
                .createdAt(edit.now)
                .notBefore(spec.notBefore().orElse(null))
                .expiresAt(spec.end(edit.now).orElse(null))
                .build();
        return new IssuedKey(add(edit, key, sha256), text);
    }

    IssuedKey refresh(Edit edit, KeyId id, Duration overlap) {
        ApiKey old = edit.get(id);
        edit.need(old, Permission.EDIT);
        if (overlap.isNegative()) {
            throw new IllegalArgumentException("overlap " + Faults.quote(overlap) + " is below 0");
        }
        if (old.statusAt(edit.now) == KeyStatus.REVOKED) {
            throw new IllegalStateException("key " + Faults.quote(id) + " is revoked and cannot be refreshed");
        }
        if (overlap.isZero()) {
            edit.put(old.withStatus(KeyStatus.REVOKED, edit.now));
        } else {
            Instant end = KeySpec.after(edit.now, overlap);
            Instant sooner = old.revokedAt().filter(end::isAfter).orElse(end);
            edit.put(old.toBuilder().revokedAt(sooner).build());
        }
        KeySpec spec = KeySpec.plain();
        if (old.label().isPresent()) {
            spec = spec.label(old.label().get());
        }
        Optional<Duration> life =
                old.expiresAt().map(end -> Duration.between(old.notBefore().orElse(old.createdAt()), end));
        return issue(edit, old.profile(), old.use(), life.isPresent() ? spec.lifetime(life.get()) : spec);
    }

    ApiKey importText(Edit edit, ProfileId profile, String text, KeySpec spec) {
        if (format.isOwn(text) && !format.isWellFormed(text)) {
            throw new IllegalArgumentException(
                    "the text to import begins with the prefix of issued keys but has not their form and checksum");
        }
        if (secretFormat.isOwn(text) || format.ofTokens().isOwn(text)) {
            throw new IllegalArgumentException(
                    "the text to import begins with the prefix of client secrets or access tokens, which are no keys");
        }
        if (!KeyFormat.isForeign(text)) {
            throw new IllegalArgumentException("the text to import has `" + text.length()
                    + "` characters or one that is not printable ASCII: 16 to 512 printable ones are needed");
        }
        byte[] sha256 = hasher.sha256(text);
        return add(edit, imported(edit, profile, sha256, spec).hint(hint(text)).build(), sha256);
    }

    ApiKey importDigest(Edit edit, ProfileId profile, byte[] sha256, KeySpec spec) {
        edit.get(profile);
        edit.reach.needFull("importing the digest of a key");
        return add(edit, imported(edit, profile, sha256, spec).build(), sha256);
    }

    private ApiKey.Builder imported(Edit edit, ProfileId profile, byte[] sha256, KeySpec spec) {
        return ApiKey.of(new KeyId(Faults.randomId()), profile, hasher.seal(sha256))
                .imported(true)
                .label(spec.label().orElse(null))
                .createdAt(edit.now)
                .notBefore(spec.notBefore().orElse(null))
                .expiresAt(spec.end(edit.now).orElse(null));
    }

    /** Adds a key to its profile, from which those that nobody needs to remember are removed. */
    private ApiKey add(Edit edit, ApiKey key, byte[] sha256) {
        AccessProfile profile = edit.get(key.profile());
        edit.need(profile, Permission.EDIT);
        isNew(edit, key, sha256);
        if (profile.status() == Status.RETIRED) {
            throw new IllegalStateException("profile " + Faults.quote(profile.name()) + " is retired and takes no key");
        }
        if (key.use() == KeyUse.TOKENS && !(profile.terms().authentication() instanceof OAuth2)) {
            throw new IllegalStateException("profile " + Faults.quote(profile.name()) + " proves itself by "
                    + profile.terms().authentication() + " and takes no client secret: OAuth 2.0 does");
        }
        refuseTooMany(edit, key);
        return edit.put(key);
    }

    /** Refuses a key beyond the most that a profile may have, from which those that nobody needs to remember are removed. */
    static void refuseTooMany(Edit edit, ApiKey key) {
        var existing = edit.referrers(key.profile(), ApiKey.class);
        existing.stream().filter(old -> old.isForgottenAt(edit.now)).forEach(edit::removeWithTokens);
        if (key.isLiveAt(edit.now)
                && existing.stream()
                                .filter(old -> old.use() == key.use() && old.isLiveAt(edit.now))
                                .count()
                        >= ApiKey.MAX_LIVE) {
            throw new IllegalStateException(Written.label(edit.get(key.profile())) + " has " + ApiKey.MAX_LIVE
                    + (key.use() == KeyUse.TOKENS ? " live client secrets" : " live keys")
                    + ", the most there may be: revoke one first");
        }
    }

    /** Refuses a key whose id or text another has, under whatever pepper. */
    private void isNew(Edit edit, ApiKey key, byte[] sha256) {
        List<Entity<?>> holders = new ArrayList<>();
        edit.known(key.id()).ifPresent(holders::add);
        for (KeyDigest digest : hasher.candidates(sha256)) {
            ApiKey probe = ApiKey.of(key.id(), key.profile(), digest).build();
            probe.uniqueKeys().forEach(unique -> edit.findBy(unique).ifPresent(holders::add));
        }
        if (!holders.isEmpty()) {
            throw new ConflictException("the key is already " + edit.label(holders.get(0)));
        }
    }

    private static String hint(String text) {
        return text.substring(text.length() - HINT);
    }
}
