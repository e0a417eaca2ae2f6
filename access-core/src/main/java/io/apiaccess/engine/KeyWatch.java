package io.apiaccess.engine;

import io.apiaccess.client.KeyId;
import io.apiaccess.decision.Caller;
import io.apiaccess.decision.Decision;
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

    /** Looks at a denial. */
    public void saw(Decision.Denied denied) {
        boolean ended =
                denied.reason() == DenyReason.REVOKED_CREDENTIAL || denied.reason() == DenyReason.EXPIRED_CREDENTIAL;
        if (!ended || !events.isHeard()) {
            return;
        }
        Caller caller = denied.caller().orElse(null);
        Instant at = denied.at().orElse(null);
        if (caller == null
                || at == null
                || caller.key().isEmpty()
                || !isNews(caller.key().get(), at)) {
            return;
        }
        EndedKeyUsed event = new EndedKeyUsed(caller, denied.reason(), denied.address(), at);
        events.add(listener -> listener.endedKeyUsed(event));
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
