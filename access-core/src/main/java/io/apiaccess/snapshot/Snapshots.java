package io.apiaccess.snapshot;

import io.apiaccess.client.KeyDigest;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.policy.Policy;
import io.apiaccess.spi.AccessStore;
import io.apiaccess.spi.ChangeSet;
import io.apiaccess.spi.StoreException;
import io.apiaccess.spi.StoreHealth;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest snapshot of a store. Thread-safe: any thread may ask for it while another brings it up to date.
 *
 * <p>It never goes back: an answer of an earlier revision, such as one of a replica that lags, changes nothing and confirms
 * nothing.
 */
public final class Snapshots implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

    private final AccessStore store;
    private final LongSupplier nanos;
    private final Duration maxStaleness;
    private final Set<String> conditions;
    private final Follower follower;
    private final LookUps lookUps;
    private volatile Snapshot current = Snapshot.EMPTY;
    private volatile long confirmedAt;
    private volatile boolean up = true;
    private volatile boolean lacksChange;
    private volatile long changedAt;

    /**
     * Loads everything that a store holds.
     *
     * @param nanos the monotonic clock
     * @param maxStaleness how long decisions go by what a store outside the process no longer confirms
     * @param conditions the names of conditions that policies can be judged by; one that names another cannot be read
     */
    public Snapshots(AccessStore store, LongSupplier nanos, Duration maxStaleness, Set<String> conditions) {
        this.store = Objects.requireNonNull(store, "store");
        this.nanos = nanos;
        this.maxStaleness = maxStaleness;
        this.conditions = Set.copyOf(conditions);
        follower = new Follower(store.pollInterval(), this::poll);
        lookUps = new LookUps(follower, nanos);
        changedAt = nanos.getAsLong();
        refresh();
    }

    /** Begins to follow a store outside the process. */
    public void start() {
        if (isRemote()) {
            store.onChange(follower::wake);
            follower.start();
        }
    }

    /** Returns the newest snapshot. */
    public Snapshot current() {
        return current;
    }

    /**
     * Brings it up to date: when this returns, what the store held when it was called is in it.
     *
     * @throws StoreException if the store cannot answer, or answers from an earlier state
     */
    public synchronized void refresh() {
        long asked = nanos.getAsLong();
        try {
            ChangeSet changes = understood(store.changesSince(current.revision()));
            if (changes.revision() < current.revision()) {
                throw new StoreException("the store answers from revision `" + changes.revision() + "`, and `"
                        + current.revision() + "` is known: is it a replica that lags, or an old copy?");
            }
            if (changes.revision() != current.revision()) {
                current = (changes.complete() ? Snapshot.EMPTY : current).apply(changes);
            }
            confirmedAt = asked;
            lacksChange = false;
            turn(true);
        } catch (RuntimeException | Error e) {
            turn(false);
            throw e;
        }
    }

    /**
     * Brings it up to date after a change that this process has made (D12). If the store does not answer just then, the
     * change has taken effect all the same: this does not throw, and nothing counts as decided until the change is known.
     */
    public synchronized void published() {
        try {
            refresh();
        } catch (RuntimeException e) {
            lacksChange = true;
            LOG.error(
                    "a change has taken effect, and the store does not say so yet: calls are denied as unavailable"
                            + " until it answers; revision {} is known",
                    current.revision(),
                    e);
            follower.wake();
        }
    }

    /**
     * Returns whether every change that this process has made is known. Where no follower asks for one that is not, this
     * does.
     */
    public boolean isWhole() {
        return !lacksChange || (!isRemote() && poll());
    }

    /** Returns the changes with the enforced policies that name a condition which is not registered as unreadable. */
    private ChangeSet understood(ChangeSet changes) {
        Set<Id<?>> unreadable = new HashSet<>(changes.unreadable());
        for (Entity<?> entity : changes.put()) {
            if (entity instanceof Policy policy && !policy.isShadow() && !isUnderstood(policy)) {
                LOG.error("{} names a condition that is not registered: known are {}", policy, conditions);
                unreadable.add(policy.id());
            }
        }
        return unreadable.size() == changes.unreadable().size()
                ? changes
                : new ChangeSet(
                        changes.revision(),
                        changes.complete(),
                        changes.put().stream()
                                .filter(entity -> !unreadable.contains(entity.id()))
                                .toList(),
                        changes.removed(),
                        unreadable);
    }

    private boolean isUnderstood(Policy policy) {
        return policy.conditions().stream().allMatch(condition -> conditions.contains(condition.name()));
    }

    /** Returns whether others may change what the store holds. */
    public boolean isRemote() {
        return follower.interval().isPresent();
    }

    /** Returns whether a reading of the monotonic clock is too long after the store last confirmed the snapshot. */
    public boolean isStaleAt(long reading) {
        return reading - confirmedAt > maxStaleness.toNanos();
    }

    /** Returns how long ago the store confirmed the snapshot. */
    public Duration age() {
        return isRemote() ? Duration.ofNanos(Math.max(0, nanos.getAsLong() - confirmedAt)) : Duration.ZERO;
    }

    /**
     * Asks the store once more for a well-formed key that is not in the snapshot, and returns whether there is a newer
     * snapshot to look in (S8). It waits for 50 ms at most, and not at all for a key that was asked for within a second or
     * where 100 keys were.
     */
    public boolean lookUp(KeyDigest key, long seenRevision) {
        return isRemote()
                && (current.revision() > seenRevision || lookUps.ask(key))
                && current.revision() > seenRevision;
    }

    /** Returns how it stands to the store. */
    public StoreHealth health() {
        long now = nanos.getAsLong();
        return new StoreHealth(
                up,
                Duration.ofNanos(Math.max(0, now - changedAt)),
                age(),
                isRemote() && isStaleAt(now),
                current.revision(),
                current.unreadable(),
                lookUps.made(),
                lookUps.refused());
    }

    /** Stops following. */
    @Override
    public void close() {
        follower.close();
    }

    /** Returns whether the store has answered. */
    private boolean poll() {
        boolean before = up;
        try {
            refresh();
            return true;
        } catch (RuntimeException e) {
            if (before) {
                LOG.error("the store does not answer: decisions go on by revision {}", current.revision(), e);
            }
            return false;
        }
    }

    private void turn(boolean answered) {
        if (up != answered) {
            changedAt = nanos.getAsLong();
            up = answered;
            if (answered) {
                LOG.info("the store answers again, at revision {}", current.revision());
            }
        }
    }
}
