package io.apiaccess;

import io.apiaccess.client.ApiKey;
import io.apiaccess.client.KeyId;
import io.apiaccess.engine.EventQueue;
import io.apiaccess.snapshot.Snapshots;
import io.apiaccess.spi.AccessEvents.KeyExpiring;
import io.apiaccess.spi.AccessEvents.NodeStale;
import io.apiaccess.spi.AccessEvents.NotUsed;
import io.apiaccess.spi.AccessEvents.Store;
import io.apiaccess.spi.AccessEvents.StoreBack;
import io.apiaccess.spi.AccessEvents.StoreDown;
import io.apiaccess.spi.AccessStore;
import io.apiaccess.spi.StoreHealth;
import io.apiaccess.usage.Unused;
import io.apiaccess.usage.UsageReports;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, on a thread of its own, each second at how this node stands to its store, and each hour for keys near their end
 * and for what nobody uses; tells of it once. Thread-safe. Without listeners it has no thread.
 */
final class Lookout implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AccessControl.class);
    private static final Duration BETWEEN_SEARCHES = Duration.ofHours(1);
    private static final int MAX_TOLD_AT_ONCE = 1_000;
    private static final long INTERVAL_MILLIS = 1_000;
    private static final long MAX_CLOSING_MILLIS = 1_000;

    private final EventQueue events;
    private final Snapshots snapshots;
    private final AccessStore store;
    private final UsageReports usage;
    private final InstantSource clock;
    private final Duration expiryNotice;
    private final Duration unusedAfter;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "access-lookout");
    private final Set<KeyId> toldExpiring = new HashSet<>();
    private final Set<Unused> toldUnused = new HashSet<>();
    private boolean isFailing;
    private boolean wasUp = true;
    private boolean wasStale;
    private @Nullable Instant searchedAt;

    Lookout(
            EventQueue events,
            Snapshots snapshots,
            AccessStore store,
            UsageReports usage,
            InstantSource clock,
            Duration expiryNotice,
            Duration unusedAfter) {
        this.events = events;
        this.snapshots = snapshots;
        this.store = store;
        this.usage = usage;
        this.clock = clock;
        this.expiryNotice = expiryNotice;
        this.unusedAfter = unusedAfter;
        thread.setDaemon(true);
    }

    void start() {
        if (events.isHeard()) {
            thread.start();
        }
    }

    /** Tells that a store has begun to fail, or answers again. */
    static void tell(EventQueue events, Store store, boolean answers, Instant at) {
        if (answers) {
            events.add(listener -> listener.storeBack(new StoreBack(store, at)));
        } else {
            events.add(listener -> listener.storeDown(new StoreDown(store, at)));
        }
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(MAX_CLOSING_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            do {
                lookAndGoOn();
            } while (!closing.await(INTERVAL_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            LOG.warn("the lookout was interrupted, and looks no more");
        }
    }

    private void lookAndGoOn() {
        try {
            look();
            isFailing = false;
        } catch (Throwable e) {
            if (!isFailing) {
                LOG.warn("the lookout failed, and goes on; what it searches for each hour it tries in an hour", e);
            }
            isFailing = true;
        }
        // whatever a store has set on this thread, only closing ends it
        Thread.interrupted();
    }

    private void look() {
        Instant now = clock.instant();
        lookAtStore(now);
        if (searchedAt == null || now.isBefore(searchedAt) || !now.isBefore(searchedAt.plus(BETWEEN_SEARCHES))) {
            searchedAt = now;
            searchExpiring(now);
            searchUnused();
        }
    }

    private void lookAtStore(Instant now) {
        StoreHealth health = snapshots.health();
        if (health.up() != wasUp) {
            wasUp = health.up();
            tell(events, Store.ACCESS, wasUp, now);
        }
        if (health.stale() && !wasStale) {
            events.add(listener -> listener.nodeStale(new NodeStale(health.age(), now)));
        }
        wasStale = health.stale();
    }

    private void searchExpiring(Instant now) {
        Instant until = now.plus(expiryNotice);
        List<ApiKey> expiring = store.read(view -> view.list(ApiKey.class, damaged -> {})).stream()
                .filter(key -> key.isInForceAt(now) && key.isExpiredAt(until))
                .toList();
        toldExpiring.retainAll(expiring.stream().map(ApiKey::id).collect(Collectors.toSet()));
        expiring.stream()
                .filter(key -> !toldExpiring.contains(key.id()))
                .limit(MAX_TOLD_AT_ONCE)
                .forEach(key -> {
                    toldExpiring.add(key.id());
                    KeyExpiring event = new KeyExpiring(
                            key.profile(),
                            key.id(),
                            key.label(),
                            key.expiresAt().orElseThrow());
                    events.add(listener -> listener.keyExpiring(event));
                });
    }

    private void searchUnused() {
        Set<Unused> all = new HashSet<>();
        List<Unused> untold = usage.unused(
                unusedAfter,
                it -> {
                    all.add(it);
                    return !toldUnused.contains(it);
                },
                MAX_TOLD_AT_ONCE);
        toldUnused.retainAll(all);
        untold.forEach(it -> {
            toldUnused.add(new Unused(it.client(), it.profile(), it.key(), Optional.empty()));
            NotUsed event = new NotUsed(it.client(), it.profile(), it.key(), it.lastUsed());
            events.add(listener -> listener.unused(event));
        });
    }
}
