package io.apiaccess.snapshot;

import io.apiaccess.client.ApiKey;
import io.apiaccess.decision.Caller;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A key with what there is to know of whose it is. Thread-safe. */
public final class KnownKey {
    private final ApiKey key;
    private final @Nullable KnownCaller holder;
    private @Nullable Caller caller;

    /**
     * Returns a key.
     *
     * @param holder whose it is, or {@code null} to look that up by its id each time
     */
    KnownKey(ApiKey key, @Nullable KnownCaller holder) {
        this.key = key;
        this.holder = holder;
    }

    /** Returns the key. */
    public ApiKey key() {
        return key;
    }

    /**
     * Returns what follows for its profile, or {@code null} if that or its client is not there.
     *
     * @param snapshot the one that this key is of
     */
    public @Nullable Ways ways(Snapshot snapshot) {
        return holder == null ? snapshot.ways(key.profile()) : holder.waysOfProfile(snapshot);
    }

    /** Returns who calls by it, whose ways these are. */
    public Caller caller(Ways ways) {
        Caller last = caller;
        if (last == null) {
            last = new Caller(ways.client().id(), ways.profile().id(), Optional.of(key.id()));
            caller = last;
        }
        return last;
    }
}
