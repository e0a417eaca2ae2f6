package io.apiaccess.bench;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.MappingMatch;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A call as a container hands it to filters, with what they ask for and nothing else, and whether it came through. */
final class BareExchange implements FilterChain {
    private static final HttpServletRequest NO_REQUEST = refusing(HttpServletRequest.class);
    private static final HttpServletResponse NO_RESPONSE = refusing(HttpServletResponse.class);

    private final Request request;
    private final Response response = new Response();
    private boolean passed;

    BareExchange(Call call) {
        request = new Request(call);
    }

    HttpServletRequest request() {
        return request;
    }

    HttpServletResponse response() {
        return response;
    }

    boolean isPassed() {
        return passed;
    }

    @Override
    public void doFilter(ServletRequest same, ServletResponse answer) {
        passed = true;
    }

    private static <T> T refusing(Class<T> type) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    throw new UnsupportedOperationException(method.getName());
                }));
    }

    /** What came in. */
    private static final class Request extends HttpServletRequestWrapper {
        private final Call call;
        private final Map<String, Object> attributes = new HashMap<>(8);

        Request(Call call) {
            super(NO_REQUEST);
            this.call = call;
        }

        @Override
        public String getMethod() {
            return "GET";
        }

        @Override
        public String getRequestURI() {
            return call.path();
        }

        @Override
        public String getServletPath() {
            return call.path();
        }

        @Override
        public @Nullable String getPathInfo() {
            return null;
        }

        @Override
        public String getContextPath() {
            return "";
        }

        @Override
        public @Nullable String getQueryString() {
            return null;
        }

        @Override
        public String getRemoteAddr() {
            return call.from();
        }

        @Override
        public String getServerName() {
            return "localhost";
        }

        @Override
        public String getScheme() {
            return "http";
        }

        @Override
        public int getServerPort() {
            return 80;
        }

        @Override
        public boolean isSecure() {
            return false;
        }

        @Override
        public @Nullable String getHeader(String name) {
            return name.equals("X-API-Key") ? call.key() : null;
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            return Collections.emptyEnumeration();
        }

        @Override
        public @Nullable HttpSession getSession(boolean create) {
            return null;
        }

        @Override
        public @Nullable Object getAttribute(String name) {
            return attributes.get(name);
        }

        @Override
        public void setAttribute(String name, @Nullable Object value) {
            if (value == null) {
                attributes.remove(name);
            } else {
                attributes.put(name, value);
            }
        }

        @Override
        public void removeAttribute(String name) {
            attributes.remove(name);
        }

        @Override
        public DispatcherType getDispatcherType() {
            return DispatcherType.REQUEST;
        }

        @Override
        public boolean isAsyncStarted() {
            return false;
        }

        @Override
        public HttpServletMapping getHttpServletMapping() {
            return EverythingMapping.INSTANCE;
        }
    }

    /** The mapping of a servlet that answers everything. */
    private enum EverythingMapping implements HttpServletMapping {
        INSTANCE;

        @Override
        public String getMatchValue() {
            return "";
        }

        @Override
        public String getPattern() {
            return "/";
        }

        @Override
        public String getServletName() {
            return "everything";
        }

        @Override
        public MappingMatch getMappingMatch() {
            return MappingMatch.DEFAULT;
        }
    }

    /** What goes out: headers are taken and forgotten. */
    private static final class Response extends HttpServletResponseWrapper {
        private int status = SC_OK;

        Response() {
            super(NO_RESPONSE);
        }

        @Override
        public void setStatus(int status) {
            this.status = status;
        }

        @Override
        public int getStatus() {
            return status;
        }

        @Override
        public void sendError(int status) {
            this.status = status;
        }

        @Override
        public void sendError(int status, String message) {
            this.status = status;
        }

        @Override
        public boolean isCommitted() {
            return false;
        }

        @Override
        public boolean containsHeader(String name) {
            return false;
        }

        @Override
        public @Nullable String getHeader(String name) {
            return null;
        }

        @Override
        public void setHeader(String name, String value) {}

        @Override
        public void addHeader(String name, String value) {}

        @Override
        public void setDateHeader(String name, long value) {}
    }
}
