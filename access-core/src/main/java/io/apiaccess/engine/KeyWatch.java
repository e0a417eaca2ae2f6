package io.apiaccess.engine;

import io.apiaccess.client.ApiKey;
import io.apiaccess.client.KeyId;
import io.apiaccess.decision.Caller;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.spi.AccessEvents.EndedKeyUsed;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Sees keys that are used after their end, and tells of each at most once in five minutes (C4). Thread-safe. */
public final class KeyWatch {
    private static final Duration QUIET = Duration.ofMinutes(5);
    private static final int MAX_REMEMBERED = 10_000;

    private final EventQueue events;
    private final Map<KeyId, Instant> toldAt = new ConcurrentHashMap<>();

    /** Returns a watch that tells those who listen to a queue. */
    public KeyWatch(EventQueue events) {
        this.events = events;
    }

    /** Looks at a denial. A token that has expired says nothing of the secret that it was issued for. */
    void saw(Case it, DenyReason denied) {
        if (!isEnd(denied) || !events.isHeard()) {
            return;
        }
        ApiKey key = it.key();
        Caller caller = it.caller();
        if (key == null || caller == null) {
            return;
        }
        DenyReason ended = Standing.ofKey(key, it.now);
        if (ended != null && isEnd(ended) && isNews(key.id(), it.now)) {
            EndedKeyUsed event = new EndedKeyUsed(caller, ended, it.request.address(), it.now);
            events.add(listener -> listener.endedKeyUsed(event));
        }
    }

    private static boolean isEnd(DenyReason reason) {
        return reason == DenyReason.REVOKED_CREDENTIAL || reason == DenyReason.EXPIRED_CREDENTIAL;
    }

    private boolean isNews(KeyId key, Instant at) {
        if (toldAt.size() >= MAX_REMEMBERED) {
            toldAt.values().removeIf(told -> isQuietOver(told, at));
        }
        if (toldAt.size() >= MAX_REMEMBERED && !toldAt.containsKey(key)) {
            events.drop();
            return false;
        }
        Instant told = toldAt.putIfAbsent(key, at);
        return told == null || (isQuietOver(told, at) && toldAt.replace(key, told, at));
    }

    private static boolean isQuietOver(Instant told, Instant now) {
        return !now.isBefore(told.plus(QUIET));
    }
}
