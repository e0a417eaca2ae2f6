package io.apiaccess.count;

import io.apiaccess.api.CollectionId;
import io.apiaccess.api.Route;
import io.apiaccess.decision.Caller;
import io.apiaccess.decision.DenyReason;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The cells of a minute: hash tables, one for every few threads so that they do not meet, of chains that only grow.
 * Thread-safe.
 */
final class Minute {
    private static final int MIN_BUCKETS = 64;
    private static final int MAX_BUCKETS = 1 << 16;
    private static final int CROWDED = 2;

    final long number;
    /** The minute before, whose last calls may still be under way; gone once this one is not the newest. */
    volatile @Nullable Minute previous;

    /** The one that was the newest before this, of those that have not been collected to their end; the collector's. */
    volatile @Nullable Minute older;

    private final int stripes;
    private final int buckets;
    private final AtomicReferenceArray<@Nullable Cell> heads;
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicLongArray unsorted = new AtomicLongArray(1 + DenyReason.values().length);
    private final long[] unsortedRead = new long[unsorted.length()];

    /** Returns an empty minute with room for about so many cells without crowding. */
    Minute(long number, @Nullable Minute previous, @Nullable Minute older, int stripes, int expected) {
        this.number = number;
        this.older = older;
        this.previous = previous;
        this.stripes = stripes;
        int wanted = Math.max(MIN_BUCKETS, Math.min(MAX_BUCKETS, expected / stripes));
        buckets = Integer.highestOneBit(2 * wanted - 1);
        heads = new AtomicReferenceArray<>(stripes * buckets);
    }

    /** How a call was taken. */
    enum Taken {
        COUNTED,
        /** Counted by its outcome alone, since there was no room for a cell. */
        UNSORTED,
        /** Not counted: the minute is over. */
        OVER
    }

    /** Counts a call. */
    Taken count(
            int second,
            @Nullable Caller caller,
            @Nullable CollectionId collection,
            @Nullable Route route,
            @Nullable DenyReason reason,
            Room room) {
        int hash = Cell.hash(caller, route, reason);
        int stripe = (int) Thread.currentThread().getId() & (stripes - 1);
        int bucket = stripe * buckets + (hash & (buckets - 1));
        while (true) {
            Cell head = heads.get(bucket);
            for (Cell cell = head; cell != null; cell = cell.next) {
                if (cell == Cell.END) {
                    return Taken.OVER;
                }
                if (cell.isOf(hash, caller, route, reason)) {
                    return cell.count(second) ? Taken.COUNTED : Taken.OVER;
                }
            }
            if (!room.take()) {
                return unsorted.getAndIncrement(Cell.index(reason)) >= 0 ? Taken.UNSORTED : Taken.OVER;
            }
            Cell added = new Cell(hash, caller, collection, route, reason, head);
            added.count(second);
            if (heads.compareAndSet(bucket, head, added)) {
                size.incrementAndGet();
                return Taken.COUNTED;
            }
            room.give(1);
        }
    }

    /** Returns whether its chains are long, and a larger table would have shorter ones. */
    boolean isCrowded() {
        return size.get() > CROWDED * stripes * buckets && buckets < MAX_BUCKETS;
    }

    int size() {
        return size.get();
    }

    void forEach(Consumer<Cell> visitor) {
        for (int i = 0; i < heads.length(); i++) {
            for (Cell cell = heads.get(i); cell != null && cell != Cell.END; cell = cell.next) {
                visitor.accept(cell);
            }
        }
    }

    /** Hands out all cells and lets no more in. */
    void seal(Consumer<Cell> visitor) {
        for (int i = 0; i < heads.length(); i++) {
            for (Cell cell = heads.getAndSet(i, Cell.END); cell != null && cell != Cell.END; cell = cell.next) {
                visitor.accept(cell);
            }
        }
    }

    long unsorted(int reason) {
        return Math.max(0, unsorted.get(reason));
    }

    /** Returns the calls counted by their outcome alone since the last reading. */
    long readUnsorted(int reason, boolean last) {
        long now = last ? unsorted.getAndSet(reason, Long.MIN_VALUE) : unsorted.get(reason);
        long since = now - unsortedRead[reason];
        unsortedRead[reason] = now;
        return since;
    }

    /** Returns all calls counted by their outcome alone up to the last reading. */
    long unsortedRead(int reason) {
        return unsortedRead[reason];
    }

    /** How many more cells there may be, of all minutes. Thread-safe. */
    static final class Room {
        private final AtomicInteger left;

        Room(int cells) {
            left = new AtomicInteger(cells);
        }

        boolean take() {
            if (left.getAndDecrement() > 0) {
                return true;
            }
            left.incrementAndGet();
            return false;
        }

        void give(int cells) {
            left.addAndGet(cells);
        }

        int left() {
            return Math.max(0, left.get());
        }
    }
}
