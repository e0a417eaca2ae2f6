package io.apiaccess.servlet;

import io.apiaccess.AccessControl;
import io.apiaccess.TokenIssuer;
import io.apiaccess.check.Faults;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The token endpoint of an application (RFC 6749 section 3.2): issues access tokens by client credentials. Thread-safe.
 *
 * <p>It is registered as an object, {@code TokenServlet.builder(access).build()}, or by class in {@code web.xml}, where each
 * option of the {@linkplain Builder builder} is an init parameter of its name and {@code accessControl} names the attribute
 * of the servlet context that holds the {@link AccessControl}. It reads the body itself, so nothing before it may ask for
 * parameters. An {@link AccessFilter} in front of it lets it be reached if its path is a route of a public collection.
 */
public final class TokenServlet implements Servlet {
    private final boolean isBuilt;
    private volatile @Nullable TokenEndpoint endpoint;
    private volatile @Nullable ServletConfig config;

    /** Creates a servlet that takes its options from init parameters: for {@code web.xml}. */
    public TokenServlet() {
        isBuilt = false;
    }

    private TokenServlet(TokenEndpoint endpoint) {
        this.endpoint = endpoint;
        isBuilt = true;
    }

    /** Starts a servlet that hands out what an application's {@link AccessControl} issues. */
    public static Builder builder(AccessControl access) {
        return builder(access.tokens());
    }

    /** Starts a servlet that hands out what an issuer does, such as one that the application has wrapped. */
    public static Builder builder(TokenIssuer issuer) {
        return new Builder(Objects.requireNonNull(issuer, "issuer"), new Faults());
    }

    /**
     * Takes the options.
     *
     * @throws ServletException naming everything that is wrong with them
     */
    @Override
    public void init(ServletConfig config) throws ServletException {
        this.config = config;
        try {
            if (!isBuilt) {
                endpoint = InitParameters.read(config).endpoint();
            } else if (config.getInitParameterNames().hasMoreElements()) {
                throw new IllegalArgumentException("token servlet: init parameter "
                        + Faults.quote(config.getInitParameterNames().nextElement())
                        + " is set, and the options of this servlet are its builder's");
            }
        } catch (IllegalArgumentException refused) {
            throw new ServletException(refused.getMessage(), refused);
        }
    }

    @Override
    public void service(ServletRequest request, ServletResponse response) throws ServletException {
        TokenEndpoint ready = endpoint;
        if (ready == null
                || !(request instanceof HttpServletRequest httpRequest)
                || !(response instanceof HttpServletResponse httpResponse)) {
            throw new ServletException(ready == null ? "the servlet is not initialized" : "the request is not HTTP");
        }
        ready.answer(httpRequest, httpResponse);
    }

    @Override
    public @Nullable ServletConfig getServletConfig() {
        return config;
    }

    @Override
    public String getServletInfo() {
        return "token endpoint of RFC 6749";
    }

    @Override
    public void destroy() {
        config = null;
    }

    /** Builds a servlet; what is wrong with its options is said at once by {@link #build()}. Not thread-safe. */
    public static final class Builder {
        private final Faults faults;
        private final TokenIssuer issuer;
        private final Forwarding forwarding;
        private boolean plainHttp;

        Builder(TokenIssuer issuer, Faults faults) {
            this.issuer = issuer;
            this.faults = faults;
            forwarding = new Forwarding(faults);
        }

        /**
         * Sets whether requests over plain http are answered: those of this machine, and those of a proxy that has ended TLS
         * and of which the container knows nothing. Others would send their secrets for everybody to read.
         */
        public Builder plainHttp(boolean allowed) {
            plainHttp = allowed;
            return this;
        }

        /** Sets the header in which {@linkplain #trustedProxies trusted proxies} name the caller; none is read unless set. */
        public Builder forwardedHeader(ForwardedHeader header) {
            forwarding.header(header);
            return this;
        }

        /** Adds the proxies of a comma-separated list of addresses and ranges, such as {@code 10.0.0.0/8, ::1}. */
        public Builder trustedProxies(String ranges) {
            forwarding.proxies(ranges);
            return this;
        }

        /** Sets whether a request has no address unless a trusted proxy names its caller; otherwise it has the peer's. */
        public Builder requireForwarded(boolean required) {
            forwarding.require(required);
            return this;
        }

        /**
         * Returns the servlet.
         *
         * @throws IllegalArgumentException naming everything that is wrong with the options
         */
        public TokenServlet build() {
            return new TokenServlet(endpoint());
        }

        TokenEndpoint endpoint() {
            forwarding.check();
            faults.throwIfAny("token servlet", "options");
            return new TokenEndpoint(issuer, forwarding.walk(), plainHttp);
        }
    }
}
