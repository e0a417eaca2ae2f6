package io.apiaccess.jdbc;

import io.apiaccess.counter.Counter;
import io.apiaccess.policy.Limit;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore.Reading;
import io.apiaccess.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The rows of counters, and what is done to several of them in one transaction. Thread-safe.
 *
 * <p>A taking locks its rows in the order of their ids, reads the database's clock after the last lock, counts as the store
 * in memory does, and writes all or none: what the counters of a decision say is of one moment.
 */
final class CounterTable {
    private static final int ATTEMPTS = 2;

    /** How often rows that are missing are added before giving up: they may be deleted again in between. */
    private static final int ADDITIONS = 50;

    private final Connections connections;
    private final CounterSql sql;
    private final Retries retries;
    private final UnaryOperator<Reading> clock;

    /**
     * Returns the rows at the other end of connections.
     *
     * @param clock what the database's clock says, given what it said: itself but in tests
     */
    CounterTable(Connections connections, Dialect dialect, UnaryOperator<Reading> clock) {
        this.connections = connections;
        this.clock = clock;
        sql = CounterSql.of(dialect);
        retries = new Retries(dialect, ATTEMPTS, 0, false);
    }

    /** Takes a cost from all counters, or from none if one of them refuses; in shadow none does. */
    List<Taken> take(List<Wish> wishes, long cost) {
        return transaction("take from", (with, connection) -> take(with, connection, wishes, cost));
    }

    /** Looks at counters; what time has freed is noted in their rows. */
    List<Taken> peek(List<Wish> wishes, long cost) {
        return transaction("look at", (with, connection) -> {
            CounterSql.Read read =
                    with.read(connection, wishes.stream().map(Wish::id).toList());
            Reckoning seen = new Reckoning(wishes, read, with.floors(connection), reading(read));
            if (seen.isFreed()) {
                endReading(with, connection);
                return look(with, connection, wishes, cost);
            }
            return seen.finish(cost, false);
        });
    }

    /** Frees what a counter holds, and lets its time begin again. */
    void reset(LimitDemand demand) {
        transaction("reset", (with, connection) -> {
            CounterId id = CounterId.of(demand);
            Counter fresh = Counter.of(demand, Long.MIN_VALUE);
            with.dropFloor(connection, demand.limit().kind());
            with.add(connection, List.of(CounterSql.Write.of(demand, id, fresh, 0)));
            CounterSql.Read read = with.lock(connection, List.of(id));
            CounterRow row = read.rows().get(id);
            int resets = row == null ? 0 : row.resets();
            with.write(connection, List.of(CounterSql.Write.of(demand, id, fresh, resets + 1)));
            return List.of();
        });
    }

    /** Gives units back that were taken and will not be used. */
    void giveBack(List<Wish> wishes) {
        transaction("give back to", (with, connection) -> {
            CounterSql.Read read = with.lock(connection, inOrder(wishes));
            Reckoning reckoning = new Reckoning(wishes, read, Map.of(), reading(read));
            with.write(connection, reckoning.writes());
            return List.of();
        });
    }

    /** Deletes rows that have held nothing for a while, of a page behind an id or the first page. */
    Sweep sweep(@Nullable CounterId after, int size, long margin) {
        List<Sweep> swept = new ArrayList<>();
        transaction("sweep", (with, connection) -> {
            List<CounterSql.Idle> page = with.page(connection, after, size);
            Reading now = reading(with.read(connection, List.of()));
            List<CounterSql.Idle> idle =
                    page.stream().filter(row -> isIdle(row, now, margin)).toList();
            int deleted = idle.isEmpty() ? 0 : delete(with, connection, idle);
            swept.add(new Sweep(page.size() < size ? null : page.get(size - 1).id(), deleted));
            return List.of();
        });
        return swept.get(0);
    }

    /**
     * What a sweep of a page came to.
     *
     * @param last the last id of the page, or nothing if no page comes after it
     * @param deleted how many rows were deleted
     */
    record Sweep(@Nullable CounterId last, int deleted) {}

