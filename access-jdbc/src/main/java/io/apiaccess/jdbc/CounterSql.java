package io.apiaccess.jdbc;

import io.apiaccess.counter.Counter;
import io.apiaccess.policy.Limit;
import io.apiaccess.spi.LimitDemand;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The statements on counters, in the words of one database. Thread-safe.
 *
 * <p>A taking is two calls: {@link #lock} begins a transaction, locks and reads; {@link #write} writes and ends it, or
 * {@link #end} ends it without. Whatever was locked in between was locked in the order of the ids.
 */
abstract sealed class CounterSql permits H2CounterSql, PostgresqlCounterSql, MariaDbCounterSql {
    private static final byte[] BEFORE_ALL = {};

    /** After how long without a word from a node the database ends its transaction, so that nobody waits for its locks. */
    static final int IDLE_SECONDS = 5;

    /** Returns the statements for a database. */
    static CounterSql of(Dialect dialect) {
        return switch (dialect) {
            case H2 -> new H2CounterSql();
            case POSTGRESQL -> new PostgresqlCounterSql();
            case MARIADB -> new MariaDbCounterSql();
        };
    }

    /**
     * Rows as they were at a time.
     *
     * @param rows the rows that were asked for and are there
     * @param now the time by the database's clock, in nanoseconds since 1970-01-01T00:00Z; of locked rows, after the last
     *     was locked
     */
    record Read(Map<CounterId, CounterRow> rows, long now) {}

    /**
     * What is to be in a row.
     *
     * @param demand what the counter is taken from for
     * @param row what it holds
     * @param used the units that it holds
     * @param freeAt from when on it holds nothing
     */
    record Write(LimitDemand demand, CounterRow row, long used, long freeAt) {
        static Write of(LimitDemand demand, CounterId id, Counter counter, int resets) {
            return new Write(demand, CounterRow.of(id, counter, resets), counter.used(), counter.freeAt());
        }

        byte[] id() {
            return row.id().bytes();
        }
    }

    /** A row that holds nothing from a time on. */
    record Idle(CounterId id, Limit.Kind kind, long freeAt) {}

    /** Begins a transaction, locks rows one after another as their ids come, and reads them. */
    abstract Read lock(Connection connection, List<CounterId> inOrder) throws SQLException;

    /** Begins a transaction that locks by what it writes, without automatic commit. */
    abstract void begin(Connection connection) throws SQLException;

    /** Commits such a transaction. */
    void commit(Connection connection) throws SQLException {
        connection.commit();
    }

    /** Reads rows without locking them. */
    abstract Read read(Connection connection, List<CounterId> ids) throws SQLException;

    /** Writes rows that are locked, and commits. */
    abstract void write(Connection connection, List<Write> writes) throws SQLException;

    /** Ends a transaction that has written nothing. */
    void end(Connection connection) throws SQLException {
        connection.rollback();
    }

    /** Adds rows, as their ids come, unless they are there; commits. */
    abstract void add(Connection connection, List<Write> inOrder) throws SQLException;

    /** Returns the floor of each kind of counter that has one. */
    Map<Limit.Kind, Long> floors(Connection connection) throws SQLException {
        Map<Limit.Kind, Long> floors = new EnumMap<>(Limit.Kind.class);
        try (PreparedStatement statement =
                        connection.prepareStatement("SELECT kind, reached FROM access_counter_floor");
                ResultSet found = statement.executeQuery()) {
            while (found.next()) {
                floors.put(Limit.Kind.valueOf(found.getString(1)), found.getLong(2));
            }
        }
        return floors;
    }

    /** Returns up to so many rows behind an id, or from the first, in order. */
    List<Idle> page(Connection connection, @Nullable CounterId after, int size) throws SQLException {
        List<Idle> page = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT id, kind, free_at FROM access_counter WHERE id > ? ORDER BY id LIMIT " + size)) {
            statement.setBytes(1, after == null ? BEFORE_ALL : after.bytes());
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    page.add(new Idle(
                            CounterId.of(found.getBytes(1)), Limit.Kind.valueOf(found.getString(2)), found.getLong(3)));
                }
            }
        }
        return page;
    }

    /** Deletes rows that hold nothing, as their ids come, unless they were written since; within a transaction. */
    int delete(Connection connection, Collection<Idle> inOrder) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM access_counter WHERE id = ? AND free_at = ?")) {
            for (Idle idle : inOrder) {
                statement.setBytes(1, idle.id().bytes());
                statement.setLong(2, idle.freeAt());
                statement.addBatch();
            }
            int deleted = 0;
            for (int count : statement.executeBatch()) {
                deleted += Math.max(0, count);
            }
            return deleted;
        }
    }

    /** Raises the floor of a kind of counter; within a transaction. */
    void raiseFloor(Connection connection, Limit.Kind kind, long reached) throws SQLException {
        if (raise(connection, kind, reached) == 0) {
            try (PreparedStatement statement = connection.prepareStatement(addFloor())) {
                statement.setString(1, kind.name());
                statement.setLong(2, reached);
                statement.executeUpdate();
            }
        }
    }

    /** Gives up the floor of a kind of counter. */
    void dropFloor(Connection connection, Limit.Kind kind) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM access_counter_floor WHERE kind = ?")) {
            statement.setString(1, kind.name());
            statement.executeUpdate();
        }
    }

    abstract String addFloor();

    private static int raise(Connection connection, Limit.Kind kind, long reached) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "UPDATE access_counter_floor SET reached = GREATEST(reached, ?) WHERE kind = ?")) {
            statement.setLong(1, reached);
            statement.setString(2, kind.name());
            return statement.executeUpdate();
        }
    }

    /** Puts all columns of a new row into a statement that names them in the order of the table. */
    static void fill(PreparedStatement statement, Write write) throws SQLException {
        LimitDemand demand = write.demand();
        Limit limit = demand.limit();
        statement.setBytes(1, write.id());
        statement.setString(2, demand.policy().value());
        statement.setString(3, limit.name());
        statement.setString(4, limit.kind().name());
        statement.setBoolean(5, limit.isShadow());
        statement.setString(6, limit.scope().name());
        statement.setString(7, demand.subject());
        statement.setLong(8, write.used());
        statement.setBytes(9, write.row().held());
        statement.setLong(10, write.freeAt());
        statement.setInt(11, write.row().resets());
    }

    static CounterRow row(ResultSet found) throws SQLException {
        return CounterRow.of(CounterId.of(found.getBytes(1)), found.getBytes(2), found.getInt(3));
    }

    static String marks(int number) {
        return "?" + ", ?".repeat(number - 1);
    }
}
