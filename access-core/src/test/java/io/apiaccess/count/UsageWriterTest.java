package io.apiaccess.count;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.ManualTime;
import io.apiaccess.Rule;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.spi.UsageQuery;
import io.apiaccess.spi.UsageRetention;
import io.apiaccess.spi.UsageSum;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What becomes of counts whose store fails; the thread of the writer is not started unless it is what is tested. */
@Rule("S6")
class UsageWriterTest {
    private final ManualTime time = new ManualTime();
    private final FlakyUsageStore store = new FlakyUsageStore();
    private final UsageMeter meter = new UsageMeter(1_000);
    private final List<Boolean> answers = Collections.synchronizedList(new ArrayList<>());
    private final UsageWriter writer =
            new UsageWriter(meter, store, UsageRetention.STANDARD, time, Duration.ofMillis(10), answers::add);

    @Test
    void writesWhatWasCounted() {
        count(3);
        assertTrue(writer.flush());
        assertEquals(3, stored());
    }

    @Test
    void triesAgainWhatFailed() {
        count(3);
        store.mode(FlakyUsageStore.Mode.DOWN);
        assertFalse(writer.flush());
        count(2);
        assertFalse(writer.flush());
        assertEquals(0, stored());
        assertEquals(1, writer.waiting());
        store.mode(FlakyUsageStore.Mode.SOUND);
        assertTrue(writer.flush());
        assertEquals(5, stored());
        assertEquals(0, writer.waiting());
    }

    @Test
    void countsNothingTwiceWhoseAnswerWasLost() {
        count(3);
        store.mode(FlakyUsageStore.Mode.ANSWER_LOST);
        assertFalse(writer.flush());
        assertFalse(writer.flush());
        count(2);
        store.mode(FlakyUsageStore.Mode.SOUND);
        assertTrue(writer.flush());
        assertEquals(5, stored());
    }

    @Test
    void saysOnceThatTheStoreFailsAndOnceThatItAnswers() {
        store.mode(FlakyUsageStore.Mode.DOWN);
        count(1);
        writer.flush();
        writer.flush();
        store.mode(FlakyUsageStore.Mode.SOUND);
        writer.flush();
        writer.flush();
        assertEquals(List.of(false, true), answers);
    }

    @Test
    void writesByItselfAndLosesNothingAsItCloses() {
        writer.start();
        count(7);
        writer.close();
        assertEquals(7, stored());
        assertEquals(0, meter.dropped());
    }

    @Test
    void dropsAndCountsWhatAFailingStoreDoesNotTakeAsItCloses() {
        store.mode(FlakyUsageStore.Mode.DOWN);
        writer.start();
        count(7);
        writer.close();
        assertEquals(0, stored());
        assertEquals(7, meter.dropped());
    }

    @Test
    void losesNothingThoughWhoClosesIsInterrupted() {
        store.mode(FlakyUsageStore.Mode.HANGING);
        writer.start();
        count(7);
        Thread closer = Thread.currentThread();
        Thread release = new Thread(() -> {
            while (closer.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            store.mode(FlakyUsageStore.Mode.SOUND);
        });
        release.setDaemon(true);
        release.start();
        closer.interrupt();
        writer.close();
        assertTrue(Thread.interrupted());
        assertEquals(7, stored());
    }

    @Test
    void losesNothingThoughTheStoreFailsOnceAsItCloses() {
        UsageWriter seldom =
                new UsageWriter(meter, store, UsageRetention.STANDARD, time, Duration.ofDays(1), answers::add);
        seldom.start();
        count(7);
        store.mode(FlakyUsageStore.Mode.DOWN_ONCE);
        seldom.close();
        assertEquals(7, stored());
        assertEquals(0, meter.dropped());
    }

    @Test
    void goesOnAfterWhateverAStoreThrows() {
        store.mode(FlakyUsageStore.Mode.BROKEN);
        count(3);
        assertFalse(writer.flush());
        assertTrue(writer.isFailing());
        store.mode(FlakyUsageStore.Mode.SOUND);
        assertTrue(writer.flush());
        assertEquals(3, stored());
    }

    @Test
    void hasWrittenThoughTheStoreDoesNotRollUp() {
        store.mode(FlakyUsageStore.Mode.NOT_ROLLING_UP);
        count(3);
        assertTrue(writer.flush());
        assertFalse(writer.isFailing());
        assertEquals(3, stored());
    }

    @Test
    @Rule("trap 20")
    void countingWaitsForNoStoreThatHangs() {
        store.mode(FlakyUsageStore.Mode.HANGING);
        writer.start();
        for (int minute = 0; minute < 100; minute++) {
            count(1_000);
            time.pass(Duration.ofMinutes(1));
        }
        store.mode(FlakyUsageStore.Mode.SOUND);
        writer.close();
        assertEquals(100_000, stored() + meter.dropped());
        assertEquals(0, meter.dropped());
    }

    private void count(int calls) {
        for (int i = 0; i < calls; i++) {
            count(
                    meter,
                    Decision.of(AccessRequest.of(null, "/").build())
                            .at(time.instant())
                            .denied(DenyReason.NO_SUCH_ROUTE));
        }
    }

    private long stored() {
        return store
                .sums(new UsageQuery(
                        time.instant().minus(Duration.ofDays(1)),
                        time.instant().plus(Duration.ofDays(1)),
                        0,
                        Set.of(),
                        UsageQuery.Filter.ALL))
                .stream()
                .mapToLong(UsageSum::denied)
                .sum();
    }

    private static void count(UsageMeter meter, Decision decision) {
        decision.tell(meter);
    }
}
