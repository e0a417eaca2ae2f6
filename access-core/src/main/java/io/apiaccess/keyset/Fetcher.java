package io.apiaccess.keyset;

import java.io.IOException;
import java.net.URI;

/** What brings the text at a configured address. Thread-safe. */
public interface Fetcher extends AutoCloseable {
    /**
     * Returns the text at an address.
     *
     * @throws IOException if it cannot be had
     */
    String fetch(URI url) throws IOException;

    /** Ends what it needs for fetching; fetches that are under way may go on for as long as they may. */
    @Override
    default void close() {}
}
