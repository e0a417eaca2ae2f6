package io.apiaccess.jdbc;

import static io.apiaccess.request.HttpMethod.DELETE;
import static io.apiaccess.request.HttpMethod.GET;
import static io.apiaccess.request.HttpMethod.POST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Acme;
import io.apiaccess.Health;
import io.apiaccess.Rule;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.Caller;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.spi.StoreException;
import io.apiaccess.spi.UsageDimension;
import io.apiaccess.spi.UsageKey;
import io.apiaccess.spi.UsageQuery;
import io.apiaccess.spi.UsageStore;
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
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the report says is what was decided, though the database is slow, cuts off its answers, is gone, says nothing, and is
 * killed meanwhile. {@code -Ddecisions=1000000} decides so often. H2's driver asks a server that is gone for seconds, each
 * time; that what it keeps adds up is in the test of its store.
 */
@ParameterizedClass
@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "H2")
@Rule({"S6", "trap 20"})
class UsageThroughKillsTest {
    private static final int ROUND = 100_000;
    private static final int ROUNDS = Integer.getInteger("decisions", ROUND) / ROUND;
    private static final long SEED = Long.getLong("seed", 20_261_127L);
    private static final int THREADS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<Trouble> TROUBLES = List.of(
            Trouble.NONE,
            Trouble.SLOW,
            Trouble.CUT,
            Trouble.KILLED,
            Trouble.CUT,
            Trouble.GONE,
            Trouble.CUT,
            Trouble.SILENT,
            Trouble.CUT,
            Trouble.NONE);

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Server server;
    private final TcpProxy proxy;
    private final TestPool pool;
    private final Acme acme;
    private final List<AccessRequest> requests;
    private final AtomicInteger reports = new AtomicInteger();

    UsageThroughKillsTest(Engine engine) {
        server = Server.durable(engine);
        server.create("used");
        proxy = TcpProxy.to(server.port());
        pool = new TestPool(server.url("used", proxy.port()), 8).patience(Duration.ofSeconds(1));
        acme = new Acme(builder -> builder.usageStore(store(pool)));
        requests = requests();
    }

    @AfterEach
    void stop() {
        proxy.heal();
        acme.close();
        pool.close();
        proxy.close();
        server.close();
    }

    /** What goes wrong with the database while decisions are counted. */
    private enum Trouble {
        NONE,
        SLOW,
        CUT,
        GONE,
        SILENT,
        KILLED
    }

