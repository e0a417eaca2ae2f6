package io.apiaccess.keyset;

import java.io.IOException;
import java.net.URI;

/** What brings the text at a configured address. Thread-safe. */
public interface Fetcher {
    /**
     * Returns the text at an address.
     *
     * @throws IOException if it cannot be had
     */
    String fetch(URI url) throws IOException;
}
