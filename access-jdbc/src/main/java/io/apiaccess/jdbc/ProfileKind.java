package io.apiaccess.jdbc;

import io.apiaccess.api.CollectionId;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.ExternalSubject;
import io.apiaccess.client.ProfileId;
import io.apiaccess.client.ProfileTerms;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.Status;
import io.apiaccess.jwt.JwtKey;
import io.apiaccess.policy.PlanId;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.spi.SecretCipher;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Profiles with their terms, present and registered. */
final class ProfileKind extends Kind<AccessProfile> {
    static final String KEY = "profile_id";
    private static final Table MAIN =
            Table.main("access_profile", "client_id", "name", "description", "version_label", "status");
    private static final Table LABELS = Table.part("access_profile_label", KEY, "label");
    private static final Table OVERRIDES =
            Table.part("access_profile_override", KEY, "policy_id", "limit_name", "units:NUMBER", "until_instant:TIME");
    private static final Table SUBJECTS = Table.part("access_subject_digest", KEY, "digest:BYTES");

    private final TermsRows terms;

    ProfileKind(Optional<SecretCipher> cipher, Supplier<byte[]> printKey) {
        super(
                AccessProfile.class,
                ProfileId::new,
                MAIN,
                LABELS,
                OVERRIDES,
                TermsRows.TERMS,
                TermsRows.GRANTS,
                TermsRows.SCOPES,
                TermsRows.EXCEPTIONS,
                TermsRows.RANGES,
                TermsRows.TEXTS,
                TermsRows.KEYS,
                TermsRows.KEY_ALGORITHMS,
                TermsRows.SUBJECTS,
                SUBJECTS);
        terms = new TermsRows(cipher, printKey);
    }

    /** Returns what stands for a name with an issuer. */
    static byte[] digest(ExternalSubject subject) {
        return digest(subject.issuer() + "\n" + subject.value());
    }

    static byte[] digest(String issuerAndValue) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(issuerAndValue.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    byte[] fingerprint(JwtKey key) {
        return terms.fingerprint(key);
    }

    @Override
    void write(AccessProfile profile, Sheet sheet) {
        sheet.main(profile.client(), profile.name(), profile.description(), profile.version(), profile.status());
        profile.labels().forEach(label -> sheet.add(LABELS, label));
        profile.overrides().all().forEach(override -> ClientKind.write(override, OVERRIDES, sheet));
        terms.write(TermsRows.PRESENT, profile.terms(), profile.references(), sheet);
        profile.registered()
                .ifPresent(registered -> terms.write(TermsRows.REGISTERED, registered, profile.references(), sheet));
        profile.subjects().forEach(subject -> sheet.add(SUBJECTS, digest(subject)));
    }

    @Override
    AccessProfile read(Sheet sheet) {
        Row main = sheet.main();
        ClientId client = new ClientId(main.text());
        AccessProfile.Builder profile = AccessProfile.named(main.text(), client)
                .id(new ProfileId(sheet.id()))
                .description(main.textOrNull())
                .version(main.textOrNull());
        Status status = main.constant(Status.class);
        sheet.rows(LABELS).forEach(row -> profile.label(row.text()));
        sheet.rows(OVERRIDES).forEach(row -> profile.override(ClientKind.override(row)));
        ProfileTerms present = terms.read(TermsRows.PRESENT, sheet)
                .orElseThrow(() -> new IllegalStateException("its present terms are missing"));
        present.grants().forEach(profile::grant);
        @Nullable ProfileTerms registered = terms.read(TermsRows.REGISTERED, sheet).orElse(null);
        return profile.policy(present.policy().orElse(null))
                .addresses(present.addresses())
                .authentication(present.authentication())
                .certificate(present.certificate().orElse(null))
                .build()
                .withRegistered(registered)
                .withStatus(status);
    }

    @Override
    Map<String, Enum<?>> states(AccessProfile profile) {
        return Map.of("status", profile.status());
    }

    @Override
    Map<Class<? extends Id<?>>, List<String>> references() {
        return Map.ofEntries(
                refer(ClientId.class, "access_profile client_id"),
                refer(PolicyId.class, "access_terms policy_id", "access_profile_override policy_id"),
                refer(CollectionId.class, "access_grant held_collection_id"),
                refer(PlanId.class, "access_grant held_plan_id"));
    }
}
