package io.apiaccess.jdbc;

import io.apiaccess.spi.StoreException;

/** The refusal to wait for one more connection while many do not come: it passes when they do. */
final class BusyException extends StoreException {
    private static final long serialVersionUID = 1;

    BusyException(String message) {
        super(message);
    }
}
