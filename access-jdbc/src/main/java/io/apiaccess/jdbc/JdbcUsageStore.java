package io.apiaccess.jdbc;

import io.apiaccess.api.CollectionId;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.spi.LastUse;
import io.apiaccess.spi.StoreException;
import io.apiaccess.spi.UsageBatch;
import io.apiaccess.spi.UsageCaller;
import io.apiaccess.spi.UsageCount;
import io.apiaccess.spi.UsageDimension;
import io.apiaccess.spi.UsageKey;
import io.apiaccess.spi.UsageLength;
import io.apiaccess.spi.UsageQuery;
import io.apiaccess.spi.UsageRetention;
import io.apiaccess.spi.UsageStore;
import io.apiaccess.spi.UsageSum;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A store of usage in a relational database, which many nodes share: H2, PostgreSQL or MariaDB. Thread-safe.
 *
 * <p>A batch is one transaction with its number, so that one whose answer was lost can be added again. Days and months
 * are rolled up in small transactions, by any node. Closing leaves the data source open.
 */
public final class JdbcUsageStore implements UsageStore {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int ROLLED_AT_ONCE = 1_000;
    private static final int ATTEMPTS = 10;
    private static final long PAUSE_MILLIS = 10;
    private static final int MINUTE = 60;
    private static final String NO_KEY = "";
    static final String USES_OF = "SELECT profile_id, api_key_id, used_at FROM access_last_use WHERE profile_id = ?";
    static final String USES_SINCE = "SELECT profile_id, api_key_id, used_at FROM access_last_use WHERE used_at >= ?";
    static final String FORGET_USES = "DELETE FROM access_last_use WHERE used_at < ?";
    static final String OLD = "SELECT started_at, key_hash, calls FROM access_usage WHERE length = ? AND started_at < ?"
            + " ORDER BY started_at, key_hash LIMIT " + ROLLED_AT_ONCE + " FOR UPDATE";

    private final Connections connections;
    private final Retries retries;
    private final UsageSql texts;

    private JdbcUsageStore(Connections connections, Dialect dialect) {
        this.connections = connections;
        retries = new Retries(dialect, ATTEMPTS, PAUSE_MILLIS, false);
        texts = UsageSql.of(dialect);
    }

    /**
     * Returns a store in the database of a data source, with the tables it needs.
     *
     * @throws StoreException if the database cannot be reached, or its tables are damaged or of a newer release
     */
    public static JdbcUsageStore create(DataSource source) {
        return builder(source).build();
    }

    /** Starts a store in the database of a data source. */
    public static Builder builder(DataSource source) {
        return new Builder(source);
    }

    @Override
    public void add(UsageBatch batch) {
        inTransaction(sql -> {
            if (isNew(sql, batch)) {
                add(sql, batch.counts());
            }
            return batch;
        });
    }

    /** The row of the node is locked until the batch is in or not: one that hangs and is tried again goes in once. */
    private boolean isNew(Sql sql, UsageBatch batch) {
        long newest = batch.counts().stream()
                .mapToLong(count -> count.minute().getEpochSecond())
                .max()
                .orElse(0);
        sql.update(texts.addNode(), batch.node(), 0L, newest);
        long last = sql.first(
                        row -> row.getLong(1),
                        "SELECT batch FROM access_usage_node WHERE node = ? FOR UPDATE",
                        batch.node())
                .orElseThrow(() -> new StoreException("the row of the node has just been removed: try again"));
        if (batch.number() <= last) {
            return false;
        }
        sql.update(
                "UPDATE access_usage_node SET batch = ?, added_at = ? WHERE node = ?",
                batch.number(),
                newest,
                batch.node());
        return true;
    }

    private void add(Sql sql, List<UsageCount> counts) {
        Map<String, @Nullable Object[]> keys = new TreeMap<>();
        Map<Line, Long> lines = new TreeMap<>();
        Map<String, @Nullable Object[]> uses = new TreeMap<>();
        for (UsageCount count : counts) {
            UsageKey key = count.key();
            String hash = UsageHash.of(key);
            keys.put(hash, columns(hash, key));
            lines.merge(new Line(UsageLength.MINUTE, count.minute().getEpochSecond(), hash), count.calls(), Long::sum);
            if (count.isUse()) {
                String profile = key.profile().orElseThrow().value();
                String used = key.key().map(KeyId::value).orElse(NO_KEY);
                uses.merge(
                        profile + "/" + used,
                        new Object[] {profile, used, count.lastAt().getEpochSecond()},
                        (one, other) -> (Long) one[2] >= (Long) other[2] ? one : other);
            }
        }
        sql.batch(texts.addKey(), keys.values());
        add(sql, lines);
        sql.batch(texts.use(), uses.values());
    }

