package io.apiaccess.spi;

import io.apiaccess.ManualTime;
import io.apiaccess.Seed;
import io.apiaccess.decision.LimitState;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.spi.LimitStore.Reading;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A store under test with its clocks, and the demands that tests make on it. */
abstract class LimitStoreFixture {
    static final long SEED = Seed.of(LimitStoreFixture.class);
    static final Duration MINUTE = Duration.ofMinutes(1);
    static final PolicyId GOLD = new PolicyId("gold");

    final ManualTime time = new ManualTime();
    LimitStore store;

    /**
     * Opens an empty store.
     *
     * @param clocks what a store that goes by clocks of its own is to read
     */
    protected abstract LimitStore open(ManualTime clocks);

    @BeforeEach
    void openStore() {
        store = open(time);
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    static LimitDemand randomDemand(SplittableRandom random, String name, String subject) {
        LimitScope[] scopes = LimitScope.values();
        LimitScope scope = scopes[Math.floorMod(subject.hashCode(), scopes.length)];
        long max = random.nextInt(3) == 0 ? random.nextInt(20) : 3 + random.nextInt(2_000);
        Duration length = Duration.ofNanos(10_000 + random.nextInt(random.nextBoolean() ? 100_000 : 10_000_000));
        Limit limit = random.nextInt(3) == 0
                ? Quota.of(max).per(length).named(name).scope(scope)
                : RateLimit.of(max).per(length).named(name).scope(scope);
        return new LimitDemand(GOLD, limit, subject);
    }

    static LimitDemand demand(Limit limit) {
        return new LimitDemand(GOLD, limit, "mobile");
    }

    static Limit limit(Limit.Kind kind, long max) {
        return switch (kind) {
            case RATE -> RateLimit.of(max).per(MINUTE);
            case BUCKET -> RateLimit.bucket(max).refill(Math.max(1, max), MINUTE);
            case QUOTA -> Quota.of(max).per(MINUTE);
        };
    }

    static Limit renamed(Limit limit, String name) {
        return limit.named(name);
    }

    static Limit scoped(Limit limit, LimitScope scope) {
        return limit.scope(scope);
    }

    Reading now() {
        return new Reading(time.getAsLong(), time.instant());
    }

    boolean takes(long cost, LimitDemand... demands) {
        return store.take(Arrays.asList(demands), cost, now()).stream().noneMatch(LimitState::refuses);
    }

    LimitState take(long cost, LimitDemand demand) {
        return store.take(List.of(demand), cost, now()).get(0);
    }

    LimitState peek(long cost, LimitDemand demand) {
        return store.peek(List.of(demand), cost, now()).get(0);
    }
}
