package io.apiaccess;

import static io.apiaccess.request.HttpMethod.DELETE;
import static io.apiaccess.request.HttpMethod.GET;
import static io.apiaccess.request.HttpMethod.POST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.admin.IssuedKey;
import io.apiaccess.admin.KeySpec;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Visibility;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.OAuth2;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.memory.MemoryUsageStore;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.request.HttpMethod;
import io.apiaccess.spi.LastUse;
import io.apiaccess.spi.LimitSubject;
import io.apiaccess.spi.UsageBatch;
import io.apiaccess.spi.UsageDimension;
import io.apiaccess.spi.UsageQuery;
import io.apiaccess.spi.UsageRetention;
import io.apiaccess.spi.UsageStore;
import io.apiaccess.spi.UsageSum;
import io.apiaccess.usage.LimitUsage;
import io.apiaccess.usage.Unused;
import io.apiaccess.usage.UsagePeriod;
import io.apiaccess.usage.UsageReport;
import io.apiaccess.usage.UsageRow;
import io.apiaccess.usage.UsageUnit;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who used what, as reports say it. */
@Rule("S6")
class UsageTest {
    private static final UsagePeriod ALL =
            UsagePeriod.of(Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2027-01-01T00:00:00Z"));

    private final Acme acme = new Acme();

    @AfterEach
    void close() {
        acme.close();
    }

    @Test
    void countsEveryDecisionByWhoAndWhatAndWhy() {
        acme.admin.create(ApiCollection.named("News")
                .visibility(Visibility.PUBLIC)
                .route("/news", GET)
                .build());
        acme.decide(GET, "/orders/1");
        acme.decide(GET, "/orders/2");
        acme.decide(DELETE, "/orders");
        acme.decide(Acme.request(GET, "/news"));
        acme.decide(Acme.request(GET, "/orders/1"));
        acme.decide(Acme.request(GET, "/orders/1").apiKey("nonsense"));
        acme.decide(Acme.request(GET, "/orders/1").apiKey(acme.key.reveal()).from(Acme.OUTSIDE));
        UsageReport report = acme.access
                .usage()
                .calls(ALL)
                .by(UsageDimension.CLIENT, UsageDimension.ROUTE, UsageDimension.REASON)
                .report();
        assertEquals(
                Map.of(
                        "acme GET /orders/{id} ", 2L,
                        "acme  method-not-allowed", 1L,
                        "acme  address-not-allowed", 1L,
                        "anonymous GET /news ", 1L,
                        "anonymous  missing-credential", 1L,
                        "unproven  malformed-credential", 1L),
                report.rows().stream().collect(Collectors.toMap(this::words, UsageRow::calls)));
        assertEquals(List.of(7L, 3L, 4L), List.of(report.calls(), report.allowed(), report.denied()));
        assertTrue(report.isExact());
    }

    private String words(UsageRow row) {
        String caller = row.key()
                .client()
                .map(id -> "acme")
                .orElse(row.key().caller().orElseThrow().code());
        return caller + " " + row.key().route().orElse("") + " "
                + row.key().reason().map(reason -> reason.code()).orElse("");
    }

    @Test
    void anExplanationIsNoCall() {
        acme.access.explain(
                Acme.request(GET, "/orders/1").apiKey(acme.key.reveal()).build());
        assertEquals(0, acme.access.usage().calls(ALL).report().calls());
    }

    @Test
    void hasARowForEachStretchOfTime() {
        acme.time.set(Instant.parse("2026-03-31T21:59:30Z"));
        for (int i = 0; i < 4; i++) {
            acme.decide(GET, "/orders/1");
            acme.time.pass(Duration.ofMinutes(30));
        }
        assertEquals(
                List.of("2026-03-31T21:59:00Z", "2026-03-31T22:29:00Z", "2026-03-31T22:59:00Z", "2026-03-31T23:29:00Z"),
                starts(UsageUnit.MINUTE, ALL));
        assertEquals(
                List.of("2026-03-31T21:00:00Z", "2026-03-31T22:00:00Z", "2026-03-31T23:00:00Z"),
                starts(UsageUnit.HOUR, ALL));
        assertEquals(List.of("2026-03-31T00:00:00Z"), starts(UsageUnit.DAY, ALL));
        assertEquals(List.of("2026-03-01T00:00:00Z"), starts(UsageUnit.MONTH, ALL));
    }

    @Test
    @Rule("trap 3")
    void goesByTheZoneThatIsAskedFor() {
        acme.time.set(Instant.parse("2026-03-31T21:59:30Z"));
        acme.decide(GET, "/orders/1");
        acme.time.pass(Duration.ofMinutes(1));
        acme.decide(GET, "/orders/1");
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        UsagePeriod april = UsagePeriod.month(YearMonth.of(2026, 4), berlin);
        assertEquals(List.of("2026-03-31T22:00:00Z"), starts(UsageUnit.DAY, april));
        assertEquals(
                List.of("2026-03-30T22:00:00Z", "2026-03-31T22:00:00Z"),
                starts(UsageUnit.DAY, new UsagePeriod(ALL.from(), ALL.to(), berlin)));
        assertEquals(1, acme.access.usage().calls(april).report().calls());
        assertEquals(
                0,
                acme.access
                        .usage()
                        .calls(UsagePeriod.day(LocalDate.of(2026, 4, 1), ZoneOffset.UTC))
                        .report()
                        .calls());
    }

    @Test
    @Rule("trap 3")
    void anHourIsNeverLongerThanSixtyMinutes() {
        ZoneId lordHowe = ZoneId.of("Australia/Lord_Howe");
        acme.time.set(Instant.parse("2026-04-04T14:05:00Z"));
        for (int i = 0; i < 8; i++) {
            acme.decide(GET, "/orders/1");
            acme.time.pass(Duration.ofMinutes(15));
        }
        assertEquals(
                List.of("2026-04-04T14:00:00Z", "2026-04-04T15:00:00Z", "2026-04-04T15:30:00Z"),
                starts(UsageUnit.HOUR, new UsagePeriod(ALL.from(), ALL.to(), lordHowe)));
    }

    private List<String> starts(UsageUnit unit, UsagePeriod period) {
        return acme.access.usage().calls(period).per(unit).report().rows().stream()
                .map(row -> row.start().toString())
                .toList();
    }

    @Test
    void narrowsDown() {
        AccessProfile desktop = acme.admin.create(AccessProfile.named("ACME desktop", acme.acme.id())
                .grant(acme.orders.id())
                .build());
        IssuedKey other = acme.admin.issueKey(desktop.id());
        acme.decide(GET, "/orders/1");
        acme.decide(POST, "/orders");
        acme.decide(Acme.request(GET, "/orders/1").apiKey(other.reveal()));
        var usage = acme.access.usage();
        assertEquals(3, usage.calls(ALL).of(acme.acme.id()).report().calls());
        assertEquals(1, usage.calls(ALL).of(desktop.id()).report().calls());
        assertEquals(1, usage.calls(ALL).of(other.key().id()).report().calls());
        assertEquals(3, usage.calls(ALL).of(acme.orders.id()).report().calls());
        assertEquals(
                2,
                usage.calls(ALL)
                        .of(acme.orders.id(), "GET /orders/{id}")
                        .report()
                        .calls());
        assertEquals(0, usage.calls(ALL).of(new ClientId("nobody")).report().calls());
    }

    @Test
    void ranksClientsRoutesAndReasons() {
        Client quiet = acme.admin.create(Client.named("Quiet").build());
        AccessProfile one = acme.admin.create(
                AccessProfile.named("one", quiet.id()).grant(acme.orders.id()).build());
        IssuedKey key = acme.admin.issueKey(one.id());
        acme.decide(GET, "/orders/1");
        acme.decide(GET, "/orders/1");
        acme.decide(POST, "/orders");
        acme.decide(Acme.request(GET, "/orders/1").apiKey(key.reveal()));
        acme.decide(GET, "/nowhere");
        acme.decide(Acme.request(GET, "/orders/1"));
        acme.decide(Acme.request(GET, "/orders/1"));
        var usage = acme.access.usage();
        assertEquals(
                List.of(Optional.of(acme.acme.id()), Optional.empty()),
                usage.topClients(ALL, 2).rows().stream()
                        .map(row -> row.key().client())
                        .toList());
        assertEquals(
                List.of("GET /orders/{id}", "GET,POST /orders"),
                usage.topRoutes(ALL, 5).rows().stream()
                        .map(row -> row.key().route().orElseThrow())
                        .toList());
        assertEquals(
                List.of("missing-credential 2", "no-such-route 1"),
                usage.denials(ALL).rows().stream()
                        .map(row -> row.key().reason().orElseThrow().code() + " " + row.calls())
                        .toList());
    }

    @Test
    void saysWhatOfEachLimitIsUsedAndLeft() {
        Policy plan = acme.admin.create(Policy.named("together")
                .limit(Quota.of(100).perDay().scope(LimitScope.CLIENT))
                .limit(RateLimit.of(5).per(Duration.ofMinutes(1)).scope(LimitScope.KEY))
                .build());
        acme.admin.update(
                acme.admin.get(acme.acme.id()).toBuilder().policy(plan.id()).build());
        acme.hold(Policy.named("gold").limit(Quota.of(10).perDay().scope(LimitScope.PROFILE_AND_COLLECTION)));
        acme.decide(GET, "/orders/1");
        acme.decide(GET, "/orders/1");
        List<LimitUsage> limits = acme.access.usage().limits(acme.mobile.id());
        assertEquals(
                Map.of(
                        LimitSubject.of(acme.acme.id()), "2 of 100",
                        LimitSubject.of(acme.key.key().id()), "2 of 5",
                        LimitSubject.of(acme.mobile.id(), acme.orders.id()), "2 of 10"),
                limits.stream()
                        .collect(Collectors.toMap(
                                LimitUsage::subject, it -> it.used() + " of " + (it.used() + it.left()))));
        assertEquals(
                Duration.ofHours(14),
                limits.stream()
                        .filter(it -> it.limit() instanceof Quota)
                        .findFirst()
                        .orElseThrow()
                        .resetAfter());
        assertThrows(NoSuchElementException.class, () -> acme.access.usage().limits(new ProfileId("nobody")));
    }

    @Test
    void knowsWhenAKeyAndAProfileWereUsedLast() {
        assertEquals(Optional.empty(), acme.access.usage().lastUsed(acme.mobile.id()));
        acme.decide(GET, "/orders/1");
        Instant first = acme.time.instant();
        acme.time.pass(Duration.ofSeconds(90));
        IssuedKey second = acme.admin.issueKey(acme.mobile.id());
        acme.decide(Acme.request(GET, "/nowhere").apiKey(second.reveal()));
        var usage = acme.access.usage();
        assertEquals(Optional.of(first), usage.lastUsed(acme.key.key().id()));
        assertEquals(
                Optional.of(acme.time.instant()), usage.lastUsed(second.key().id()));
        assertEquals(Optional.of(acme.time.instant()), usage.lastUsed(acme.mobile.id()));
        acme.admin.revokeKey(second.key().id());
        acme.time.pass(Duration.ofSeconds(90));
        acme.decide(Acme.request(GET, "/orders/1").apiKey(second.reveal()));
        assertEquals(
                Optional.of(acme.time.instant().minusSeconds(90)),
                usage.lastUsed(second.key().id()));
    }

    @Test
    void findsWhatNobodyUses() {
        AccessProfile idle = acme.admin.create(AccessProfile.named("idle", acme.acme.id())
                .grant(acme.orders.id())
                .build());
        IssuedKey idleKey = acme.admin.issueKey(idle.id());
        IssuedKey spare = acme.admin.issueKey(acme.mobile.id(), KeySpec.plain());
        acme.decide(GET, "/orders/1");
        Instant used = acme.time.instant();
        acme.time.pass(Duration.ofDays(20));
        acme.decide(GET, "/orders/1");
        acme.time.pass(Duration.ofDays(15));
        var usage = acme.access.usage();
        assertEquals(
                Set.of(
                        new Unused(acme.acme.id(), idle.id(), Optional.empty(), Optional.empty()),
                        new Unused(
                                acme.acme.id(),
                                idle.id(),
                                Optional.of(idleKey.key().id()),
                                Optional.empty()),
                        new Unused(
                                acme.acme.id(),
                                acme.mobile.id(),
                                Optional.of(spare.key().id()),
                                Optional.empty())),
                Set.copyOf(usage.unused(Duration.ofDays(30))));
        assertEquals(5, usage.unused(Duration.ofDays(10)).size());
        assertTrue(usage.unused(Duration.ofDays(10)).stream()
                .anyMatch(it -> it.lastUsed().equals(Optional.of(used.plus(Duration.ofDays(20))))));
        assertEquals(List.of(), usage.unused(Duration.ofDays(36)));
    }

    @Test
    void takesAProfileWithoutKeysForAsOldAsItsLastChange() {
        acme.admin.deactivate(acme.mobile.id());
        acme.time.pass(Duration.ofDays(40));
        AccessProfile robot = acme.admin.create(AccessProfile.named("robot", acme.acme.id())
                .grant(acme.orders.id())
                .authentication(OAuth2.issuedHere())
                .build());
        var usage = acme.access.usage();
        assertEquals(List.of(), usage.unused(Duration.ofDays(30)));
        acme.time.pass(Duration.ofDays(29));
        assertEquals(List.of(), usage.unused(Duration.ofDays(30)));
        acme.time.pass(Duration.ofDays(1));
        Unused found = new Unused(acme.acme.id(), robot.id(), Optional.empty(), Optional.empty());
        assertEquals(List.of(found), usage.unused(Duration.ofDays(30)));
        acme.admin.update(
                acme.admin.get(robot.id()).toBuilder().description("idle").build());
        assertEquals(List.of(), usage.unused(Duration.ofDays(30)));
    }

    @Test
    void asksOnlyForTheLastUseOfWhatItReturns() {
        AskedUsageStore asked = new AskedUsageStore();
        try (Acme many = new Acme(builder -> builder.usageStore(asked))) {
            for (int i = 0; i < 120; i++) {
                AccessProfile profile = many.admin.create(AccessProfile.named("profile " + i, many.acme.id())
                        .grant(many.orders.id())
                        .build());
                IssuedKey key = many.admin.issueKey(profile.id());
                many.decide(Acme.request(GET, "/orders/1").apiKey(key.reveal()));
            }
            Instant used = many.time.instant();
            many.time.pass(Duration.ofDays(40));
            var usage = many.access.usage();
            Set<Unused> wanted = new HashSet<>();
            List<Unused> few = usage.unused(Duration.ofDays(30), wanted::add, 5);
            assertEquals(5, few.size());
            assertEquals(242, wanted.size());
            assertTrue(asked.profiles.get() <= 5, asked.profiles.toString());
            asked.profiles.set(0);
            List<Unused> all = usage.unused(Duration.ofDays(30));
            assertEquals(242, all.size());
            assertEquals(0, asked.profiles.get());
            assertEquals(
                    240,
                    all.stream()
                            .filter(it -> it.lastUsed().equals(Optional.of(used)))
                            .count());
        }
    }

    /** Tells for how many single profiles it was asked. */
    private static final class AskedUsageStore implements UsageStore {
        final AtomicInteger profiles = new AtomicInteger();
        private final UsageStore store = new MemoryUsageStore();

        @Override
        public void add(UsageBatch batch) {
            store.add(batch);
        }

        @Override
        public List<UsageSum> sums(UsageQuery query) {
            return store.sums(query);
        }

        @Override
        public List<LastUse> lastUses(ProfileId profile) {
            profiles.incrementAndGet();
            return store.lastUses(profile);
        }

        @Override
        public List<LastUse> lastUsesSince(Instant since) {
            return store.lastUsesSince(since);
        }

        @Override
        public void rollUp(UsageRetention retention, Instant now) {
            store.rollUp(retention, now);
        }
    }

    @Test
    void writesCsvThatNoSpreadsheetTakesForFormulas() {
        Client evil = acme.admin.create(Client.named("=HYPERLINK(\"http://x\",\"y\")")
                .id(new ClientId("-evil"))
                .build());
        AccessProfile one = acme.admin.create(AccessProfile.named("a, b", evil.id())
                .id(new ProfileId("p"))
                .grant(acme.orders.id())
                .build());
        IssuedKey key = acme.admin.issueKey(one.id());
        acme.decide(Acme.request(GET, "/orders/1").apiKey(key.reveal()));
        assertEquals(
                """
                start,caller,client,client_name,profile,profile_name,calls,allowed,denied
                2026-03-02T00:00Z,profile,'-evil,"'=HYPERLINK(""http://x"",""y"")",p,"a, b",1,1,0
                """.replace("\n", "\r\n"),
                acme.access
                        .usage()
                        .calls(ALL)
                        .per(UsageUnit.DAY)
                        .by(UsageDimension.PROFILE)
                        .report()
                        .toCsv());
    }

    @Test
    void saysWhereItIsNoLongerExact() {
        acme.decide(GET, "/orders/1");
        acme.time.pass(Duration.ofDays(30));
        acme.decide(GET, "/orders/1");
        var usage = acme.access.usage();
        assertEquals(2, usage.calls(ALL).report().calls());
        UsagePeriod march = UsagePeriod.month(YearMonth.of(2026, 3), ZoneOffset.UTC);
        assertTrue(usage.calls(march).per(UsageUnit.DAY).report().isExact());
        assertFalse(usage.calls(march).per(UsageUnit.HOUR).report().isExact());
        assertFalse(usage.calls(new UsagePeriod(march.from(), march.to(), ZoneId.of("Asia/Kolkata")))
                .per(UsageUnit.DAY)
                .report()
                .isExact());
        Instant noon = march.from().plus(Duration.ofHours(36));
        UsagePeriod hour = UsagePeriod.of(noon, noon.plus(Duration.ofHours(1)));
        assertEquals(0, usage.calls(hour).report().calls());
        assertFalse(usage.calls(hour).report().isExact());
        UsagePeriod before = UsagePeriod.of(ALL.from(), ALL.from().plus(Duration.ofHours(1)));
        assertTrue(usage.calls(before).report().isExact());
    }

    @Test
    @Rule("L7")
    void saysThatAStoreInMemoryHasRolledUpEarlier() {
        MemoryUsageStore small = new MemoryUsageStore(5);
        try (Acme few = new Acme(builder -> builder.usageStore(small))) {
            for (int minute = 0; minute < 30; minute++) {
                few.decide(GET, "/orders/1");
                few.time.pass(Duration.ofMinutes(1));
            }
            var usage = few.access.usage();
            Instant now = few.time.instant();
            UsagePeriod late = UsagePeriod.of(now.minusSeconds(180), now);
            UsagePeriod all = UsagePeriod.of(now.minusSeconds(1_800), now);
            UsagePeriod day = UsagePeriod.day(LocalDate.ofInstant(now, ZoneOffset.UTC), ZoneOffset.UTC);
            assertTrue(usage.calls(late).per(UsageUnit.MINUTE).report().isExact());
            assertFalse(usage.calls(all).per(UsageUnit.MINUTE).report().isExact());
            assertFalse(usage.calls(day).per(UsageUnit.HOUR).report().isExact());
            assertTrue(usage.calls(day).per(UsageUnit.DAY).report().isExact());
            assertEquals(30, usage.calls(day).report().calls());
        }
    }

    @Test
    @Rule("L7")
    void saysThatAStoreInMemoryHasForgottenMonths() {
        MemoryUsageStore small = new MemoryUsageStore(3);
        try (Acme few = new Acme(builder -> builder.usageStore(small))) {
            Instant start = few.time.instant();
            for (int month = 0; month < 12; month++) {
                few.decide(GET, "/orders/1");
                few.access.usage().lastUsed(few.mobile.id());
                few.time.pass(Duration.ofDays(31));
            }
            UsagePeriod all = UsagePeriod.of(start.minus(Duration.ofDays(60)), few.time.instant());
            UsageReport report = few.access.usage().calls(all).report();
            assertTrue(report.calls() < 12);
            assertFalse(report.isExact());
        }
    }

    @Test
    @Rule("D3")
    void countsAndTellsWhatTheApplicationRefusesAroundTheRules() {
        List<Decision> told = Collections.synchronizedList(new ArrayList<>());
        try (Acme wrapped = new Acme(builder -> builder.decisions((decision, took) -> told.add(decision)))) {
            AccessDecider guarded = wrapped.access.decider(rules -> request -> {
                if (request.method().equals(Optional.of(POST))) {
                    return Decision.denied(request, DenyReason.REFUSED_BY_APPLICATION);
                }
                Decision decision = rules.decide(request);
                return decision instanceof Decision.Allowed allowed
                        ? allowed.refused(DenyReason.REFUSED_BY_APPLICATION)
                        : decision;
            });
            wrapped.time.pass(Duration.ofHours(2));
            for (HttpMethod method : List.of(GET, POST, DELETE)) {
                Decision decision = guarded.decide(Acme.request(method, "/orders")
                        .apiKey(wrapped.key.reveal())
                        .build());
                assertFalse(decision.isAllowed());
                assertEquals(Optional.of(wrapped.time.instant()), decision.at());
            }
            UsageReport report = wrapped.access
                    .usage()
                    .calls(UsagePeriod.of(
                            wrapped.time.instant().minusSeconds(60),
                            wrapped.time.instant().plusSeconds(60)))
                    .by(UsageDimension.CLIENT, UsageDimension.ROUTE, UsageDimension.REASON)
                    .report();
            assertEquals(
                    Map.of(
                            "acme GET,POST /orders refused-by-application", 1L,
                            "unproven  refused-by-application", 1L,
                            "acme  method-not-allowed", 1L),
                    report.rows().stream().collect(Collectors.toMap(this::words, UsageRow::calls)));
            assertEquals(3, told.size());
        }
    }

    @Test
    @Rule({"D1", "D2"})
    @SuppressWarnings("NullAway") // the application and the caller do what they must not
    void aDeciderOfTheApplicationThatFailsDeniesAndIsCounted() {
        List<AccessDecider> failing = List.of(
                acme.access.decider(rules -> request -> {
                    throw new IllegalStateException("broken");
                }),
                acme.access.decider(rules -> request -> null));
        for (AccessDecider each : failing) {
            assertEquals(
                    DenyReason.UNAVAILABLE,
                    Acme.reason(each.decide(Acme.request(GET, "/orders/1")
                            .apiKey(acme.key.reveal())
                            .build())));
            assertThrows(NullPointerException.class, () -> each.decide(null));
        }
        assertEquals(2, acme.access.health().unavailable());
    }

    @Test
    @Rule({"D1", "S6"})
    void countsAsDroppedWhatIsDecidedAfterTheEnd() {
        acme.decide(GET, "/orders/1");
        acme.close();
        acme.decide(GET, "/orders/1");
        acme.decide(GET, "/orders/1");
        assertEquals(1, acme.access.health().allowed());
        assertEquals(2, acme.access.health().usageDropped());
    }

    @Test
    @Rule({"D1", "S6"})
    void losesNothingThatIsDecidedAsItCloses() throws InterruptedException {
        MemoryUsageStore store = new MemoryUsageStore();
        Acme closing = new Acme(builder -> builder.usageStore(store));
        int each = 5_000;
        CountDownLatch begun = new CountDownLatch(4);
        Thread[] callers = new Thread[4];
        for (int i = 0; i < callers.length; i++) {
            callers[i] = new Thread(() -> {
                for (int call = 0; call < each; call++) {
                    closing.decide(GET, "/orders/1");
                    if (call == 100) {
                        begun.countDown();
                    }
                }
            });
            callers[i].start();
        }
        begun.await();
        closing.close();
        for (Thread caller : callers) {
            caller.join();
        }
        long stored = store.sums(new UsageQuery(ALL.from(), ALL.to(), 0, Set.of(), UsageQuery.Filter.ALL)).stream()
                .mapToLong(sum -> sum.allowed() + sum.denied())
                .sum();
        assertTrue(stored > 400);
        assertEquals(4L * each, stored + closing.access.health().usageDropped());
    }
}
