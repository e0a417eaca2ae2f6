package io.apiaccess.count;

import io.apiaccess.api.CollectionId;
import io.apiaccess.api.Route;
import io.apiaccess.decision.Caller;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.decision.Stage;
import io.apiaccess.spi.UsageCaller;
import io.apiaccess.spi.UsageKey;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The count of calls of one minute that are alike. Thread-safe: any thread counts, one at a time reads.
 *
 * <p>Once sealed it takes no more, and says so to those who try: no call is lost between the last reading and the end.
 */
final class Cell {
    /** Stands where no cell can be added any more. */
    static final Cell END = new Cell(0, null, null, null, null, null);

    private static final AtomicLongFieldUpdater<Cell> CALLS = AtomicLongFieldUpdater.newUpdater(Cell.class, "calls");
    private static final long SEALED = Long.MIN_VALUE;

    final @Nullable Cell next;
    private final int hash;
    private final @Nullable Caller caller;
    private final @Nullable CollectionId collection;
    private final @Nullable Route route;
    private final @Nullable DenyReason reason;
    private volatile long calls;
    // INVARIANT (carried by calls): written before calls is, so who reads calls first sees it
    private int second;
    private long read;

    Cell(
            int hash,
            @Nullable Caller caller,
            @Nullable CollectionId collection,
            @Nullable Route route,
            @Nullable DenyReason reason,
            @Nullable Cell next) {
        this.hash = hash;
        this.caller = caller;
        this.collection = collection;
        this.route = route;
        this.reason = reason;
        this.next = next;
    }

    static int hash(@Nullable Caller caller, @Nullable Route route, @Nullable DenyReason reason) {
        int hash = index(reason);
        hash = hash * 31 + System.identityHashCode(route);
        if (caller != null) {
            hash = hash * 31 + caller.profile().value().hashCode();
        }
        return hash ^ (hash >>> 16);
    }

    /** Returns whether it counts such calls. A route that was read anew counts anew: labels come together later. */
    @SuppressWarnings("ReferenceEquality") // comparing routes by value costs more than the rest
    boolean isOf(int hash, @Nullable Caller caller, @Nullable Route route, @Nullable DenyReason reason) {
        return this.hash == hash && this.route == route && this.reason == reason && isSame(this.caller, caller);
    }

    @SuppressWarnings("ReferenceEquality") // as a rule it is the same object, and what it is made of need not be read
    private static boolean isSame(@Nullable Caller one, @Nullable Caller other) {
        if (one == other) {
            return true;
        }
        if (one == null || other == null) {
            return false;
        }
        return one.profile().equals(other.profile())
                && one.key().equals(other.key())
                && one.client().equals(other.client());
    }

    /** Counts a call, or returns that it is sealed. */
    boolean count(int atSecond) {
        if (second < atSecond) {
            second = atSecond;
        }
        return CALLS.getAndIncrement(this) >= 0;
    }

    /** Returns all calls it has counted, 0 if it is sealed. */
    long calls() {
        return Math.max(0, calls);
    }

    /** Returns the calls since the last reading. */
    long readOn() {
        long now = calls;
        long since = now - read;
        read = now;
        return since;
    }

    /** Returns the calls since the last reading, and lets no more in. */
    long seal() {
        long last = CALLS.getAndSet(this, SEALED);
        long since = last - read;
        read = last;
        return since;
    }

    /** Returns all calls up to the last reading. */
    long read() {
        return read;
    }

    /** Returns the second of the minute in which the last call was decided. */
    int second() {
        return second;
    }

    int reasonIndex() {
        return index(reason);
    }

    /** Returns 0 for an allowed call, and a number of its own for each reason. */
    @SuppressWarnings("EnumOrdinal") // the number never leaves the process
    static int index(@Nullable DenyReason reason) {
        return reason == null ? 0 : reason.ordinal() + 1;
    }

    UsageKey key() {
        return new UsageKey(
                Optional.of(kind()),
                Optional.ofNullable(caller).map(Caller::client),
                Optional.ofNullable(caller).map(Caller::profile),
                Optional.ofNullable(caller).flatMap(Caller::key),
                Optional.ofNullable(collection),
                Optional.ofNullable(route).map(Route::label),
                Optional.ofNullable(reason));
    }

    private UsageCaller kind() {
        if (caller != null) {
            return UsageCaller.PROFILE;
        }
        boolean unproven = reason != null
                && reason != DenyReason.MISSING_CREDENTIAL
                && (reason.stage().compareTo(Stage.STATUS) < 0 || (reason.stage() == Stage.ANY && route == null));
        return unproven ? UsageCaller.UNPROVEN : UsageCaller.ANONYMOUS;
    }
}
