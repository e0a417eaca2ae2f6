package io.apiaccess.servlet;

import java.util.Objects;

/**
 * The body of the answer to a denied request, sent in UTF-8.
 *
 * @param mediaType its media type, such as {@code application/problem+json}
 * @param text its text
 */
public record DenialBody(String mediaType, String text) {
    /** Refuses nulls. */
    public DenialBody {
        Objects.requireNonNull(mediaType, "mediaType");
        Objects.requireNonNull(text, "text");
    }
}
