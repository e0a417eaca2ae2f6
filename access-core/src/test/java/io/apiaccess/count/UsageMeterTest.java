package io.apiaccess.count;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.apiaccess.Rule;
import io.apiaccess.api.CollectionId;
import io.apiaccess.api.Route;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.Caller;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.decision.Stage;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.request.HttpMethod;
import io.apiaccess.spi.UsageCaller;
import io.apiaccess.spi.UsageCount;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Counting without waiting, and what it is bounded by. */
@Rule("S6")
class UsageMeterTest {
    private static final Instant T = Instant.parse("2026-03-02T10:00:00Z");
    private static final Route ROUTE = Route.at("/orders/{id}", HttpMethod.GET, HttpMethod.POST);
    private static final AccessRequest REQUEST =
            AccessRequest.of(HttpMethod.GET, "/orders/1").build();

    private final UsageMeter meter = new UsageMeter(1_000);

    @Test
    void countsWhatIsAlikeTogether() {
        count(meter, of("mobile", T).allowed());
        count(meter, of("mobile", T.plusSeconds(42)).allowed());
        count(meter, of("mobile", T.plusSeconds(59)).denied(DenyReason.RATE_LIMITED));
        List<UsageCount> counts = meter.collect();
        assertEquals(2, counts.size());
        UsageCount allowed = counts.stream()
                .filter(count -> count.key().reason().isEmpty())
                .findFirst()
                .orElseThrow();
        assertEquals(2, allowed.calls());
        assertEquals(T, allowed.minute());
        assertEquals(T.plusSeconds(42), allowed.lastAt());
        assertEquals(Optional.of(new ClientId("acme")), allowed.key().client());
        assertEquals(Optional.of(new ProfileId("mobile")), allowed.key().profile());
        assertEquals(Optional.of(new KeyId("key")), allowed.key().key());
        assertEquals(Optional.of(new CollectionId("orders")), allowed.key().collection());
        assertEquals(Optional.of("GET,POST /orders/{id}"), allowed.key().route());
    }

    @Test
    void handsOutEachCallOnce() {
        count(meter, of("mobile", T).allowed());
        assertEquals(1, calls(meter.collect()));
        assertEquals(0, calls(meter.collect()));
        count(meter, of("mobile", T).allowed());
        assertEquals(1, calls(meter.collect()));
        assertEquals(2, meter.totals().allowed());
    }

    @ParameterizedTest
    @EnumSource(DenyReason.class)
    void namesAProfileOnlyOnceItIsProven(DenyReason reason) {
        count(
                meter,
                Decision.of(REQUEST)
                        .at(T)
                        .caller(new Caller(new ClientId("acme"), new ProfileId("mobile"), Optional.empty()))
                        .denied(reason));
        UsageCount count = meter.collect().get(0);
        boolean proven = reason.stage().compareTo(Stage.STATUS) >= 0 && reason.stage() != Stage.ANY;
        assertEquals(proven, count.key().profile().isPresent());
        assertEquals(Optional.of(reason), count.key().reason());
    }

    @ParameterizedTest
    @CsvSource({
        "MISSING_CREDENTIAL, ANONYMOUS",
        "RATE_LIMITED, ANONYMOUS",
        "UNKNOWN_CREDENTIAL, UNPROVEN",
        "AMBIGUOUS_CREDENTIAL, UNPROVEN",
        "INVALID_SIGNATURE, UNPROVEN",
        "UNAVAILABLE, UNPROVEN",
        "REFUSED_BY_APPLICATION, UNPROVEN"
    })
    void tellsWhoOfferedNothingFromWhoProvedNothing(DenyReason reason, UsageCaller caller) {
        count(meter, Decision.of(REQUEST).at(T).denied(reason));
        assertEquals(Optional.of(caller), meter.collect().get(0).key().caller());
    }

    @Test
    void namesTheProfileOfWhatBecameUnavailableBehindItsRoute() {
        count(meter, of("mobile", T).denied(DenyReason.UNAVAILABLE));
        assertEquals(
                Optional.of(new ProfileId("mobile")),
                meter.collect().get(0).key().profile());
    }

    @Test
    void countsADecisionWithoutAReadingOfTheClockInTheNewestMinute() {
        count(meter, of("mobile", T).allowed());
        count(meter, Decision.denied(REQUEST, DenyReason.UNAVAILABLE));
        assertTrue(meter.collect().stream().allMatch(count -> count.minute().equals(T)));
    }

    @Test
    void countsInTheMinuteOfTheDecisionThoughTheClockFallsBack() {
        count(meter, of("mobile", T).allowed());
        count(meter, of("mobile", T.plusSeconds(60)).allowed());
        count(meter, of("mobile", T.plusSeconds(59)).allowed());
        count(meter, of("mobile", T.minusSeconds(7_200)).allowed());
        Map<Instant, Long> minutes = new HashMap<>();
        meter.collect().forEach(count -> minutes.merge(count.minute(), count.calls(), Long::sum));
        assertEquals(Map.of(T, 2L, T.plusSeconds(60), 1L, T.minusSeconds(7_200), 1L), minutes);
    }

