package io.apiaccess.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The statements on counters for PostgreSQL: a taking is two round trips. */
final class PostgresqlCounterSql extends CounterSql {
    private static final long MICRO = 1_000;

    // The clock is asked for each row when it has been locked: its last answer is the time after the last lock.
    private static final String CLOCK = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

    private static final String BOUND = "SET LOCAL idle_in_transaction_session_timeout = " + IDLE_SECONDS * 1_000;

    private static final String LOCK = """
            SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
            BOUND;
            WITH locked AS MATERIALIZED (
                SELECT id, held, resets FROM access_counter WHERE id = ANY (?) ORDER BY id FOR UPDATE
            )
            SELECT id, held, resets, CLOCK FROM locked
            UNION ALL
            SELECT NULL, NULL, 0, CLOCK""".replace("CLOCK", CLOCK).replace("BOUND", BOUND);

    private static final String READ = """
            SELECT id, held, resets, CLOCK FROM access_counter WHERE id = ANY (?)
            UNION ALL
            SELECT NULL, NULL, 0, CLOCK""".replace("CLOCK", CLOCK);

    private static final String WRITE = """
            UPDATE access_counter AS c
            SET used = n.used, held = n.held, free_at = n.free_at, resets = n.resets
            FROM unnest(?::bytea[], ?::bigint[], ?::bytea[], ?::bigint[], ?::integer[])
                AS n (id, used, held, free_at, resets)
            WHERE c.id = n.id;
            COMMIT""";

    @Override
    Read lock(Connection connection, List<CounterId> inOrder) throws SQLException {
        connection.setAutoCommit(false);
        return read(connection, inOrder, LOCK);
    }

    @Override
    void begin(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute(BOUND);
        }
    }

    @Override
    Read read(Connection connection, List<CounterId> ids) throws SQLException {
        return read(connection, ids, READ);
    }

    @Override
    void write(Connection connection, List<Write> writes) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(WRITE)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "bytea", writes.stream().map(Write::id).toArray(byte[][]::new)));
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "bigint", writes.stream().map(Write::used).toArray()));
            statement.setArray(
                    3,
                    connection.createArrayOf(
                            "bytea",
                            writes.stream().map(write -> write.row().held()).toArray(byte[][]::new)));
            statement.setArray(
                    4,
                    connection.createArrayOf(
                            "bigint", writes.stream().map(Write::freeAt).toArray()));
            statement.setArray(
                    5,
                    connection.createArrayOf(
                            "integer",
                            writes.stream().map(write -> write.row().resets()).toArray()));
            statement.execute();
        }
    }

    @Override
    void add(Connection connection, List<Write> inOrder) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO access_counter VALUES (" + marks(11) + ") ON CONFLICT (id) DO NOTHING")) {
            for (Write write : inOrder) {
                fill(statement, write);
                statement.addBatch();
            }
            statement.executeBatch();
        }
        if (!connection.getAutoCommit()) {
            connection.commit();
        }
    }

    @Override
    String addFloor() {
        return "INSERT INTO access_counter_floor (kind, reached) VALUES (?, ?) ON CONFLICT (kind)"
                + " DO UPDATE SET reached = GREATEST(access_counter_floor.reached, excluded.reached)";
    }

    private static Read read(Connection connection, List<CounterId> ids, String sql) throws SQLException {
        Map<CounterId, CounterRow> rows = new HashMap<>();
        long now = Long.MIN_VALUE;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "bytea", ids.stream().map(CounterId::bytes).toArray(byte[][]::new)));
            boolean isResult = statement.execute();
            while (!isResult) {
                isResult = statement.getMoreResults();
            }
            try (ResultSet found = statement.getResultSet()) {
                while (found.next()) {
                    now = Math.max(now, found.getLong(4) * MICRO);
                    if (found.getBytes(1) != null) {
                        CounterRow row = row(found);
                        rows.put(row.id(), row);
                    }
                }
            }
        }
        return new Read(rows, now);
    }
}
