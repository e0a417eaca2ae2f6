package io.apiaccess.jdbc;

import io.apiaccess.ManualTime;
import io.apiaccess.spi.LimitStore;
import io.apiaccess.spi.LimitStoreOrderContract;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Shared limits taken at once, held to the contract of all stores. */
@ParameterizedClass
@EnumSource(Engine.class)
class JdbcLimitStoreOrderTest extends LimitStoreOrderContract {
    private static final Map<Engine, SharedLimits> LIMITS = new EnumMap<>(Engine.class);

    private final SharedLimits limits;

    JdbcLimitStoreOrderTest(Engine engine) {
        limits = LIMITS.computeIfAbsent(engine, of -> new SharedLimits(of, 16));
    }

    @Override
    protected LimitStore open(ManualTime clocks) {
        return limits.open(clocks);
    }

    @Override
    protected int rounds() {
        return 100;
    }

    @AfterAll
    static void drop() {
        LIMITS.values().forEach(SharedLimits::close);
        LIMITS.clear();
    }
}
