package io.apiaccess.oauth;

import io.apiaccess.request.CallerAddress;
import io.apiaccess.request.ClientCertificate;
import io.apiaccess.request.Secret;
import java.security.cert.X509Certificate;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request for an access token by client credentials (RFC 6749 section 4.4.2). Immutable.
 *
 * <p>Anything that a caller can send can be put in; what is wrong with it is the answer's to say.
 */
public final class TokenRequest {
    private final String clientId;
    private final Secret secret;
    private final @Nullable String scope;
    private final @Nullable CallerAddress address;
    private final @Nullable ClientCertificate certificate;

    private TokenRequest(Builder builder) {
        clientId = builder.clientId;
        secret = builder.secret;
        scope = builder.scope;
        address = builder.address;
        certificate = builder.certificate;
    }

    /**
     * Starts a request.
     *
     * @param clientId the client id, which is the id of an access profile
     * @param secret the client secret
     */
    public static Builder of(String clientId, Secret secret) {
        return new Builder(clientId, secret);
    }

    /** Returns the client id. */
    public String clientId() {
        return clientId;
    }

    /** Returns the client secret. */
    public Secret secret() {
        return secret;
    }

    /** Returns the scopes asked for, with blanks between them, or nothing if all are that the grants hold. */
    public Optional<String> scope() {
        return Optional.ofNullable(scope);
    }

    /** Returns the address it comes from, or nothing if none usable is known. */
    public Optional<CallerAddress> address() {
        return Optional.ofNullable(address);
    }

    /** Returns the TLS client certificate that the caller has shown, if any. */
    public Optional<ClientCertificate> certificate() {
        return Optional.ofNullable(certificate);
    }

    /** Returns where it comes from alone: callers write secrets into the wrong places. */
    @Override
    public String toString() {
        return "token request from " + (address == null ? "(no usable address)" : address);
    }

    /** Builds a request. Not thread-safe. */
    public static final class Builder {
        private final String clientId;
        private final Secret secret;
        private @Nullable String scope;
        private @Nullable CallerAddress address;
        private @Nullable ClientCertificate certificate;

        private Builder(String clientId, Secret secret) {
            this.clientId = Objects.requireNonNull(clientId, "clientId");
            this.secret = Objects.requireNonNull(secret, "secret");
        }

        /** Asks for scopes alone, with blanks between them (RFC 6749 section 3.3); {@code null} and nothing ask for all. */
        public Builder scope(@Nullable String scope) {
            this.scope = scope == null || scope.isEmpty() ? null : scope;
            return this;
        }

        /** Sets the caller's address; {@code null} means none. */
        public Builder from(@Nullable CallerAddress address) {
            this.address = address;
            return this;
        }

        /** Sets the certificate that the caller has shown in the TLS handshake; {@code null} means none. */
        public Builder certificate(@Nullable X509Certificate certificate) {
            this.certificate = certificate == null ? null : ClientCertificate.of(certificate);
            return this;
        }

        /** Returns the request. */
        public TokenRequest build() {
            return new TokenRequest(this);
        }
    }
}