    private static boolean isIdle(CounterSql.Idle row, Reading now, long margin) {
        long reading = row.kind() == Limit.Kind.QUOTA ? Counter.nanos(now.instant()) : now.nanos();
        return row.freeAt() != Counter.NEVER && row.freeAt() < reading - margin;
    }

    private static int delete(CounterSql with, Connection connection, List<CounterSql.Idle> idle) throws SQLException {
        with.begin(connection);
        for (Limit.Kind kind : Limit.Kind.values()) {
            long reached = idle.stream()
                    .filter(row -> row.kind() == kind)
                    .mapToLong(CounterSql.Idle::freeAt)
                    .max()
                    .orElse(Long.MIN_VALUE);
            if (reached > Long.MIN_VALUE) {
                with.raiseFloor(connection, kind, reached);
            }
        }
        int deleted = with.delete(connection, idle);
        with.commit(connection);
        return deleted;
    }

    /** Without automatic commit reading has begun a transaction, and one that locks begins with what it is. */
    private static void endReading(CounterSql with, Connection connection) throws SQLException {
        if (!connection.getAutoCommit()) {
            with.end(connection);
        }
    }

    private List<Taken> take(CounterSql with, Connection connection, List<Wish> wishes, long cost) throws SQLException {
        Reckoning reckoning = locked(with, connection, wishes);
        List<Taken> taken = reckoning.finish(cost, true);
        end(with, connection, reckoning);
        return taken;
    }

    private List<Taken> look(CounterSql with, Connection connection, List<Wish> wishes, long cost) throws SQLException {
        Reckoning reckoning = locked(with, connection, wishes);
        List<Taken> seen = reckoning.finish(cost, false);
        end(with, connection, reckoning);
        return seen;
    }

    private static void end(CounterSql with, Connection connection, Reckoning reckoning) throws SQLException {
        if (reckoning.isChanged()) {
            with.write(connection, reckoning.writes());
        } else {
            with.end(connection);
        }
    }

    private Reckoning locked(CounterSql with, Connection connection, List<Wish> wishes) throws SQLException {
        List<CounterId> ids = inOrder(wishes);
        for (int addition = 0; addition < ADDITIONS; addition++) {
            CounterSql.Read read = with.lock(connection, ids);
            if (read.rows().size() == ids.size()) {
                return new Reckoning(wishes, read, Map.of(), reading(read));
            }
            with.end(connection);
            addMissing(with, connection, wishes, read);
        }
        throw new StoreException("rows of counters vanish as soon as they are added");
    }

    private static void addMissing(CounterSql with, Connection connection, List<Wish> wishes, CounterSql.Read read)
            throws SQLException {
        if (!connection.getAutoCommit()) {
            with.begin(connection);
        }
        Map<Limit.Kind, Long> floors = with.floors(connection);
        List<CounterSql.Write> missing = wishes.stream()
                .filter(wish -> !read.rows().containsKey(wish.id()))
                .sorted((one, other) -> one.id().compareTo(other.id()))
                .map(wish ->
                        CounterSql.Write.of(wish.demand(), wish.id(), Reckoning.fresh(wish.countedDemand(), floors), 0))
                .toList();
        with.add(connection, missing);
    }

    private Reading reading(CounterSql.Read read) {
        return clock.apply(new Reading(read.now(), Counter.instant(read.now())));
    }

    private static List<CounterId> inOrder(List<Wish> wishes) {
        return wishes.stream().map(Wish::id).sorted().distinct().toList();
    }

    private <T> List<T> transaction(String what, Work<T> work) {
        return retries.run(() -> {
            try {
                return within(connections.lend(), work);
            } catch (SQLException e) {
                throw new StoreException("cannot " + what + " counters", e);
            }
        });
    }

    private <T> List<T> within(Connections.Lent lent, Work<T> work) throws SQLException {
        try {
            return work.run(sql, lent.connection());
        } catch (SQLException | RuntimeException e) {
            try {
                sql.end(lent.connection());
            } catch (SQLException again) {
                e.addSuppressed(again);
            }
            throw e;
        } finally {
            connections.takeBack(lent);
        }
    }

    @FunctionalInterface
    private interface Work<T> {
        List<T> run(CounterSql with, Connection connection) throws SQLException;
    }
}