    private void add(Sql sql, Map<Line, Long> lines) {
        List<@Nullable Object[]> rows = new ArrayList<>();
        lines.forEach((line, calls) -> rows.add(
                new Object[] {line.length.name(), line.start, HexFormat.of().parseHex(line.hash), calls}));
        sql.batch(texts.addCalls(), rows);
    }

    /** What is counted in one row, in the order in which rows are locked. */
    private record Line(UsageLength length, long start, String hash) implements Comparable<Line> {
        private static final Comparator<Line> ORDER = Comparator.comparing(Line::length)
                .thenComparingLong(Line::start)
                .thenComparing(Line::hash);

        @Override
        public int compareTo(Line other) {
            return ORDER.compare(this, other);
        }
    }

    private static @Nullable Object[] columns(String hash, UsageKey key) {
        return new @Nullable Object[] {
            HexFormat.of().parseHex(hash),
            key.caller().orElseThrow().name(),
            key.client().map(ClientId::value).orElse(null),
            key.profile().map(ProfileId::value).orElse(null),
            key.key().map(KeyId::value).orElse(null),
            key.collection().map(CollectionId::value).orElse(null),
            key.route().orElse(null),
            key.reason().map(DenyReason::name).orElse(null)
        };
    }

    @Override
    public List<UsageSum> sums(UsageQuery query) {
        List<Object> values = new ArrayList<>();
        String text = select(query, values);
        return inTransaction(sql ->
                sql.query(row -> sum(row, query.by(), query.stepMinutes() > 0), text, values.toArray()));
    }

    /** Returns the statement for a query, and adds its values. */
    static String select(UsageQuery query, List<Object> values) {
        long step = (long) query.stepMinutes() * MINUTE;
        List<String> columns = new ArrayList<>();
        columns.add("u.length");
        if (step > 0) {
            // the remainder of a negative number is negative, and the step must not go up
            columns.add("u.started_at - MOD(MOD(u.started_at, " + step + ") + " + step + ", " + step + ")");
        }
        columns.addAll(UsageColumns.of(query.by()));
        String grouped = String.join(", ", columns);
        values.add(query.from().getEpochSecond());
        values.add(query.to().getEpochSecond());
        String where = UsageColumns.where(query.only(), values);
        return "SELECT " + grouped + ", SUM(CASE WHEN k.reason IS NULL THEN u.calls ELSE 0 END),"
                + " SUM(CASE WHEN k.reason IS NULL THEN 0 ELSE u.calls END)"
                + " FROM access_usage u JOIN access_usage_key k ON k.key_hash = u.key_hash"
                + " WHERE u.length IN ('MINUTE', 'DAY', 'MONTH') AND u.started_at >= ? AND u.started_at < ?" + where
                + " GROUP BY " + grouped;
    }

    private static UsageSum sum(ResultSet row, Set<UsageDimension> by, boolean hasStart) throws SQLException {
        UsageLength length = UsageLength.valueOf(row.getString(1));
        int next = 2;
        Instant start = hasStart ? Instant.ofEpochSecond(row.getLong(next++)) : Instant.EPOCH;
        Map<String, String> values = new TreeMap<>();
        for (String column : UsageColumns.of(by)) {
            String value = row.getString(next++);
            if (value != null) {
                values.put(column, value);
            }
        }
        UsageKey key = new UsageKey(
                Optional.ofNullable(values.get("k.caller")).map(UsageCaller::valueOf),
                Optional.ofNullable(values.get("k.client_id")).map(ClientId::new),
                Optional.ofNullable(values.get("k.profile_id")).map(ProfileId::new),
                Optional.ofNullable(values.get("k.api_key_id")).map(KeyId::new),
                Optional.ofNullable(values.get("k.collection_id")).map(CollectionId::new),
                Optional.ofNullable(values.get("k.route")),
                Optional.ofNullable(values.get("k.reason")).map(DenyReason::valueOf));
        return new UsageSum(start, length, key, row.getLong(next), row.getLong(next + 1));
    }

    @Override
    public List<LastUse> lastUses(ProfileId profile) {
        return inTransaction(sql -> sql.query(JdbcUsageStore::lastUse, USES_OF, profile.value()));
    }

