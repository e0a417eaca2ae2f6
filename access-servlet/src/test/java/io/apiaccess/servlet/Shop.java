package io.apiaccess.servlet;

import static io.apiaccess.request.HttpMethod.DELETE;
import static io.apiaccess.request.HttpMethod.GET;
import static io.apiaccess.request.HttpMethod.POST;
import static io.apiaccess.request.HttpMethod.TRACE;

import io.apiaccess.AccessControl;
import io.apiaccess.AccessDecider;
import io.apiaccess.admin.AccessAdmin;
import io.apiaccess.admin.IssuedKey;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Route;
import io.apiaccess.api.Visibility;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.Grant;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.Decision;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.request.AccessRequest;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/**
 * The world of the tests. ACME Company has the profile {@code mobile}, which is granted Orders ({@code /orders/{id}},
 * {@code /orders}; DELETE needs a scope that it has not), and Admin is granted to nobody. Status ({@code /status}) and Public
 * ({@code /public/…}) are public. The clocks stand unless they are moved.
 */
final class Shop implements AutoCloseable {
    final AccessControl access;
    final AccessAdmin admin;
    final ApiCollection orders;
    final IssuedKey key;
    /** What the clock shows. */
    volatile Instant now = Instant.parse("2026-05-01T12:00:00Z");
    /** What was decided, in order. */
    final List<Decision> decisions = new CopyOnWriteArrayList<>();

    Shop() {
        this(builder -> builder);
    }

    /** Opens a shop with other parts. */
    Shop(UnaryOperator<AccessControl.Builder> parts) {
        access = parts.apply(AccessControl.builder().clock(() -> now).monotonicClock(() -> 0))
                .build();
        admin = access.admin();
        orders = admin.create(ApiCollection.named("Orders")
                .route("/orders/{id}", GET, TRACE)
                .route("/orders", GET, POST)
                .route("/parts/{rest...}", GET)
                .route(Route.at("/orders/{id}", DELETE).scopes("orders.delete", "orders.admin"))
                .build());
        admin.create(ApiCollection.named("Admin").basePath("/admin").build());
        admin.create(ApiCollection.named("Status")
                .visibility(Visibility.PUBLIC)
                .route("/status", GET)
                .build());
        admin.create(ApiCollection.named("Public")
                .visibility(Visibility.PUBLIC)
                .basePath("/public")
                .build());
        Client acme = admin.create(
                Client.named("ACME Company").id(new ClientId("acme")).build());
        AccessProfile mobile = admin.create(AccessProfile.named("mobile", acme.id())
                .id(new ProfileId("mobile"))
                .grant(Grant.of(orders.id()).scopes("orders.read"))
                .build());
        key = admin.issueKey(mobile.id());
    }

    /** Holds the profile to a policy with the id {@code gold}. */
    void hold(Policy.Builder policy) {
        Policy created = admin.create(policy.id(new PolicyId("gold")).build());
        admin.update(mobile().toBuilder().policy(created.id()).build());
    }

    void allowFrom(String ranges) {
        admin.update(mobile().toBuilder().allowFrom(ranges).build());
    }

    AccessProfile mobile() {
        return admin.get(new ProfileId("mobile"));
    }

    /** Returns the decider, which remembers what it has decided. */
    AccessDecider decider() {
        return this::decide;
    }

    private Decision decide(AccessRequest request) {
        Decision decision = access.decider().decide(request);
        decisions.add(decision);
        return decision;
    }

    @Override
    public void close() {
        access.close();
    }
}
