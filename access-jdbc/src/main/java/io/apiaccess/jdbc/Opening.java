package io.apiaccess.jdbc;

import io.apiaccess.check.Faults;
import io.apiaccess.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What every store can be told of its database, and how it begins on it. Not thread-safe. */
final class Opening {
    /** How long the start waits for each answer, unless a longer time is given: drivers and pools take theirs the first time. */
    private static final Duration STARTING = Duration.ofSeconds(2);

    private static final long PAUSE_MILLIS = 200;

    private final Faults refused = new Faults();
    private final DataSource source;
    private final Duration usual;
    private @Nullable Duration timeout;
    private @Nullable Dialect dialect;
    private Duration startWait = Duration.ZERO;
    private boolean migrate = true;

    /**
     * Returns the settings of a store that is told nothing.
     *
     * @param usual how long it waits for a connection, and for each answer, unless another time is given
     */
    Opening(DataSource source, Duration usual) {
        this.source = Objects.requireNonNull(source, "source");
        this.usual = usual;
    }

    void dialect(Dialect dialect) {
        this.dialect = Objects.requireNonNull(dialect, "dialect");
    }

    void timeout(Duration timeout) {
        requireBetween("time-out", timeout, Duration.ofMillis(100), Duration.ofMinutes(1));
        this.timeout = timeout;
    }

    void startWait(Duration wait) {
        requireBetween("start wait", wait, Duration.ZERO, Duration.ofHours(1));
        startWait = wait;
    }

    void migrate(boolean migrate) {
        this.migrate = migrate;
    }

    void requireBetween(String what, Duration given, Duration least, Duration most) {
        refused.require(
                given.compareTo(least) >= 0 && given.compareTo(most) <= 0,
                what + " " + Faults.quote(given) + " is not " + least + " to " + most);
    }

    /**
     * Refuses settings that cannot be.
     *
     * @param store what they are of
     * @param notify whether changes are to be announced by the database
     * @throws IllegalArgumentException naming everything that is wrong with them
     */
    void throwIfRefused(String store, boolean notify) {
        Faults faults = new Faults(refused);
        Dialect named = dialect;
        faults.require(!notify || named == null || named == Dialect.POSTGRESQL, noNotices(named));
        faults.throwIfAny(store, "jdbc");
    }

    static String noNotices(@Nullable Dialect dialect) {
        return "notifications are PostgreSQL's, and the database is " + dialect;
    }

    /** Returns connections for the time after the start. */
    Connections connections() {
        return new Connections(source, timeout());
    }

    /** Returns connections for the time after the start, which so many may wait for at once. */
    Connections connections(int mostWaiting) {
        return new Connections(source, timeout(), mostWaiting);
    }

    private Duration timeout() {
        Duration given = timeout;
        return given == null ? usual : given;
    }

    /**
     * Makes or checks the tables, and returns the dialect of the database.
     *
     * @throws StoreException if the database cannot be reached, or its tables are damaged, missing or of a newer release
     */
    Dialect start() {
        Duration given = timeout;
        Duration patience = given == null || given.compareTo(STARTING) < 0 ? STARTING : given;
        try (Connections connections = new Connections(source, patience)) {
            return start(connections);
        }
    }

    private Dialect start(Connections connections) {
        long start = System.nanoTime();
        while (true) {
            try {
                return prepare(connections);
            } catch (SQLException e) {
                throwUnlessWaitingSince(start, e);
            } catch (StoreException e) {
                if (e.getCause() == null && !(e instanceof BusyException)) {
                    throw e;
                }
                throwUnlessWaitingSince(start, e);
            }
            Retries.pause(PAUSE_MILLIS);
        }
    }

    private void throwUnlessWaitingSince(long start, Exception e) {
        if (System.nanoTime() - start >= startWait.toNanos()) {
            throw new StoreException("the database cannot be used: " + e.getMessage(), e);
        }
    }

    private Dialect prepare(Connections connections) throws SQLException {
        try (Session session = Session.open(connections, Connection.TRANSACTION_READ_COMMITTED)) {
            Connection connection = session.sql().connection();
            Dialect named = dialect;
            Dialect found = named == null ? Dialect.of(connection) : named;
            Schema schema = new Schema(found);
            if (migrate) {
                schema.migrate(connection);
            } else {
                schema.validate(connection);
            }
            return found;
        }
    }
}
