package io.apiaccess.request;

import io.apiaccess.check.Faults;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A request to be decided: method, path, where it comes from, and what it offers as proof. Immutable.
 *
 * <p>Anything that a caller can send can be put in; what is wrong with it is the decision's to say, and
 * building never throws for it.
 */
public final class AccessRequest {
    private final @Nullable HttpMethod method;
    private final @Nullable RequestPath path;
    private final @Nullable CallerAddress address;
    private final List<Credential> credentials;
    private final @Nullable ClientCertificate certificate;
    private final long cost;

    private AccessRequest(Builder builder) {
        method = builder.method;
        path = RequestPath.parse(builder.path).orElse(null);
        address = builder.address;
        credentials = List.copyOf(builder.credentials);
        certificate = builder.certificate;
        cost = builder.cost;
    }

    /**
     * Starts a request.
     *
     * @param method the method; {@code null} is allowed by no route
     * @param path the path as it arrived, percent-encoded, without query; {@code null} is not canonical
     */
    public static Builder of(@Nullable HttpMethod method, @Nullable String path) {
        return new Builder(method, path);
    }

    /** Returns the method. */
    public Optional<HttpMethod> method() {
        return Optional.ofNullable(method);
    }

    /** Returns the path in canonical form, or nothing if it has none. */
    public Optional<RequestPath> path() {
        return Optional.ofNullable(path);
    }

    /** Returns the address it comes from, or nothing if none usable is known. */
    public Optional<CallerAddress> address() {
        return Optional.ofNullable(address);
    }

    /** Returns the credentials it offers, in the order they were given. */
    public List<Credential> credentials() {
        return credentials;
    }

    /** Returns the TLS client certificate that the caller has shown, if any. */
    public Optional<ClientCertificate> certificate() {
        return Optional.ofNullable(certificate);
    }

    /** Returns the units it takes of every limit, if it does not leave that to the route. */
    public OptionalLong cost() {
        return cost < 0 ? OptionalLong.empty() : OptionalLong.of(cost);
    }

    /** Hands over its method, path and address, without making anything for it: for what reads every request. */
    public void tell(Reader reader) {
        reader.read(method, path, address);
    }

    /** Reads requests. */
    @FunctionalInterface
    public interface Reader {
        /** Reads a request; what is {@code null} is not known, or has no canonical form. */
        void read(@Nullable HttpMethod method, @Nullable RequestPath path, @Nullable CallerAddress address);
    }

    @Override
    public String toString() {
        return method + " " + (path == null ? "(path not canonical)" : Faults.quote(path)) + " from "
                + (address == null ? "(no usable address)" : address) + " with " + credentials.size()
                + (credentials.size() == 1 ? " credential" : " credentials")
                + (certificate == null ? "" : " and " + certificate);
    }

    /** Builds a request. Not thread-safe. */
    public static final class Builder {
        private final @Nullable HttpMethod method;
        private final @Nullable String path;
        private @Nullable CallerAddress address;
        private final List<Credential> credentials = new ArrayList<>(1);
        private @Nullable ClientCertificate certificate;
        private long cost = -1;

        private Builder(@Nullable HttpMethod method, @Nullable String path) {
            this.method = method;
            this.path = path;
        }

        /** Sets the caller's address; {@code null} and what {@link CallerAddress#parse} does not take mean none. */
        public Builder from(@Nullable String address) {
            this.address = CallerAddress.parse(address).orElse(null);
            return this;
        }

        /** Sets the caller's address as it was parsed before; {@code null} means none. */
        public Builder fromAddress(@Nullable CallerAddress address) {
            this.address = address;
            return this;
        }

        /** Adds an API key; {@code null} means absent, a blank one is malformed. */
        public Builder apiKey(@Nullable String key) {
            return credential(Credential.Kind.API_KEY, key);
        }

        /** Adds a Bearer token (RFC 6750); {@code null} means absent, a blank one is malformed. */
        public Builder bearer(@Nullable String token) {
            return credential(Credential.Kind.BEARER, token);
        }

        /**
         * Sets the certificate that the caller has shown in the TLS handshake, by which it is known to hold the private key;
         * {@code null} means none. One that merely stands in a header proves nothing.
         */
        public Builder certificate(@Nullable X509Certificate certificate) {
            this.certificate = certificate == null ? null : ClientCertificate.of(certificate);
            return this;
        }

        /** Sets the certificate as it was read before; {@code null} means none. */
        public Builder fromCertificate(@Nullable ClientCertificate certificate) {
            this.certificate = certificate;
            return this;
        }

        /**
         * Sets the units this request takes of every limit, in place of its route's cost.
         *
         * @param units 0 to 2^63−1; 0 passes every limit and takes nothing
         */
        public Builder cost(long units) {
            if (units < 0) {
                throw new IllegalArgumentException("cost " + Faults.quote(units) + " is below 0");
            }
            cost = units;
            return this;
        }

        /** Returns the request. */
        public AccessRequest build() {
            return new AccessRequest(this);
        }

        private Builder credential(Credential.Kind kind, @Nullable String text) {
            if (text != null) {
                credentials.add(new Credential(kind, Secret.of(text)));
            }
            return this;
        }
    }
}
