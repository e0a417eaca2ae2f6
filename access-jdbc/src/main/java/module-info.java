/** Keeps what the core manages in a relational database. */
module io.apiaccess.jdbc {
    requires transitive io.apiaccess.core;
    requires transitive java.sql;
    requires org.slf4j;
    requires static org.jspecify;

    exports io.apiaccess.jdbc;
}
