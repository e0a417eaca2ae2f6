package io.apiaccess.jdbc;

import io.apiaccess.entity.Id;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is gone, in rows: kept for ten minutes by the clock of the database, and the newest 10,000 for longer, so that who has
 * loaded or slept meanwhile is told of the difference and need not load everything again; at most the newest 1,000,000.
 */
final class RemovalRows {
    static final int PAGE = 1_000;
    static final int KEPT_ALWAYS = 10_000;
    static final String NEWEST = "SELECT revision FROM access_removal ORDER BY revision DESC LIMIT 1 OFFSET ?";
    static final String SINCE = "SELECT kind, entity_id FROM access_removal WHERE revision > ?";
    static final String OLDEST =
            "SELECT kind, entity_id, revision, removed_at FROM access_removal WHERE revision <= ? ORDER BY"
                    + " revision LIMIT ?";
    private static final Logger LOG = LoggerFactory.getLogger(RemovalRows.class);
    private static final int KEPT_AT_MOST = 1_000_000;
    private static final Duration KEPT = Duration.ofMinutes(10);
    private static final String DELETE = "DELETE FROM access_removal WHERE kind = ? AND entity_id = ?";

    private RemovalRows() {}

    /** Returns what is gone since a revision, or nothing if a row cannot be read: everything is to be loaded then. */
    static Optional<Set<Id<?>>> since(Sql sql, Kinds kinds, long revision) {
        List<String[]> rows = sql.query(row -> new String[] {row.getString(1), row.getString(2)}, SINCE, revision);
        Set<Id<?>> removed = new HashSet<>();
        for (String[] row : rows) {
            try {
                removed.add(kinds.named(row[0]).id(row[1]));
            } catch (RuntimeException e) {
                LOG.error("a row of access_removal cannot be read: everything is loaded again", e);
                return Optional.empty();
            }
        }
        return Optional.of(removed);
    }

    static void write(Sql sql, Dialect dialect, Kinds kinds, Collection<Id<?>> removed, long revision) {
        List<@Nullable Object[]> keys = new ArrayList<>();
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (Id<?> id : removed) {
            String word = kinds.of(id).word();
            keys.add(new Object[] {word, id.value()});
            rows.add(new Object[] {word, id.value(), revision});
        }
        sql.batch(DELETE, keys);
        sql.batch(
                "INSERT INTO access_removal (kind, entity_id, revision, removed_at) VALUES (?, ?, ?, " + dialect.clock()
                        + ")",
                rows);
    }

    /** Takes back that something is gone, which is there again. */
    static void delete(Sql sql, String word, String id) {
        sql.update(DELETE, word, id);
    }

    /**
     * Deletes the oldest of those that are kept no longer, up to a page, and returns how many. For who is alone among writers:
     * the store forgets everything up to the revision that this returns with.
     */
    static int deleteOld(Sql sql, Dialect dialect) {
        Instant before = sql.first(row -> Row.toInstant(row.getBigDecimal(1)), "SELECT " + dialect.clock())
                .orElseThrow()
                .minus(KEPT);
        List<Old> old = new ArrayList<>();
        sql.first(row -> row.getLong(1), NEWEST, KEPT_ALWAYS).ifPresent(beyond -> {
            long tooMany =
                    sql.first(row -> row.getLong(1), NEWEST, KEPT_AT_MOST).orElse(-1L);
            Predicate<Old> isOver =
                    row -> row.revision <= tooMany || Row.toInstant(row.at).isBefore(before);
            List<Old> oldest = sql.query(
                    row -> new Old(row.getString(1), row.getString(2), row.getLong(3), row.getBigDecimal(4)),
                    OLDEST,
                    beyond,
                    PAGE);
            oldest.stream().takeWhile(isOver).forEach(old::add);
        });
        if (!old.isEmpty()) {
            sql.batch(DELETE, old.stream().map(Old::key).toList());
            sql.update("UPDATE access_revision SET forgotten = ? WHERE id = 1", old.get(old.size() - 1).revision);
        }
        return old.size();
    }

    /** A removal as it is kept. */
    private record Old(String word, String id, long revision, BigDecimal at) {
        @Nullable Object[] key() {
            return new Object[] {word, id};
        }
    }
}
