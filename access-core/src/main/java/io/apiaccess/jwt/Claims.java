package io.apiaccess.jwt;

import io.apiaccess.check.Faults;
import io.apiaccess.json.Members;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The claims of a token (RFC 7519 section 4). Immutable.
 *
 * <p>A value is a {@link String}, a {@link java.math.BigDecimal}, a {@link Boolean}, or an unmodifiable list or map of
 * them, which may hold {@code null}. A claim that is {@code null} counts as missing.
 */
public final class Claims {
    private static final int MAX_SHOWN = 20;

    private final Map<String, Object> values;

    private Claims(Map<String, Object> values) {
        this.values = values;
    }

    /** Returns claims with the members of a JSON object. */
    public static Claims of(Map<String, ? extends @Nullable Object> members) {
        return new Claims(Members.withoutNulls(members));
    }

    /** Returns the value of a claim. */
    public Optional<Object> find(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** Returns the value of a claim that is a text. */
    public Optional<String> text(String name) {
        return find(name).filter(String.class::isInstance).map(String.class::cast);
    }

    /** Returns the values of a claim that is a text or a list of texts; nothing if it is missing or anything else. */
    public Optional<List<String>> texts(String name) {
        Object value = values.get(name);
        if (value instanceof String text) {
            return Optional.of(List.of(text));
        }
        if (!(value instanceof List<?> list)) {
            return Optional.empty();
        }
        List<String> texts = new ArrayList<>(list.size());
        for (Object element : list) {
            if (!(element instanceof String text)) {
                return Optional.empty();
            }
            texts.add(text);
        }
        return Optional.of(Collections.unmodifiableList(texts));
    }

    /** Returns all claims that are not missing, in the order of the token. */
    public Map<String, Object> asMap() {
        return values;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Claims claims && values.equals(claims.values);
    }

    @Override
    public int hashCode() {
        return Objects.hash(values);
    }

    /** Returns the first names alone, in backticks: the values may be about a person. */
    @Override
    public String toString() {
        return values.keySet().stream()
                .limit(MAX_SHOWN)
                .map(Faults::quote)
                .collect(Collectors.joining(", ", "claims [", values.size() > MAX_SHOWN ? ", …]" : "]"));
    }
}
