package io.apiaccess.count;

import io.apiaccess.api.CollectionId;
import io.apiaccess.api.Route;
import io.apiaccess.decision.Caller;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.decision.Stage;
import io.apiaccess.spi.UsageCaller;
import io.apiaccess.spi.UsageCount;
import io.apiaccess.spi.UsageKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The counts of decisions that are not in the store yet, by the minute. Thread-safe; counting takes one look-up and one
 * addition, waits for nobody, and allocates only what a minute counts for the first time.
 *
 * <p>Only what is configured, and closed lists, can be told apart by, whatever callers send; past its room of cells, calls
 * are counted by their outcome alone, and past a day of minutes that nobody has collected they are dropped, which is counted.
 * Between two collections the time may fall back a few times, as that of a clock that is set; what is older then, as
 * decisions are that a wrapper has kept, counts in the newest minute.
 */
public final class UsageMeter implements Decision.Reader {
    private static final AtomicReferenceFieldUpdater<UsageMeter, Minute> CURRENT =
            AtomicReferenceFieldUpdater.newUpdater(UsageMeter.class, Minute.class, "current");
    private static final List<DenyReason> REASONS = List.of(DenyReason.values());
    private static final int MAX_MINUTES = 1_440;
    private static final int MAX_FALLS = 8;
    private static final int MAX_STRIPES = 8;
    private static final int GROWTH = 8;
    private static final long SECONDS = 60;

    private final int stripes =
            Math.min(MAX_STRIPES, Integer.highestOneBit(2 * Runtime.getRuntime().availableProcessors() - 1));
    private final Minute closed = new Minute(Long.MIN_VALUE, null, null, 1, 0);
    private final int cells;
    private final Minute.Room room;
    // INVARIANT (all are reachable): who counts can only have a minute that was once here, and each links to the one
    // before
    private volatile Minute current;
    private final AtomicInteger minuteCount = new AtomicInteger(1);
    /** How often the time has fallen back to a minute of its own since the last collection. */
    private final AtomicInteger fallen = new AtomicInteger();

    private final LongAdder dropped = new LongAdder();
    private final LongAdder unsorted = new LongAdder();
    private final long[] ended = new long[1 + REASONS.size()];

    /** Returns one with room for so many cells, each for the calls of a minute that are alike. */
    public UsageMeter(int cells) {
        this.cells = cells;
        room = new Minute.Room(cells);
        current = new Minute(0, null, null, stripes, 0);
    }

    /** Counts a decision. */
    @Override
    public void read(
            @Nullable Instant at,
            @Nullable Caller named,
            @Nullable CollectionId collection,
            @Nullable Route route,
            @Nullable DenyReason reason) {
        Caller caller = isProven(reason, route) ? named : null;
        long second = at == null ? current.number * SECONDS : at.getEpochSecond();
        Minute minute = minute(Math.floorDiv(second, SECONDS));
        while (minute != null) {
            Minute.Taken taken =
                    minute.count((int) Math.floorMod(second, SECONDS), caller, collection, route, reason, room);
            if (taken != Minute.Taken.OVER) {
                if (taken == Minute.Taken.UNSORTED) {
                    unsorted.increment();
                }
                return;
            }
            // the thread was held up until the minute was over: it counts in the one that is not
            Minute newest = current;
            minute = newest == closed ? null : newest;
        }
        dropped.increment();
    }

    /** A credential that proved nothing only claims whose it is; what is of no stage, before the route, may be that, too. */
    private static boolean isProven(@Nullable DenyReason reason, @Nullable Route route) {
        if (reason == null) {
            return true;
        }
        return reason.stage() == Stage.ANY ? route != null : reason.stage().compareTo(Stage.STATUS) >= 0;
    }

    /** Returns the minute with a number, or {@code null} if there is none and can be none. */
    private @Nullable Minute minute(long number) {
        while (true) {
            Minute newest = current;
            boolean same = newest.number == number;
            if (same && !newest.isCrowded()) {
                return newest;
            }
            Minute before = newest.previous;
            if (before != null && before.number == number) {
                return before;
            }
            boolean falls = number < newest.number;
            if (falls && fallen.get() >= MAX_FALLS) {
                return newest;
            }
            if (newest == closed || minuteCount.get() >= MAX_MINUTES) {
                return same && newest != closed ? newest : null;
            }
            int expected = same ? GROWTH * newest.size() : newest.size();
            Minute next = new Minute(number, same ? before : newest, newest, stripes, expected);
            if (CURRENT.compareAndSet(this, newest, next)) {
                minuteCount.incrementAndGet();
                if (falls) {
                    fallen.incrementAndGet();
                }
                return next;
            }
        }
    }

