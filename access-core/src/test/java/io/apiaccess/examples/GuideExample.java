package io.apiaccess.examples;

import static io.apiaccess.request.HttpMethod.DELETE;
import static io.apiaccess.request.HttpMethod.GET;
import static io.apiaccess.request.HttpMethod.POST;

import io.apiaccess.AccessControl;
import io.apiaccess.admin.AccessAdmin;
import io.apiaccess.admin.ConfigurationDocument.Change;
import io.apiaccess.admin.ConfigurationDocument.Force;
import io.apiaccess.admin.Finding;
import io.apiaccess.admin.Insight;
import io.apiaccess.admin.IssuedKey;
import io.apiaccess.admin.KeySpec;
import io.apiaccess.admin.NotPermittedException;
import io.apiaccess.admin.Registered;
import io.apiaccess.admin.StaleRevisionException;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Route;
import io.apiaccess.api.Visibility;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.client.Grant;
import io.apiaccess.client.Registration;
import io.apiaccess.decision.Decision;
import io.apiaccess.policy.LimitOverride;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.policy.TimeWindow;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.spi.AccessStore;
import io.apiaccess.spi.Actor;
import io.apiaccess.spi.Actor.Permission;
import io.apiaccess.spi.AuditEntry;
import io.apiaccess.spi.AuditQuery;
import io.apiaccess.spi.Page;
import io.apiaccess.spi.Query;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The program of docs/guide.md: an owner's walk through all of the management, on any store. */
public final class GuideExample {
    private GuideExample() {}

    /** Walks, and throws if the library does not say what the guide says. */
    public static void run(AccessStore store, InstantSource clock) {
        try (AccessControl access = AccessControl.builder()
                .store(store)
                .clock(clock)
                .condition("country", asked -> asked.parameters().get("is").equals("DE"))
                .build()) {
            walk(access, clock);
        }
    }

