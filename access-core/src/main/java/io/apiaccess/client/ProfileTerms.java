package io.apiaccess.client;

import io.apiaccess.api.CollectionId;
import io.apiaccess.jwt.JwtKey;
import io.apiaccess.policy.AddressRules;
import io.apiaccess.policy.PolicyId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a registration puts in force: the grants of a profile, its policy, its address rules and how it proves itself.
 * Immutable.
 */
public final class ProfileTerms {
    private final Map<CollectionId, Grant> grants;
    private final @Nullable PolicyId policy;
    private final AddressRules addresses;
    private final Authentication authentication;
    private final @Nullable CertificateCondition certificate;

    /** Returns terms; at most one grant for each collection. */
    public ProfileTerms(
            List<Grant> grants,
            @Nullable PolicyId policy,
            AddressRules addresses,
            Authentication authentication,
            @Nullable CertificateCondition certificate) {
        Map<CollectionId, Grant> byCollection = new LinkedHashMap<>();
        grants.forEach(grant -> byCollection.put(grant.collection(), grant));
        this.grants = Collections.unmodifiableMap(byCollection);
        this.policy = policy;
        this.addresses = addresses;
        this.authentication = authentication;
        this.certificate = certificate;
    }

    /**
     * Returns these terms less what newer ones have taken away: grants that are gone, scopes and paths that their
     * grants leave out, addresses that they block, keys and algorithms that no longer verify tokens, certificates that no
     * longer do. What newer ones add, waits for their registration.
     */
    public ProfileTerms restrictedBy(ProfileTerms newer) {
        List<Grant> left = grants.values().stream()
                .flatMap(grant -> newer.grant(grant.collection()).map(grant::restrictedBy).stream())
                .toList();
        Authentication proof = authentication instanceof TokenAuthentication token
                ? token.restrictedBy(newer.authentication)
                : authentication;
        return new ProfileTerms(
                left,
                policy,
                addresses.blockingAlso(newer.addresses),
                proof,
                CertificateCondition.both(certificate, newer.certificate));
    }

    /** Returns the grants, at most one for each collection. */
    public List<Grant> grants() {
        return List.copyOf(grants.values());
    }

    /** Returns the grant of a collection. */
    public Optional<Grant> grant(CollectionId collection) {
        return Optional.ofNullable(grants.get(collection));
    }

    /** Returns the policy. */
    public Optional<PolicyId> policy() {
        return Optional.ofNullable(policy);
    }

    /** Returns from where it may call. */
    public AddressRules addresses() {
        return addresses;
    }

    /** Returns how it proves itself. */
    public Authentication authentication() {
        return authentication;
    }

    /** Returns with what TLS client certificate it must call, if with any. */
    public Optional<CertificateCondition> certificate() {
        return Optional.ofNullable(certificate);
    }

    /** Returns the names that the profile has with issuers of tokens. */
    Set<ExternalSubject> subjects() {
        return authentication instanceof TokenAuthentication token ? token.subjects() : Set.of();
    }

    List<JwtKey> tokenKeys() {
        return authentication instanceof TokenAuthentication token ? token.keys() : List.of();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ProfileTerms terms
                && grants.equals(terms.grants)
                && Objects.equals(policy, terms.policy)
                && addresses.equals(terms.addresses)
                && authentication.equals(terms.authentication)
                && Objects.equals(certificate, terms.certificate);
    }

    @Override
    public int hashCode() {
        return Objects.hash(grants, policy, addresses, authentication, certificate);
    }

    @Override
    public String toString() {
        return "grants " + grants.values() + ", policy " + policy + ", " + addresses + ", by " + authentication
                + (certificate == null ? "" : " and " + certificate);
    }
}
