package io.apiaccess.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The statements on counters for MariaDB: a taking is two round trips, each a block of statements that the server runs, and
 * the transaction is begun and ended in them, whatever the connection does by itself.
 */
final class MariaDbCounterSql extends CounterSql {
    private static final long MICRO = 1_000;

    private static final String SELECT =
            "SELECT id, held, resets FROM access_counter FORCE INDEX (PRIMARY) WHERE id IN (MARKS) ORDER BY id";

    // The clock of a statement stands still from its beginning: it is asked in one of its own.
    private static final String CLOCK = "SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))";

    private static final String BOUND = "SET SESSION idle_transaction_timeout = " + IDLE_SECONDS;

    private static final String UNBOUND = "SET SESSION idle_transaction_timeout = DEFAULT";

    private static final String LOCK = "BEGIN NOT ATOMIC " + BOUND + "; SET TRANSACTION ISOLATION LEVEL READ COMMITTED;"
            + " START TRANSACTION; " + SELECT + " FOR UPDATE; " + CLOCK + "; END";

    private static final String READ = "BEGIN NOT ATOMIC " + SELECT + "; " + CLOCK + "; END";

    private static final String UPDATE =
            "UPDATE access_counter SET used = ?, held = ?, free_at = ?, resets = ? WHERE id = ?; ";

    @Override
    Read lock(Connection connection, List<CounterId> inOrder) throws SQLException {
        return read(connection, inOrder, LOCK);
    }

    @Override
    void begin(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        execute(connection, BOUND);
    }

    @Override
    void commit(Connection connection) throws SQLException {
        connection.commit();
        execute(connection, UNBOUND);
    }

    @Override
    Read read(Connection connection, List<CounterId> ids) throws SQLException {
        return read(connection, ids, READ);
    }

    @Override
    void write(Connection connection, List<Write> writes) throws SQLException {
        String sql = "BEGIN NOT ATOMIC " + UPDATE.repeat(writes.size()) + "COMMIT; " + UNBOUND + "; END";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int mark = 1;
            for (Write write : writes) {
                statement.setLong(mark++, write.used());
                statement.setBytes(mark++, write.row().held());
                statement.setLong(mark++, write.freeAt());
                statement.setInt(mark++, write.row().resets());
                statement.setBytes(mark++, write.id());
            }
            statement.execute();
        }
    }

    @Override
    void end(Connection connection) throws SQLException {
        execute(connection, "BEGIN NOT ATOMIC ROLLBACK; " + UNBOUND + "; END");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    void add(Connection connection, List<Write> inOrder) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO access_counter VALUES (" + marks(11) + ") ON DUPLICATE KEY UPDATE id = id")) {
            for (Write write : inOrder) {
                fill(statement, write);
                statement.executeUpdate();
            }
        }
        if (!connection.getAutoCommit()) {
            commit(connection);
        }
    }

    @Override
    String addFloor() {
        return "INSERT INTO access_counter_floor (kind, reached) VALUES (?, ?)"
                + " ON DUPLICATE KEY UPDATE reached = GREATEST(reached, VALUES(reached))";
    }

    private static Read read(Connection connection, List<CounterId> ids, String sql) throws SQLException {
        Map<CounterId, CounterRow> rows = new HashMap<>();
        try (PreparedStatement statement =
                connection.prepareStatement(sql.replace("MARKS", ids.isEmpty() ? "NULL" : marks(ids.size())))) {
            for (int i = 0; i < ids.size(); i++) {
                statement.setBytes(i + 1, ids.get(i).bytes());
            }
            statement.execute();
            try (ResultSet found = nextResult(statement)) {
                while (found.next()) {
                    CounterRow row = row(found);
                    rows.put(row.id(), row);
                }
            }
            statement.getMoreResults();
            try (ResultSet clock = nextResult(statement)) {
                clock.next();
                return new Read(rows, clock.getLong(1) * MICRO);
            }
        }
    }

    /** Passes over what is no result of a query. */
    private static ResultSet nextResult(Statement statement) throws SQLException {
        ResultSet result = statement.getResultSet();
        while (result == null) {
            boolean isResult = statement.getMoreResults();
            if (!isResult && statement.getUpdateCount() < 0) {
                throw new SQLException("the block of statements gave no result");
            }
            result = statement.getResultSet();
        }
        return result;
    }
}
