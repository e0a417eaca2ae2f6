package io.apiaccess.snapshot;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.CollectionId;
import io.apiaccess.api.PathTemplate.Segment;
import io.apiaccess.api.Route;
import io.apiaccess.request.RequestPath;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The routes of all published collections as one immutable tree of segments: a look-up visits the segments of the path,
 * however many routes there are, and turns back only where a variable is the less specific way.
 */
public final class RouteTable {
    private static final Node LEAF = new Node(Table.empty(), null, List.of(), List.of());
    static final RouteTable EMPTY = new RouteTable(LEAF);

    private final Node root;

    private RouteTable(Node root) {
        this.root = root;
    }

    /**
     * A route in the table.
     *
     * @param collection the collection it is of
     * @param route the route, its template with the collection's base path
     */
    public record Entry(CollectionId collection, Route route) {}

    /** Returns the routes of the most specific shape that a path has, or none. */
    public List<Entry> match(RequestPath path) {
        return match(path.toString());
    }

    List<Entry> match(CharSequence canonical) {
        return match(root, canonical, 1);
    }

    RouteTable with(ApiCollection collection) {
        Node node = root;
        for (Route route : collection.table()) {
            node = change(node, route.template().segments(), 0, new Entry(collection.id(), route), true);
        }
        return new RouteTable(node);
    }

    RouteTable without(ApiCollection collection) {
        Node node = root;
        for (Route route : collection.table()) {
            node = change(node, route.template().segments(), 0, new Entry(collection.id(), route), false);
        }
        return new RouteTable(node);
    }

    // Literal, then variable, then rest, from the left: the first way that reaches an end is the most specific shape.
    private static List<Entry> match(Node node, CharSequence path, int start) {
        if (start > path.length()) {
            return node.here.isEmpty() ? node.rest : node.here;
        }
        int hash = 0;
        int end = start;
        for (; end < path.length() && path.charAt(end) != '/'; end++) {
            hash = 31 * hash + path.charAt(end);
        }
        Node literal = Table.get(node.literals, path, start, end, hash);
        if (literal != null) {
            List<Entry> found = match(literal, path, end + 1);
            if (!found.isEmpty()) {
                return found;
            }
        }
        if (node.variable != null && end > start) {
            List<Entry> found = match(node.variable, path, end + 1);
            if (!found.isEmpty()) {
                return found;
            }
        }
        return node.rest;
    }

    private static Node change(Node node, List<Segment> template, int depth, Entry entry, boolean add) {
        if (depth == template.size()) {
            return new Node(node.literals, node.variable, changed(node.here, entry, add), node.rest);
        }
        Segment segment = template.get(depth);
        if (segment instanceof Segment.Rest) {
            return new Node(node.literals, node.variable, node.here, changed(node.rest, entry, add));
        }
        if (segment instanceof Segment.Literal literal) {
            Node below = node.literals.get(literal.text());
            Node next = change(below == null ? LEAF : below, template, depth + 1, entry, add);
            Table<String, Node> literals =
                    next.isEmpty() ? node.literals.without(literal.text()) : node.literals.with(literal.text(), next);
            return new Node(literals, node.variable, node.here, node.rest);
        }
        Node next = change(node.variable == null ? LEAF : node.variable, template, depth + 1, entry, add);
        return new Node(node.literals, next.isEmpty() ? null : next, node.here, node.rest);
    }

    private static List<Entry> changed(List<Entry> entries, Entry entry, boolean add) {
        List<Entry> changed = new ArrayList<>(entries);
        if (add) {
            changed.add(entry);
        } else {
            changed.remove(entry);
        }
        return List.copyOf(changed);
    }

    /**
     * What may follow a beginning of a path.
     *
     * @param literals by the next segment
     * @param variable for any next segment
     * @param here the routes that end here
     * @param rest the routes that take any rest
     */
    private record Node(
            Table<String, Node> literals, @Nullable Node variable, List<Entry> here, List<Entry> rest) {
        boolean isEmpty() {
            return literals.size() == 0 && variable == null && here.isEmpty() && rest.isEmpty();
        }
    }
}
