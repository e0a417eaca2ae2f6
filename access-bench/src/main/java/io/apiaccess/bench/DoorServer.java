package io.apiaccess.bench;

import io.apiaccess.AccessControl;
import io.apiaccess.admin.AccessAdmin;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.request.HttpMethod;
import io.apiaccess.servlet.AccessFilter;
import io.apiaccess.servlet.LimitHeaders;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.IntStream;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * The server of {@link DoorCpu}, a process of its own: Jetty with a filter in front of a servlet that answers one word. It
 * prints its port and one key a line, then its CPU time for each line that it reads.
 */
public final class DoorServer {
    private static final int PROFILES = 1_000;
    private static final int COLLECTIONS = 3;
    private static final String RANGES = "10.0.0.0/8, 192.0.2.0/24, 2001:db8::/32, 127.0.0.0/8";

    private DoorServer() {}

    /** Serves with the filter that the argument names until the end of the input. */
    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (AccessControl access = AccessControl.inMemory()) {
            List<String> keys = customers(access.admin());
            Server server = serve(filter(arguments[0], access, keys));
            try {
                out.println(server.getURI().getPort());
                keys.forEach(out::println);
                report(out);
            } finally {
                server.stop();
            }
        }
    }

    private static Filter filter(String variant, AccessControl access, List<String> keys) {
        return switch (variant) {
            case "no-op" -> new NoOp();
            case "access" -> AccessFilter.builder(access).build();
            case "access, limits untold" ->
                AccessFilter.builder(access).limitHeaders(LimitHeaders.OFF).build();
            case "spring-lean" -> SpringChain.lean(forSpring(keys));
            case "spring" -> SpringChain.typical(forSpring(keys));
            default -> throw new IllegalArgumentException("no filter `" + variant + "`");
        };
    }

    private static SpringChain.Configuration forSpring(List<String> keys) {
        List<String> collections = IntStream.range(0, COLLECTIONS)
                .mapToObj(i -> "/c" + i + "/{r}/{id}")
                .toList();
        return SpringChain.of(keys, List.of(RANGES.split(", ")), collections);
    }

    private static void report(PrintStream out) throws IOException {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (in.readLine() != null) {
            out.println(system.getProcessCpuTime());
        }
    }

    private static Server serve(Filter filter) throws Exception {
        ServletContextHandler context = new ServletContextHandler();
        context.addFilter(new FilterHolder(filter), "/*", EnumSet.of(DispatcherType.REQUEST));
        context.addServlet(new Word(), "/*");
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        // the one connection waits while the others have their turns
        connector.setIdleTimeout(Duration.ofHours(1).toMillis());
        server.addConnector(connector);
        server.setHandler(context);
        server.start();
        return server;
    }

    /** Sets up the customers: 4 ranges, 3 granted collections of 5 routes, a rate and a quota that do not trip. */
    private static List<String> customers(AccessAdmin admin) {
        List<ApiCollection> collections = new ArrayList<>();
        for (int c = 0; c < COLLECTIONS; c++) {
            ApiCollection.Builder collection = ApiCollection.named("collection " + c);
            for (int r = 0; r < 5; r++) {
                collection.route("/c" + c + "/r" + r + "/{id}", HttpMethod.GET);
            }
            collections.add(admin.create(collection.build()));
        }
        Policy policy = admin.create(Policy.named("roomy")
                .limit(RateLimit.of(1_000_000_000).per(Duration.ofHours(1)))
                .limit(Quota.of(1_000_000_000).perMonth())
                .build());
        Client client = admin.create(Client.named("client").build());
        List<String> keys = new ArrayList<>();
        for (int p = 0; p < PROFILES; p++) {
            AccessProfile.Builder profile = AccessProfile.named("profile " + p, client.id())
                    .policy(policy.id())
                    .allowFrom(RANGES);
            collections.forEach(collection -> profile.grant(collection.id()));
            keys.add(admin.issueKey(admin.create(profile.build()).id()).reveal());
        }
        return keys;
    }

    /** A filter that does nothing. */
    private static final class NoOp implements Filter {
        @Override
        public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            chain.doFilter(request, response);
        }
    }

    /** The application. */
    @SuppressWarnings("serial")
    private static final class Word extends HttpServlet {
        private static final byte[] WORD = "word".getBytes(StandardCharsets.US_ASCII);

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.setContentType("text/plain");
            response.setContentLength(WORD.length);
            response.getOutputStream().write(WORD);
        }
    }
}
