/** Keeps what the core manages in a relational database. */
module io.apiaccess.jdbc {
    requires io.apiaccess.core;
    requires static org.jspecify;
}