    @Override
    public List<LastUse> lastUsesSince(Instant since) {
        return inTransaction(sql ->
                sql.query(JdbcUsageStore::lastUse, USES_SINCE, since.getEpochSecond() + (since.getNano() > 0 ? 1 : 0)));
    }

    private static LastUse lastUse(ResultSet row) throws SQLException {
        String key = row.getString(2);
        return new LastUse(
                new ProfileId(row.getString(1)),
                key.equals(NO_KEY) ? Optional.empty() : Optional.of(new KeyId(key)),
                Instant.ofEpochSecond(row.getLong(3)));
    }

    @Override
    public void rollUp(UsageRetention retention, Instant now) {
        for (UsageLength length : UsageLength.values()) {
            roll(length, retention, now);
        }
        Instant end = retention.limit(UsageLength.MONTH, now);
        inTransaction(sql -> {
            sql.update(FORGET_USES, end.getEpochSecond());
            // what calls have in common stays: another node may be counting by it
            return sql.update(
                    "DELETE FROM access_usage_node WHERE added_at < ?",
                    retention.limit(UsageLength.MINUTE, now).getEpochSecond());
        });
    }

    /** Moves what is old, a piece at a time: the rows are locked, so that nothing is added to one between sum and removal. */
    private void roll(UsageLength from, UsageRetention retention, Instant now) {
        long before = retention.limit(from, now).getEpochSecond();
        int moved = ROLLED_AT_ONCE;
        while (moved == ROLLED_AT_ONCE) {
            moved = inTransaction(sql -> {
                Map<Line, Long> sums = new TreeMap<>();
                List<@Nullable Object[]> gone = new ArrayList<>();
                sql.query(
                        row -> {
                            Instant start = Instant.ofEpochSecond(row.getLong(1));
                            byte[] hash = row.getBytes(2);
                            gone.add(new Object[] {from.name(), start.getEpochSecond(), hash});
                            long calls = row.getLong(3);
                            from.next()
                                    .map(to -> new Line(
                                            to,
                                            retention.start(to, start).getEpochSecond(),
                                            HexFormat.of().formatHex(hash)))
                                    .ifPresent(line -> sums.merge(line, calls, Long::sum));
                            return hash;
                        },
                        OLD,
                        from.name(),
                        before);
                sql.batch("DELETE FROM access_usage WHERE length = ? AND started_at = ? AND key_hash = ?", gone);
                add(sql, sums);
                return gone.size();
            });
        }
    }

    @Override
    public void close() {
        connections.close();
    }

    /**
     * A failure leaves nothing behind, or all of it if only the answer was lost; the caller tries again. What another
     * transaction was in the way of is tried again here.
     */
    private <T> T inTransaction(Function<Sql, T> work) {
        return retries.run(() -> {
            try (Session session = Session.open(connections, Connection.TRANSACTION_READ_COMMITTED)) {
                session.boundLocks(retries.dialect());
                T result = work.apply(session.sql());
                session.commitOrFail();
                return result;
            }
        });
    }

    /** Builds a store. Not thread-safe. */
    public static final class Builder {
        private final Opening opening;

        private Builder(DataSource source) {
            opening = new Opening(source, TIMEOUT);
        }

        /** Sets what database it is, in place of asking it. */
        public Builder dialect(Dialect dialect) {
            opening.dialect(dialect);
            return this;
        }

        /** Sets how long to wait for a connection, and for each answer, 10 s unless given: 100 ms to a minute. */
        public Builder timeout(Duration timeout) {
            opening.timeout(timeout);
            return this;
        }

        /** Sets how long to wait for the database at the start, not at all unless given: at most an hour. */
        public Builder startWait(Duration wait) {
            opening.startWait(wait);
            return this;
        }

        /** Sets whether the tables are made or brought up to date at the start, as they are unless set; else only checked. */
        public Builder migrate(boolean migrate) {
            opening.migrate(migrate);
            return this;
        }

        /**
         * Returns the store.
         *
         * @throws IllegalArgumentException naming everything that is wrong with the settings
         * @throws StoreException if the database cannot be reached, or its tables are damaged, missing or of a newer release
         */
        public JdbcUsageStore build() {
            opening.throwIfRefused("usage store", false);
            Dialect found = opening.start();
            return new JdbcUsageStore(opening.connections(), found);
        }
    }
}
