package io.apiaccess.examples;

import static io.apiaccess.request.HttpMethod.GET;
import static io.apiaccess.request.HttpMethod.POST;

import io.apiaccess.AccessControl;
import io.apiaccess.admin.AccessAdmin;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.decision.Decision;
import io.apiaccess.jdbc.JdbcAccessStore;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.request.AccessRequest;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * ACME Company in a database: {@code --jdbc jdbc:h2:file:./acme}. The first run sets it up and prints its key; every later one
 * finds it there, and with {@code --key} the key works.
 */
public final class DatabaseExample {
    private DatabaseExample() {}

    /** Opens the database, and decides a call. */
    public static void main(String[] arguments) {
        List<String> options = List.of(arguments);
        run(
                option(options, "--jdbc")
                        .orElseThrow(() -> new IllegalArgumentException(
                                "options are `--jdbc <url>` and perhaps `--key <key>`, not " + options)),
                option(options, "--key"),
                System.out);
    }

    static void run(String url, Optional<String> known, PrintStream out) {
        try (AccessControl access = AccessControl.builder()
                .store(JdbcAccessStore.create(new Source(url)))
                .build()) {
            boolean isFirst = access.admin().listClients().isEmpty();
            String key = known.orElse("");
            if (isFirst) {
                key = customer(access.admin());
                out.println("key " + key);
            }
            access.admin().listClients().forEach(client -> out.println(client));
            AccessRequest request = AccessRequest.of(GET, "/orders/42")
                    .apiKey(key)
                    .from("106.226.99.7")
                    .build();
            Decision decision = access.decider().decide(request);
            out.println(decision.isAllowed() ? "allowed" : "denied: " + decision);
        }
    }

    private static String customer(AccessAdmin admin) {
        ApiCollection orders = admin.create(ApiCollection.named("Orders")
                .route("/orders/{id}", GET)
                .route("/orders", GET, POST)
                .build());
        Policy gold = admin.create(Policy.named("Gold")
                .limit(RateLimit.of(3).per(Duration.ofMinutes(1)))
                .build());
        Client acme = admin.create(Client.named("ACME Company").build());
        AccessProfile mobile = admin.create(AccessProfile.named("ACME mobile", acme.id())
                .grant(orders.id())
                .policy(gold.id())
                .allowFrom("106.226.100.3/20")
                .build());
        return admin.issueKey(mobile.id()).reveal();
    }

    private static Optional<String> option(List<String> options, String name) {
        int at = options.indexOf(name);
        return at < 0 || at + 1 >= options.size() ? Optional.empty() : Optional.of(options.get(at + 1));
    }

    /** Connections by a URL; an application has a pool. */
    private record Source(String url) implements DataSource {
        @Override
        public Connection getConnection() throws SQLException {
            return DriverManager.getConnection(url);
        }

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            return DriverManager.getConnection(url, user, password);
        }

        @Override
        public PrintWriter getLogWriter() throws SQLException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public void setLogWriter(PrintWriter out) throws SQLException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public void setLoginTimeout(int seconds) throws SQLException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public int getLoginTimeout() {
            return 0;
        }

        @Override
        public Logger getParentLogger() throws SQLFeatureNotSupportedException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public boolean isWrapperFor(Class<?> type) {
            return false;
        }
    }
}
