package io.apiaccess.jdbc;

import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.UniqueKey;
import io.apiaccess.spi.SecretCipher;
import io.apiaccess.spi.StoreException;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** All kinds that are kept, each behind those that it refers to. */
final class Kinds {
    private final List<Kind<?>> all;
    private final ProfileKind profiles;

    /**
     * Returns them all.
     *
     * @param printKey what fingerprints of shared secrets are made with, asked for when there is one
     */
    Kinds(Optional<SecretCipher> cipher, Supplier<byte[]> printKey) {
        profiles = new ProfileKind(cipher, printKey);
        all = List.of(
                new PolicyKind(),
                new PlanKind(),
                new CollectionKind(),
                new ClientKind(),
                profiles,
                new KeyKind(),
                new TokenKind());
    }

    ProfileKind profiles() {
        return profiles;
    }

    List<Kind<?>> all() {
        return all;
    }

    /** Returns every table that entities are kept in. */
    Set<Table> tables() {
        Set<Table> tables = new LinkedHashSet<>();
        for (Kind<?> kind : all) {
            tables.add(kind.main());
            tables.addAll(kind.parts());
        }
        return tables;
    }

    @SuppressWarnings("unchecked") // an id's type names its entity's
    <E extends Entity<E>> Kind<E> of(Id<E> id) {
        return (Kind<E>) named(
                kind -> kind.id("x").getClass().equals(id.getClass()),
                id.getClass().getSimpleName());
    }

    @SuppressWarnings("unchecked") // found by its type
    <E extends Entity<E>> Kind<E> of(Class<E> type) {
        return (Kind<E>) named(kind -> kind.type().equals(type), type.getSimpleName());
    }

    /** Returns the kind that a removal names. */
    Kind<?> named(String word) {
        return named(kind -> kind.word().equals(word), word);
    }

    private Kind<?> named(Predicate<Kind<?>> condition, String name) {
        return all.stream()
                .filter(condition)
                .findFirst()
                .orElseThrow(() -> new StoreException("`" + name + "` is of a kind that is not kept"));
    }

    /**
     * Where a unique key is looked for.
     *
     * @param kind whose it is
     * @param sql the query for the id of its holder
     * @param values what the query is asked with
     */
    record Place(Kind<?> kind, String sql, List<Object> values) {}

    Place place(UniqueKey key) {
        String value = key.value();
        return switch (key.kind()) {
            case "policy name" -> place("Policy", "SELECT id FROM access_policy WHERE name = ?", value);
            case "profile name in its client" -> {
                int slash = value.indexOf('/');
                yield place(
                        "AccessProfile",
                        "SELECT id FROM access_profile WHERE client_id = ? AND name = ?",
                        value.substring(0, slash),
                        value.substring(slash + 1));
            }
            case "collection name and version" -> {
                int line = value.indexOf('\n');
                yield place(
                        "ApiCollection",
                        "SELECT id FROM access_collection WHERE name = ? AND version_label = ?",
                        value.substring(0, line),
                        value.substring(line + 1));
            }
            case "key digest" ->
                place(
                        "ApiKey",
                        "SELECT id FROM access_key WHERE digest = ?",
                        HexFormat.of().parseHex(value));
            case "token digest" ->
                place(
                        "AccessToken",
                        "SELECT id FROM access_issued_token WHERE digest = ?",
                        HexFormat.of().parseHex(value));
            case "external subject" ->
                place(
                        "AccessProfile",
                        "SELECT profile_id FROM access_subject_digest WHERE digest = ?",
                        ProfileKind.digest(value));
            default -> throw new StoreException("unique key `" + key.kind() + "` is of a kind that is not kept");
        };
    }

    private Place place(String word, String sql, Object... values) {
        return new Place(named(word), sql, List.of(values));
    }
}
