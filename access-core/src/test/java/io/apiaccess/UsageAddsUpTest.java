package io.apiaccess;

import static io.apiaccess.request.HttpMethod.DELETE;
import static io.apiaccess.request.HttpMethod.GET;
import static io.apiaccess.request.HttpMethod.POST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.admin.IssuedKey;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ProfileId;
import io.apiaccess.count.FlakyUsageStore;
import io.apiaccess.count.FlakyUsageStore.Mode;
import io.apiaccess.decision.Caller;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.spi.UsageDimension;
import io.apiaccess.spi.UsageKey;
import io.apiaccess.spi.UsageQuery;
import io.apiaccess.spi.UsageSum;
import io.apiaccess.usage.UsagePeriod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What the report says is what was decided, whatever the store of usage does meanwhile. */
@Rule({"S6", "trap 20"})
class UsageAddsUpTest {
    private static final int THREADS = 8;
    private static final int CALLS = 1_000_000;

    private final FlakyUsageStore store = new FlakyUsageStore();
    private final Acme acme = new Acme(builder -> builder.usageStore(store));

    @Test
    void toTheLastOfAMillionDecisions() throws InterruptedException, ExecutionException {
        List<AccessRequest> requests = requests();
        AtomicInteger decided = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Future<Map<String, Long>>> running = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            SplittableRandom random = new SplittableRandom(t);
            running.add(threads.submit(() -> naive(requests, random, decided)));
        }
        Mode[] modes = Mode.values();
        for (int phase = 0; decided.get() < CALLS; phase++) {
            store.mode(modes[phase % modes.length]);
            acme.time.pass(Duration.ofSeconds(20));
            int until = Math.min(CALLS, decided.get() + CALLS / 40);
            while (decided.get() < until) {
                Thread.onSpinWait();
            }
        }
        store.mode(Mode.SOUND);
        Map<String, Long> expected = new HashMap<>();
        for (Future<Map<String, Long>> each : running) {
            each.get().forEach((what, calls) -> expected.merge(what, calls, Long::sum));
        }
        threads.shutdown();
        Instant now = acme.time.instant();
        UsagePeriod all = UsagePeriod.of(now.minus(Duration.ofDays(9)), now.plus(Duration.ofDays(1)));
        assertEquals(CALLS, acme.access.usage().calls(all).report().calls());
        acme.close();
        assertEquals(
                CALLS, expected.values().stream().mapToLong(Long::longValue).sum());
        assertTrue(expected.size() > 8, expected.toString());
        assertEquals(expected, reported());
    }

    private Map<String, Long> naive(List<AccessRequest> requests, SplittableRandom random, AtomicInteger decided) {
        Map<String, Long> counts = new HashMap<>();
        for (int i = 0; i < CALLS / THREADS; i++) {
            Decision decision = acme.access.decider().decide(requests.get(random.nextInt(requests.size())));
            String profile =
                    decision.caller().map(Caller::profile).map(ProfileId::value).orElse("");
            DenyReason reason = Acme.reason(decision);
            String route = decision.route().map(it -> it.label()).orElse("");
            counts.merge(profile + " " + route + " " + reason, 1L, Long::sum);
            decided.incrementAndGet();
        }
        return counts;
    }

    private Map<String, Long> reported() {
        Map<String, Long> counts = new HashMap<>();
        Instant now = acme.time.instant();
        UsageQuery all = new UsageQuery(
                now.minus(Duration.ofDays(9)),
                now.plus(Duration.ofDays(1)),
                1,
                Set.of(UsageDimension.PROFILE, UsageDimension.ROUTE, UsageDimension.REASON),
                UsageQuery.Filter.ALL);
        for (UsageSum sum : store.sums(all)) {
            UsageKey key = sum.key();
            String what = key.profile().map(ProfileId::value).orElse("") + " "
                    + key.route().orElse("") + " " + key.reason().orElse(null);
            counts.merge(what, sum.allowed() + sum.denied(), Long::sum);
        }
        return counts;
    }

    private List<AccessRequest> requests() {
        Policy gold = acme.admin.create(Policy.named("gold")
                .limit(RateLimit.of(1_000).per(Duration.ofMinutes(1)))
                .build());
        List<AccessRequest> requests = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            AccessProfile.Builder profile =
                    AccessProfile.named("profile " + i, acme.acme.id()).grant(acme.orders.id());
            IssuedKey key = acme.admin.issueKey(acme.admin
                    .create((i % 2 == 0 ? profile : profile.policy(gold.id())).build())
                    .id());
            requests.add(AccessRequest.of(GET, "/orders/1").apiKey(key.reveal()).build());
            requests.add(AccessRequest.of(POST, "/orders").apiKey(key.reveal()).build());
            requests.add(
                    AccessRequest.of(DELETE, "/orders").apiKey(key.reveal()).build());
        }
        requests.add(AccessRequest.of(GET, "/orders/1").build());
        requests.add(AccessRequest.of(GET, "/orders/1").apiKey("nonsense").build());
        return requests;
    }
}
