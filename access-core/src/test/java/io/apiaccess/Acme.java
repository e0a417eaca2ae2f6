package io.apiaccess;

import static io.apiaccess.request.HttpMethod.GET;
import static io.apiaccess.request.HttpMethod.POST;

import io.apiaccess.admin.AccessAdmin;
import io.apiaccess.admin.IssuedKey;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.policy.Policy;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.request.HttpMethod;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The example of the documents: ACME Company, its mobile app, which may call Orders from 106.226.100.3/20, and its key. It
 * is held to no policy: tests set those they need.
 */
public final class Acme implements AutoCloseable {
    /** An address that the mobile app may call from. */
    public static final String INSIDE = "106.226.99.7";
    /** An address that it may not call from. */
    public static final String OUTSIDE = "203.0.113.9";

    /** Both clocks. */
    public final ManualTime time = new ManualTime();
    /** The object under test. */
    public final AccessControl access;
    /** Its management. */
    public final AccessAdmin admin;
    /** A private collection. */
    public final ApiCollection orders;
    /** A client with automatic registration. */
    public final Client acme;
    /** A profile with a grant of the collection. */
    public final AccessProfile mobile;
    /** The profile's key. */
    public final IssuedKey key;

    /** Sets the example up. */
    public Acme() {
        this(builder -> builder);
    }

    /** Sets the example up on an object with further settings. */
    public Acme(UnaryOperator<AccessControl.Builder> settings) {
        access = settings.apply(AccessControl.builder().clock(time).monotonicClock(time))
                .build();
        admin = access.admin();
        orders = admin.create(ApiCollection.named("Orders")
                .route("/orders/{id}", GET)
                .route("/orders", GET, POST)
                .build());
        acme = admin.create(Client.named("ACME Company").project("retail").build());
        mobile = admin.create(AccessProfile.named("ACME mobile", acme.id())
                .grant(orders.id())
                .allowFrom("106.226.100.3/20")
                .build());
        key = admin.issueKey(mobile.id());
    }

    /** Adds a policy and holds the profile to it. */
    public Policy hold(Policy.Builder policy) {
        Policy created = admin.create(policy.build());
        admin.update(admin.get(mobile.id()).toBuilder().policy(created.id()).build());
        return created;
    }

    /** Starts a request from an address inside. */
    public static AccessRequest.Builder request(HttpMethod method, String path) {
        return AccessRequest.of(method, path).from(INSIDE);
    }

    /** Decides a request from an address inside with the key. */
    public Decision decide(HttpMethod method, String path) {
        return decide(request(method, path).apiKey(key.reveal()));
    }

    /** Decides a request. */
    public Decision decide(AccessRequest.Builder request) {
        return access.decider().decide(request.build());
    }

    /** Returns why a request from an address inside with the key is denied, or {@code null} if it is not. */
    public @Nullable DenyReason reason(HttpMethod method, String path) {
        return reason(decide(method, path));
    }

    /** Returns why a request is denied, or {@code null} if it is not. */
    public @Nullable DenyReason reason(AccessRequest.Builder request) {
        return reason(decide(request));
    }

    /** Returns the reason of a denial, or {@code null} for an allowed decision. */
    public static @Nullable DenyReason reason(Decision decision) {
        return decision instanceof Decision.Denied denied ? denied.reason() : null;
    }

    @Override
    public void close() {
        access.close();
    }
}