    /** Returns what was counted since the last time, and lets go of minutes that are over. */
    public synchronized List<UsageCount> collect() {
        List<UsageCount> counts = new ArrayList<>();
        Minute newest = current;
        if (newest == closed) {
            return counts;
        }
        fallen.set(0);
        read(newest, counts);
        Minute kept = newest;
        for (Minute minute = newest.older; minute != null; minute = minute.older) {
            if (minute == newest.previous) {
                read(minute, counts);
                kept = minute;
            } else {
                end(minute, counts);
                kept.older = minute.older;
            }
        }
        return counts;
    }

    /** Returns what was counted since the last time; decisions that fall after this are dropped. */
    public synchronized List<UsageCount> close() {
        List<UsageCount> counts = new ArrayList<>();
        for (Minute minute = CURRENT.getAndSet(this, closed); minute != null; minute = minute.older) {
            end(minute, counts);
        }
        return counts;
    }

    /**
     * What was counted so far.
     *
     * @param allowed how many calls were allowed
     * @param denied how many were denied
     * @param unavailable how many of those could not be decided
     */
    public record Totals(long allowed, long denied, long unavailable) {}

    /** Returns how many decisions were counted so far. */
    public synchronized Totals totals() {
        long[] calls = ended.clone();
        for (Minute minute = current; minute != null; minute = minute.older) {
            minute.forEach(cell -> calls[cell.reasonIndex()] += cell.calls());
            for (int reason = 0; reason < calls.length; reason++) {
                calls[reason] += minute.unsorted(reason);
            }
        }
        long all = LongStream.of(calls).sum();
        return new Totals(calls[0], all - calls[0], calls[Cell.index(DenyReason.UNAVAILABLE)]);
    }

    /** Returns how many decisions were counted by their outcome alone, since there was no room for more. */
    public long unsorted() {
        return unsorted.sum();
    }

    /** Returns how many decisions were not counted. */
    public long dropped() {
        return dropped.sum();
    }

    /** Adds to those that were not counted. */
    void drop(long calls) {
        dropped.add(calls);
    }

    /** Returns how many cells are in use. */
    public int cells() {
        return cells - room.left();
    }

    private static void read(Minute minute, List<UsageCount> counts) {
        minute.forEach(cell -> add(minute, cell, cell.readOn(), counts));
        for (int reason = 0; reason <= REASONS.size(); reason++) {
            addUnsorted(minute, reason, minute.readUnsorted(reason, false), counts);
        }
    }

    private void end(Minute minute, List<UsageCount> counts) {
        minuteCount.decrementAndGet();
        minute.previous = null;
        int[] cells = new int[1];
        minute.seal(cell -> {
            add(minute, cell, cell.seal(), counts);
            ended[cell.reasonIndex()] += cell.read();
            cells[0]++;
        });
        for (int reason = 0; reason <= REASONS.size(); reason++) {
            addUnsorted(minute, reason, minute.readUnsorted(reason, true), counts);
            ended[reason] += minute.unsortedRead(reason);
        }
        room.give(cells[0]);
    }

    private static void add(Minute minute, Cell cell, long calls, List<UsageCount> counts) {
        if (calls > 0) {
            Instant start = Instant.ofEpochSecond(minute.number * SECONDS);
            counts.add(new UsageCount(start, cell.key(), calls, start.plusSeconds(cell.second())));
        }
    }

    private static void addUnsorted(Minute minute, int reason, long calls, List<UsageCount> counts) {
        if (calls > 0) {
            Instant start = Instant.ofEpochSecond(minute.number * SECONDS);
            Optional<DenyReason> why = reason == 0 ? Optional.empty() : Optional.of(REASONS.get(reason - 1));
            UsageKey key = new UsageKey(
                    Optional.of(UsageCaller.UNSORTED),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    why);
            counts.add(new UsageCount(start, key, calls, start));
        }
    }
}