    private static void walk(AccessControl access, InstantSource clock) {
        AccessAdmin admin = access.admin("Olga");

        ApiCollection status = admin.create(ApiCollection.named("Status")
                .visibility(Visibility.PUBLIC)
                .route("/status", GET)
                .build());

        Policy gold = admin.create(Policy.named("Gold")
                .project("retail")
                .shared(true)
                .label("2026")
                .limit(RateLimit.of(100).per(Duration.ofMinutes(1)))
                .limit(Quota.of(1_000_000).perMonth())
                .build());
        Plan goldPlan = admin.create(
                Plan.named("Gold", gold.id()).project("retail").version("1").build());
        admin.lock(goldPlan.id());

        ApiCollection orders = admin.create(ApiCollection.named("Orders")
                .version("v1")
                .project("retail")
                .route("/orders", GET, POST)
                .route("/orders/{id}", GET)
                .route(Route.at("/orders/{id}", DELETE).scopes("orders.delete").cost(5))
                .plan(goldPlan.id())
                .build());

        Client acme = admin.create(Client.named("ACME Company")
                .description("Our first customer")
                .project("retail")
                .registration(Registration.MANUAL)
                .build());

        AccessProfile mobile = admin.create(AccessProfile.named("ACME mobile", acme.id())
                .version("1.0")
                .grant(Grant.of(orders.id()).plan(goldPlan.id()).readOnly())
                .allowFrom("106.226.100.3/20")
                .build());
        IssuedKey key =
                admin.issueKey(mobile.id(), KeySpec.plain().label("first").lifetime(Duration.ofDays(365)));

        AccessRequest request = AccessRequest.of(GET, "/orders/42")
                .from("106.226.99.7")
                .apiKey(key.reveal())
                .build();
        Decision early = access.decider().decide(request); // Denied PROFILE_NOT_REGISTERED

        Registered first = admin.register(mobile.id());
        Decision decision = access.decider().decide(request); // Allowed

        admin.update(
                admin.get(mobile.id()).toBuilder().allowFrom("203.0.113.0/24").build());
        List<String> waiting = admin.pendingChanges(mobile.id());
        // may also call from 203.0.113.0/24
        admin.register(mobile.id());
        Registered again = admin.register(mobile.id());
        boolean nothing = again.isUnchanged();
        // profile `ACME mobile` was registered as it is, and nothing has changed

        AccessProfile next = admin.cloneVersion(mobile.id(), "ACME mobile 2", "2.0");
        admin.register(next.id());
        IssuedKey nextKey = admin.issueKey(next.id());
        IssuedKey fresh = admin.refreshKey(key.id(), Duration.ofDays(7));

        Policy hours = admin.create(Policy.named("Office hours")
                .project("retail")
                .during(TimeWindow.daily(LocalTime.of(8, 0), LocalTime.of(18, 0))
                        .on(
                                DayOfWeek.MONDAY,
                                DayOfWeek.TUESDAY,
                                DayOfWeek.WEDNESDAY,
                                DayOfWeek.THURSDAY,
                                DayOfWeek.FRIDAY)
                        .in(ZoneId.of("Europe/Berlin")))
                .condition("country", Map.of("is", "DE"))
                .blockFrom("198.51.100.0/24")
                .build());
        admin.update(admin.get(acme.id()).toBuilder().policy(hours.id()).build());

        Policy fair = admin.create(Policy.named("Fair use")
                .limit(RateLimit.of(20).per(Duration.ofSeconds(1)).scope(LimitScope.CLIENT))
                .build());
        AccessProfile held =
                admin.update(admin.get(next.id()).toBuilder().policy(fair.id()).build());
        admin.update(admin.get(acme.id()).toBuilder()
                .override(
                        new LimitOverride(fair.id(), "rate", 50, clock.instant().plus(Duration.ofDays(3))))
                .build());

        Insight insight = admin.insight();
        Insight.EffectivePolicy effective = insight.effectivePolicy(mobile.id(), GET, "/orders/42");
        List<AccessProfile> callers = insight.whoCan(GET, "/orders/42").profiles();
        List<Insight.Callable> callable = insight.whatCan(mobile.id());
        List<Finding> odd = insight.lint();
        // HOST_BITS profile `…`: range `106.226.100.3/20` has bits behind its prefix: …

        Query query = Query.all().inProject("retail").named("acme").limit(50);
        Page<Client> page = admin.search().clients(query);
        while (page.next().isPresent()) {
            page = admin.search().clients(query.after(page.next().get()));
        }

        AccessAdmin support = access.adminFor(Actor.of("Sam of support", Map.of("retail", Permission.EDIT)));
        support.disableKey(fresh.id());
        support.enableKey(fresh.id());
        Optional<ApiCollection> unseen = support.find(status.id()); // nothing: it belongs to no project
        String missing = "";
        try {
            support.retire(acme.id());
        } catch (NotPermittedException refused) {
            missing = refused.getMessage(); // permission `ADMIN` in project `retail` is missing, …
        }

        Client stale = acme.toBuilder().description("an edit of an old state").build();
        List<String> both = List.of();
        try {
            admin.update(stale);
        } catch (StaleRevisionException changedMeanwhile) {
            both = changedMeanwhile.differences();
        }

        AuditQuery ofMobile = AuditQuery.newest().of(mobile.id()).by("Olga");
        List<AuditEntry> history = admin.audit(ofMobile);
        List<AuditEntry> older = admin.audit(ofMobile.before(history.get(history.size() - 1)));

        String document = admin.configuration().export();
        String edited = document.replace("Our first customer", "Our best customer");
        List<Change> plan = admin.configuration().diff(edited);
        // UPDATE client `…`, client `ACME Company`: description: `Our first customer` → `Our best customer`
        List<Change> done = admin.configuration().apply(edited, Force.NO, plan);

        byte[] known = sha256("a key that another product has made");
        admin.importKeyDigest(next.id(), known, KeySpec.plain().label("moved"));

        admin.deactivate(acme.id());
        admin.activate(acme.id());
        admin.retire(mobile.id());
        admin.delete(mobile.id(), false);

        check(!early.isAllowed() && decision.isAllowed(), early + ", " + decision);
        check(first.changes().size() == 3 && nothing, first + ", " + again);
        check(waiting.equals(List.of("may also call from 203.0.113.0/24")), waiting);
        check(effective.policies().size() == 2 && effective.objection().isEmpty(), effective);
        check(callers.size() == 2 && callable.size() == 3, callers + ", " + callable);
        check(odd.stream().anyMatch(finding -> finding.kind() == Finding.Kind.HOST_BITS), odd);
        check(page.items().size() == 1 && unseen.isEmpty() && missing.contains("`ADMIN`"), page + missing);
        check(both.size() == 3, both);
        check(history.size() >= 4 && older.isEmpty(), history);
        check(plan.size() == 1 && plan.equals(done), plan + ", " + done);
        check(held.terms().policy().equals(Optional.of(fair.id())), held);
        check(!nextKey.reveal().equals(fresh.reveal()) && clock.instant().isAfter(Instant.EPOCH), "keys");
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void check(boolean holds, Object found) {
        if (!holds) {
            throw new AssertionError(found);
        }
    }
}
