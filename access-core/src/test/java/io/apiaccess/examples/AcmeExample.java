package io.apiaccess.examples;

import static io.apiaccess.request.HttpMethod.DELETE;
import static io.apiaccess.request.HttpMethod.GET;
import static io.apiaccess.request.HttpMethod.POST;

import io.apiaccess.AccessControl;
import io.apiaccess.AccessDecider;
import io.apiaccess.admin.AccessAdmin;
import io.apiaccess.admin.IssuedKey;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.request.HttpMethod;
import java.io.PrintStream;
import java.time.Duration;

/** ACME Company, from nothing to explained decisions: the program that README.md runs. */
public final class AcmeExample {
    private AcmeExample() {}

    /** Sets the example up, asks five questions, and prints the answers with their explanations. */
    public static void main(String[] arguments) {
        run(System.out);
    }

    static void run(PrintStream out) {
        try (AccessControl access = AccessControl.inMemory()) {
            IssuedKey key = setUp(access.admin());
            Questions questions = new Questions(access, key, out);

            questions.ask("its own orders, from its own network", GET, "/orders/42", "106.226.99.7");
            questions.ask("the same from elsewhere", GET, "/orders/42", "203.0.113.9");
            questions.ask("something it may not do", DELETE, "/orders/42", "106.226.99.7");
            questions.ask("the last call that the rate allows", POST, "/orders", "106.226.99.7");
            questions.ask("one more", GET, "/orders", "106.226.99.7");
        }
    }

    private static IssuedKey setUp(AccessAdmin admin) {
        ApiCollection orders = admin.create(ApiCollection.named("Orders")
                .version("v1")
                .route("/orders/{id}", GET)
                .route("/orders", GET, POST)
                .build());
        Policy gold = admin.create(Policy.named("Gold")
                .limit(RateLimit.of(2).per(Duration.ofMinutes(1)))
                .limit(Quota.of(1_000_000).perMonth())
                .build());
        Client acme = admin.create(Client.named("ACME Company")
                .description("Our first customer")
                .project("retail")
                .build());
        AccessProfile mobile = admin.create(AccessProfile.named("ACME mobile", acme.id())
                .grant(orders.id())
                .policy(gold.id())
                .allowFrom("106.226.100.3/20")
                .build());
        return admin.issueKey(mobile.id());
    }

    /** Asks and prints. */
    private record Questions(AccessControl access, IssuedKey key, PrintStream out) {
        void ask(String what, HttpMethod method, String path, String address) {
            AccessDecider decider = access.decider();
            AccessRequest request = AccessRequest.of(method, path)
                    .from(address)
                    .apiKey(key.reveal())
                    .build();
            out.println(what + ":");
            out.println(access.explain(request).toString().indent(2));
            out.println("  decided: " + decider.decide(request) + System.lineSeparator());
        }
    }
}
