package io.apiaccess.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;

/** A database that the stores are made for. */
public enum Dialect {
    /** H2 2.x, embedded or as a server. */
    H2("h2", 6),
    /** PostgreSQL 14 and newer. */
    POSTGRESQL("postgresql", Connection.TRANSACTION_REPEATABLE_READ),
    /** MariaDB 10.6 and newer. */
    MARIADB("mariadb", Connection.TRANSACTION_REPEATABLE_READ);

    private final String folder;
    private final int snapshotIsolation;

    Dialect(String folder, int snapshotIsolation) {
        this.folder = folder;
        this.snapshotIsolation = snapshotIsolation;
    }

    /**
     * Returns the dialect of the database behind a connection.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    static Dialect of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        String lower = product.toLowerCase(Locale.ROOT);
        for (Dialect dialect : values()) {
            if (lower.contains(dialect.folder)) {
                return dialect;
            }
        }
        throw new IllegalArgumentException(
                "database `" + product + "` is none of H2, PostgreSQL and MariaDB: name the dialect if it speaks one");
    }

    /** Returns the folder of its scripts, beside this class. */
    String folder() {
        return folder;
    }

    /** Returns the isolation in which all queries of a transaction see one state; on H2 that is its own, {@code SNAPSHOT}. */
    int snapshotIsolation() {
        return snapshotIsolation;
    }

    /** Returns what the database's clock says, in seconds since 1970-01-01T00:00Z. */
    String clock() {
        return this == MARIADB ? "UNIX_TIMESTAMP(NOW(6))" : "EXTRACT(EPOCH FROM CURRENT_TIMESTAMP)";
    }

    /** Returns whether tables are created within a transaction. */
    boolean isTransactional() {
        return this == POSTGRESQL;
    }

    /** Returns whether a statement failed since others were in its way, so that the transaction may be tried again. */
    boolean isConflict(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        return state.startsWith("40") || state.equals("55P03") || state.equals("HYT00") || hasCode(e);
    }

    /** Returns whether a statement was ended since it took too long. */
    static boolean isTimeOut(SQLException e) {
        return "57014".equals(e.getSQLState()) || "70100".equals(e.getSQLState());
    }

    private boolean hasCode(SQLException e) {
        return switch (this) {
            // lock time-out, deadlock, changed meanwhile
            case H2 -> e.getErrorCode() == 50_200 || e.getErrorCode() == 40_001 || e.getErrorCode() == 90_131;
            case MARIADB -> e.getErrorCode() == 1_205 || e.getErrorCode() == 1_213 || e.getErrorCode() == 1_020;
            case POSTGRESQL -> false;
        };
    }
}
