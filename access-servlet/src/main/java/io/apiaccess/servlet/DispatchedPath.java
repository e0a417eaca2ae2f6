package io.apiaccess.servlet;

import io.apiaccess.request.RequestPath;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The path to be judged: the raw one of the request behind the context path, if what the container has made of it is its
 * canonical form.
 *
 * <p>Containers resolve dots, merge slashes, drop parameters and decode, each in its own way, and choose the servlet by the
 * result. Where that differs from what would be judged, there is no path.
 */
final class DispatchedPath {
    private DispatchedPath() {}

    /** Returns the path as it arrived, or {@code null} if the container dispatches by another. */
    static @Nullable String of(HttpServletRequest request) {
        boolean included = request.getDispatcherType() == DispatcherType.INCLUDE;
        return included
                ? judged(
                        attribute(request, RequestDispatcher.INCLUDE_REQUEST_URI),
                        attribute(request, RequestDispatcher.INCLUDE_CONTEXT_PATH),
                        attribute(request, RequestDispatcher.INCLUDE_SERVLET_PATH),
                        attribute(request, RequestDispatcher.INCLUDE_PATH_INFO))
                : ofRequest(request);
    }

    private static @Nullable String ofRequest(HttpServletRequest request) {
        try {
            return judged(
                    request.getRequestURI(), request.getContextPath(), request.getServletPath(), request.getPathInfo());
        } catch (IllegalArgumentException ambiguous) {
            // Jetty lets no servlet path out where it let an ambiguous URI in.
            return null;
        }
    }

    private static @Nullable String judged(
            @Nullable String uri,
            @Nullable String contextPath,
            @Nullable String servletPath,
            @Nullable String pathInfo) {
        String path = uri == null ? null : behind(text(contextPath), uri);
        if (path == null) {
            return null;
        }
        Optional<String> canonical = path.indexOf('%') < 0
                ? Optional.of(path)
                : RequestPath.parse(path).map(RequestPath::toString);
        String dispatched = text(servletPath) + text(pathInfo);
        return canonical.filter(dispatched::equals).isPresent() ? path : null;
    }

    /** Returns what of a URI is behind the context path, which some containers give as it arrived and others decoded. */
    private static @Nullable String behind(String context, String uri) {
        if (uri.startsWith(context)) {
            return uri.substring(context.length());
        }
        int end = 0;
        for (int i = 0; i < context.length(); i++) {
            if (context.charAt(i) == '/') {
                int slash = uri.indexOf('/', end + 1);
                end = slash < 0 ? uri.length() : slash;
            }
        }
        return decoded(uri.substring(0, end)).equals(decoded(context)) ? uri.substring(end) : null;
    }

    private static String decoded(String context) {
        return RequestPath.parse(context).map(RequestPath::toString).orElse(context);
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static @Nullable String attribute(HttpServletRequest request, String name) {
        return request.getAttribute(name) instanceof String text ? text : null;
    }
}
