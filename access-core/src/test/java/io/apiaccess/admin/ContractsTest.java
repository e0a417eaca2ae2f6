package io.apiaccess.admin;

import io.apiaccess.memory.MemoryAccessStore;
import io.apiaccess.spi.AccessStore;

/** In memory, two nodes of one process. */
class ContractsTest extends ContractsContract {
    private final MemoryAccessStore store = new MemoryAccessStore();

    @Override
    protected AccessStore open() {
        return store;
    }
}
