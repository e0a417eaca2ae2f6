package io.apiaccess.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** The tables of counters, as the scripts make them. */
final class LimitSchema {
    private LimitSchema() {}

    static void create(TestDatabase database) {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            new Schema(Dialect.of(connection)).migrate(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
