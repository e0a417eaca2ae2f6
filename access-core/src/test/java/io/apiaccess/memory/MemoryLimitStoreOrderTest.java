package io.apiaccess.memory;

import io.apiaccess.ManualTime;
import io.apiaccess.spi.LimitStore;
import io.apiaccess.spi.LimitStoreOrderContract;

/** The step of the store in memory, held to the contract of all stores. */
class MemoryLimitStoreOrderTest extends LimitStoreOrderContract {
    @Override
    protected LimitStore open(ManualTime clocks) {
        return new MemoryLimitStore();
    }
}
