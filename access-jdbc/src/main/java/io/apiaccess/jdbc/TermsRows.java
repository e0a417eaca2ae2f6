package io.apiaccess.jdbc;

import io.apiaccess.api.CollectionId;
import io.apiaccess.client.Authentication;
import io.apiaccess.client.CertificateCondition;
import io.apiaccess.client.ExternalSubject;
import io.apiaccess.client.Grant;
import io.apiaccess.client.OAuth2;
import io.apiaccess.client.OpenIdConnect;
import io.apiaccess.client.ProfileTerms;
import io.apiaccess.client.TokenAuthentication;
import io.apiaccess.entity.Id;
import io.apiaccess.jwt.ClaimRules;
import io.apiaccess.jwt.JwtAlgorithm;
import io.apiaccess.jwt.JwtKey;
import io.apiaccess.jwt.KeySource;
import io.apiaccess.policy.PlanId;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.request.HttpMethod;
import io.apiaccess.spi.SecretCipher;
import io.apiaccess.spi.StoreException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Terms of a profile in rows, each of which says whether it is of the present or the registered ones. */
final class TermsRows {
    static final String PRESENT = "PRESENT";
    static final String REGISTERED = "REGISTERED";

    private static final String KEY = ProfileKind.KEY;
    private static final String AUTH_TOKEN = "AUTH_TOKEN";
    private static final byte[] NO_KEY = {};

    static final Table TERMS = Table.part(
            "access_terms",
            KEY,
            "stage",
            "policy_id",
            "restricted:FLAG",
            "proof",
            "introspected:FLAG",
            "key_set_url",
            "key_issuer",
            "token_type",
            "expires:FLAG",
            "max_lifetime:TIME",
            "certified:FLAG",
            "by_thumbprint:FLAG",
            "by_subject:FLAG");
    static final Table GRANTS = Table.part(
            "access_grant",
            KEY,
            "stage",
            "collection_id",
            "plan_id",
            "held_collection_id",
            "held_plan_id",
            "all_scopes:FLAG",
            "read_only:FLAG");
    static final Table SCOPES = Table.part("access_grant_scope", KEY, "grant_seq:NUMBER", "scope");
    static final Table EXCEPTIONS = Table.part("access_grant_exception", KEY, "grant_seq:NUMBER", "method", "template");
    static final Table RANGES = Table.part("access_profile_range", KEY, "stage", "verdict", "cidr");
    static final Table TEXTS = Table.part("access_proof_text", KEY, "stage", "kind", "content");
    static final Table KEYS = Table.part("access_token_key", KEY, "stage", "jwk", "sealed:BYTES", "fingerprint:BYTES");
    static final String HOLDERS = "SELECT DISTINCT profile_id FROM access_token_key WHERE fingerprint = ?";
    static final Table KEY_ALGORITHMS = Table.part("access_token_key_algorithm", KEY, "key_seq:NUMBER", "algorithm");
    static final Table SUBJECTS = Table.part("access_external_subject", KEY, "stage", "issuer", "subject");

    private final Optional<SecretCipher> cipher;
    private final Supplier<byte[]> printKey;

    TermsRows(Optional<SecretCipher> cipher, Supplier<byte[]> printKey) {
        this.cipher = cipher;
        this.printKey = printKey;
    }

    /** Returns where a secret of a profile is kept, for the cipher. */
    static String place(String profile) {
        return "access_token_key of profile " + profile;
    }

    void write(String stage, ProfileTerms terms, Set<Id<?>> held, Sheet sheet) {
        TokenAuthentication token = terms.authentication() instanceof TokenAuthentication it ? it : null;
        ClaimRules claims = token == null ? ClaimRules.builder().build() : token.claims();
        Optional<KeySource> source = token == null ? Optional.empty() : token.keySource();
        Optional<CertificateCondition> certificate = terms.certificate();
        sheet.add(
                TERMS,
                stage,
                terms.policy(),
                terms.addresses().allowed().isPresent(),
                token == null ? AUTH_TOKEN : token.kind(),
                token instanceof OAuth2 oauth && oauth.isIntrospected(),
                source.map(KeySource::url),
                source.flatMap(KeySource::issuer),
                claims.type(),
                claims.expires(),
                claims.maxLifetime(),
                certificate.isPresent(),
                certificate.flatMap(CertificateCondition::thumbprints).isPresent(),
                certificate.flatMap(CertificateCondition::subjects).isPresent());
        terms.grants().forEach(grant -> write(stage, grant, held, sheet));
        Addresses.write(terms.addresses(), (verdict, range) -> sheet.add(RANGES, stage, verdict, range));
        certificate.flatMap(CertificateCondition::thumbprints).ifPresent(all -> texts(stage, "THUMBPRINT", all, sheet));
        certificate.flatMap(CertificateCondition::subjects).ifPresent(all -> texts(stage, "SUBJECT", all, sheet));
        if (token != null) {
            write(stage, token, sheet);
        }
    }

