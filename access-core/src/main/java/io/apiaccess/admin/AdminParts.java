package io.apiaccess.admin;

import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.AppliedPolicy;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.key.KeyFormat;
import io.apiaccess.key.KeyHasher;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.spi.AccessStore;
import io.apiaccess.spi.Condition;
import io.apiaccess.spi.LimitStore;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What management works with; applications get theirs from the object that wires.
 *
 * @param store where everything is kept
 * @param limits where usage is counted
 * @param clock the wall clock
 * @param format the form of new keys
 * @param hasher what is kept of keys
 * @param random where new keys come from
 * @param conditions the application's own conditions, by name
 * @param outlook what decisions would say
 * @param published run after each change, before it returns; never throws, for the change has taken effect
 * @param refreshed run before decisions are asked for their outlook
 */
public record AdminParts(
        AccessStore store,
        LimitStore limits,
        InstantSource clock,
        KeyFormat format,
        KeyHasher hasher,
        SecureRandom random,
        Map<String, Condition> conditions,
        Outlook outlook,
        Runnable published,
        Runnable refreshed) {
    /** Copies the conditions. */
    public AdminParts {
        conditions = Map.copyOf(conditions);
    }

    /** What decisions would say, from where and when and however often somebody calls. */
    public interface Outlook {
        /**
         * Returns why a profile, or a call without credential, may not make a call; nothing if it may, whatever addresses,
         * conditions and limits say.
         */
        Optional<DenyReason> objection(@Nullable ProfileId profile, AccessRequest request);

        /** Returns the policies that a profile's call is held to, in their order, with how their limits stand. */
        List<AppliedPolicy> policies(ProfileId profile, AccessRequest request);
    }
}
