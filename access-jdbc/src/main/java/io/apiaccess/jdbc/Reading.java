package io.apiaccess.jdbc;

import io.apiaccess.client.ProfileId;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.UniqueKey;
import io.apiaccess.jwt.JwtKey;
import io.apiaccess.spi.AccessStore.View;
import io.apiaccess.spi.UnreadableException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One state of the store, in one transaction. Entities come in pages with the rows of their parts, so that no more than a page
 * of rows is in memory, whatever a driver does with results. Not thread-safe.
 */
class Reading implements View {
    private static final Logger LOG = LoggerFactory.getLogger(Reading.class);
    private static final int PAGE = 1_000;
    private static final int FAR = 50_000;
    private static final String REMOVED = "SELECT id FROM access_revision WHERE forgotten > ? OR EXISTS"
            + " (SELECT 1 FROM access_removal WHERE kind = ? AND entity_id = ? AND revision > ?)";

    final Sql sql;
    final Kinds kinds;
    private final long revision;

    Reading(Sql sql, Kinds kinds, long revision) {
        this.sql = sql;
        this.kinds = kinds;
        this.revision = revision;
    }

    @Override
    public final long revision() {
        return revision;
    }

    @Override
    public final <E extends Entity<E>> Optional<E> find(Id<E> id) {
        Kind<E> kind = kinds.of(id);
        return sheets(kind, List.of(id.value())).stream().findFirst().map(sheet -> entity(kind, sheet));
    }

    @Override
    public final <E extends Entity<E>> List<E> list(Class<E> type) {
        Whole<E> all = new Whole<>(kinds.of(type));
        forEach(all.kind, all::add);
        return all.entities();
    }

    @Override
    public final <E extends Entity<E>> List<E> list(Class<E> type, Consumer<? super Id<E>> damaged) {
        Whole<E> all = new Whole<>(kinds.of(type));
        forEach(all.kind, all::add);
        return all.entities(damaged);
    }

    @Override
    public final <E extends Entity<E>> List<E> list(Class<E> type, String after, int limit) {
        Kind<E> kind = kinds.of(type);
        return page(kind, after, limit).stream()
                .map(sheet -> entity(kind, sheet))
                .toList();
    }

    @Override
    public final boolean isRemovedSince(Id<?> id, long revision) {
        Kind<?> kind = kinds.of(id);
        return sheets(kind, List.of(id.value())).isEmpty()
                && sql.first(row -> 1, REMOVED, revision, kind.word(), id.value(), revision)
                        .isPresent();
    }

    @Override
    public final Optional<Entity<?>> findBy(UniqueKey key) {
        Kinds.Place place = kinds.place(key);
        return holder(key).flatMap(id -> any(place.kind(), id));
    }

    private <E extends Entity<E>> Optional<Entity<?>> any(Kind<E> kind, String id) {
        return find(kind.id(id)).map(entity -> entity);
    }

    /** Returns the id of the holder of a unique key. */
    final Optional<String> holder(UniqueKey key) {
        Kinds.Place place = kinds.place(key);
        return sql.first(row -> row.getString(1), place.sql(), place.values().toArray());
    }

    @Override
    public final Set<Id<?>> referrersOf(Id<?> id) {
        Set<Id<?>> referrers = new LinkedHashSet<>();
        for (Kind<?> kind : kinds.all()) {
            referrers(kind, id).forEach(referrer -> referrers.add(kind.id(referrer)));
        }
        return Collections.unmodifiableSet(referrers);
    }

    @Override
    public final <E extends Entity<E>> List<E> referrersOf(Id<?> id, Class<E> type) {
        return referrers(kinds.of(type), id, all -> all.entities());
    }

    @Override
    public final <E extends Entity<E>> List<E> referrersOf(Id<?> id, Class<E> type, Consumer<? super Id<E>> damaged) {
        return referrers(kinds.of(type), id, all -> all.entities(damaged));
    }

    private <E extends Entity<E>> List<E> referrers(Kind<E> kind, Id<?> id, Function<Whole<E>, List<E>> taken) {
        Whole<E> all = new Whole<>(kind);
        forEach(kind, List.copyOf(referrers(kind, id)), all::add);
        return taken.apply(all);
    }

    /** Entities on their way from rows, with those that are damaged. */
    private static final class Whole<E extends Entity<E>> {
        private final List<E> read = new ArrayList<>();
        private final Map<Id<E>, RuntimeException> damaged = new LinkedHashMap<>();
        private final Kind<E> kind;

        Whole(Kind<E> kind) {
            this.kind = kind;
        }

        void add(Sheet sheet) {
            try {
                read.add(kind.entity(sheet));
            } catch (RuntimeException e) {
                damaged.put(kind.id(sheet.id()), e);
            }
        }

        /** Returns all, of which none may be damaged. */
        List<E> entities() {
            damaged.values().stream().findFirst().ifPresent(cause -> {
                throw new UnreadableException(damaged.keySet(), cause);
            });
            return Collections.unmodifiableList(read);
        }

        /** Returns those that can be read, and hands over and tells the log what others there are. */
        List<E> entities(Consumer<? super Id<E>> each) {
            damaged.forEach((id, cause) -> {
                LOG.error("{} {} cannot be read from what is kept, and is in no list", kind.word(), id, cause);
                each.accept(id);
            });
            return Collections.unmodifiableList(read);
        }
    }

    @Override
    public final Set<ProfileId> profilesWith(JwtKey key) {
        return sql
                .query(
                        row -> new ProfileId(row.getString(1)),
                        TermsRows.HOLDERS,
                        (Object) kinds.profiles().fingerprint(key))
                .stream()
                .collect(Collectors.toUnmodifiableSet());
    }

