package io.apiaccess.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.spi.AccessStore;
import io.apiaccess.spi.AccessStoreContract;
import io.apiaccess.spi.AuditEntry;
import io.apiaccess.spi.ChangeSet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The store in memory keeps the contract, and its memory of the past is bounded. */
class MemoryAccessStoreTest extends AccessStoreContract {
    private static final int TOMBSTONES = 10_000;
    private static final int AUDITED = 100_000;
    private static final Instant NOW = Instant.parse("2026-03-02T10:00:00Z");

    @Override
    protected AccessStore open() {
        return new MemoryAccessStore();
    }

    @Test
    @Rule("D12")
    void tellsEverythingToAReaderThatMissedMoreRemovalsThanAreRemembered() {
        putAll(TOMBSTONES + 1);
        removeOneByOne(TOMBSTONES + 1);
        // revision 2 took id 0 away, which is the one that is forgotten
        ChangeSet missedIt = store.changesSince(1);
        assertTrue(missedIt.complete());
        assertEquals(List.of(), missedIt.put());
        assertEquals(Set.of(), missedIt.removed());
        ChangeSet sawIt = store.changesSince(2);
        assertFalse(sawIt.complete());
        assertEquals(TOMBSTONES, sawIt.removed().size());
        assertFalse(sawIt.removed().contains(id(0)));
    }

    @Test
    void tellsSinceARevisionAsLongAsEveryRemovalIsRemembered() {
        putAll(TOMBSTONES);
        removeOneByOne(TOMBSTONES);
        ChangeSet since = store.changesSince(1);
        assertFalse(since.complete());
        assertEquals(TOMBSTONES, since.removed().size());
    }

    @Test
    @Rule("D12")
    void tellsEverythingAfterOneTransactionRemovedMoreThanIsRemembered() {
        putAll(TOMBSTONES + 5);
        write(transaction -> IntStream.range(0, TOMBSTONES + 4).forEach(i -> transaction.remove(id(i))));
        ChangeSet since = store.changesSince(1);
        assertTrue(since.complete());
        assertEquals(1, since.put().size());
        assertEquals(2, since.revision());
    }

    @Test
    @Rule("D12")
    void doesNotForgetARemovalSoonerBecauseTheIdWasUsedBefore() {
        putAll(TOMBSTONES + 1);
        write(transaction -> transaction.remove(id(0)));
        write(transaction -> transaction.put(policy(0)));
        removeOneByOne(TOMBSTONES + 1);
        long beforeTheLast = store.read(AccessStore.View::revision) - 1;
        ChangeSet since = store.changesSince(beforeTheLast);
        assertFalse(since.complete());
        assertEquals(Set.of(id(TOMBSTONES)), since.removed());
        assertTrue(store.changesSince(3).complete());
        assertFalse(store.changesSince(4).complete());
    }

    @Test
    @Rule("M1")
    void keepsTheNewestEntriesOfTheAuditRecord() {
        for (int i = 0; i < AUDITED + 7; i += 1_000) {
            int from = i;
            write(transaction -> IntStream.range(from, Math.min(from + 1_000, AUDITED + 7))
                    .forEach(n -> transaction.record(entry(NOW, "action " + n))));
        }
        List<AuditEntry> kept = store.audit(Integer.MAX_VALUE);
        assertEquals(AUDITED, kept.size());
        assertEquals("action " + (AUDITED + 6), kept.get(0).action());
        assertEquals("action 7", kept.get(AUDITED - 1).action());
    }

    @Test
    @Rule("M1")
    void keeps400DaysOfTheAuditRecord() {
        Duration kept = Duration.ofDays(400);
        write(transaction -> transaction.record(entry(NOW, "first")));
        write(transaction -> transaction.record(entry(NOW.plusNanos(1), "second")));
        write(transaction -> transaction.record(entry(NOW.plus(kept), "third")));
        assertEquals(3, store.audit(10).size());
        write(transaction -> transaction.record(entry(NOW.plus(kept).plusNanos(1), "fourth")));
        assertEquals(
                List.of("fourth", "third", "second"),
                store.audit(10).stream().map(AuditEntry::action).toList());
    }

    @Test
    @Rule("M1")
    void keepsTheAuditRecordWhenTheClockFallsBack() {
        write(transaction -> transaction.record(entry(NOW, "later")));
        write(transaction -> transaction.record(entry(NOW.minus(Duration.ofDays(9_000)), "earlier")));
        assertEquals(2, store.audit(10).size());
    }

    private void putAll(int count) {
        write(transaction -> IntStream.range(0, count).forEach(i -> transaction.put(policy(i))));
    }

    private void removeOneByOne(int count) {
        IntStream.range(0, count).forEach(i -> write(transaction -> transaction.remove(id(i))));
    }

    private void write(Consumer<AccessStore.Transaction> work) {
        assertTrue(store.<Boolean>write(transaction -> {
            work.accept(transaction);
            return true;
        }));
    }

    private static PolicyId id(int i) {
        return new PolicyId("p" + i);
    }

    private static Policy policy(int i) {
        return Policy.named("policy " + i).id(id(i)).build();
    }

    private static AuditEntry entry(Instant at, String action) {
        return new AuditEntry(1, at, "admin", action, "policy `p`", Optional.empty(), Optional.empty());
    }
}
