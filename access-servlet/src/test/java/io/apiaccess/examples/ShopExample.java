package io.apiaccess.examples;

import static io.apiaccess.request.HttpMethod.GET;
import static io.apiaccess.request.HttpMethod.POST;

import io.apiaccess.AccessControl;
import io.apiaccess.admin.AccessAdmin;
import io.apiaccess.admin.IssuedKey;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.CollectionId;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.servlet.AccessFilter;
import io.apiaccess.servlet.ForwardedHeader;
import io.apiaccess.spi.UsageDimension;
import io.apiaccess.usage.UsagePeriod;
import io.apiaccess.usage.UsageReport;
import io.apiaccess.usage.UsageReports;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * A shop on Jetty with the filter in front, and ACME Company as its customer: the program that README.md runs. It prints
 * calls to try and serves until it is stopped; with {@code --check} it makes them itself and ends. As it ends it says who
 * used what.
 */
public final class ShopExample {
    private static final String INSIDE = "106.226.99.7";
    private static final String OUTSIDE = "203.0.113.9";
    private static final int RATE = 3;
    private static final Logger JETTY = Logger.getLogger("org.eclipse.jetty");

    private ShopExample() {}

    /** Starts the shop. */
    public static void main(String[] arguments) throws Exception {
        List<String> options = List.of(arguments);
        JETTY.setLevel(Level.WARNING);
        if (!List.of("--check").containsAll(options)) {
            throw new IllegalArgumentException("options are `--check` or none, not " + options);
        }
        run(!options.isEmpty(), System.out);
    }

    static void run(boolean check, PrintStream out) throws Exception {
        try (AccessControl access = AccessControl.inMemory()) {
            Server server = serve(access);
            try {
                List<Call> calls = calls(server.getURI(), customer(access.admin()));
                if (check) {
                    for (Call call : calls) {
                        call.make(out);
                    }
                } else {
                    calls.forEach(call -> call.print(out));
                    out.println("Serving until Ctrl-C.");
                    server.join();
                }
            } finally {
                server.stop();
                out.print(usage(access.usage()));
            }
        }
    }

    /** Says how often each client has called each route, and what came of it. */
    private static UsageReport usage(UsageReports usage) {
        Instant now = Instant.now();
        return usage.calls(UsagePeriod.of(now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(1))))
                .by(UsageDimension.ROUTE, UsageDimension.REASON)
                .report();
    }

    /** Lets ACME's mobile app call Orders from 106.226.100.3/20, three times a minute. */
    private static IssuedKey customer(AccessAdmin admin) {
        ApiCollection orders = admin.create(ApiCollection.named("Orders")
                .id(new CollectionId("orders"))
                .route("/orders/{id}", GET)
                .route("/orders", GET, POST)
                .build());
        Policy gold = admin.create(Policy.named("Gold")
                .id(new PolicyId("gold"))
                .limit(RateLimit.of(RATE).per(Duration.ofMinutes(1)))
                .build());
        Client acme = admin.create(Client.named("ACME Company").build());
        AccessProfile mobile = admin.create(AccessProfile.named("ACME mobile", acme.id())
                .grant(orders.id())
                .policy(gold.id())
                .allowFrom("106.226.100.3/20")
                .build());
        return admin.issueKey(mobile.id());
    }

    /** Starts the application on a free port of the loopback interface, as if a proxy on this machine stood before it. */
    private static Server serve(AccessControl access) throws Exception {
        AccessFilter filter = AccessFilter.builder(access)
                .forwardedHeader(ForwardedHeader.X_FORWARDED_FOR)
                .trustedProxies("127.0.0.1")
                .build();
        ServletContextHandler shop = new ServletContextHandler();
        shop.addFilter(new FilterHolder(filter), "/*", EnumSet.of(DispatcherType.REQUEST));
        shop.addServlet(new Orders(), "/orders/*");
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(shop);
        server.setStopAtShutdown(true);
        server.start();
        return server;
    }

    /** The application, which knows nothing of access. */
    @SuppressWarnings("serial")
    private static final class Orders extends HttpServlet {
        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.setContentType("text/plain");
            response.getWriter().println("order " + request.getPathInfo());
        }
    }

    private static List<Call> calls(URI server, IssuedKey key) {
        String good = key.reveal();
        String wrong = good.substring(0, good.length() - 1) + (good.endsWith("0") ? "1" : "0");
        Call allowed = new Call("allowed", server.resolve("/orders/42"), good, INSIDE, 1, 200);
        return List.of(
                allowed,
                new Call("wrong key", allowed.uri, wrong, INSIDE, 1, 401),
                new Call("wrong address", allowed.uri, good, OUTSIDE, 1, 403),
                new Call("over the rate", allowed.uri, good, INSIDE, RATE + 1, 429));
    }

    /**
     * A call to try.
     *
     * @param what what comes of it
     * @param times how often it is made
     * @param status the status of the last answer
     */
    private record Call(String what, URI uri, String key, String from, int times, int status) {
        void print(PrintStream out) {
            out.println("# " + what + ": " + status);
            String curl = "curl -i -H 'X-API-Key: " + key + "' -H 'X-Forwarded-For: " + from + "' " + uri;
            out.println(times == 1 ? curl : "for i in " + numbers() + "; do " + curl + "; done");
            out.println();
        }

        void make(PrintStream out) throws IOException, InterruptedException {
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .header("X-API-Key", key)
                    .header("X-Forwarded-For", from)
                    .build();
            HttpResponse<String> answer = null;
            for (int i = 0; i < times; i++) {
                answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            }
            if (answer == null || answer.statusCode() != status) {
                throw new AssertionError(what + ": " + status + " was expected, not " + answer);
            }
            out.println(what + ": " + status + " " + answer.body().strip());
        }

        private String numbers() {
            StringBuilder numbers = new StringBuilder("1");
            for (int i = 2; i <= times; i++) {
                numbers.append(' ').append(i);
            }
            return numbers.toString();
        }
    }
}
