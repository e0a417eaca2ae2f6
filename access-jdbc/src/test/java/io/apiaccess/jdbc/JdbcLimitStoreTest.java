package io.apiaccess.jdbc;

import io.apiaccess.ManualTime;
import io.apiaccess.spi.LimitStore;
import io.apiaccess.spi.LimitStoreContract;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Shared limits, held to the contract of all stores. */
@ParameterizedClass
@EnumSource(Engine.class)
class JdbcLimitStoreTest extends LimitStoreContract {
    private static final Map<Engine, SharedLimits> LIMITS = new EnumMap<>(Engine.class);

    private final SharedLimits limits;

    JdbcLimitStoreTest(Engine engine) {
        limits = LIMITS.computeIfAbsent(engine, of -> new SharedLimits(of, 4));
    }

    @Override
    protected LimitStore open(ManualTime clocks) {
        return limits.open(clocks);
    }

    @Override
    protected int rounds() {
        return Integer.getInteger("limits.rounds", 40);
    }

    @AfterAll
    static void drop() {
        LIMITS.values().forEach(SharedLimits::close);
        LIMITS.clear();
    }
}
