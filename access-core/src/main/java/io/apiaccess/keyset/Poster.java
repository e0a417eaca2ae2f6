package io.apiaccess.keyset;

import io.apiaccess.request.Secret;
import java.io.IOException;
import java.net.URI;

/** What brings the answer of a configured address to a form. Thread-safe. */
@FunctionalInterface
public interface Poster {
    /**
     * Returns the answer to a form.
     *
     * @param form in {@code application/x-www-form-urlencoded}
     * @param authorization who asks, as it stands in the header of that name
     * @throws IOException if there is none with status 200; nothing of the form is in its words
     */
    String post(URI url, Secret form, Secret authorization) throws IOException;
}
