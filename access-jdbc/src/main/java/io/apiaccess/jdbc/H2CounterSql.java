package io.apiaccess.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The statements on counters for H2, where each is a method call and not a round trip: rows are locked one by one. */
final class H2CounterSql extends CounterSql {
    private static final long NANOS = 1_000_000_000L;
    private static final int DUPLICATE = 23_505;

    @Override
    Read lock(Connection connection, List<CounterId> inOrder) throws SQLException {
        connection.setAutoCommit(false);
        return read(connection, inOrder, "SELECT id, held, resets FROM access_counter WHERE id = ? FOR UPDATE");
    }

    @Override
    void begin(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
    }

    @Override
    Read read(Connection connection, List<CounterId> ids) throws SQLException {
        return read(connection, ids, "SELECT id, held, resets FROM access_counter WHERE id = ?");
    }

    @Override
    void write(Connection connection, List<Write> writes) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "UPDATE access_counter SET used = ?, held = ?, free_at = ?, resets = ? WHERE id = ?")) {
            for (Write write : writes) {
                statement.setLong(1, write.used());
                statement.setBytes(2, write.row().held());
                statement.setLong(3, write.freeAt());
                statement.setInt(4, write.row().resets());
                statement.setBytes(5, write.id());
                statement.addBatch();
            }
            statement.executeBatch();
        }
        connection.commit();
    }

    @Override
    void add(Connection connection, List<Write> inOrder) throws SQLException {
        connection.setAutoCommit(true);
        try (PreparedStatement statement =
                connection.prepareStatement("INSERT INTO access_counter VALUES (" + marks(11) + ")")) {
            for (Write write : inOrder) {
                fill(statement, write);
                addUnlessThere(statement);
            }
        }
    }

    private static void addUnlessThere(PreparedStatement statement) throws SQLException {
        try {
            statement.executeUpdate();
        } catch (SQLException e) {
            if (e.getErrorCode() != DUPLICATE) {
                throw e;
            }
        }
    }

    @Override
    String addFloor() {
        return "INSERT INTO access_counter_floor (kind, reached) VALUES (?, ?)";
    }

    private static Read read(Connection connection, List<CounterId> ids, String sql) throws SQLException {
        Map<CounterId, CounterRow> rows = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (CounterId id : ids) {
                statement.setBytes(1, id.bytes());
                try (ResultSet found = statement.executeQuery()) {
                    if (found.next()) {
                        rows.put(id, row(found));
                    }
                }
            }
        }
        // The clock of a statement stands still from its beginning: it is asked in one of its own.
        try (PreparedStatement statement = connection.prepareStatement("SELECT CURRENT_TIMESTAMP(9)");
                ResultSet clock = statement.executeQuery()) {
            clock.next();
            Instant now = clock.getObject(1, OffsetDateTime.class).toInstant();
            return new Read(rows, now.getEpochSecond() * NANOS + now.getNano());
        }
    }
}