    private Set<String> referrers(Kind<?> kind, Id<?> id) {
        Set<String> referrers = new LinkedHashSet<>();
        for (String reference : kind.references().getOrDefault(id.getClass(), List.of())) {
            referrers.addAll(sql.query(row -> row.getString(1), referrersOf(kind, reference), id.value()));
        }
        return referrers;
    }

    /** Returns the query for those of a kind that refer to one by a column of a table, written as both. */
    static String referrersOf(Kind<?> kind, String reference) {
        String[] words = reference.split(" ", 2);
        String key =
                words[0].equals(kind.main().name()) ? "id" : kind.parts().get(0).key();
        return "SELECT DISTINCT " + key + " FROM " + words[0] + " WHERE " + words[1] + " = ?";
    }

    /** Hands over all of a kind. */
    final void forEach(Kind<?> kind, Consumer<Sheet> each) {
        String after = "";
        while (true) {
            List<Sheet> page = page(kind, after, PAGE);
            page.forEach(each);
            if (page.size() < PAGE) {
                return;
            }
            after = page.get(page.size() - 1).id();
        }
    }

    /** Hands over those of a kind that were written since a revision. */
    final void forEachSince(Kind<?> kind, long since, Consumer<Sheet> each) {
        forEach(kind, sql.query(row -> row.getString(1), changedSince(kind), since), each);
    }

    private void forEach(Kind<?> kind, List<String> ids, Consumer<Sheet> each) {
        for (int from = 0; from < ids.size(); from += PAGE) {
            sheets(kind, ids.subList(from, Math.min(ids.size(), from + PAGE))).forEach(each);
        }
    }

    /** Returns whether so much was written since a revision that everything, in pages, is read sooner than what changed. */
    final boolean isFarBehind(long since) {
        return kinds.all().stream()
                .anyMatch(kind -> sql.first(
                                row -> 1,
                                "SELECT id FROM " + kind.main().name() + " WHERE revision > ? LIMIT 1 OFFSET ?",
                                since,
                                FAR)
                        .isPresent());
    }

    static String changedSince(Kind<?> kind) {
        return "SELECT id FROM " + kind.main().name() + " WHERE revision > ? ORDER BY id";
    }

    private List<Sheet> page(Kind<?> kind, String after, int limit) {
        Map<String, Sheet> sheets = new LinkedHashMap<>();
        read(kind, pageOf(kind), sheets, after, limit);
        if (!sheets.isEmpty()) {
            List<String> ids = List.copyOf(sheets.keySet());
            for (Table part : kind.parts()) {
                parts(part, between(part), sheets, ids.get(0), ids.get(ids.size() - 1));
            }
        }
        List<Sheet> page = List.copyOf(sheets.values());
        remember(kind, page);
        return page;
    }

    static String pageOf(Kind<?> kind) {
        return "SELECT " + kind.main().list() + " FROM " + kind.main().name() + " WHERE id > ? ORDER BY id LIMIT ?";
    }

    static String between(Table part) {
        return "SELECT " + part.list() + " FROM " + part.name() + " WHERE " + part.key() + " >= ? AND " + part.key()
                + " <= ? ORDER BY " + part.key() + ", seq";
    }

    /** Takes note of rows that were read, if anybody wants them again. */
    void remember(Kind<?> kind, List<Sheet> read) {}

    /** Returns the rows of those that are there, of so many ids. */
    List<Sheet> sheets(Kind<?> kind, List<String> ids) {
        List<String> padded = padded(ids);
        Map<String, Sheet> sheets = new LinkedHashMap<>();
        read(kind, among(kind.main(), padded.size(), "id"), sheets, padded.toArray());
        if (!sheets.isEmpty()) {
            for (Table part : kind.parts()) {
                parts(part, among(part, padded.size(), part.key() + ", seq"), sheets, padded.toArray());
            }
        }
        return List.copyOf(sheets.values());
    }

    static String among(Table table, int count, String order) {
        String marks = String.join(", ", Collections.nCopies(count, "?"));
        return "SELECT " + table.list() + " FROM " + table.name() + " WHERE " + table.key() + " IN (" + marks
                + ") ORDER BY " + order;
    }

    /** Returns ids up to a power of two, so that there are few different statements. */
    private static List<String> padded(List<String> ids) {
        List<String> padded = new ArrayList<>(ids);
        int size = Math.max(1, Integer.highestOneBit(ids.size() * 2 - 1));
        while (padded.size() < size) {
            padded.add(ids.get(ids.size() - 1));
        }
        return padded;
    }

    private void read(Kind<?> kind, String query, Map<String, Sheet> sheets, Object... values) {
        sql.query(
                        row -> Sheet.of(row.getString(1), row.getLong(2), row.getLong(3), Row.read(row, kind.main())),
                        query,
                        values)
                .forEach(sheet -> sheets.put(sheet.id(), sheet));
    }

    private void parts(Table part, String query, Map<String, Sheet> sheets, Object... values) {
        sql.query(
                row -> {
                    Sheet sheet = sheets.get(row.getString(1));
                    return sheet == null ? -1 : sheet.add(part, Row.read(row, part));
                },
                query,
                values);
    }

    private static <E extends Entity<E>> E entity(Kind<E> kind, Sheet sheet) {
        try {
            return kind.entity(sheet);
        } catch (RuntimeException e) {
            throw new UnreadableException(Set.of(kind.id(sheet.id())), e);
        }
    }
}
