package io.apiaccess.jdbc;

import io.apiaccess.ManualTime;
import io.apiaccess.spi.LimitStore;
import io.apiaccess.spi.LimitStore.Reading;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Tables of counters for a test, which goes by clocks of the test, and may go away. */
final class SharedLimits implements AutoCloseable {
    private final TestDatabase database;
    private final TestPool pool;
    private volatile Failure failure = Failure.NONE;

    /** What is wrong with the database. */
    enum Failure {
        NONE,
        /** There are no connections. */
        AWAY,
        /** It does what it is told, and says nothing. */
        SILENT
    }

    SharedLimits(Engine engine, int connections) {
        database = Databases.withTables(engine);
        pool = database.pool(connections);
    }

    LimitStore open(ManualTime clocks) {
        clear();
        return on(clocks).build();
    }

    JdbcLimitStore leased(ManualTime clocks, LongSupplier nanos) {
        return on(clocks).leased().nanos(nanos).build();
    }

    TestDatabase database() {
        return database;
    }

    void clear() {
        failure = Failure.NONE;
        database.execute("DELETE FROM access_counter", "DELETE FROM access_counter_floor");
    }

    void fail(Failure failure) {
        this.failure = failure;
    }

    private JdbcLimitStore.Builder on(ManualTime clocks) {
        return JdbcLimitStore.builder(new Failing())
                .timeout(Duration.ofSeconds(60))
                .clock(now -> new Reading(clocks.getAsLong(), clocks.instant()))
                .onTablesOf(database.engine().dialect())
                .withoutHousekeeping();
    }

    @Override
    public void close() {
        pool.close();
        database.close();
    }

    /** Connections as good as the database is at the time. */
    private final class Failing extends UrlDataSource {
        Failing() {
            super(database.url());
        }

        @Override
        public Connection getConnection() throws SQLException {
            if (failure == Failure.AWAY) {
                throw new SQLException("away", "08001");
            }
            Connection connection = pool.getConnection();
            return failure == Failure.SILENT ? silent(connection) : connection;
        }

        /** Returns a connection on which no one hears that a transaction was committed. */
        private Connection silent(Connection connection) {
            return proxy(Connection.class, connection, (method, arguments, answer) -> {
                if (method.equals("commit")) {
                    throw silence();
                }
                return answer instanceof PreparedStatement statement && ((String) arguments[0]).contains("COMMIT")
                        ? silent(statement)
                        : answer;
            });
        }

        private static PreparedStatement silent(PreparedStatement statement) {
            return proxy(PreparedStatement.class, statement, (method, arguments, answer) -> {
                if (method.equals("execute")) {
                    throw silence();
                }
                return answer;
            });
        }

        private static SQLException silence() {
            return new SQLException("silence", "08006");
        }

        private static <T> T proxy(Class<T> type, T target, After after) {
            return type.cast(Proxy.newProxyInstance(
                    type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                        try {
                            return after.answer(method.getName(), arguments, method.invoke(target, arguments));
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    }));
        }
    }

    /** What comes after a call in place of its answer. */
    @FunctionalInterface
    private interface After {
        @Nullable Object answer(String method, Object[] arguments, @Nullable Object answer) throws SQLException;
    }
}
