package io.apiaccess.servlet;

import io.apiaccess.decision.Caller;
import io.apiaccess.decision.Decision;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The keys under which log lines of a request have its caller (SLF4J's mapped diagnostic context).
 *
 * @param clientKey the key of the client's id
 * @param profileKey the key of the profile's id
 */
record LogContext(@Nullable String clientKey, @Nullable String profileKey) {
    /** Puts the caller in, until what is returned is left. */
    Entered enter(Decision.@Nullable Allowed decision) {
        Optional<Caller> caller = decision == null ? Optional.empty() : decision.caller();
        return new Entered(
                Entry.put(clientKey, caller.map(who -> who.client().value())),
                Entry.put(profileKey, caller.map(who -> who.profile().value())));
    }

    /** What has been put in. */
    record Entered(@Nullable Entry client, @Nullable Entry profile) {
        void leave() {
            Entry.restore(client);
            Entry.restore(profile);
        }
    }

    /** A key with what it held before. */
    private record Entry(String key, @Nullable String before) {
        static @Nullable Entry put(@Nullable String key, Optional<String> value) {
            if (key == null || value.isEmpty()) {
                return null;
            }
            Entry entry = new Entry(key, MDC.get(key));
            MDC.put(key, value.get());
            return entry;
        }

        static void restore(@Nullable Entry entry) {
            if (entry != null && entry.before == null) {
                MDC.remove(entry.key);
            } else if (entry != null) {
                MDC.put(entry.key, entry.before);
            }
        }
    }
}
