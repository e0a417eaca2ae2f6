package io.apiaccess.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.MDC;

/**
 * An application whose servlets say which of them was called, and with what. Filters are put in front of it while it runs.
 */
final class Site implements ServletContainerInitializer {
    private static final Filter NONE = (request, response, chain) -> chain.doFilter(request, response);

    /** The servlets that were called, in order, each with the path that it was dispatched to. */
    final List<String> called = new CopyOnWriteArrayList<>();

    private volatile Filter before = NONE;
    private volatile Filter door = NONE;
    private volatile Set<DispatcherType> types = EnumSet.allOf(DispatcherType.class);

    /** Puts a filter in front, mapped to all types of dispatches. */
    void door(Filter filter) {
        door(filter, EnumSet.allOf(DispatcherType.class));
    }

    void door(Filter filter, Set<DispatcherType> types) {
        this.before = NONE;
        this.door = filter;
        this.types = types;
        called.clear();
    }

    /** Puts another filter before that one. */
    void before(Filter filter) {
        before = filter;
    }

    @Override
    public void onStartup(Set<Class<?>> classes, ServletContext context) {
        addFilter(context, "before", (request, response, chain) -> before.doFilter(request, response, chain));
        addFilter(context, "door", (request, response, chain) -> {
            Filter filter = types.contains(request.getDispatcherType()) ? door : NONE;
            filter.doFilter(request, response, chain);
        });
        addServlet(context, "default", new Echo(), "/");
        addServlet(context, "orders", new Echo(), "/orders/*");
        addServlet(context, "admin", new Echo(), "/admin/*");
        addServlet(context, "public", new Echo(), "/public/*");
        addServlet(context, "status", new Echo(), "/status");
        addServlet(context, "error", new Echo(), "/error");
        addServlet(context, "parts", new Parts(), "/parts/*");
        addServlet(context, "unguarded", new Parts(), "/unguarded/*");
    }

    private static void addFilter(ServletContext context, String name, Filter filter) {
        FilterRegistration.Dynamic registration = context.addFilter(name, new Named(filter));
        registration.setAsyncSupported(true);
        registration.addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), true, "/*");
    }

    private void addServlet(ServletContext context, String name, SiteServlet servlet, String pattern) {
        servlet.site = this;
        ServletRegistration.Dynamic registration = context.addServlet(name, servlet);
        registration.setAsyncSupported(true);
        registration.addMapping(pattern);
    }

    /** Containers want a class of each filter. */
    private record Named(Filter filter) implements Filter {
        @Override
        public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            filter.doFilter(request, response, chain);
        }
    }

    /** A servlet that notes its call. */
    @SuppressWarnings("serial")
    private abstract static class SiteServlet extends HttpServlet {
        Site site = new Site();

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            boolean included = request.getDispatcherType() == DispatcherType.INCLUDE;
            String path = included
                    ? text(request.getAttribute("jakarta.servlet.include.servlet_path"))
                            + text(request.getAttribute("jakarta.servlet.include.path_info"))
                    : request.getServletPath() + text(request.getPathInfo());
            site.called.add(getServletName() + " " + path);
            if (request.getMethod().equals("TRACE")) {
                super.service(request, response);
                return;
            }
            serve(request, response, path);
        }

        abstract void serve(HttpServletRequest request, HttpServletResponse response, String path)
                throws ServletException, IOException;

        void echo(HttpServletRequest request, HttpServletResponse response, String path) throws IOException {
            PrintWriter out = response.getWriter();
            out.println("servlet=" + getServletName());
            out.println("path=" + path);
            out.println("type=" + request.getDispatcherType());
            out.println("user=" + request.getUserPrincipal() + "," + request.getRemoteUser());
            out.println("reads=" + request.isUserInRole("SCOPE_orders.read") + ",deletes="
                    + request.isUserInRole("SCOPE_orders.delete") + ",bare=" + request.isUserInRole("orders.read"));
            out.println("decision=" + AccessFilter.decision(request).isPresent());
            out.println("mdc=" + MDC.get("client") + "," + MDC.get("profile"));
            for (String name : Collections.list(request.getHeaderNames())) {
                out.println("header " + name + "=" + Collections.list(request.getHeaders(name)) + ","
                        + request.getHeader(name));
            }
            for (String name : List.of("X-API-Key", "API-Token", "Authorization")) {
                out.println("asked " + name + "=" + request.getHeader(name) + Collections.list(request.getHeaders(name))
                        + dateHeader(request, name));
            }
            out.println("push=" + request.newPushBuilder());
            out.println("query=" + request.getQueryString());
            out.println("parameters=" + Collections.list(request.getParameterNames())
                    + new TreeMap<>(request.getParameterMap()).keySet() + request.getParameter("api_key")
                    + (request.getParameterValues("api_key") == null));
            for (String name : Collections.list(request.getAttributeNames())) {
                if (request.getAttribute(name) instanceof Passage passage) {
                    out.println("kept=" + passage.credential());
                }
                if (name.startsWith("jakarta.servlet.") && name.endsWith("query_string")) {
                    out.println("attribute " + name + "=" + request.getAttribute(name));
                }
            }
        }

        private static long dateHeader(HttpServletRequest request, String name) {
            return request.getHeader(name) == null ? request.getDateHeader(name) + request.getIntHeader(name) : 0;
        }

        static String text(Object value) {
            return value == null ? "" : value.toString();
        }
    }

    /** Says with what it was called. */
    @SuppressWarnings("serial")
    private static final class Echo extends SiteServlet {
        @Override
        void serve(HttpServletRequest request, HttpServletResponse response, String path) throws IOException {
            if (!response.isCommitted()) {
                response.setContentType("text/plain");
            }
            echo(request, response, path);
        }
    }

    /** Does what the last segment of its path says. */
    @SuppressWarnings("serial")
    private static final class Parts extends SiteServlet {
        @Override
        void serve(HttpServletRequest request, HttpServletResponse response, String path)
                throws ServletException, IOException {
            List<String> to = List.of(text(request.getHeader("X-To")).split(" "));
            String first = to.get(0);
            String last = to.get(to.size() - 1);
            boolean again = request.getDispatcherType() == DispatcherType.ASYNC;
            switch (again ? "echo" : path.substring(path.lastIndexOf('/') + 1)) {
                case "forward" -> request.getRequestDispatcher(first).forward(request, response);
                case "include" -> {
                    response.getWriter().println("before");
                    for (String part : to) {
                        request.getRequestDispatcher(part).include(request, response);
                    }
                    response.getWriter()
                            .println("after " + AccessFilter.decision(request).isPresent());
                }
                case "forward-include" -> {
                    request.getRequestDispatcher(first).forward(request, response);
                    request.getRequestDispatcher(last).include(request, response);
                }
                case "async" -> request.startAsync().dispatch();
                case "async-to" -> request.startAsync().dispatch(last);
                case "async-with" -> request.startAsync(request, response).dispatch();
                case "async-write" -> {
                    AsyncContext context = request.startAsync();
                    context.start(() -> {
                        try {
                            echo(
                                    (HttpServletRequest) context.getRequest(),
                                    (HttpServletResponse) context.getResponse(),
                                    path);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        } finally {
                            context.complete();
                        }
                    });
                }
                case "fail" -> response.sendError(599);
                case "throw" -> throw new ServletException("the application failed");
                default -> echo(request, response, path);
            }
        }
    }
}
