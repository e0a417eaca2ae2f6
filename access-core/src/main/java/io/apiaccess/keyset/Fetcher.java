package io.apiaccess.keyset;

import java.io.IOException;
import java.net.URI;

/** What brings the text at a configured address. Thread-safe. */
public interface Fetcher extends AutoCloseable {
    /**
     * Returns the text at an address.
     *
     * @param onlyPublic whether it must be a public one, since who has named it may not choose a host that is listed
     * @throws IOException if it cannot be had
     */
    String fetch(URI url, boolean onlyPublic) throws IOException;

    /** Ends what it needs for fetching; fetches that are under way may go on for as long as they may. */
    @Override
    default void close() {}
}