    @Test
    void addsUpToTheLastDecision() throws InterruptedException, ExecutionException {
        Map<String, Long> decided = new HashMap<>();
        Thread reporting = new Thread(this::report);
        reporting.start();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        for (int round = 0; round < ROUNDS; round++) {
            for (Trouble trouble : TROUBLES) {
                decide(threads, trouble).forEach((what, calls) -> decided.merge(what, calls, Long::sum));
                acme.time.pass(Duration.ofSeconds(20));
            }
        }
        threads.shutdown();
        awaitAllWritten();
        reporting.interrupt();
        reporting.join();
        Instant now = acme.time.instant();
        UsagePeriod all = UsagePeriod.of(now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(1)));
        assertEquals(
                (long) ROUNDS * ROUND, acme.access.usage().calls(all).report().calls());
        acme.close();
        assertEquals(
                (long) ROUNDS * ROUND,
                decided.values().stream().mapToLong(Long::longValue).sum());
        assertEquals(decided, stored(), "seed " + SEED);
        Health health = acme.access.health();
        assertEquals(List.of(0L, 0L), List.of(health.usageDropped(), health.usageUnsorted()));
    }

    /** Decides on all threads while something goes wrong, and returns how often what came out. */
    private Map<String, Long> decide(ExecutorService threads, Trouble trouble)
            throws InterruptedException, ExecutionException {
        List<Future<Map<String, Long>>> running = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            SplittableRandom own = random.split();
            running.add(threads.submit(() -> decide(own, ROUND / TROUBLES.size() / THREADS)));
        }
        begin(trouble);
        Map<String, Long> decided = new HashMap<>();
        for (Future<Map<String, Long>> each : running) {
            each.get().forEach((what, calls) -> decided.merge(what, calls, Long::sum));
        }
        if (trouble != Trouble.SILENT) {
            awaitReports(2);
        }
        end(trouble);
        return decided;
    }

    private void begin(Trouble trouble) {
        switch (trouble) {
            case NONE -> {}
            case SLOW -> proxy.delay(Duration.ofMillis(30));
            case CUT -> proxy.cutAfter(random.nextLong(2_000));
            case GONE -> proxy.refuse();
            case SILENT -> proxy.blackHole();
            case KILLED -> server.kill();
        }
    }

    private void end(Trouble trouble) {
        if (trouble == Trouble.KILLED) {
            server.restart();
        }
        proxy.heal();
    }

    /** Has everything written again and again, so that something is on its way whatever happens. */
    private void report() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                acme.access.usage().lastUsed(acme.mobile.id());
            } catch (StoreException e) {
                LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
            }
            reports.incrementAndGet();
        }
    }

    private void awaitReports(int more) {
        int from = reports.get();
        long start = System.nanoTime();
        while (reports.get() < from + more) {
            LockSupport.parkNanos(1_000_000);
            assertTrue(System.nanoTime() - start < PATIENCE.toNanos(), "nothing is written or refused");
        }
    }

    private void awaitAllWritten() {
        long start = System.nanoTime();
        do {
            awaitReports(2);
            assertTrue(System.nanoTime() - start < PATIENCE.toNanos(), "the database does not come back");
        } while (!acme.access.health().usageStoreUp() || acme.access.health().usageWaiting() > 0);
    }

    private Map<String, Long> decide(SplittableRandom random, int calls) {
        Map<String, Long> counts = new HashMap<>();
        for (int i = 0; i < calls; i++) {
            Decision decision = acme.access.decider().decide(requests.get(random.nextInt(requests.size())));
            String profile =
                    decision.caller().map(Caller::profile).map(ProfileId::value).orElse("");
            DenyReason reason = decision instanceof Decision.Denied denied ? denied.reason() : null;
            String route = decision.route().map(it -> it.label()).orElse("");
            counts.merge(profile + " " + route + " " + reason, 1L, Long::sum);
        }
        return counts;
    }

    private Map<String, Long> stored() {
        Map<String, Long> counts = new HashMap<>();
        Instant now = acme.time.instant();
        UsageQuery all = new UsageQuery(
                now.minus(Duration.ofDays(1)),
                now.plus(Duration.ofDays(1)),
                1,
                Set.of(UsageDimension.PROFILE, UsageDimension.ROUTE, UsageDimension.REASON),
                UsageQuery.Filter.ALL);
        try (UsageStore store = store(new UrlDataSource(server.url("used", server.port())))) {
            for (UsageSum sum : store.sums(all)) {
                UsageKey key = sum.key();
                String what = key.profile().map(ProfileId::value).orElse("") + " "
                        + key.route().orElse("") + " " + key.reason().orElse(null);
                counts.merge(what, sum.allowed() + sum.denied(), Long::sum);
            }
        }
        return counts;
    }

    private static UsageStore store(UrlDataSource source) {
        return JdbcUsageStore.builder(source).timeout(Duration.ofSeconds(10)).build();
    }

    private List<AccessRequest> requests() {
        Policy gold = acme.admin.create(Policy.named("gold")
                .limit(RateLimit.of(1_000).per(Duration.ofMinutes(1)))
                .build());
        List<AccessRequest> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            AccessProfile.Builder profile =
                    AccessProfile.named("profile " + i, acme.acme.id()).grant(acme.orders.id());
            String key = acme.admin
                    .issueKey(acme.admin
                            .create((i % 2 == 0 ? profile : profile.policy(gold.id())).build())
                            .id())
                    .reveal();
            all.add(AccessRequest.of(GET, "/orders/1").apiKey(key).build());
            all.add(AccessRequest.of(POST, "/orders").apiKey(key).build());
            all.add(AccessRequest.of(DELETE, "/orders").apiKey(key).build());
        }
        all.add(AccessRequest.of(GET, "/orders/1").build());
        all.add(AccessRequest.of(GET, "/orders/1").apiKey("nonsense").build());
        return all;
    }
}