    private void write(String stage, TokenAuthentication token, Sheet sheet) {
        texts(stage, "ALGORITHM", token.algorithms().stream().map(Enum::name).toList(), sheet);
        texts(stage, "ISSUER", token.claims().issuers(), sheet);
        texts(stage, "AUDIENCE", token.claims().audiences(), sheet);
        texts(stage, "REQUIRED", token.claims().required(), sheet);
        if (token instanceof OpenIdConnect oidc) {
            texts(stage, "PARTY", oidc.authorizedParties(), sheet);
        }
        for (JwtKey key : token.keys()) {
            String jwk = key.reveal().reveal();
            int seq = key.isSecret()
                    ? sheet.add(KEYS, stage, null, seal(jwk, sheet), fingerprint(key))
                    : sheet.add(KEYS, stage, jwk, null, fingerprint(key));
            key.algorithms().forEach(algorithm -> sheet.add(KEY_ALGORITHMS, seq, algorithm.name()));
        }
        for (ExternalSubject subject : token.subjects()) {
            sheet.add(SUBJECTS, stage, subject.issuer(), subject.value());
        }
    }

    /** Returns by what a key is found; of a secret that tells nothing without the cipher. */
    byte[] fingerprint(JwtKey key) {
        return key.fingerprint(key.isSecret() ? printKey.get() : NO_KEY);
    }

    private byte[] seal(String jwk, Sheet sheet) {
        return cipher.orElseThrow(() -> new StoreException("profile `" + sheet.id()
                        + "` proves itself by a shared secret, which is kept encrypted only: give the store a"
                        + " `SecretCipher`"))
                .seal(jwk.getBytes(StandardCharsets.UTF_8), place(sheet.id()));
    }

    private static void write(String stage, Grant grant, Set<Id<?>> held, Sheet sheet) {
        int seq = sheet.add(
                GRANTS,
                stage,
                grant.collection(),
                grant.plan(),
                held.contains(grant.collection()) ? grant.collection() : null,
                grant.plan().filter(held::contains),
                grant.scopes().isEmpty(),
                grant.isReadOnly());
        grant.scopes().stream().flatMap(Set::stream).sorted().forEach(scope -> sheet.add(SCOPES, seq, scope));
        grant.exceptions().stream()
                .map(omission ->
                        List.of(omission.method().name(), omission.template().toString()))
                .sorted((one, other) -> one.toString().compareTo(other.toString()))
                .forEach(omission -> sheet.add(EXCEPTIONS, seq, omission.get(0), omission.get(1)));
    }

    private static void texts(String stage, String kind, Collection<String> all, Sheet sheet) {
        all.forEach(text -> sheet.add(TEXTS, stage, kind, text));
    }

    Optional<ProfileTerms> read(String stage, Sheet sheet) {
        for (Row row : of(stage, TERMS, sheet)) {
            return Optional.of(read(stage, row, sheet));
        }
        return Optional.empty();
    }

    private ProfileTerms read(String stage, Row row, Sheet sheet) {
        @Nullable String policy = row.textOrNull();
        Addresses addresses = new Addresses(row.flag());
        of(stage, RANGES, sheet).forEach(range -> addresses.add(range.text(), range.text()));
        return new ProfileTerms(
                grants(stage, sheet),
                policy == null ? null : new PolicyId(policy),
                addresses.rules(),
                authentication(stage, row, sheet),
                certificate(stage, row, sheet));
    }

    private static List<Grant> grants(String stage, Sheet sheet) {
        List<Row> rows = sheet.rows(GRANTS);
        List<Set<String>> scopes = Row.grouped(sheet.rows(SCOPES), rows.size());
        Row.requireOwners(sheet.rows(EXCEPTIONS), rows.size());
        List<Grant> grants = new ArrayList<>();
        for (int seq = 0; seq < rows.size(); seq++) {
            Row row = rows.get(seq).again();
            if (row.text().equals(stage)) {
                grants.add(grant(row, scopes.get(seq), seq, sheet));
            }
        }
        return grants;
    }

    private static Grant grant(Row row, Set<String> scopes, int seq, Sheet sheet) {
        Grant grant = Grant.of(new CollectionId(row.text()));
        @Nullable String plan = row.textOrNull();
        grant = plan == null ? grant : grant.plan(new PlanId(plan));
        row.skip(2);
        grant = row.flag() ? grant : grant.scopes(scopes.toArray(String[]::new));
        grant = row.flag() ? grant.readOnly() : grant;
        for (Row exception : sheet.rows(EXCEPTIONS)) {
            if (exception.again().index() == seq) {
                grant = grant.except(HttpMethod.of(exception.text()), exception.text());
            }
        }
        return grant;
    }

