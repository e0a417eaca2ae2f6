package io.apiaccess.document;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.CollectionId;
import io.apiaccess.check.Faults;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.Client;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.json.JsonWriter;
import io.apiaccess.json.MalformedException;
import io.apiaccess.json.StrictJson;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.PlanId;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A configuration, or some kinds of things of one, as a JSON document. Immutable.
 *
 * <p>A kind that the document does not name is none of its business: none of it is created, changed or deleted.
 */
public final class Document {
    /** What the member {@code format} says. */
    public static final String FORMAT = "io.apiaccess/configuration-1";

    private static final int MAX_VALUES = 5_000_000;
    private static final List<Kind<?>> KINDS = List.of(
            new Kind<>("policies", Policy.class, PolicyId::new),
            new Kind<>("plans", Plan.class, PlanId::new),
            new Kind<>("collections", ApiCollection.class, CollectionId::new),
            new Kind<>("clients", Client.class, ClientId::new),
            new Kind<>("profiles", AccessProfile.class, ProfileId::new));

    private final Map<Class<?>, List<Item>> items;
    private final Set<ProfileId> keysListed;
    private final OptionalLong revision;
    private final List<String> faults;
    private final Set<Id<?>> unreadable;

    private Document(
            Map<Class<?>, List<Item>> items,
            Set<ProfileId> keysListed,
            OptionalLong revision,
            List<String> faults,
            Set<Id<?>> unreadable) {
        this.items = items;
        this.keysListed = keysListed;
        this.revision = revision;
        this.faults = List.copyOf(faults);
        this.unreadable = Set.copyOf(unreadable);
    }

    /**
     * One thing of the document.
     *
     * @param pointer where it stands (RFC 6901)
     * @param entity what stands there, without a revision
     * @param isWhole whether all that it says was understood
     */
    public record Item(String pointer, Entity<?> entity, boolean isWhole) {}

    /** One member of the document. */
    private record Kind<E extends Entity<E>>(String member, Class<E> type, Function<String, Id<E>> id) {}

    /**
     * Returns the text of the document of entities; keys are with their profiles, if there are any.
     *
     * @param revision the store's when they were read
     */
    public static String write(List<? extends Entity<?>> entities, long revision) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("format", FORMAT);
        document.put("revision", revision);
        Written written = Written.whole();
        for (Kind<?> kind : KINDS) {
            document.put(
                    kind.member,
                    entities.stream()
                            .filter(kind.type::isInstance)
                            .map(entity -> withKeys(entity, entities, written))
                            .toList());
        }
        return JsonWriter.write(document);
    }

    private static Map<String, Object> withKeys(Entity<?> entity, List<? extends Entity<?>> entities, Written written) {
        Map<String, Object> tree = written.of(entity);
        if (entity instanceof AccessProfile) {
            List<Map<String, Object>> keys = entities.stream()
                    .filter(other ->
                            other instanceof ApiKey key && key.profile().equals(entity.id()))
                    .map(written::of)
                    .toList();
            if (!keys.isEmpty()) {
                tree.put("keys", keys);
            }
        }
        return tree;
    }

    /**
     * Returns the document of a text, with what is wrong with it and what of it can be read all the same.
     *
     * @param held the profiles as they are, whose secrets are kept where the document says so
     * @throws IllegalArgumentException if it is no JSON object
     */
    public static Document read(String text, Function<ProfileId, Optional<AccessProfile>> held) {
        Map<String, @Nullable Object> members;
        try {
            members = StrictJson.object(text, MAX_VALUES);
        } catch (MalformedException e) {
            throw new IllegalArgumentException(
                    "configuration " + Faults.quote("document") + ": it is " + e.getMessage(), e);
        }
        List<String> faults = new ArrayList<>();
        Node root = new Node(members, "", faults);
        String format = root.need("format");
        if (!format.isEmpty() && !format.equals(FORMAT)) {
            root.fault("format", Faults.quote(format) + " is not " + Faults.quote(FORMAT));
        }
        root.text("$schema");
        OptionalLong revision =
                root.has("revision") ? OptionalLong.of(root.number("revision", 0)) : OptionalLong.empty();
        if (revision.orElse(0) < 0) {
            root.fault("revision", Faults.quote(revision.getAsLong()) + " is below 0");
        }
        Reading reading = new Reading(held);
        Map<Class<?>, List<Item>> items = new LinkedHashMap<>();
        Set<Id<?>> ids = new HashSet<>();
        Set<Id<?>> unreadable = new HashSet<>();
        for (Kind<?> kind : KINDS) {
            if (root.has(kind.member)) {
                items.put(kind.type, items(root, kind, reading, ids, faults, unreadable));
            }
        }
        items.put(ApiKey.class, reading.keys());
        root.done();
        return new Document(items, reading.keysListed(), revision, faults, unreadable);
    }

    private static List<Item> items(
            Node root, Kind<?> kind, Reading reading, Set<Id<?>> ids, List<String> faults, Set<Id<?>> unreadable) {
        List<Item> items = new ArrayList<>();
        for (Node node : root.nodes(kind.member)) {
            int before = faults.size();
            Entity<?> entity = reading.read(kind.type, node);
            Optional<Id<?>> id = Optional.ofNullable(node.members().get("id"))
                    .map(Object::toString)
                    .filter(Faults::isId)
                    .map(kind.id);
            if (entity != null && !ids.add(entity.id())) {
                node.fault("id", Faults.quote(entity.id()) + " is there twice");
            } else if (entity != null) {
                items.add(new Item(node.pointer(), entity, faults.size() == before));
            }
            id.filter(it -> faults.size() > before).ifPresent(unreadable::add);
        }
        return items;
    }

    /** Returns what is wrong with what it says, each with where it is (RFC 6901). */
    public List<String> faults() {
        return faults;
    }

    /** Returns what it names without all being understood that it says of it. */
    public Set<Id<?>> unreadable() {
        return unreadable;
    }

    /** Returns the store's revision when the document was written, if it says so. */
    public OptionalLong revision() {
        return revision;
    }

    /** Returns whether the document says all there is of a kind; of keys, it says so for each profile. */
    public boolean holds(Class<?> kind) {
        return items.containsKey(kind);
    }

    /** Returns whether the document says all there is of a profile's keys. */
    public boolean listsKeysOf(ProfileId profile) {
        return keysListed.contains(profile);
    }

    /** Returns what the document holds, each after what it refers to. */
    public List<Item> items() {
        return items.values().stream().flatMap(List::stream).toList();
    }

    /** Returns the kinds of things, each after what it refers to. */
    public static Stream<Class<? extends Entity<?>>> kinds() {
        return KINDS.stream().map(Kind::type);
    }
}
