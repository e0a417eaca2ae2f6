package io.apiaccess.api;

import io.apiaccess.check.Faults;
import io.apiaccess.request.RequestPath;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The form of a group of paths: literal segments, {@code {name}} for any one segment that is not empty, and last
 * {@code {rest...}} for any number of segments, also none. Immutable.
 *
 * <p>Literals are written decoded, as {@link RequestPath} has them. Templates are equal if their shapes are: the names of
 * variables do not count.
 */
public final class PathTemplate {
    private static final Pattern VARIABLE = Pattern.compile("\\{([A-Za-z_][A-Za-z0-9_]{0,63})(\\.\\.\\.)?}");

    private final String text;
    private final List<Segment> segments;
    private final String shape;

    private PathTemplate(String text, List<Segment> segments) {
        this.text = text;
        this.segments = segments;
        this.shape = segments.stream().map(Segment::shape).collect(Collectors.joining("/", "/", ""));
    }

    /**
     * Returns the template of a text.
     *
     * @throws IllegalArgumentException if it is not one, or a literal in it could match no canonical path
     */
    public static PathTemplate parse(String text) {
        String plain = text.replaceAll("[{}]", "");
        if (!text.startsWith("/")
                || text.indexOf('%') >= 0
                || RequestPath.parse(plain).isEmpty()) {
            throw new IllegalArgumentException("path template " + Faults.quote(text)
                    + " matches no canonical path: write it decoded, such as `/orders/{id}`");
        }
        String[] parts = text.substring(1).split("/", -1);
        List<Segment> segments = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < parts.length; i++) {
            Segment segment = segment(text, parts[i], names);
            if (segment instanceof Segment.Rest && i < parts.length - 1) {
                throw new IllegalArgumentException(
                        "path template " + Faults.quote(text) + " goes on after " + Faults.quote(parts[i]));
            }
            segments.add(segment);
        }
        return new PathTemplate(text, List.copyOf(segments));
    }

    /** Returns the template that follows a base path: the base's segments, then those of this template. */
    public PathTemplate under(PathTemplate base) {
        String prefix = base.text.endsWith("/") ? base.text.substring(0, base.text.length() - 1) : base.text;
        return parse(prefix + text);
    }

    /** Returns the number of its segments without the empty one at the end. */
    int withoutSlash() {
        return text.endsWith("/") ? segments.size() - 1 : segments.size();
    }

    /** Returns its segments; the last is an empty literal if the template ends in a slash. */
    public List<Segment> segments() {
        return segments;
    }

    /**
     * Returns whether a path has this form. A trailing slash matters: use {@link #covers} to forbid.
     */
    public boolean matches(RequestPath path) {
        return matches(path.segments());
    }

    /** Returns whether segments have this form, with or without an empty one at the end: the form for what forbids. */
    public boolean covers(List<String> given) {
        int last = given.size() - 1;
        boolean slash = last >= 0 && given.get(last).isEmpty();
        return matches(given) || matches(slash ? given.subList(0, last) : withSlash(given));
    }

    private static List<String> withSlash(List<String> given) {
        List<String> longer = new ArrayList<>(given);
        longer.add("");
        return longer;
    }

    private boolean matches(List<String> given) {
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            if (segment instanceof Segment.Rest) {
                return true;
            }
            if (i >= given.size() || !segment.matches(given.get(i))) {
                return false;
            }
        }
        return given.size() == segments.size();
    }

    /** Returns the shape: the template with its variables' names left out. */
    public String shape() {
        return shape;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PathTemplate template && shape.equals(template.shape);
    }

    @Override
    public int hashCode() {
        return shape.hashCode();
    }

    /** Returns the text as it was written. */
    @Override
    public String toString() {
        return text;
    }

    private static Segment segment(String text, String part, Set<String> names) {
        if (part.indexOf('{') < 0 && part.indexOf('}') < 0) {
            return new Segment.Literal(part);
        }
        var variable = VARIABLE.matcher(part);
        if (!variable.matches()) {
            throw new IllegalArgumentException("path template " + Faults.quote(text) + ": " + Faults.quote(part)
                    + " is neither a literal nor a variable such as `{id}` or, last, `{rest...}`");
        }
        if (!names.add(variable.group(1))) {
            throw new IllegalArgumentException(
                    "path template " + Faults.quote(text) + " names " + Faults.quote(part) + " twice");
        }
        return variable.group(2) == null ? new Segment.Variable() : new Segment.Rest();
    }

    /** One part of a template between slashes. */
    public sealed interface Segment {
        /** Returns whether one segment of a path has this form. */
        boolean matches(String given);

        /** Returns what tells segments of different shape apart. */
        String shape();

        /**
         * Exactly this text.
         *
         * @param text the text, empty at the end of a template that ends in a slash
         */
        record Literal(String text) implements Segment {
            @Override
            public boolean matches(String given) {
                return text.equals(given);
            }

            @Override
            public String shape() {
                return text;
            }
        }

        /** Any text that is not empty. */
        record Variable() implements Segment {
            @Override
            public boolean matches(String given) {
                return !given.isEmpty();
            }

            @Override
            public String shape() {
                return "{}";
            }
        }

        /** Any number of segments. */
        record Rest() implements Segment {
            @Override
            public boolean matches(String given) {
                return true;
            }

            @Override
            public String shape() {
                return "{...}";
            }
        }
    }
}
