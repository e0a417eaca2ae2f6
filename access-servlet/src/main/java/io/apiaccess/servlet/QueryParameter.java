package io.apiaccess.servlet;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A query parameter that holds an API key, found in the raw query and taken out of it.
 *
 * @param name its name, decoded
 */
record QueryParameter(String name) {
    /** Returns the decoded values of all its occurrences; of one that cannot be decoded, a blank. */
    List<String> values(@Nullable String query) {
        List<String> values = new ArrayList<>();
        pairs(query).filter(this::isIn).forEach(pair -> {
            int equals = pair.indexOf('=');
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            values.add(value == null ? "" : value);
        });
        return values;
    }

    /** Returns the query without it, or {@code null} if nothing else is in it. */
    @Nullable String without(@Nullable String query) {
        if (query == null || pairs(query).noneMatch(this::isIn)) {
            return query;
        }
        String rest = pairs(query).filter(pair -> !isIn(pair)).collect(Collectors.joining("&"));
        return rest.isEmpty() ? null : rest;
    }

    private boolean isIn(String pair) {
        int equals = pair.indexOf('=');
        return name.equals(decode(equals < 0 ? pair : pair.substring(0, equals)));
    }

    private static Stream<String> pairs(@Nullable String query) {
        return query == null ? Stream.empty() : Stream.of(query.split("&", -1));
    }

    private static @Nullable String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException badEscape) {
            return null;
        }
    }
}
