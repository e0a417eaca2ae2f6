package io.apiaccess.servlet;

import io.apiaccess.AccessControl;
import io.apiaccess.AccessDecider;
import io.apiaccess.check.Faults;
import io.apiaccess.decision.Decision;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The door of an application: asks about every request and lets through only those that may pass. Thread-safe.
 *
 * <p>It is registered as an object, {@code AccessFilter.builder(access).build()}, or by class in {@code web.xml}, where each
 * option of the {@linkplain Builder builder} is an init parameter of its name and {@code accessControl} names the attribute
 * of the servlet context that holds the {@link AccessControl}. Behind it the application finds the decision by
 * {@link #decision}, the access profile as the user, the scopes held as roles {@code SCOPE_…}, and no credential.
 *
 * <p>It stands in front of whatever answers, on {@code /*}. Mapped to further dispatcher types it neither decides again
 * what it has let through nor lets through what it has not seen. For asynchronous servlets it is registered as supporting
 * them.
 */
public final class AccessFilter implements Filter {
    /** The name of the request attribute that holds the {@link Decision.Allowed}. */
    public static final String DECISION = "io.apiaccess.servlet.decision";

    private final boolean isBuilt;
    private volatile @Nullable Gate gate;

    /** Creates a filter that takes its options from init parameters: for {@code web.xml}. */
    public AccessFilter() {
        isBuilt = false;
    }

    private AccessFilter(Gate gate) {
        this.gate = gate;
        isBuilt = true;
    }

    /** Starts a filter that asks an application's {@link AccessControl}. */
    public static Builder builder(AccessControl access) {
        return builder(access.decider());
    }

    /** Starts a filter that asks a decider, such as one that the application has wrapped. */
    public static Builder builder(AccessDecider decider) {
        return new Builder(Objects.requireNonNull(decider, "decider"), new Faults());
    }

    /** Returns the decision by which a request was let through, or nothing for a preflight and outside a filter. */
    public static Optional<Decision.Allowed> decision(ServletRequest request) {
        return Optional.ofNullable(request.getAttribute(DECISION) instanceof Decision.Allowed allowed ? allowed : null);
    }

    /**
     * Takes the options.
     *
     * @throws ServletException naming everything that is wrong with them
     */
    @Override
    public void init(FilterConfig config) throws ServletException {
        try {
            if (!isBuilt) {
                gate = InitParameters.read(config).gate();
            } else if (config.getInitParameterNames().hasMoreElements()) {
                throw new IllegalArgumentException("access filter: init parameter "
                        + Faults.quote(config.getInitParameterNames().nextElement())
                        + " is set, and the options of this filter are its builder's");
            }
        } catch (IllegalArgumentException refused) {
            throw new ServletException(refused.getMessage(), refused);
        }
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Gate ready = gate;
        if (ready == null
                || !(request instanceof HttpServletRequest httpRequest)
                || !(response instanceof HttpServletResponse httpResponse)) {
            throw new ServletException(ready == null ? "the filter is not initialized" : "the request is not HTTP");
        }
        ready.pass(httpRequest, httpResponse, chain);
    }

    /** Builds a filter; what is wrong with its options is said at once by {@link #build()}. Not thread-safe. */
    public static final class Builder {
        private final Faults faults;
        private final AccessDecider decider;
        private List<String> keyHeaders = List.of("X-API-Key", "API-Token");
        private @Nullable String bearerHeader = "Authorization";
        private @Nullable String queryParameter;
        private @Nullable String forwardAs;
        private final Forwarding forwarding;
        private String realm = "API";
        private LimitHeaders limitHeaders = LimitHeaders.RATELIMIT;
        private boolean clientLimitsShown;
        private boolean ungrantedHidden;
        private boolean preflightPasses;
        private @Nullable String mdcClientKey;
        private @Nullable String mdcProfileKey;
        private DenialWriter denialWriter = ProblemJson.INSTANCE;

        Builder(AccessDecider decider, Faults faults) {
            this.decider = decider;
            this.faults = faults;
            forwarding = new Forwarding(faults);
        }

        /** Sets the headers for API keys, {@code X-API-Key} and {@code API-Token} unless given; without a name, none. */
        public Builder keyHeaders(String... names) {
            keyHeaders = List.of(names);
            return this;
        }

        /** Sets the header for Bearer tokens (RFC 6750), {@code Authorization} unless given. */
        public Builder bearerHeader(String name) {
            bearerHeader = Objects.requireNonNull(name, "name");
            return this;
        }

        /** Looks for Bearer tokens nowhere. Challenges still name {@code Bearer}: no scheme is registered for API keys. */
        public Builder noBearer() {
            bearerHeader = null;
            return this;
        }

        /**
         * Also takes an API key from a query parameter, which the application does not see then. Containers log request lines
         * by themselves, before any filter, and some show them in their own error pages.
         */
        public Builder queryParameter(String name) {
            queryParameter = Objects.requireNonNull(name, "name");
            return this;
        }

        /**
         * Shows the application the text of the credential, without a scheme, in a header of this name, and never what
         * callers send in it.
         */
        public Builder forwardCredentialAs(String name) {
            forwardAs = Objects.requireNonNull(name, "name");
            return this;
        }

        /**
         * Sets the header in which {@linkplain #trustedProxies trusted proxies} name the caller; none is read unless set, as
         * when something before the filter, such as Tomcat's {@code RemoteIpValve}, has put the caller in the peer's place.
         */
        public Builder forwardedHeader(ForwardedHeader header) {
            forwarding.header(header);
            return this;
        }

        /** Adds the proxies of a comma-separated list of addresses and ranges, such as {@code 10.0.0.0/8, ::1}. */
        public Builder trustedProxies(String ranges) {
            forwarding.proxies(ranges);
            return this;
        }

        /** Sets whether a call has no address unless a trusted proxy names its caller; otherwise it has the peer's. */
        public Builder requireForwarded(boolean required) {
            forwarding.require(required);
            return this;
        }

        /** Sets what challenges name as protected, {@code API} unless given. */
        public Builder realm(String realm) {
            this.realm = Objects.requireNonNull(realm, "realm");
            return this;
        }

        /** Sets how callers are told of their limits, {@link LimitHeaders#RATELIMIT} unless given. */
        public Builder limitHeaders(LimitHeaders headers) {
            limitHeaders = Objects.requireNonNull(headers, "headers");
            return this;
        }

        /** Sets whether callers are also told of limits that all profiles of their client share. */
        public Builder showClientLimits(boolean shown) {
            clientLimitsShown = shown;
            return this;
        }

        /** Sets whether a route that is not granted is answered as if there were none: 404 in place of 403. */
        public Builder hideUngranted(boolean hidden) {
            ungrantedHidden = hidden;
            return this;
        }

        /** Sets whether CORS preflights, which carry no credential, reach the application without being asked about. */
        public Builder passPreflight(boolean passes) {
            preflightPasses = passes;
            return this;
        }

        /** Sets the key under which log lines of a request have the client's id (SLF4J's MDC). */
        public Builder mdcClientKey(String key) {
            mdcClientKey = Objects.requireNonNull(key, "key");
            return this;
        }

        /** Sets the key under which log lines of a request have the profile's id (SLF4J's MDC). */
        public Builder mdcProfileKey(String key) {
            mdcProfileKey = Objects.requireNonNull(key, "key");
            return this;
        }

        /** Sets who writes the bodies of denials, a problem of RFC 9457 unless given. */
        public Builder denialWriter(DenialWriter writer) {
            denialWriter = Objects.requireNonNull(writer, "writer");
            return this;
        }

        /**
         * Returns the filter.
         *
         * @throws IllegalArgumentException naming everything that is wrong with the options
         */
        public AccessFilter build() {
            return new AccessFilter(gate());
        }

        Gate gate() {
            checkPlaces();
            forwarding.check();
            checkTexts();
            faults.throwIfAny("access filter", realm);
            QueryParameter query = queryParameter == null ? null : new QueryParameter(queryParameter);
            return new Gate(
                    decider,
                    new CredentialPlaces(keyHeaders, bearerHeader, query),
                    forwarding.walk(),
                    new Denials(realm, ungrantedHidden, new LimitFields(limitHeaders, clientLimitsShown), denialWriter),
                    new LogContext(mdcClientKey, mdcProfileKey),
                    forwardAs,
                    preflightPasses);
        }

        private void checkPlaces() {
            List<String> headers = new ArrayList<>(keyHeaders);
            Optional.ofNullable(bearerHeader).ifPresent(headers::add);
            TreeSet<String> seen = new TreeSet<>();
            for (String header : headers) {
                requireToken("header", header);
                faults.require(
                        seen.add(header.toLowerCase(Locale.ROOT)),
                        "header " + Faults.quote(header) + " is named for two kinds of credentials or twice");
            }
            faults.require(
                    !headers.isEmpty() || queryParameter != null,
                    "`keyHeaders`, `bearerHeader` and `queryParameter` are all off, so no credential can be offered");
            if (queryParameter != null) {
                faults.require(
                        !queryParameter.isBlank() && queryParameter.chars().allMatch(c -> c >= ' ' && c < 0x7f),
                        "queryParameter " + Faults.quote(queryParameter) + " is blank or not printable ASCII");
            }
            if (forwardAs != null) {
                requireToken("forwardCredentialAs", forwardAs);
            }
        }

        private void checkTexts() {
            faults.require(
                    realm.chars().allMatch(c -> c >= ' ' && c < 0x7f && c != '"' && c != '\\') && !realm.isBlank(),
                    "realm " + Faults.quote(realm) + " is blank or not printable ASCII without `\"` and `\\`");
            requireKey("mdcClientKey", mdcClientKey);
            requireKey("mdcProfileKey", mdcProfileKey);
            faults.require(
                    mdcClientKey == null || !mdcClientKey.equals(mdcProfileKey),
                    "`mdcClientKey` and `mdcProfileKey` are the same");
        }

        private void requireToken(String option, String name) {
            faults.require(
                    HeaderText.isToken(name),
                    option + " " + Faults.quote(name) + " is not a header name such as `X-API-Key`");
        }

        private void requireKey(String option, @Nullable String key) {
            faults.require(
                    key == null || !key.isBlank(), option + " " + Faults.quote(String.valueOf(key)) + " is blank");
        }
    }
}