    private Authentication authentication(String stage, Row row, Sheet sheet) {
        String proof = row.text();
        boolean introspected = row.flag();
        @Nullable String url = row.textOrNull();
        @Nullable String issuer = row.textOrNull();
        ClaimRules.Builder claims = ClaimRules.builder().type(row.textOrNull()).expires(row.flag());
        @Nullable Duration lifetime = row.lengthOrNull();
        if (proof.equals(AUTH_TOKEN)) {
            return Authentication.authToken();
        }
        claims.maxLifetime(lifetime);
        texts(stage, "ISSUER", sheet, claims::issuer);
        texts(stage, "AUDIENCE", sheet, claims::audience);
        texts(stage, "REQUIRED", sheet, claims::require);
        Set<JwtAlgorithm> algorithms = new LinkedHashSet<>();
        texts(stage, "ALGORITHM", sheet, name -> algorithms.add(JwtAlgorithm.valueOf(name)));
        Set<String> parties = new LinkedHashSet<>();
        texts(stage, "PARTY", sheet, parties::add);
        Set<ExternalSubject> subjects = new LinkedHashSet<>();
        of(stage, SUBJECTS, sheet)
                .forEach(subject -> subjects.add(new ExternalSubject(subject.text(), subject.text())));
        return TokenAuthentication.kept(
                TokenAuthentication.Kind.valueOf(proof),
                algorithms,
                keys(stage, sheet),
                url == null ? null : new KeySource(URI.create(url), Optional.ofNullable(issuer)),
                claims.build(),
                subjects,
                introspected,
                parties);
    }

    private List<JwtKey> keys(String stage, Sheet sheet) {
        List<Row> rows = sheet.rows(KEYS);
        List<Set<String>> algorithms = Row.grouped(sheet.rows(KEY_ALGORITHMS), rows.size());
        List<JwtKey> keys = new ArrayList<>();
        for (int seq = 0; seq < rows.size(); seq++) {
            Row row = rows.get(seq).again();
            if (row.text().equals(stage)) {
                @Nullable String jwk = row.textOrNull();
                byte @Nullable [] sealed = row.bytesOrNull();
                JwtKey key = JwtKey.jwk(
                        jwk == null ? open(Objects.requireNonNull(sealed, "neither key nor secret"), sheet) : jwk);
                requireFound(key, row.bytes());
                Set<JwtAlgorithm> named = new LinkedHashSet<>();
                algorithms.get(seq).forEach(name -> named.add(JwtAlgorithm.valueOf(name)));
                keys.add(key.restrictedTo(named));
            }
        }
        return keys;
    }

    /** Refuses a public key that others with the same would not be told of. */
    private void requireFound(JwtKey key, byte[] fingerprint) {
        if (!key.isSecret() && !Arrays.equals(fingerprint, fingerprint(key))) {
            throw new IllegalStateException("the fingerprint beside " + key + " is of another key");
        }
    }

    private String open(byte[] sealed, Sheet sheet) {
        byte[] jwk = cipher.orElseThrow(() ->
                        new StoreException("a shared secret is kept encrypted: give the store its `SecretCipher`"))
                .open(sealed, place(sheet.id()));
        return new String(jwk, StandardCharsets.UTF_8);
    }

    private static @Nullable CertificateCondition certificate(String stage, Row row, Sheet sheet) {
        boolean certified = row.flag();
        Set<String> thumbprints = new LinkedHashSet<>();
        texts(stage, "THUMBPRINT", sheet, thumbprints::add);
        Set<String> subjects = new LinkedHashSet<>();
        texts(stage, "SUBJECT", sheet, subjects::add);
        boolean byThumbprint = row.flag();
        boolean bySubject = row.flag();
        return certified
                ? CertificateCondition.kept(byThumbprint ? thumbprints : null, bySubject ? subjects : null)
                : null;
    }

    private static void texts(String stage, String kind, Sheet sheet, Consumer<String> each) {
        for (Row row : of(stage, TEXTS, sheet)) {
            if (row.text().equals(kind)) {
                each.accept(row.text());
            }
        }
    }

    /** Returns the rows of a stage, each read up to behind it. */
    private static List<Row> of(String stage, Table table, Sheet sheet) {
        return sheet.rows(table).stream()
                .flatMap(row -> row.again().text().equals(stage) ? Stream.of(row) : Stream.empty())
                .toList();
    }
}
