package io.apiaccess.jdbc;

import java.util.Locale;

/** The databases that the tests of a store run on, all of them: {@code @ParameterizedClass @EnumSource}. */
enum Engine {
    H2,
    POSTGRESQL,
    MARIADB;

    /** Returns the port of a server whose URL names none. */
    int port() {
        return switch (this) {
            case H2 -> 9_092;
            case POSTGRESQL -> 5_432;
            case MARIADB -> 3_306;
        };
    }

    Dialect dialect() {
        return Dialect.valueOf(name());
    }

    /**
     * Returns the system property whose value, if there is one, is the URL of a server to test on, with user and password in
     * it: one on which that user may create databases. Of H2 it is what stands before the database's name.
     */
    String property() {
        return "jdbc." + name().toLowerCase(Locale.ROOT);
    }
}
