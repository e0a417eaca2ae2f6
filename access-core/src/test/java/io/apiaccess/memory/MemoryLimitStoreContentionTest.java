package io.apiaccess.memory;

import io.apiaccess.ManualTime;
import io.apiaccess.spi.LimitStore;
import io.apiaccess.spi.LimitStoreContentionContract;

/** The store in memory under contention, held to the contract of all stores. */
class MemoryLimitStoreContentionTest extends LimitStoreContentionContract {
    @Override
    protected LimitStore open(ManualTime clocks) {
        return new MemoryLimitStore();
    }
}
