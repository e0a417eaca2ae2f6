package io.apiaccess.examples;

import static io.apiaccess.request.HttpMethod.GET;
import static io.apiaccess.request.HttpMethod.POST;

import io.apiaccess.AccessControl;
import io.apiaccess.AccessDecider;
import io.apiaccess.Health;
import io.apiaccess.ManualTime;
import io.apiaccess.admin.AccessAdmin;
import io.apiaccess.admin.IssuedKey;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.CollectionId;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.log.DecisionLog;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.Quota;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.spi.UsageDimension;
import io.apiaccess.usage.LimitUsage;
import io.apiaccess.usage.UsagePeriod;
import io.apiaccess.usage.UsageReport;
import io.apiaccess.usage.UsageReports;
import io.apiaccess.usage.UsageUnit;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The code of docs/usage.md, and what it prints. */
final class UsageExample {
    private static final ProfileId MOBILE = new ProfileId("mobile");

    private final ManualTime time = new ManualTime();
    private final StringBuilder log = new StringBuilder();
    private final AccessControl access = AccessControl.builder()
            .clock(time)
            .monotonicClock(time)
            .decisions(DecisionLog.to(line -> log.append(line).append('\n')))
            .build();

    /** Returns an example with a day of calls. */
    UsageExample() {
        AccessAdmin admin = access.admin();
        ApiCollection orders = admin.create(ApiCollection.named("Orders")
                .id(new CollectionId("orders"))
                .route("/orders/{id}", GET)
                .route("/orders", GET, POST)
                .build());
        Policy gold = admin.create(Policy.named("Gold")
                .id(new PolicyId("gold"))
                .limit(Quota.of(10).perDay())
                .build());
        Client acme = admin.create(
                Client.named("ACME Company").id(new ClientId("acme")).build());
        IssuedKey mobile = admin.issueKey(admin.create(AccessProfile.named("ACME mobile", acme.id())
                        .id(MOBILE)
                        .grant(orders.id())
                        .policy(gold.id())
                        .build())
                .id());
        IssuedKey desktop = admin.issueKey(admin.create(AccessProfile.named("ACME desktop", acme.id())
                        .id(new ProfileId("desktop"))
                        .grant(orders.id())
                        .build())
                .id());
        for (int hour = 0; hour < 3; hour++) {
            for (int call = 0; call < 4; call++) {
                call(AccessRequest.of(GET, "/orders/" + call).apiKey(mobile.reveal()));
                call(AccessRequest.of(POST, "/orders").apiKey(desktop.reveal()));
            }
            call(AccessRequest.of(GET, "/invoices").apiKey(desktop.reveal()));
            call(AccessRequest.of(GET, "/orders/1"));
            call(AccessRequest.of(GET, "/orders/1").apiKey("a key that is none"));
            time.pass(Duration.ofHours(1));
        }
    }

    /** Returns what the reports print, in the order of the page. */
    List<String> reports() {
        UsageReports usage = access.usage();
        UsagePeriod today = UsagePeriod.day(LocalDate.of(2026, 3, 2), ZoneId.of("Europe/Berlin"));

        UsageReport byHour = usage.calls(today)
                .per(UsageUnit.HOUR)
                .by(UsageDimension.PROFILE)
                .report();
        UsageReport routes = usage.topRoutes(today, 5);
        UsageReport denials = usage.denials(today);
        List<LimitUsage> limits = usage.limits(MOBILE);

        return List.of(byHour.toString(), routes.toString(), denials.toString(), words(limits), byHour.toCsv());
    }

    /** Returns the first line of the decision log. */
    String firstLine() {
        return log.substring(0, log.indexOf("\n"));
    }

    /** Returns what a replay says. */
    String replay() {
        access.admin()
                .update(access.admin().get(MOBILE).toBuilder()
                        .allowFrom("192.0.2.0/24")
                        .build());
        try (Stream<String> lines = log.toString().lines()) {
            return access.replay(lines).toString();
        }
    }

    static AccessDecider guarded(AccessControl access, Predicate<AccessRequest> suspicious) {
        AccessDecider guarded = access.decider(rules -> request -> {
            Decision decision = rules.decide(request);
            return decision instanceof Decision.Allowed allowed && suspicious.test(request)
                    ? allowed.refused(DenyReason.REFUSED_BY_APPLICATION)
                    : decision;
        });
        return guarded;
    }

    static void bind(AccessControl access, MeterRegistry registry) {
        FunctionCounter.builder("access.calls", access, it -> it.health().allowed())
                .tag("outcome", "allowed")
                .register(registry);
        FunctionCounter.builder("access.calls", access, it -> it.health().denied())
                .tag("outcome", "denied")
                .register(registry);
        FunctionCounter.builder(
                        "access.usage.dropped", access, it -> it.health().usageDropped())
                .register(registry);
        Gauge.builder("access.events.waiting", access, it -> it.health().eventsWaiting())
                .register(registry);
        Gauge.builder(
                        "access.snapshot.age",
                        access,
                        it -> it.health().snapshotAge().toMillis() / 1_000.0)
                .baseUnit("seconds")
                .register(registry);
    }

    AccessControl access() {
        return access;
    }

    Health health() {
        return access.health();
    }

    private static String words(List<LimitUsage> limits) {
        StringBuilder out = new StringBuilder();
        for (LimitUsage it : limits) {
            out.append(it.limit().name() + " of " + it.subject().value() + ": " + it.used() + " used, " + it.left()
                    + " left, new in " + it.resetAfter() + "\n");
        }
        return out.toString();
    }

    private void call(AccessRequest.Builder request) {
        access.decider().decide(request.from("203.0.113.9").build());
    }
}
