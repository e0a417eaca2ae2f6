package io.apiaccess.jdbc;

import io.apiaccess.spi.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Statements on one connection. Not thread-safe. */
final class Sql {
    private static final int FETCH = 1_000;

    private final Connection connection;
    private final int seconds;

    Sql(Connection connection, Duration timeout) {
        this.connection = connection;
        seconds = (int) Math.max(1, timeout.toSeconds());
    }

    Connection connection() {
        return connection;
    }

    /** Reads one row of a result. */
    @FunctionalInterface
    interface Reader<T> {
        T read(ResultSet result) throws SQLException;
    }

    <T> List<T> query(Reader<T> reader, String sql, @Nullable Object... values) {
        try (PreparedStatement statement = prepare(sql, values)) {
            statement.setFetchSize(FETCH);
            try (ResultSet result = statement.executeQuery()) {
                List<T> rows = new ArrayList<>();
                while (result.next()) {
                    rows.add(reader.read(result));
                }
                return rows;
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    <T> Optional<T> first(Reader<T> reader, String sql, @Nullable Object... values) {
        return query(reader, sql, values).stream().findFirst();
    }

    int update(String sql, @Nullable Object... values) {
        try (PreparedStatement statement = prepare(sql, values)) {
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** Runs a statement once for each row. */
    void batch(String sql, Collection<@Nullable Object[]> rows) {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = prepare(sql)) {
            for (@Nullable Object[] row : rows) {
                bind(statement, row);
                statement.addBatch();
            }
            statement.executeBatch();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    static StoreException failed(SQLException e) {
        return new StoreException("the database does not do it", e);
    }

    private PreparedStatement prepare(String sql, @Nullable Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            statement.setQueryTimeout(seconds);
            bind(statement, values);
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    private static void bind(PreparedStatement statement, @Nullable Object[] values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
    }
}
