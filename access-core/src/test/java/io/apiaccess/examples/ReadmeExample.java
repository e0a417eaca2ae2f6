package io.apiaccess.examples;

import static io.apiaccess.request.HttpMethod.GET;

import io.apiaccess.AccessControl;
import io.apiaccess.AccessDecider;
import io.apiaccess.admin.AccessAdmin;
import io.apiaccess.admin.IssuedKey;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.CollectionId;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.CertificateCondition;
import io.apiaccess.client.Client;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.OAuth2;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.request.AccessRequest;
import java.time.Duration;

/** The code of README.md, which its test compares with this file. */
final class ReadmeExample {
    private ReadmeExample() {}

    static Decision twelveLines() {
        AccessControl access = AccessControl.inMemory();
        AccessAdmin admin = access.admin();
        ApiCollection orders = admin.create(
                ApiCollection.named("Orders").route("/orders/{id}", GET).build());
        Policy gold = admin.create(Policy.named("Gold")
                .limit(RateLimit.of(100).per(Duration.ofMinutes(1)))
                .build());
        Client acme = admin.create(Client.named("ACME Company").build());
        AccessProfile mobile = admin.create(AccessProfile.named("ACME mobile", acme.id())
                .grant(orders.id())
                .policy(gold.id())
                .allowFrom("106.226.100.3/20")
                .build());
        IssuedKey key = admin.issueKey(mobile.id());

        AccessRequest request = AccessRequest.of(GET, "/orders/42")
                .from("203.0.113.9")
                .apiKey(key.reveal())
                .build();
        Decision decision = access.decider().decide(request);
        System.out.println(decision); // Denied ADDRESS_NOT_ALLOWED: GET `/orders/42` from 203.0.113.9 by profile …
        return decision;
    }

    static AccessProfile token(AccessAdmin admin, ClientId acme, CollectionId orders) {
        AccessProfile robot = admin.create(AccessProfile.named("ACME robot", acme)
                .grant(orders)
                .authentication(OAuth2.builder()
                        .discover("https://issuer.example")
                        .claims(claims -> claims.audience("https://api.example/orders"))
                        .externalSubject("https://issuer.example", "acme-robot") // its client_id there
                        .build())
                .certificate(CertificateCondition.builder()
                        .subject("CN=robot,O=ACME Company")
                        .build())
                .build());
        return robot;
    }

    /** What an application knows of its own. */
    interface Maintenance {
        boolean isRunning();
    }

    static AccessDecider wrapper(AccessControl access, Maintenance maintenance) {
        AccessDecider guarded = access.decider(rules -> request -> maintenance.isRunning()
                ? Decision.denied(request, DenyReason.REFUSED_BY_APPLICATION).retryAfter(Duration.ofMinutes(10))
                : rules.decide(request));
        return guarded;
    }
}