    @Test
    @Rule("L7")
    void countsByOutcomeAloneWhereThereIsNoRoom() {
        for (int i = 0; i < 5_000; i++) {
            count(meter, of("p" + i, T).allowed());
            count(meter, of("p" + i, T).denied(DenyReason.NOT_GRANTED));
        }
        assertEquals(1_000, meter.cells());
        List<UsageCount> counts = meter.collect();
        assertEquals(1_002, counts.size());
        assertEquals(10_000, calls(counts));
        assertEquals(9_000, meter.unsorted());
        assertEquals(
                2,
                counts.stream()
                        .filter(count -> count.key().caller().orElseThrow() == UsageCaller.UNSORTED)
                        .count());
        assertEquals(5_000, meter.totals().allowed());
    }

    @Test
    @Rule("L7")
    void hasRoomAgainForTheNextMinutes() {
        for (int minute = 0; minute < 10; minute++) {
            for (int i = 0; i < 300; i++) {
                count(meter, of("p" + i, T.plusSeconds(60L * minute)).allowed());
            }
            assertEquals(300, calls(meter.collect()));
        }
        assertEquals(0, meter.unsorted());
        assertEquals(3_000, meter.totals().allowed());
    }

    @Test
    @Rule("L7")
    void dropsAndCountsPastADayOfMinutesThatNobodyCollects() {
        for (int minute = 0; minute < 2_000; minute++) {
            count(meter, of("mobile", T.plusSeconds(60L * minute)).allowed());
        }
        assertEquals(2_000, calls(meter.collect()) + meter.dropped());
        assertTrue(meter.dropped() > 0);
    }

    @Test
    @Rule("L7")
    void hasRoomForKeptDecisionsOfOldMinutesInTurnWithNewOnes() {
        int rounds = 5_000;
        for (int i = 0; i < rounds; i++) {
            count(meter, of("mobile", T).allowed());
            count(meter, of("mobile", T.minusSeconds(600)).allowed());
            count(meter, of("mobile", T.minusSeconds(6_000)).allowed());
        }
        assertTrue(meter.cells() < 40, meter.cells() + " cells");
        assertEquals(3L * rounds, calls(meter.collect()));
        assertEquals(List.of(0L, 0L), List.of(meter.dropped(), meter.unsorted()));
        Instant set = T.minusSeconds(86_400);
        count(meter, of("mobile", set).allowed());
        assertEquals(
                List.of(set), meter.collect().stream().map(UsageCount::minute).toList());
    }

    @Test
    void dropsAndCountsWhatComesAfterItsEnd() {
        count(meter, of("mobile", T).allowed());
        assertEquals(1, calls(meter.close()));
        count(meter, of("mobile", T).allowed());
        count(meter, of("mobile", T.plusSeconds(60)).allowed());
        assertEquals(2, meter.dropped());
        assertEquals(0, calls(meter.collect()));
    }

    @Test
    void losesNothingThoughItIsCollectedAndMinutesEndWhileManyCount() throws InterruptedException {
        UsageMeter roomy = new UsageMeter(100_000);
        int threads = 8;
        int each = 50_000;
        AtomicBoolean done = new AtomicBoolean();
        List<UsageCount> counts = new ArrayList<>();
        Thread collector = new Thread(() -> {
            while (!done.get()) {
                counts.addAll(roomy.collect());
            }
        });
        collector.start();
        AtomicLong tick = new AtomicLong();
        Thread[] counters = new Thread[threads];
        for (int t = 0; t < threads; t++) {
            int offset = t;
            counters[t] = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    count(
                            roomy,
                            of("p" + (i + offset) % 97, T.plusSeconds(tick.incrementAndGet() / 400))
                                    .allowed());
                }
            });
            counters[t].start();
        }
        for (Thread counter : counters) {
            counter.join();
        }
        done.set(true);
        collector.join();
        counts.addAll(roomy.close());
        assertEquals((long) threads * each, calls(counts));
        assertEquals(0, roomy.dropped());
        assertEquals((long) threads * each, roomy.totals().allowed());
    }

    @Test
    @Rule("S6")
    void allocatesNothingForWhatTheMinuteHasCountedBefore() {
        Decision[] decisions = new Decision[64];
        for (int i = 0; i < decisions.length; i++) {
            decisions[i] = of("p" + i, T).allowed();
        }
        for (int i = 0; i < 200_000; i++) {
            count(meter, decisions[i & 63]);
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(id);
        int calls = 100_000;
        for (int i = 0; i < calls; i++) {
            count(meter, decisions[i & 63]);
        }
        long bytes = threads.getThreadAllocatedBytes(id) - before;
        assertTrue(bytes < 2L * calls, bytes + " bytes for " + calls + " calls");
    }

    private static Decision.Builder of(String profile, Instant at) {
        return Decision.of(REQUEST)
                .at(at)
                .caller(new Caller(new ClientId("acme"), new ProfileId(profile), Optional.of(new KeyId("key"))))
                .route(new CollectionId("orders"), ROUTE);
    }

    private static long calls(List<UsageCount> counts) {
        return counts.stream().mapToLong(UsageCount::calls).sum();
    }

    private static void count(UsageMeter meter, Decision decision) {
        decision.tell(meter);
    }
}
